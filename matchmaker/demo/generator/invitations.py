"""The 1,170 requests: 640 that led to a seat, 15 accepted without one, 515 that came to nothing."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from matchmaker.demo.generator.company_records import Side
from matchmaker.demo.generator.content import CompanyRow, Product, company_rows, products, stream
from matchmaker.demo.generator.fair_records import Fair
from matchmaker.demo.generator.meeting_records import Meeting, MeetingRequest, RequestState
from matchmaker.demo.generator.pairing import (
    SPAM,
    WITHOUT_MEETINGS,
    Pair,
    candidates,
    sole_language,
)
from matchmaker.demo.generator.people import TWO_ASKERS
from matchmaker.demo.generator.trade_texts import uncapitalised
from matchmaker.demo.generator.walk_ins import EXHIBITING_BUYER

FROM_SUGGESTIONS = 780
ACCEPTED_WITHOUT_SEAT = 15
REFUSED = {RequestState.DECLINED: 292, RequestState.EXPIRED: 171, RequestState.WITHDRAWN: 52}
SPAM_REQUESTS = 30
REQUESTS_OF_UNWANTED = 3
FRENCH_WITHOUT_INTERPRETER = 3
BUYS_FROM = ("S058", "S054", "S056", "S055")
NIGHT_BUYER = "B45"
ANSWER_DAYS = 3
# Requests are opened at eight in the morning; people write and answer until six.
WORKING_MINUTES = 600
EXHIBITOR_ASKS = 0.58
DECLINE_REASONS = ("not_relevant", "not_relevant", "no_time", "other")
# The first message of each side claims a product that is both asked and offered.
MESSAGES = {
    Side.EXHIBITOR: (
        (
            "Chúng tôi có {vi}, đúng nhu cầu quý doanh nghiệp đã nêu. Kính mời gặp để xem mẫu và trao đổi giá.",
            "We make {en}, which you are looking for. We would like to show samples and discuss prices.",
        ),
        (
            "Về {vi}: chúng tôi sẽ mang mẫu và hồ sơ chất lượng tới hội chợ, mong được gặp quý doanh nghiệp.",
            "On {en}: we bring samples and quality papers to the fair and hope to meet you.",
        ),
    ),
    Side.BUYER: (
        (
            "Chúng tôi đang tìm {vi}. Mong được gặp để hỏi về năng lực, chứng nhận và thời gian giao hàng.",
            "We are looking for {en} and would like to ask about capacity, certificates and lead time.",
        ),
        (
            "Chúng tôi quan tâm {vi} của quý doanh nghiệp, đề nghị mang theo mẫu và bảng giá.",
            "We are interested in your {en}; please bring samples and a price list.",
        ),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    """A request before it has a number, an origin and its moments."""

    pair: Pair
    side: Side
    person: str
    state: RequestState
    reason: str | None = None
    meeting: str | None = None
    is_late: bool = False
    is_unprompted: bool = False


def shared_product(exhibitor: CompanyRow, buyer: CompanyRow) -> Product:
    """Return what the two would talk about: a product asked and offered, else one of the same sector, else any."""
    catalogue = products()
    wanted = [catalogue[code] for code in buyer.needs]
    sold = [catalogue[code] for code in exhibitor.offers]
    ways = (
        [one for one in sold if one.code in buyer.needs],
        [one for one in sold if one.category in {other.category for other in wanted}],
        [one for one in sold if one.sector in {other.sector for other in wanted}],
        sold,
    )
    return next(way for way in ways if way)[0]


def invite(*, meetings: Sequence[Meeting], fair: Fair, seed: int) -> tuple[tuple[MeetingRequest, ...], dict[str, str]]:
    """Return the requests in the order they were made and, for each seat that was asked for, its request's code."""
    rng = stream(seed, "requests")
    drafts = [*_seated(meetings, rng), *_unseated(meetings, seed, rng)]
    suggested = _suggested(drafts, rng)
    rows = {row.code: row for row in company_rows()}
    written = [
        _write(draft=draft, rows=rows, is_suggested=number in suggested, fair=fair, rng=rng)
        for number, draft in enumerate(drafts)
    ]
    written.sort(key=lambda one: (one.requested_at, one.exhibitor_code, one.buyer_code))
    requests = tuple(replace(one, code=f"R{number:04d}") for number, one in enumerate(written, start=1))
    return requests, {one.meeting_code: one.code for one in requests if one.meeting_code}


def _seated(meetings: Sequence[Meeting], rng: random.Random) -> list[_Draft]:
    seen: set[tuple[str, str]] = set()
    drafts: list[_Draft] = []
    for one in sorted((one for one in meetings if not one.is_walk_in), key=lambda one: (one.slot, one.code)):
        side = Side.EXHIBITOR if rng.random() < EXHIBITOR_ASKS else Side.BUYER
        person = one.exhibitor_representative_code if side is Side.EXHIBITOR else one.buyer_representative_code
        key = (one.exhibitor_code, one.buyer_code)
        drafts.append(
            _Draft(
                pair=Pair(*key, 0.0),
                side=side,
                person=person,
                state=RequestState.ACCEPTED,
                meeting=one.code,
                is_late=key in seen,
                is_unprompted=key in seen,
            )
        )
        seen.add(key)
    return drafts


def _unseated(meetings: Sequence[Meeting], seed: int, rng: random.Random) -> list[_Draft]:
    met = {(one.exhibitor_code, one.buyer_code) for one in meetings}
    pool = [one for one in candidates(seed) if (one.exhibitor, one.buyer) not in met]
    drafts = [*_exhibiting_buyer(), *_special(meetings, pool), *_from_pool(pool)]
    used = {(one.pair.exhibitor, one.pair.buyer) for one in drafts}
    # Nobody is flooded: of the pairs that are left, the best come first, at most 18 requests a buyer.
    load = Counter(one.pair.buyer for one in drafts)
    seatless = ACCEPTED_WITHOUT_SEAT - sum(1 for one in drafts if one.state is RequestState.ACCEPTED)
    missing = ACCEPTED_WITHOUT_SEAT + sum(REFUSED.values()) - len(drafts)
    states = [RequestState.ACCEPTED] * seatless
    had = Counter(one.state for one in drafts)
    for state, count in REFUSED.items():
        states += [state] * (count - had[state])
    rng.shuffle(states)
    for pair in pool:
        if len(states) == 0:
            break
        is_closed = pair.exhibitor in {SPAM, *WITHOUT_MEETINGS} or (pair.exhibitor, pair.buyer) in used
        if is_closed or load[pair.buyer] >= _limit(missing):
            continue
        load[pair.buyer] += 1
        drafts.append(_refused(pair, states.pop(), rng))
    return drafts


def _limit(missing: int) -> int:
    """Return how many fruitless requests one buyer takes part in: the mean over all buyers and a third more."""
    mean = missing // sum(1 for row in company_rows() if row.side == "buyer")
    return mean + mean // 3


def _refused(pair: Pair, state: RequestState, rng: random.Random) -> _Draft:
    side = Side.EXHIBITOR if rng.random() < EXHIBITOR_ASKS else Side.BUYER
    reasons: dict[RequestState, tuple[str | None, ...]] = {
        RequestState.ACCEPTED: ("no_common_slot", "daily_limit_reached"),
        RequestState.DECLINED: DECLINE_REASONS,
        RequestState.WITHDRAWN: ("plans_changed",),
        RequestState.EXPIRED: (None,),
    }
    person = f"{pair.exhibitor if side is Side.EXHIBITOR else pair.buyer}-1"
    return _Draft(pair=pair, side=side, person=person, state=state, reason=rng.choice(reasons[state]))


def _exhibiting_buyer() -> list[_Draft]:
    """Return the requests of the caterer that exhibits and buys; one is accepted and finds no slot."""
    return [
        _Draft(
            pair=Pair(exhibitor, EXHIBITING_BUYER, 3.0),
            side=Side.BUYER,
            person=f"{EXHIBITING_BUYER}-1",
            state=RequestState.DECLINED if number else RequestState.ACCEPTED,
            reason="no_time" if number else "no_common_slot",
        )
        for number, exhibitor in enumerate(BUYS_FROM)
    ]


def _special(meetings: Sequence[Meeting], pool: Sequence[Pair]) -> list[_Draft]:
    """Return the second person's request for a buyer that a colleague meets already, and the request at 3 a.m."""
    first = next(one for one in meetings if one.exhibitor_code == TWO_ASKERS and not one.is_walk_in)
    colleague = next(
        f"{TWO_ASKERS}-{number}" for number in (1, 2) if f"{TWO_ASKERS}-{number}" != first.exhibitor_representative_code
    )
    closed = {SPAM, *WITHOUT_MEETINGS}
    night = next(one for one in pool if one.buyer == NIGHT_BUYER and one.exhibitor not in closed)
    return [
        _Draft(
            pair=Pair(TWO_ASKERS, first.buyer_code, 0.0),
            side=Side.EXHIBITOR,
            person=colleague,
            state=RequestState.DECLINED,
            reason="colleague_asked_already",
            is_unprompted=True,
        ),
        _Draft(
            pair=night,
            side=Side.EXHIBITOR,
            person=f"{night.exhibitor}-1",
            state=RequestState.DECLINED,
            reason="night_at_home",
        ),
    ]


def _from_pool(pool: Sequence[Pair]) -> list[_Draft]:
    """Return the spam profile's requests, those of exhibitors nobody met, and French pairs left without interpreter."""
    rows = {row.code: row for row in company_rows()}
    drafts = [
        _Draft(
            pair=pair,
            side=Side.EXHIBITOR,
            person=f"{SPAM}-1",
            state=(RequestState.DECLINED, RequestState.EXPIRED)[number % 2],
            reason=("not_relevant", None)[number % 2],
            is_unprompted=True,
        )
        for number, pair in enumerate([one for one in pool if one.exhibitor == SPAM][:SPAM_REQUESTS])
    ]
    for code in WITHOUT_MEETINGS:
        drafts += [
            _Draft(pair=pair, side=Side.EXHIBITOR, person=f"{code}-1", state=RequestState.EXPIRED)
            for pair in [one for one in pool if one.exhibitor == code][:REQUESTS_OF_UNWANTED]
        ]
    french = [
        one
        for one in pool
        if sole_language(rows[one.exhibitor], rows[one.buyer]) == "fr"
        and one.exhibitor not in {SPAM, *WITHOUT_MEETINGS}
    ]
    return drafts + [
        _Draft(
            pair=pair,
            side=Side.BUYER,
            person=f"{pair.buyer}-1",
            state=RequestState.ACCEPTED,
            reason="no_interpreter",
        )
        for pair in french[:FRENCH_WITHOUT_INTERPRETER]
    ]


def _suggested(drafts: Sequence[_Draft], rng: random.Random) -> set[int]:
    """Return the positions of the 780 requests that came from a suggestion: mostly those that led to a meeting."""
    open_to = [number for number, one in enumerate(drafts) if not one.is_unprompted]
    likely = {RequestState.ACCEPTED: 2.0}
    ranked = sorted(open_to, key=lambda number: rng.random() * likely.get(drafts[number].state, 1.0), reverse=True)
    return set(ranked[:FROM_SUGGESTIONS])


def _moments(draft: _Draft, fair: Fair, rng: random.Random) -> tuple[datetime, datetime, datetime | None]:
    """Return when the request was made, when it runs out, and when it was answered or taken back."""
    days = (fair.requests_close_at - fair.requests_open_at).days - ANSWER_DAYS
    share = rng.uniform(0.92, 1.0) if draft.is_late else rng.betavariate(1.2, 1.6) * 0.84
    opening = fair.requests_open_at + timedelta(days=round(days * share))
    made = opening + timedelta(minutes=rng.randrange(WORKING_MINUTES))
    expires = made + timedelta(days=ANSWER_DAYS)
    waited = rng.randrange(ANSWER_DAYS)
    if draft.state is RequestState.EXPIRED:
        return made, expires, None
    if waited == 0:
        return made, expires, made + timedelta(minutes=rng.randint(20, 120))
    return made, expires, opening + timedelta(days=waited, minutes=rng.randrange(WORKING_MINUTES))


def _write(
    *, draft: _Draft, rows: dict[str, CompanyRow], is_suggested: bool, fair: Fair, rng: random.Random
) -> MeetingRequest:
    product = shared_product(rows[draft.pair.exhibitor], rows[draft.pair.buyer])
    is_shared = product.code in rows[draft.pair.buyer].needs
    message_vi, message_en = MESSAGES[draft.side][rng.randrange(2) if is_shared else 1]
    made, expires, answered = _moments(draft, fair, rng)
    return MeetingRequest(
        code="",
        exhibitor_code=draft.pair.exhibitor,
        buyer_code=draft.pair.buyer,
        requested_by=draft.side,
        representative_code=draft.person,
        is_from_suggestion=is_suggested,
        message_vi=message_vi.format(vi=uncapitalised(product.noun_vi)),
        message_en=message_en.format(en=uncapitalised(product.noun_en)),
        requested_at=made,
        expires_at=expires,
        answered_at=answered,
        state=draft.state,
        reason=draft.reason,
        meeting_code=draft.meeting,
    )
