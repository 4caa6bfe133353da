"""Every kind of notice: whether it is advertising, how fast its mail leaves, and what its reader may decide."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

DIGEST = "digest"
USUAL_LIFE = timedelta(days=3)


class Nature(StrEnum):
    """What a message is to the law: part of a service someone asked for, or advertising (Decree 91/2020)."""

    TRANSACTIONAL = "transactional"
    ADVERTISING = "advertising"


class Pace(StrEnum):
    """How a notice is mailed: by itself, collected with others, or not at all."""

    AT_ONCE = "at_once"
    DIGEST = "digest"
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of notice.

    ``pace`` is how it is mailed unless its reader chose otherwise. Mail of an urgent kind also leaves in quiet hours.
    An essential kind is mailed whatever its reader chose, because nothing works without it. Mail that could not leave
    within ``life`` is of no use any more.
    """

    code: str
    nature: Nature
    pace: Pace = Pace.DIGEST
    is_urgent: bool = False
    is_essential: bool = False
    is_on_screen: bool = True
    life: timedelta = USUAL_LIFE

    @property
    def is_advertising(self) -> bool:
        """Whether it needs consent, a label and a daily limit."""
        return self.nature is Nature.ADVERTISING

    @property
    def paces(self) -> tuple[Pace, ...]:
        """What its reader may choose from. Advertising is never mixed with what someone must read."""
        if self.is_essential:
            return (self.pace,)
        return (Pace.AT_ONCE, Pace.OFF) if self.is_advertising else (Pace.AT_ONCE, Pace.DIGEST, Pace.OFF)


def _service(code: str, *, pace: Pace = Pace.DIGEST, is_urgent: bool = False, is_on_screen: bool = True) -> Kind:
    """What belongs to a meeting or a fair someone takes part in."""
    return Kind(code=code, nature=Nature.TRANSACTIONAL, pace=pace, is_urgent=is_urgent, is_on_screen=is_on_screen)


def _security(code: str) -> Kind:
    """What someone must hear of at once, because it could be a stranger's doing."""
    return Kind(code=code, nature=Nature.TRANSACTIONAL, pace=Pace.AT_ONCE, is_urgent=True, is_essential=True)


def _link(code: str, *, life: timedelta) -> Kind:
    """A link that someone waits for just now, and that is of no use later."""
    return Kind(
        code=code,
        nature=Nature.TRANSACTIONAL,
        pace=Pace.AT_ONCE,
        is_urgent=True,
        is_essential=True,
        is_on_screen=False,
        life=life,
    )


_ALL = (
    _link("sign_in_link", life=timedelta(minutes=30)),
    _link("password_reset", life=timedelta(hours=1)),
    _security("password_changed"),
    _security("two_step_on"),
    _security("two_step_off"),
    _security("recovery_code_used"),
    _security("recovery_codes_renewed"),
    _service("company_status"),
    _service("company_handed_over"),
    _service("team_invited", pace=Pace.AT_ONCE, is_on_screen=False),
    _service("staff_added", pace=Pace.AT_ONCE),
    _service("meeting_requested"),
    _service("meeting_accepted"),
    _service("meeting_declined"),
    _service("meeting_placed"),
    _service("meeting_moved", pace=Pace.AT_ONCE),
    _service("meeting_kept", pace=Pace.AT_ONCE),
    _service("meeting_people"),
    _service("third_company", pace=Pace.AT_ONCE),
    _service("meeting_message"),
    _service("times_fewer"),
    _service("time_offered", pace=Pace.AT_ONCE, is_urgent=True),
    # Whoever is asked to meet somebody now has five minutes to answer.
    Kind(
        code="hall_offer",
        nature=Nature.TRANSACTIONAL,
        pace=Pace.AT_ONCE,
        is_urgent=True,
        life=timedelta(minutes=5),
    ),
    _service("meeting_cancelled", pace=Pace.AT_ONCE, is_urgent=True),
    _service("interpreter_needed", pace=Pace.AT_ONCE, is_urgent=True),
    _service("interpreter_changed", pace=Pace.AT_ONCE, is_urgent=True),
    _service("places_lost", pace=Pace.AT_ONCE, is_urgent=True),
    _service("schedule_published", pace=Pace.AT_ONCE),
    _service("outcomes_wanted"),
    _service("follow_up_asked", pace=Pace.AT_ONCE, is_on_screen=False),
    _service("follow_up_reminded", pace=Pace.AT_ONCE, is_on_screen=False),
    _service("requests_waiting"),
    _service("no_requests_yet"),
    Kind(code="fair_news", nature=Nature.ADVERTISING, pace=Pace.AT_ONCE),
)
KINDS: dict[str, Kind] = {kind.code: kind for kind in _ALL}
# Mail to an address that is nobody's account yet. It confirms what someone entered and goes a way of its own.
TO_AN_ADDRESS = frozenset({"address_claim", "address_change", "address_changed", "data_copy", "person_erased"})
# What a digest may hold, and so what is refused with it.
CHOOSABLE = tuple(kind for kind in _ALL if not kind.is_essential)


def kind_of(code: str) -> Kind:
    """Return the rules of a kind; a kind nobody classified may not be sent (KeyError)."""
    return KINDS[code]
