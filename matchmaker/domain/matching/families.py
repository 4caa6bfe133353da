"""English words of one family: what a word shares with words it is not spelled like."""

from collections import Counter
from collections.abc import Iterable

from matchmaker.domain.matching.words import stem

OPENING = 4
LEAST_PART = 3
LEAST_COMPOUND = 6
# A part is only believed to be a word when this many labels use it.
LEAST_SEEN = 3
MARK = "^"


class WordFamilies:
    """The openings of English stems, and the two words that a compound is made of.

    Labels say "wind" and "proof", a company says "windproof"; labels say "durability", a company "durable".
    """

    def __init__(self, stems: Iterable[Iterable[str]]) -> None:
        counts = Counter(token for tokens in stems for token in set(tokens))
        self._known = {
            token: count for token, count in counts.items() if count >= LEAST_SEEN and len(token) >= LEAST_PART
        }
        self._kin: dict[str, tuple[str, ...]] = {}

    def kin(self, token: str) -> tuple[str, ...]:
        """The stem itself, its parts if it is a compound of two known words, and the openings of all of these."""
        if token not in self._known:
            return self._find(token)
        if token not in self._kin:
            self._kin[token] = self._find(token)
        return self._kin[token]

    def _find(self, token: str) -> tuple[str, ...]:
        words = (token, *self._parts(token))
        openings = (MARK + word[:OPENING] for word in words if len(word) >= OPENING)
        return tuple(dict.fromkeys((*words, *openings)))

    def _parts(self, token: str) -> tuple[str, ...]:
        if len(token) < LEAST_COMPOUND:
            return ()
        cuts = [(stem(token[:place]), stem(token[place:])) for place in range(LEAST_PART, len(token) - LEAST_PART + 1)]
        known = [cut for cut in cuts if cut[0] in self._known and cut[1] in self._known]
        # Where several cuts make words, the one whose rarer half is best known is meant; the first among equals.
        return max(known, key=lambda cut: min(self._known[cut[0]], self._known[cut[1]]), default=())
