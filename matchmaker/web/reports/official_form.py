"""The form of what only the organizer knows: each field reads its own kind, and two savings meet without a loss."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import Length, ValidationError

from matchmaker.domain.reporting.official import ASKED, Kind, Section
from matchmaker.domain.reporting.official_entries import NotRead, contradictions, entry_of
from matchmaker.web.fields import Form
from matchmaker.web.reports.official_words import POINTS, REFUSALS, SECTIONS, typed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flask_babel import LazyString
    from wtforms import Field

    from matchmaker.services.official import Statement

LINE_LENGTH, TEXT_LENGTH = 250, 4000
ENTRY = re.compile(r"[0-9]{1,9}")
TOO_LONG = _l("Shorten this to %(max)d characters.")


def is_read(_form: Any, field: Field) -> None:
    """Refuse a text that is not of the field's kind."""
    try:
        entry_of(field.name, field.data or "")
    except NotRead as error:
        raise ValidationError(REFUSALS[error.code]) from None


class OfficialForm(Form):
    """What only the organizer can state; everything may stay open. ``seen`` is the entry the form was opened on."""

    seen = HiddenField()

    @property
    def opened_on(self) -> int:
        """The entry the form was opened on; 0 is the empty beginning."""
        typed_in = self.seen.data or ""
        return int(typed_in) if ENTRY.fullmatch(typed_in) else 0

    @property
    def entries(self) -> dict[str, str]:
        """What is typed, as it is kept; only of a form that holds."""
        return {one.name: entry_of(one.name, self[one.name].data or "") for one in ASKED}

    def validate(self, extra_validators: Any = None) -> bool:
        """Check every field, and then whether they contradict each other."""
        if not super().validate(extra_validators):
            return False
        wrong = contradictions(self.entries)
        for part, whole in wrong.items():
            self[part].errors = [_("This can’t be more than: %(whole)s.", whole=POINTS[whole])]
        return not wrong

    @property
    def sections(self) -> Iterable[tuple[LazyString, list[tuple[Field, Kind]]]]:
        """The fields with their kinds, by the headings of the document."""
        for section in Section:
            fields = [(self[one.name], one.kind) for one in ASKED if one.section is section]
            if fields:
                yield SECTIONS[section], fields

    def meet(self, entries: Mapping[str, str], clashes: Iterable[str], theirs: Statement) -> None:
        """Show what two savings make together, and beside each point on which they differ what the other one says."""
        for name, text in shown(entries, seen=theirs.entry).items():
            self[name].data = text
        for name in clashes:
            said = typed(name, theirs.stated.get(name, "")) or "–"
            by = theirs.by or _("someone else")
            words = _(
                "Saved by %(name)s meanwhile: %(text)s. Save again to put yours in its place.", name=by, text=said
            )
            self[name].errors = [words]


def shown(entries: Mapping[str, str], *, seen: int) -> dict[str, str]:
    """Return what stands in each field where the form shows entries, as they stand at an entry."""
    return {"seen": str(seen), **{one.name: typed(one.name, entries.get(one.name, "")) for one in ASKED}}


KINDS: dict[Kind, tuple[type[Field], list[Any]]] = {
    Kind.LINE: (StringField, [Length(max=LINE_LENGTH, message=TOO_LONG)]),
    Kind.TEXT: (TextAreaField, [Length(max=TEXT_LENGTH, message=TOO_LONG)]),
    Kind.DATE: (StringField, [is_read]),
    Kind.COUNT: (StringField, [is_read]),
    Kind.AREA: (StringField, [is_read]),
}
for _one in ASKED:
    _field, _checks = KINDS[_one.kind]
    setattr(OfficialForm, _one.name, _field(POINTS[_one.name], validators=_checks))
