"""Run every benchmark of the matcher in one go, and write its figures into the guide.

    MATCHMAKER_DATA=../shared/data python -m tests.benchmarks.matching_report [labels awards … ablation scale]

Each part runs in a process of its own, two at a time. What has not ended after MINUTES is stopped. A part that fails or
is stopped is named, its rows in the guide stay as they were, and the command ends with 1.
"""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "matching.md"
MINUTES = 25
AT_ONCE = 2
# The longest first, so that none of them is left alone in the end.
PARTS = (
    "scale 30000 200000",
    "scale 2000 10000",
    "ablation",
    "matching awards",
    "matching lists",
    "matching speed",
    "matching labels",
    "matching two-sided",
    "scale 500 1500",
)
FOUND = re.compile(r"^(?P<test>.+?) +(?P<found>-?[\d.]+) +naive +(?P<naive>[\d.–-]+) +bar (?P<bar>.+)$")
BEGIN, END = "<!-- figures: written by make bench-matching -->", "<!-- end of figures -->"


def run(part: str, end: float) -> tuple[str, str, bool]:
    """The part, what it printed with its seconds, and whether it ended well and before the monotonic time `end`."""
    module, *arguments = part.split()
    start = time.monotonic()
    # In a session of its own, so that the processes it starts end with it.
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", f"tests.benchmarks.{module}", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        printed = process.communicate(timeout=max(0.0, end - start))[0]
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        printed = process.communicate()[0]
    return part, f"{printed}-- {part}: {time.monotonic() - start:.0f} seconds", process.returncode == 0


def ended(wanted: list[str]) -> Iterator[tuple[str, str, bool]]:
    """What `run` tells of all parts, or of those named in part, as each of them ends."""
    end = time.monotonic() + MINUTES * 60
    with ThreadPoolExecutor(AT_ONCE) as pool:
        chosen = [part for part in PARTS if not wanted or {*part.split()} & {*wanted}]
        yield from (one.result() for one in as_completed([pool.submit(run, part, end) for part in chosen]))


def figures(printed: str) -> dict[str, tuple[str, str, str]]:
    """The found figure, the naive one and the bar, by the name of the test."""
    found = filter(None, map(FOUND.match, printed.splitlines()))
    return {one["test"].strip(): (one["found"], one["naive"], one["bar"].strip()) for one in found}


def written(guide: str, new: dict[str, tuple[str, str, str]]) -> str:
    """The guide with new figures in its table; rows that were not measured this time stay."""
    before, rest = guide.split(BEGIN, 1)
    table, after = rest.split(END, 1)
    cells = ([cell.strip() for cell in row.strip().strip("|").split("|")] for row in table.splitlines() if "|" in row)
    rows = {cell[0]: tuple(cell[1:]) for cell in list(cells)[2:]} | new
    head = "| test | found | naive | bar |\n| --- | --- | --- | --- |\n"
    lines = "".join(f"| {test} | {' | '.join(values)} |\n" for test, values in rows.items())
    return f"{before}{BEGIN}\n{head}{lines}{END}{after}"


def main(wanted: list[str]) -> int:
    """Run all parts, or those named (`labels`, `scale`), say how long each took, and write the guide."""
    print(f"All parts end within {MINUTES} minutes.", flush=True)
    new: dict[str, tuple[str, str, str]] = {}
    broken = []
    for part, printed, is_whole in ended(wanted):
        print(printed, flush=True)
        new |= figures(printed)
        if not is_whole:
            broken.append(part)
    GUIDE.write_text(written(GUIDE.read_text(encoding="utf-8"), new), encoding="utf-8")
    print(
        f"Not whole: {', '.join(broken)}" if broken else f"Every part ran; {GUIDE.relative_to(ROOT)} has the figures."
    )
    return bool(broken)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
