"""Standard scores within one asker and one document language.

Raw likeness is not comparable across languages: the same fit reads .5 between two Vietnamese texts and .2 across
languages. Measured within each asker and language, as "how far above what this asker usually gets", it is.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

ENOUGH = 20
PRIOR_MEAN = 0.02
PRIOR_DEVIATION = 0.08
LEAST_DEVIATION = 0.002


@dataclass(frozen=True, slots=True)
class Standard:
    """Mean and deviation of one likeness, a line per asker and a column per bucket of candidates."""

    mean: Floats
    deviation: Floats

    def scores(self, values: Floats, bucket: NDArray[np.int64]) -> Floats:
        """The standard scores of `values`; 0, the average, for candidates in no bucket (-1)."""
        heard = bucket >= 0
        place = np.where(heard, bucket, 0)
        return np.asarray(np.where(heard, (values - self.mean[:, place]) / self.deviation[:, place], 0.0))


def _shrunk(count: int, mean: Floats, variance: Floats, to_mean: Floats, to_variance: Floats) -> tuple[Floats, Floats]:
    trust = min(1.0, count / ENOUGH)
    return trust * mean + (1 - trust) * to_mean, trust * variance + (1 - trust) * to_variance


def standard_of(values: Floats, bucket: NDArray[np.int64], buckets: int) -> Standard:
    """Learn the standard of each line; a bucket of fewer than 20 leans on all candidates, few of those on a prior."""
    lines = len(values)
    heard = values[:, bucket >= 0]
    prior = np.full(lines, PRIOR_MEAN), np.full(lines, PRIOR_DEVIATION**2)
    everyone = prior
    if heard.shape[1]:
        everyone = _shrunk(heard.shape[1], heard.mean(axis=1), heard.var(axis=1), *prior)
    mean, variance = np.empty((lines, buckets)), np.empty((lines, buckets))
    for number in range(buckets):
        members = values[:, bucket == number]
        if members.shape[1]:
            pair = _shrunk(members.shape[1], members.mean(axis=1), members.var(axis=1), *everyone)
        else:
            pair = everyone
        mean[:, number], variance[:, number] = pair
    return Standard(mean=mean, deviation=np.maximum(np.sqrt(variance), LEAST_DEVIATION))
