"""The forms of notices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # Newer than the published types.
from wtforms.validators import AnyOf

from matchmaker.domain.notices.kinds import CHOOSABLE
from matchmaker.web.fields import Form, at_most
from matchmaker.web.language import language
from matchmaker.web.notices.wording import KIND_WORDS, PACE_WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matchmaker.services.notice_choices import Choice

TITLE_LENGTH, TEXT_LENGTH = 120, 2000


class ChoicesForm(Form):
    """How one is told of each kind; two fields a kind are added below."""

    @classmethod
    def of(cls, choices: Sequence[Choice]) -> ChoicesForm:
        """Return the form with what was chosen so far."""
        chosen: dict[str, str | bool] = {}
        for choice in choices:
            chosen[pace_name(choice.kind.code)] = choice.pace.value
            chosen[screen_name(choice.kind.code)] = choice.is_on_screen
        return cls(data=chosen)


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


def rows_of(form: ChoicesForm) -> list[tuple[str, str, object, object]]:
    """Return what the page shows of each kind: its name, when it comes, and its fields; some come by mail alone."""
    return [
        (
            str(KIND_WORDS[kind.code][0]),
            str(KIND_WORDS[kind.code][1]),
            form[pace_name(kind.code)],
            form[screen_name(kind.code)] if kind.is_on_screen else None,
        )
        for kind in CHOOSABLE
    ]


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
