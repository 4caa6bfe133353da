"""What a meeting, and the k-th meeting of a company, is worth: integers, so that sums can be proved."""

from matchmaker.domain.scheduling.problem import Company, Meeting, Policy, Problem


def worth_of(*, meeting: Meeting, hosted: frozenset[str], policy: Policy) -> int:
    """Return the meeting's own weight plus the policy's bonuses for must-meets and hosted buyers."""
    guests = sum(1 for party in meeting.parties if party.company in hosted)
    return meeting.weight + policy.must_bonus * meeting.is_must + policy.hosted_bonus * guests


def ladder_of(*, company: Company, policy: Policy) -> tuple[int, ...]:
    """Return the extra worth of the company's 1st, 2nd, ... meeting; never rising, so that it is concave."""
    steps = max(company.minimum, len(company.ladder))
    own = company.ladder + (0,) * (steps - len(company.ladder))
    return tuple(extra + (policy.minimum_bonus if step < company.minimum else 0) for step, extra in enumerate(own))


def worths(problem: Problem) -> list[int]:
    """Return the worth of every meeting, in the problem's order."""
    hosted = frozenset(company.code for company in problem.companies if company.is_hosted)
    return [worth_of(meeting=meeting, hosted=hosted, policy=problem.policy) for meeting in problem.meetings]
