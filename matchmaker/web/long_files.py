"""Files that may be long: a short one comes at once, a long one is left to the jobs process.

A file keeps a thread of the server busy until it is there, and a fair day's server has few. Each feature says here how
its files are made; the page of long files and the jobs process find them by their kind.
"""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from flask import Response, current_app, g, redirect, request, url_for

from matchmaker.extensions import db
from matchmaker.services import fairs
from matchmaker.services.made_files import MadeContent, MakingStep
from matchmaker.web.fair_view import FairView
from matchmaker.web.paper import bound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from flask import Flask
    from flask.typing import ResponseReturnValue
    from flask_babel import LazyString

    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.made_files import FileOrder

PDF = "application/pdf"
LONGEST_OPTIONS = 60


@dataclass(frozen=True, slots=True)
class FilePlan:
    """One file, read but not made: ``parts`` make its pieces one after the other, and only a PDF has several.

    ``weight`` counts what takes the time, pages or rows; ``basis`` is another one when the file would show something
    else.
    """

    name: str
    media_type: str
    weight: int
    basis: str
    parts: Sequence[Callable[[], bytes]]


@dataclass(frozen=True, slots=True)
class Maker:
    """How a kind of file is made: its plan for a fair, read from the query of the request.

    Up to ``most_at_once`` of weight come at once, which is about a second. ``options`` are the names in the query that
    choose among the files of the kind, ``back`` is the page that offers them.
    """

    title: LazyString
    plan: Callable[[FairFacts], FilePlan]
    most_at_once: int
    back: str
    options: tuple[str, ...]
    is_for_readers: bool


MAKERS: dict[str, Maker] = {}


def register(app: Flask) -> None:
    """Let the jobs process make the files that pages offer."""
    app.extensions["make_file"] = making


def basis_of(*shown: object) -> str:
    """Return a digest of what a file shows."""
    return hashlib.sha256(repr(shown).encode()).hexdigest()


def answer(kind: str, fair: FairFacts) -> ResponseReturnValue:
    """Hand a short file out at once, and lead to the page of a long one, where it is asked for."""
    maker = MAKERS[kind]
    plan = maker.plan(fair)
    if plan.weight > maker.most_at_once:
        options: dict[str, Any] = dict(parse_qsl(options_of(maker)))
        return redirect(url_for("made_files.page", slug=fair.slug, kind=kind, **options))
    return handed_out(bound([part() for part in plan.parts]), plan.name, plan.media_type)


def options_of(maker: Maker) -> str:
    """Return what the address of this request chooses among the files of a kind, in one form."""
    chosen = {name: request.args[name] for name in maker.options if request.args.get(name)}
    return urlencode(chosen)[:LONGEST_OPTIONS]


def handed_out(content: bytes | str, name: str, media_type: str) -> Response:
    """Return a file as an answer that nobody keeps on the way."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return Response(content, mimetype=media_type, headers=headers)


def making(order: FileOrder) -> Iterator[MakingStep]:
    """Make a file that somebody asked for, and say after each part how far it is; outside of any request."""
    with _page_of(order) as fair:
        plan = MAKERS[order.kind].plan(fair)
    pieces: list[bytes] = []
    total = len(plan.parts)
    for part in plan.parts:
        with _page_of(order):
            pieces.append(part())
        if len(pieces) < total:
            yield MakingStep(len(pieces), total)
    yield MakingStep(total, total, MadeContent(plan.name, plan.media_type, plan.basis, bound(pieces)))


@contextmanager
def _page_of(order: FileOrder) -> Iterator[FairFacts]:
    """Stand for the request that a file was asked by: its language, its options, and whose eyes it is made with."""
    app: Any = current_app
    base = app.extensions["matchmaker"].public_url
    query = f"{order.options}&lang={order.locale}"
    with app.app_context(), app.test_request_context("/", base_url=base, query_string=query):
        fair = fairs.by_slug(db.session, slug=order.fair_slug)
        g.fair = FairView(fair)
        g.is_reader_page, g.is_organizer_page = order.is_for_reader, not order.is_for_reader
        yield fair
