"""The page of a long file: asks for it, says how far it is, hands it out to who asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from flask import Blueprint, g, redirect, render_template, request, url_for

from matchmaker import clock
from matchmaker.domain.errors import Conflict, NotFound
from matchmaker.extensions import db
from matchmaker.services import made_files
from matchmaker.services.made_files import FileWanted
from matchmaker.services.runs import RunState
from matchmaker.web.access import reader
from matchmaker.web.language import language
from matchmaker.web.long_files import MAKERS, handed_out, options_of

if TYPE_CHECKING:
    import uuid

    from flask.typing import ResponseReturnValue

    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.made_files import FileFacts
    from matchmaker.web.long_files import Maker

CONFLICT = 409

blueprint = Blueprint("made_files", __name__)


@blueprint.get("/fairs/<slug>/organizer/made-files/<kind>")
@reader
def page(fair: FairFacts, person: SignedIn, kind: str) -> ResponseReturnValue:
    """Show a file: that it can be asked for, how far it is, or that it is there."""
    return _page(fair, _wanted(fair, person, kind))


@blueprint.post("/fairs/<slug>/organizer/made-files/<kind>")
@reader
def ask(fair: FairFacts, person: SignedIn, kind: str) -> ResponseReturnValue:
    """Have a file made, one at a time for each person."""
    wanted = _wanted(fair, person, kind)
    try:
        made_files.ask(db.session, wanted=wanted, now=clock.now())
    except Conflict:
        return _page(fair, wanted), CONFLICT
    return redirect(_address(fair, kind, wanted.options))


@blueprint.post("/fairs/<slug>/organizer/made-files/<uuid:file_id>/fetch")
@reader
def fetch(fair: FairFacts, person: SignedIn, file_id: uuid.UUID) -> ResponseReturnValue:
    """Hand a file out. It is a POST because it is recorded."""
    made = made_files.fetch(
        db.session,
        fair_id=fair.id,
        account_id=person.account_id,
        file_id=file_id,
        is_reader=g.is_reader_page,
        now=clock.now(),
    )
    return handed_out(made.content, made.name, made.media_type)


def _wanted(fair: FairFacts, person: SignedIn, kind: str) -> FileWanted:
    """The file that an address names, as this person may see it."""
    maker = MAKERS.get(kind)
    if maker is None or (g.is_reader_page and not maker.is_for_readers):
        raise NotFound("no_such_file")
    return FileWanted(fair.id, person.account_id, kind, options_of(maker), g.is_reader_page, language())


def _page(fair: FairFacts, wanted: FileWanted) -> str:
    now, maker = clock.now(), MAKERS[wanted.kind]
    files = made_files.of_person(db.session, fair_id=fair.id, account_id=wanted.account_id, now=now)
    file = next((one for one in files if one.is_(wanted)), None)
    other = next((one for one in files if one is not file and one.is_under_way(now)), None)
    return render_template(
        "made_files/file.html",
        title=maker.title,
        back_url=url_for(maker.back, slug=fair.slug),
        ask_url=_address(fair, wanted.kind, wanted.options),
        file=file,
        is_under_way=file is not None and file.is_under_way(now),
        is_ready=file is not None and file.state == RunState.DONE,
        is_old=_is_old(file, maker, fair),
        other=_other(fair, other),
        is_refused=request.method == "POST",
    )


def _is_old(file: FileFacts | None, maker: Maker, fair: FairFacts) -> bool:
    """Whether a finished file would show something else if it were made now."""
    if file is None or file.state != RunState.DONE:
        return False
    return maker.plan(fair).basis != file.basis


def _other(fair: FairFacts, file: FileFacts | None) -> tuple[str, str] | None:
    """Title and address of another file that is being made for the same person."""
    if file is None or file.kind not in MAKERS:
        return None
    return str(MAKERS[file.kind].title), _address(fair, file.kind, file.options)


def _address(fair: FairFacts, kind: str, options: str) -> str:
    chosen: dict[str, Any] = dict(parse_qsl(options))
    return url_for("made_files.page", slug=fair.slug, kind=kind, **chosen)
