"""The words of programmes: counts, how they are counted, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _l

if TYPE_CHECKING:
    from flask_babel import LazyString
    from wtforms import Form

    from matchmaker.domain.errors import Refused

MEETING_COUNTS: dict[str, LazyString] = {
    "scheduled": _l("Scheduled"),
    "held": _l("Held"),
    "held_as_scheduled": _l("Held as scheduled"),
    "walk_in": _l("Held outside the schedule"),
    "cancelled": _l("Called off"),
    "no_show": _l("Not held"),
    "pending": _l("Not yet recorded"),
    "online": _l("Held online"),
}
COMPANY_COUNTS: dict[str, LazyString] = {
    "all": _l("Companies"),
    "sellers": _l("Exhibitors"),
    "buyers": _l("Buyers"),
    "hosted": _l("Journey paid by the fair"),
    "supported": _l("Supported by a programme"),
}
# How several fairs are counted together, each rule as its short form and its explanation.
RULES: tuple[tuple[LazyString, LazyString], ...] = (
    (
        _l("Every fair is counted by the same rules."),
        _l("The figures are those of its own report as it stands now; each report says how it counts."),
    ),
    (
        _l("Meetings, deals and values are added."),
        _l("Each belongs to one fair, so nothing is in the sum twice."),
    ),
    (
        _l("Companies and pairs are counted once."),
        _l(
            "A company that came to three fairs is one company in the total, and two companies that met at three are "
            "one pair. So the years add up to more than the total."
        ),
    ),
    (
        _l("Values are converted at the programme’s own fixed rates."),
        _l(
            "Each fair’s values are worth in the programme’s currency what is fixed below, kind by kind, so "
            "that the tables add up to the total."
        ),
    ),
)
REFUSALS: dict[str, LazyString] = {
    "bad_slug": _l("Use small letters, digits and single hyphens, at most 60 in all."),
    "slug_taken": _l("This address is taken. Choose another one."),
    "no_name": _l("Enter a name of at most %(limit)s characters."),
    "unknown_currency": _l("Choose from the list."),
    "no_fair": _l("Choose at least one fair."),
    "unknown_fair": _l("Choose a fair that you organize."),
    "bad_year": _l("Enter a year from %(least)s to %(most)s."),
    "unknown_branch": _l("Choose from the list."),
    "last_fair": _l("A programme keeps at least one fair. Add another one first."),
    "own_currency": _l("The report counts in %(currency)s already, so it needs no rate."),
    "bad_rate": _l("Enter a rate above 0 with at most ten decimal places."),
    "no_source": _l("Say where the rate is from, such as the bank and its page."),
    "rate_in_use": _l("A fair of the programme reports in %(currency)s, so its rate stays. You can change it."),
}


def sentence(refused: Refused) -> str:
    """Return what was refused, in words."""
    return str(REFUSALS[refused.code]) % refused.facts


def put_refusal(form: Form, refused: Refused) -> None:
    """Put what a service refused beside the field it blames, or else beside the first."""
    found = form[refused.field] if refused.field in form else next(iter(form))
    found.errors = [*found.errors, sentence(refused)]
