"""Whether what one wants of a thing reaches the smallest order the other takes, judged on the pair that is quoted."""

import numpy as np
from scipy.sparse import csr_array

from matchmaker.domain.matching.factors import Floats
from matchmaker.domain.matching.retrieval import Bank, Integers

# Rounding must not decide, neither which of two equally near texts is quoted nor whether an amount is reached.
LEAST_DIFFERENCE = 1e-12
LEAST_AMOUNT = 1e-9
NO_UNIT = 0


def amount_fit(needs: Bank, offers: Bank) -> Floats:
    """For every owner of needs (rows) and of offers (columns): 1 enough, -1 too little, 0 where an amount is missing.

    Amounts in different units say nothing of each other, so they count as missing; one without a unit fits any.
    The first of equally near pairs is the one that is quoted, by the order of needs and then of offers.
    """
    found = np.zeros((needs.size, offers.size))
    wanting, giving = _owners_with_amounts(needs), _owners_with_amounts(offers)
    if not len(wanting) or not len(giving):
        return found
    mine, theirs = needs.part(wanting), offers.part(giving)
    turned, starts = csr_array(theirs.meaning.T), theirs.row_starts[theirs.item_starts]
    opens = np.append(mine.row_starts[mine.item_starts], mine.meaning.shape[0])
    for place, wanter in enumerate(wanting):
        likeness = (mine.meaning[opens[place] : opens[place + 1]] @ turned).toarray()
        need, offer = _nearest(likeness, starts)
        row = opens[place] + need
        more = mine.amount[row] - theirs.amount[offer]
        one, other = mine.unit[row], theirs.unit[offer]
        is_alike = (one == other) | (one == NO_UNIT) | (other == NO_UNIT)
        found[wanter, giving] = np.where(is_alike, np.nan_to_num(np.sign(more + LEAST_AMOUNT), nan=0.0), 0.0)
    return found


def _owners_with_amounts(bank: Bank) -> Integers:
    return np.unique(bank.row_owner[~np.isnan(bank.amount)])


def _nearest(likeness: Floats, starts: Integers) -> tuple[Integers, Integers]:
    """The need and the offer text that are most alike, for each owner of offers."""
    width = likeness.shape[1]
    by_need = np.maximum.reduceat(likeness, starts, axis=1)
    least = by_need.max(axis=0) - LEAST_DIFFERENCE
    need = np.argmax(by_need >= least, axis=0)
    owner = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, width)))
    is_nearest = likeness[need[owner], np.arange(width)] >= least[owner]
    return need, np.minimum.reduceat(np.where(is_nearest, np.arange(width), width), starts)
