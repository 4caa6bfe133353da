"""The proved upper bound on the worth of any plan, and its certificate.

The linear programme is the aggregated b-matching relaxation: choose a part y of every meeting and z of every step
of a company's ladder so that the rows of `rows.py` hold and a company's steps are at most its meetings. Its dual
prices prove the bound by themselves: for any non-negative prices u (rows) and a (ladders),

    sum of capacity * u  +  sum over steps of max(0, step - a)  +  sum over meetings of max(0, worth + a's - u's)

is at least the worth of every plan (weak duality). So rounding the prices can weaken the bound, never falsify it,
and `verify` needs integers only.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeVar

from matchmaker.domain.scheduling.index import Index
from matchmaker.domain.scheduling.plan import Certificate
from matchmaker.domain.scheduling.problem import Problem
from matchmaker.domain.scheduling.rows import Key, Row, rows_of

# The programme is nearly a bipartite matching, whose prices are halves; 1/60 also holds thirds, quarters and fifths.
DENOMINATORS = (1, 2, 60)

K = TypeVar("K")


class Relaxation(NamedTuple):
    """The programme's solution: the part of each meeting taken, the certificate, and the bound it proves."""

    parts: list[float]
    certificate: Certificate
    bound: int


class _Prices(NamedTuple):
    rows: dict[Key, float]
    ladders: dict[str, float]


def relax(index: Index) -> Relaxation:
    """Solve the programme and return its solution with the strongest certificate found."""
    possible = [number for number in range(len(index.lengths)) if index.is_possible(number)]
    rows = rows_of(index)
    parts, prices = _solve(index, possible, rows)
    best: tuple[int, Certificate] | None = None
    for denominator in DENOMINATORS:
        certificate = Certificate(
            denominator=denominator,
            prices=_rounded(prices.rows, denominator),
            ladders=_rounded(prices.ladders, denominator),
        )
        value = _value(index, possible, rows, certificate)
        if best is None or value < best[0]:
            best = (value, certificate)
    assert best is not None  # There is always a denominator to try.
    return Relaxation(parts, best[1], best[0])


def verify(*, problem: Problem, certificate: Certificate) -> int:
    """Return the bound that the certificate proves for the problem; integers only, no solver.

    Raises ValueError for negative prices and for rows that the problem does not have.
    """
    index = Index(problem)
    rows = rows_of(index)
    unknown = set(certificate.prices) - {row.key for row in rows}
    unknown_ladders = set(certificate.ladders) - {company.code for company in problem.companies}
    if unknown or unknown_ladders:
        raise ValueError("unknown_row")
    if certificate.denominator < 1 or min([0, *certificate.prices.values(), *certificate.ladders.values()]) < 0:
        raise ValueError("negative_price")
    possible = [number for number in range(len(index.lengths)) if index.is_possible(number)]
    return _value(index, possible, rows, certificate)


def _value(index: Index, possible: Sequence[int], rows: Sequence[Row], certificate: Certificate) -> int:
    """Return the proved bound, rounded down because every plan's worth is an integer."""
    unit = certificate.denominator
    surplus = {number: unit * index.worth[number] for number in possible}
    total = 0
    for row in rows:
        price = certificate.prices.get(row.key, 0)
        if price:
            total += row.capacity * price
            for number, use in row.uses:
                surplus[number] -= use * price
    codes = [company.code for company in index.problem.companies]
    for company, ladder in enumerate(index.ladders):
        price = certificate.ladders.get(codes[company], 0)
        total += sum(max(0, unit * step - price) for step in ladder)
    for number in possible:
        gained = sum(certificate.ladders.get(codes[company], 0) for company in index.sides[number])
        total += max(0, surplus[number] + gained)
    return total // unit


def _rounded(prices: Mapping[K, float], denominator: int) -> dict[K, int]:
    rounded = {key: round(price * denominator) for key, price in prices.items()}
    return {key: price for key, price in rounded.items() if price > 0}


def _solve(index: Index, possible: Sequence[int], rows: Sequence[Row]) -> tuple[list[float], _Prices]:
    """Solve the programme with GLOP; return the parts of all meetings and the prices."""
    # Loading the solver takes about a second; pages and most commands import this package without needing it.
    from ortools.linear_solver.python import model_builder  # noqa: PLC0415 - slow import

    weighted = model_builder.LinearExpr.weighted_sum
    model = model_builder.Model()  # type: ignore[no-untyped-call]  # The library left its constructor bare.
    taken = {number: model.new_num_var(0, 1, "") for number in possible}
    variables, worths = list(taken.values()), [float(index.worth[number]) for number in possible]
    limits = {}
    for row in rows:
        used = weighted([taken[number] for number, _ in row.uses], [float(use) for _, use in row.uses])
        limits[row.key] = model.add(used <= row.capacity)
    heights = {}
    for company, numbers in _met(index, possible).items():
        steps = [model.new_num_var(0, 1, "") for _ in index.ladders[company]]
        variables += steps
        worths += index.ladders[company]
        ones = [1.0] * len(numbers)
        heights[company] = model.add(sum(steps) <= weighted([taken[number] for number in numbers], ones))
    model.maximize(weighted(variables, worths))
    solver = model_builder.Solver("GLOP")
    if not variables or solver.solve(model) != model_builder.SolveStatus.OPTIMAL:
        # All prices at zero prove the sum of all worths: weak, but still a bound.
        return [1.0] * len(index.lengths), _Prices({}, {})
    parts = [0.0] * len(index.lengths)
    for number, variable in taken.items():
        parts[number] = solver.value(variable)
    return parts, _Prices(
        {key: max(0.0, solver.dual_value(limit)) for key, limit in limits.items()},
        {index.problem.companies[company].code: abs(solver.dual_value(height)) for company, height in heights.items()},
    )


def _met(index: Index, possible: Sequence[int]) -> dict[int, list[int]]:
    """Return the possible meetings of every company that has a ladder."""
    met: dict[int, list[int]] = {}
    for number in possible:
        for company in index.sides[number]:
            if index.ladders[company]:
                met.setdefault(company, []).append(number)
    return met
