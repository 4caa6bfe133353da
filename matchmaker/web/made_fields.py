"""Fields of forms: each is worked out once, and every form after the first gets a copy of it."""

from __future__ import annotations

from typing import Any

from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # Newer than the published types.
from wtforms.fields.core import Flags, Label

from matchmaker.web.choices import Choices

PLAIN = {"name", "prefix", "translations"}
COPIED: dict[type, Any] = {list: list, dict: dict, set: set}
OF_ONE_FORM = ("_form", "meta", "name", "id", "label", "flags")


def made_field(form: Any, unbound: Any, options: dict[str, Any], make: Any) -> Any:
    """Return a field of a form, which ``make`` makes where there is none to copy yet.

    What a class of forms says of a field is the same each time. WTForms goes through all of it for every form.
    """
    if not options.keys() <= PLAIN:
        return make()
    mould: _Mould | None = vars(unbound).get("mould")
    if mould is None or mould.name != options["name"]:
        field = make()
        unbound.mould = _Mould(field)
        return field
    return mould.copy(form, options.get("prefix", ""))


class _Mould:
    """What a field is before anything of one form or one person is in it."""

    def __init__(self, field: Any) -> None:
        state = dict(vars(field))
        choices = state.get("_choices")
        if choices and all(isinstance(one, SelectChoice) for one in choices):
            state["_choices"] = Choices(choices)
        self._kind = type(field)
        self.name = field.short_name
        self._own_id = "" if field.id == field.name else field.id
        self._label, self._label_for = field.label.text, field.label.field_id
        self._is_label_for_it = self._label_for == field.id
        self._flags = dict(vars(field.flags))
        self._state = {name: value for name, value in state.items() if name not in OF_ONE_FORM}
        # A view may change a list that a field holds; those that came with the class are shared as they always were.
        kinds = {name: type(value) for name, value in self._state.items() if name != "validators"}
        self._own = [(name, COPIED[kind]) for name, kind in kinds.items() if kind in COPIED]
        self._state |= {name: copied(self._state[name]) for name, copied in self._own}

    def copy(self, form: Any, prefix: str) -> Any:
        """Return the field for a form."""
        field: Any = object.__new__(self._kind)
        name = prefix + self.name
        id_ = self._own_id or name
        label = Label(id_ if self._is_label_for_it else self._label_for, self._label)
        flags = Flags()
        flags.__dict__ = {**self._flags}
        own = {"_form": form, "meta": form.meta, "name": name, "id": id_, "label": label, "flags": flags}
        field.__dict__ = {**self._state, **own}
        for attribute, copied in self._own:
            setattr(field, attribute, copied(self._state[attribute]))
        return field
