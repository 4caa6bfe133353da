"""What can be refused. Each error carries a code and its facts; the web layer words it."""

from __future__ import annotations

from typing import Any


class DomainError(Exception):
    """Something the rules do not allow. ``code`` names the rule, ``facts`` fill the sentence."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


class NotFound(DomainError):
    """There is no such thing, or it is not this person's to see."""


class NotAllowed(DomainError):
    """The thing exists and may be seen, but this person may not do this to it now."""


class Conflict(DomainError):
    """Someone else was first: the slot is taken, the request is answered already."""


class Refused(DomainError):
    """What was entered breaks a rule; ``field`` says where, when one field is to blame."""

    def __init__(self, code: str, *, field: str = "", **facts: Any) -> None:
        super().__init__(code, **facts)
        self.field = field


class Unconfirmed(DomainError):
    """The change concerns others. ``effects`` tells whom and what; it happens once that was seen and confirmed."""

    def __init__(self, effects: Any) -> None:
        super().__init__("needs_confirmation")
        self.effects = effects


class TooMany(DomainError):
    """A limit was reached; ``retry_after`` says in how many seconds to try again."""

    def __init__(self, code: str, *, retry_after: int, **facts: Any) -> None:
        super().__init__(code, **facts)
        self.retry_after = retry_after
