"""What a new plan changes in the published one."""

from collections.abc import Sequence

from matchmaker.domain.scheduling.plan import Assignment, Changes


def changes_between(*, before: Sequence[Assignment], after: Sequence[Assignment]) -> Changes:
    """Return the meetings moved, added and dropped; without a published plan nothing has changed."""
    if not before:
        return Changes()
    old = {assignment.meeting: assignment for assignment in before}
    new = {assignment.meeting: assignment for assignment in after}
    return Changes(
        moved=tuple(code for code, assignment in new.items() if code in old and old[code] != assignment),
        added=tuple(code for code in new if code not in old),
        dropped=tuple(code for code in old if code not in new),
    )
