"""Hand files out to who may see them: pictures to show, documents to keep."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from flask import g, request, send_file

from matchmaker.extensions import db
from matchmaker.services import files
from matchmaker.web.access import organizer, registered
from matchmaker.web.files.routes import blueprint
from matchmaker.web.stored_files import folder

if TYPE_CHECKING:
    import uuid

    from flask.typing import ResponseReturnValue

    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.fairs import FairFacts, Membership
    from matchmaker.services.files import FileFacts

WEBP = "image/webp"


@blueprint.get("/fairs/<slug>/files/<uuid:file_id>")
@registered
def file(fair: FairFacts, me: Membership, file_id: uuid.UUID) -> ResponseReturnValue:
    """Hand out a file of one's own company, or one that a company of the other side shows."""
    return _sent(files.for_participant(db.session, fair_id=fair.id, me=me, file_id=file_id))


@blueprint.get("/fairs/<slug>/organizer/files/<uuid:file_id>")
@organizer
def organizer_file(fair: FairFacts, person: SignedIn, file_id: uuid.UUID) -> ResponseReturnValue:
    """Hand out a file of any company at the fair to its organizer."""
    del person
    return _sent(files.for_organizer(db.session, fair_id=fair.id, file_id=file_id))


def _sent(facts: FileFacts) -> ResponseReturnValue:
    path = files.path_of(folder(), facts, is_small=request.args.get("size") == "small")
    is_small = path.suffix == files.SMALL
    g.is_file = True
    return send_file(
        BytesIO(path.read_bytes()),
        mimetype=WEBP if is_small else facts.media_type,
        as_attachment=not facts.is_picture,
        download_name=facts.name,
        etag=facts.sha256[:32] + ("-small" if is_small else ""),
        last_modified=facts.uploaded_at,
        max_age=0,
    )
