"""Dragging with the mouse, as the browser itself does it."""

from __future__ import annotations

from contextlib import contextmanager

LONGEST_WAIT = 15_000
STEP = 50
# A drag begins once the mouse has gone a few pixels with its button down.
FIRST_MOVES = (6, 12)


@contextmanager
def dragging(page, block):
    """Pick a block up with the mouse; yield what moves it over a place, and let it go there.

    The browser's drag is taken over for as long as it lasts. Playwright's own mouse takes it over for one move alone
    and waits without end for a drag that the browser, busy as it is, reports a moment after that move.
    """
    devtools = page.context.new_cdp_session(page)
    started = []
    devtools.on("Input.dragIntercepted", lambda event: started.append(event["data"]))
    devtools.send("Input.setInterceptDrags", {"enabled": True})
    x, y = _middle(block)
    _mouse(devtools, "mousePressed", x, y)
    for further in FIRST_MOVES:
        _mouse(devtools, "mouseMoved", x + further, y)
    for _ in range(LONGEST_WAIT // STEP):
        if started:
            break
        page.wait_for_timeout(STEP)
    assert started, "the browser began no drag"

    def send(kind):
        devtools.send("Input.dispatchDragEvent", {"type": kind, "x": x, "y": y, "data": started[0]})

    def over(place):
        nonlocal x, y
        x, y = _middle(place)
        send("dragEnter")
        send("dragOver")

    yield over
    send("drop")
    _mouse(devtools, "mouseReleased", x, y)
    devtools.detach()


def _middle(block):
    block.scroll_into_view_if_needed()
    box = block.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def _mouse(devtools, kind, x, y):
    devtools.send("Input.dispatchMouseEvent", {"type": kind, "x": x, "y": y, "button": "left", "clickCount": 1})
