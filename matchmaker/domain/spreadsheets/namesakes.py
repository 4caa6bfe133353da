"""Finding rows that are about one company, in one pass over any number of rows."""

from __future__ import annotations

from itertools import product

from matchmaker.domain.names import company_name

# What stands for "this row says something about it, never mind what" in the index.
_ANYTHING = object()


class Namesakes:
    """The companies met so far.

    A company is met again when its tax code is, or when its name is and nothing said on both sides differs: marks,
    legal form, tax code or country. A fact that one row leaves out differs from nothing, so being the same does not
    carry over from row to row and no single key can express it. Each row is therefore indexed under every pattern of
    its facts in which some are replaced by "anything", which keeps a file of namesakes linear.
    """

    def __init__(self) -> None:
        self._by_tax_code: dict[str, int] = {}
        self._by_pattern: dict[tuple[object, ...], int] = {}

    def meet(self, *, row: int, name: str, tax_code: str | None, country: str | None) -> int | None:
        """The number of the first row met before that is about the same company; remembers this one."""
        found: list[int] = []
        if tax_code is not None:
            if tax_code in self._by_tax_code:
                found.append(self._by_tax_code[tax_code])
            self._by_tax_code.setdefault(tax_code, row)
        if name:
            parts = company_name(name)
            facts = (parts.spelling, parts.form, tax_code, country)
            # A row that says nothing agrees with anything; one that says something, with the same or with nothing.
            agreeing = product(*((_ANYTHING,) if fact is None else (fact, None) for fact in facts))
            patterns = ((parts.key, *facts_) for facts_ in agreeing)
            found += [self._by_pattern[pattern] for pattern in patterns if pattern in self._by_pattern]
            for kept in product(*((fact, _ANYTHING) for fact in facts)):
                self._by_pattern.setdefault((parts.key, *kept), row)
        return min(found, default=None)
