"""The cases the data must contain, each with the codes of the rows that show it."""

from collections.abc import Sequence
from dataclasses import dataclass

from matchmaker.demo.generator.content import company_rows
from matchmaker.demo.generator.deal_records import FollowUp, RefusedEntry, Stage
from matchmaker.demo.generator.grid import ILL_INTERPRETER
from matchmaker.demo.generator.meeting_records import Meeting, MeetingRequest
from matchmaker.demo.generator.pairing import (
    ONE_DAY_BUYER,
    ONLINE_BUYERS,
    SPAM,
    VETOED_PAIRS,
    WITHOUT_MEETINGS,
)
from matchmaker.demo.generator.profiles import BRANCH, ITS_HEAD_OFFICE
from matchmaker.demo.generator.reference_fair import EdgeCase
from matchmaker.demo.generator.trade_texts import VIETNAMESE_ONLY
from matchmaker.demo.generator.walk_ins import EXHIBITING_BUYER

UNMET_PRODUCT = "simulator"
DESCRIPTIONS = {
    "registered_twice": "One company twice: with and without diacritics, a ten-digit tax code and a 13-digit one.",
    "exhibitor_and_buyer": "An exhibitor that also buys, with the walk-in where it sits on the buyer's side.",
    "foreign_owned": "Registered in Vietnam, parent in Korea or Japan: counted as Vietnamese.",
    "one_day_buyer": "A buyer present on day 2 only.",
    "competitor_veto": "A buyer that vetoes a competitor; the pair has neither request nor meeting.",
    "two_colleagues_one_buyer": "Two people of one exhibitor ask for one buyer; the second request is declined.",
    "need_without_offer": "A need that no exhibitor offers.",
    "spam_profile": "An exhibitor that claims to offer everything and asks everybody.",
    "night_at_home": "Online guests whose night falls into the fair's day, and a request at 3 a.m. that was declined.",
    "vietnamese_only": "A profile in Vietnamese only.",
    "table_changed": "Meetings that took place at another table than planned.",
    "mou_became_contract": "A memorandum at the fair that had become a contract at follow-up.",
    "typed_words": "An amount typed as words: 20 triệu.",
    "typed_negative": "A negative amount.",
    "typed_zero": "An amount of zero.",
    "typed_too_large": "An amount of a thousand million dollars.",
    "dong_as_dollars": "An amount in dong entered as dollars.",
    "value_without_meeting": "A value typed for a meeting that was not held.",
    "consent_withdrawn": "A person who withdrew consent between matching and meeting, and the cancelled meetings.",
    "interpreter_ill": "An interpreter who fell ill on day 2: meetings taken over by a colleague or cancelled.",
    "without_meetings": "Exhibitors that got no meeting; the report must show them.",
}
TYPED = {
    "typed_words": "not_a_number",
    "typed_negative": "negative",
    "typed_zero": "zero",
    "typed_too_large": "above_limit",
    "dong_as_dollars": "wrong_currency",
    "value_without_meeting": "meeting_not_held",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The rows among which the cases are looked up."""

    meetings: Sequence[Meeting]
    requests: Sequence[MeetingRequest]
    refused: Sequence[RefusedEntry]
    follow_ups: Sequence[FollowUp]
    mou_deals: Sequence[str]
    withdrawn_person: str


def find_edge_cases(evidence: Evidence) -> dict[str, EdgeCase]:
    """Return every case with its codes. Raises ValueError when the data lacks one."""
    found = {**_of_companies(), **_of_meetings(evidence), **_of_requests(evidence)}
    found["mou_became_contract"] = tuple(
        one.code for one in evidence.follow_ups if one.stage is Stage.AGREEMENT and one.deal_code in evidence.mou_deals
    )
    for case, reason in TYPED.items():
        found[case] = tuple(one.code for one in evidence.refused if one.reason == reason)
    missing = [code for code in DESCRIPTIONS if not found.get(code)]
    if missing:
        raise ValueError(f"the data lacks {missing}")
    return {code: EdgeCase(code=code, description=text, codes=found[code]) for code, text in DESCRIPTIONS.items()}


def _of_companies() -> dict[str, tuple[str, ...]]:
    rows = company_rows()
    return {
        "registered_twice": (ITS_HEAD_OFFICE, BRANCH),
        "foreign_owned": tuple(row.code for row in rows if row.parent_country),
        "one_day_buyer": (ONE_DAY_BUYER,),
        "competitor_veto": tuple(code for pair in VETOED_PAIRS for code in reversed(pair)),
        "need_without_offer": tuple(
            f"{row.code}-N{row.needs.index(UNMET_PRODUCT) + 1}" for row in rows if UNMET_PRODUCT in row.needs
        ),
        "spam_profile": (SPAM,),
        "vietnamese_only": (VIETNAMESE_ONLY,),
        "without_meetings": WITHOUT_MEETINGS,
    }


def _of_meetings(evidence: Evidence) -> dict[str, tuple[str, ...]]:
    meetings = evidence.meetings
    return {
        "exhibitor_and_buyer": (
            EXHIBITING_BUYER,
            *(one.code for one in meetings if one.buyer_code == EXHIBITING_BUYER),
        ),
        "table_changed": tuple(one.code for one in meetings if one.table_code != one.planned_table_code),
        "consent_withdrawn": (
            evidence.withdrawn_person,
            *(one.code for one in meetings if one.close_reason == "consent_withdrawn"),
        ),
        "interpreter_ill": (
            ILL_INTERPRETER,
            *(one.code for one in meetings if one.interpreter_code != one.planned_interpreter_code),
        ),
    }


def _of_requests(evidence: Evidence) -> dict[str, tuple[str, ...]]:
    return {
        "two_colleagues_one_buyer": tuple(
            one.code for one in evidence.requests if one.reason == "colleague_asked_already"
        ),
        "night_at_home": (
            *ONLINE_BUYERS,
            *(one.code for one in evidence.requests if one.reason == "night_at_home"),
        ),
    }
