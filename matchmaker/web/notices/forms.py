"""The forms of notices."""

from __future__ import annotations

from itertools import product
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # Newer than the published types.
from wtforms.validators import AnyOf

from matchmaker.domain.notices.kinds import CHOOSABLE, Pace
from matchmaker.web.fields import Form, at_most
from matchmaker.web.fragments import drawn_by, same_for_all
from matchmaker.web.language import language
from matchmaker.web.notices.wording import KIND_WORDS, PACE_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from markupsafe import Markup

    from matchmaker.domain.notices.kinds import Kind
    from matchmaker.services.notice_choices import Choice

TITLE_LENGTH, TEXT_LENGTH = 120, 2000


class ChoicesForm(Form):
    """How one is told of each kind; two fields a kind are added below."""

    @classmethod
    def of(cls, choices: Sequence[Choice]) -> ChoicesForm:
        """Return the form with what was chosen so far."""
        return cls(data=_data((one.kind, one.pace, one.is_on_screen) for one in choices))


class NewsForm(Form):
    """News of a fair; a language that is left out reads the other one."""

    title_vi = StringField(_l("Subject line"), validators=[at_most(TITLE_LENGTH)])
    title_en = StringField(_l("Subject line"), validators=[at_most(TITLE_LENGTH)])
    text_vi = TextAreaField(_l("Text"), validators=[at_most(TEXT_LENGTH)])
    text_en = TextAreaField(_l("Text"), validators=[at_most(TEXT_LENGTH)])

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for a subject and a text in at least one language."""
        is_valid = bool(super().validate(extra_validators))
        for vi, en, missing in (
            (self.title_vi, self.title_en, _("Write a subject.")),
            (self.text_vi, self.text_en, _("Write the text.")),
        ):
            if not vi.data and not en.data:
                first = vi if language() == "vi" else en
                first.errors = [*first.errors, missing]
                is_valid = False
        return is_valid

    def both(self, name: str) -> dict[str, str]:
        """Return a text by language."""
        vi, en = self[f"{name}_vi"].data, self[f"{name}_en"].data
        return {"vi": vi or en, "en": en or vi}


def pace_name(kind: str) -> str:
    """The name of the field that says how a kind is mailed."""
    return f"mail_{kind}"


def screen_name(kind: str) -> str:
    """The name of the field that says whether a kind is shown."""
    return f"screen_{kind}"


def rows_of(form: ChoicesForm) -> list[Markup]:
    """Return the rows of a form that was sent, with what is wrong in it."""
    return [_row(form, kind) for kind in CHOOSABLE]


def rows_as_chosen(choices: Sequence[Choice]) -> list[Markup]:
    """Return the rows of a page that is opened."""
    drawn = _rows_as_they_can_stand()
    return [drawn[one.kind.code, one.pace if one.pace in one.kind.paces else None, one.is_on_screen] for one in choices]


@same_for_all
def _rows_as_they_can_stand() -> Mapping[tuple[str, Pace | None, bool], Markup]:
    """Return the row of each kind with each pace it can have, or with none where a stored one is no longer its own.

    A form of fifty fields takes longer than the rest of the page, and a row says nothing but these three.
    """
    drawn: dict[tuple[str, Pace | None, bool], Markup] = {}
    for pace, is_on_screen in product((*Pace, None), (False, True)):
        form = ChoicesForm(formdata=None, data=_data((kind, pace, is_on_screen) for kind in CHOOSABLE))
        drawn |= {(kind.code, pace, is_on_screen): _row(form, kind) for kind in CHOOSABLE}
    return MappingProxyType(drawn)


def _data(chosen: Iterable[tuple[Kind, Pace | None, bool]]) -> dict[str, str | bool | None]:
    """Return what is chosen by the names of the fields."""
    data: dict[str, str | bool | None] = {}
    for kind, pace, is_on_screen in chosen:
        data |= {pace_name(kind.code): pace, screen_name(kind.code): is_on_screen}
    return data


def _row(form: ChoicesForm, kind: Kind) -> Markup:
    """Draw a kind's name, when it comes, and its fields; some kinds come by mail alone."""
    name, when = map(str, KIND_WORDS[kind.code])
    screen = form[screen_name(kind.code)] if kind.is_on_screen else None
    return drawn_by("notices/choice.html", "choice", name, when, form[pace_name(kind.code)], screen)


def kind_names(kinds: Sequence[str]) -> list[str]:
    """Return the names of kinds; one that is no longer known is just mail."""
    return [str(KIND_WORDS[kind][0]) if kind in KIND_WORDS else _("Mail") for kind in kinds]


for _kind in CHOOSABLE:
    _paces = [SelectChoice(pace.value, PACE_WORDS[pace]) for pace in _kind.paces]
    setattr(
        ChoicesForm,
        pace_name(_kind.code),
        SelectField(
            KIND_WORDS[_kind.code][0],
            choices=_paces,
            validators=[AnyOf([pace.value for pace in _kind.paces], _l("Choose how you want to be told."))],
            validate_choice=False,
        ),
    )
    setattr(ChoicesForm, screen_name(_kind.code), BooleanField(_l("On screen")))
