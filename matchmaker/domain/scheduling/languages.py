"""Who can talk to whom, and which interpreter closes the gap."""

from collections.abc import Iterable, Sequence

from matchmaker.domain.scheduling.problem import Interpreter


def share_language(spoken: Iterable[frozenset[str]]) -> bool:
    """Return whether all have one language in common; someone whose languages are unknown is no obstacle."""
    known = [languages for languages in spoken if languages]
    return not known or bool(frozenset.intersection(*known))


def interpreters_for(*, spoken: Sequence[frozenset[str]], interpreters: Sequence[Interpreter]) -> list[int]:
    """Return the numbers of the interpreters with a pair of which everyone in the meeting speaks a side."""
    known = [languages for languages in spoken if languages]
    return [
        number
        for number, interpreter in enumerate(interpreters)
        if any(all(languages & {*pair} for languages in known) for pair in interpreter.pairs)
    ]
