"""An erasure in words: what goes, what happens to meetings and companies, what stays and why; and requests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask_babel import gettext as _
from flask_babel import ngettext

from matchmaker.domain.privacy.requests import RequestState
from matchmaker.web.filters import date as shown
from matchmaker.web.language import language
from matchmaker.web.privacy.wording import KINDS, STATES

if TYPE_CHECKING:
    from datetime import date

    from matchmaker.services.data_requests import RequestFacts
    from matchmaker.services.erasure_plans import CompanyPlan, ErasurePlan


@dataclass(frozen=True, slots=True)
class ErasurePage:
    """Three lists of sentences."""

    goes: list[str]
    changes: list[str]
    stays: list[str]


@dataclass(frozen=True, slots=True)
class RequestLine:
    """One request as a row of the list."""

    id: str
    email: str
    kind: str
    state: str
    tone: str
    when: str
    is_late: bool


def erasure_page(plan: ErasurePlan, *, is_own: bool = True) -> ErasurePage:
    """Return a plan in the words of the page's language, to the person or to the organizer who does it for them."""
    goes = _goes(plan) if is_own else _goes_of(plan)
    return ErasurePage(goes=goes, changes=_changes(plan), stays=_stays(plan))


def request_lines(rows: list[RequestFacts], *, today: date) -> list[RequestLine]:
    """Return requests in words, with the day that counts next."""
    return [_line(one, today) for one in rows]


def _line(one: RequestFacts, today: date) -> RequestLine:
    state, tone = STATES[one.state]
    return RequestLine(
        id=str(one.id),
        email=one.email or _("(erased)"),
        kind=str(KINDS[one.kind]),
        state=str(state),
        tone="son" if one.is_late(today) else tone,
        when=_when(one, today),
        is_late=one.is_late(today),
    )


def _when(one: RequestFacts, today: date) -> str:
    if one.closed_at is not None:
        return _("Closed on %(day)s", day=shown(one.closed_at))
    day = one.next_day()
    facts = {"day": shown(day)}
    if one.is_late(today):
        return _("Was due on %(day)s", **facts)
    return _("Answer by %(day)s", **facts) if one.state is RequestState.NEW else _("Do it by %(day)s", **facts)


def _goes_of(plan: ErasurePlan) -> list[str]:
    return [
        _("Name, e-mail, phone number, position and languages."),
        _("The account, with sessions, consents, notices and mails."),
        _("Notes and messages the person wrote, also those others have received."),
        ngettext(
            "%(num)s row of data in all.",
            "%(num)s rows of data in all.",
            sum(plan.counts.values()),
        ),
    ]


def _goes(plan: ErasurePlan) -> list[str]:
    counts = plan.counts
    messages = counts.get("notice", 0) + counts.get("mail", 0)
    lines = [
        _("Name, e-mail, phone number, position and languages."),
        _("The account with its password, sessions, sign-in links and code app."),
        _("Your notes and messages to other companies, also those they have received."),
        _("Your name, address and phone number wherever others wrote them down about your company."),
    ]
    if counts.get("consent"):
        lines.append(_("Your consents and the record of them."))
    if messages:
        lines.append(ngettext("%(num)s notice or mail to you.", "%(num)s notices and mails to you.", messages))
    if counts.get("company_import"):
        lines.append(_("Lists you handed in, and lists of others that name you."))
    return lines


def _changes(plan: ErasurePlan) -> list[str]:
    lines = []
    if plan.coming:
        lines.append(
            ngettext(
                "%(num)s coming meeting goes to a colleague who is free then; where nobody is, it is called off. Both"
                " sides are told.",
                "%(num)s coming meetings go to colleagues who are free then; where nobody is, they are called off. Both"
                " sides are told.",
                plan.coming,
            )
        )
    return [*lines, *(_company(one) for one in plan.companies)]


def _company(one: CompanyPlan) -> str:
    name = one.new_names[0] if language() == "vi" else one.new_names[1]
    if one.heir:
        return _("%(company)s: %(heir)s runs it from then on.", company=one.name, heir=one.heir)
    if not one.is_last:
        return _("%(company)s stays with its other people.", company=one.name)
    if one.stays:
        return _(
            "%(company)s has nobody else here, so it is erased too. Where others have meetings or deals with it, it"
            " reads “%(name)s” from then on.",
            company=one.name,
            name=name,
        )
    return _("%(company)s has nobody else here, so it is erased too, with its profile.", company=one.name)


def _stays(plan: ErasurePlan) -> list[str]:
    lines = []
    if plan.past:
        lines.append(
            ngettext(
                "%(num)s meeting that took place, without you: it is the other company’s record too.",
                "%(num)s meetings that took place, without you: they are the other companies’ record too.",
                plan.past,
            )
        )
    if plan.deals:
        lines.append(
            ngettext(
                "%(num)s deal with its amounts, between companies and without you: the fair’s totals rest on it.",
                "%(num)s deals with their amounts, between companies and without you: the fair’s totals rest on them.",
                plan.deals,
            )
        )
    lines.append(
        _("A receipt without name or address: when something was erased, and how much. It proves that it was done.")
    )
    lines.append(_("Backups, until they are overwritten. Whoever restores one erases you again."))
    return lines
