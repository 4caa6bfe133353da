"""The messy copy: the golden fair with the outcomes of 61 held meetings missing, as after a real fair."""

from dataclasses import replace

from matchmaker.demo.generator.content import stream
from matchmaker.demo.generator.meeting_records import MeetingEnd
from matchmaker.demo.generator.reference_fair import ReferenceFair

MISSING_OUTCOMES = 61


def make_messy(golden: ReferenceFair) -> ReferenceFair:
    """Return a copy in which nobody reported on 61 held meetings; deals that rested on one of them are gone.

    Pairs that met twice and meetings with a refused entry are spared, so that no half deal or dangling code is left.
    """
    rng = stream(golden.seed, "messy")
    spared = {code for deal in golden.deals if len(deal.meeting_codes) > 1 for code in deal.meeting_codes}
    spared |= {one.meeting_code for one in golden.refused_entries}
    # Deals that edge cases point to stay as well.
    pointed = {code for case in golden.edge_cases.values() for code in case.codes}
    kept_deals = {one.deal_code for one in golden.follow_ups if one.code in pointed}
    spared |= {code for deal in golden.deals if deal.code in kept_deals for code in deal.meeting_codes}
    held = [one.code for one in golden.meetings if one.end is MeetingEnd.HELD and one.code not in spared]
    silent = set(rng.sample(held, MISSING_OUTCOMES))
    deals = tuple(one for one in golden.deals if not silent & set(one.meeting_codes))
    left = {one.code for one in deals}
    return replace(
        golden,
        is_messy=True,
        deals=deals,
        outcomes=tuple(one for one in golden.outcomes if one.meeting_code not in silent),
        follow_ups=tuple(one for one in golden.follow_ups if one.deal_code in left),
    )
