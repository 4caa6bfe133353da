"""The shared terms of a pair as its readers find them: in the two texts, and in the language of each reader."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from matchmaker.domain.matching.profiles import Language
from matchmaker.domain.matching.shared_runs import shared_run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from matchmaker.domain.matching.explanation import BestPair

# Measures and phrases of every offer. They are matched like other words, and name nothing when shown alone.
_PLAIN_WORDS: Final = """
tháng năm ngày tuần tấn kg cái chiếc bộ hộp thùng sản phẩm hàng năng lực công suất khoảng giao nguồn
month months year years day days week ton tons pcs pieces boxes box product products capacity delivered steady source
"""
_PLAIN: Final = frozenset(_PLAIN_WORDS.split())


def spoken_terms(
    terms: Iterable[Mapping[str, Any]], best: BestPair, *, translate: Callable[[str], Sequence[str]]
) -> list[dict[str, Any]]:
    """Return the terms that stand in the two texts as they are, without those that are part of another one.

    The matcher also compares words that stand apart once stop words are gone; to a reader they say nothing. Where a
    company wrote its item in two languages, ``spoken`` gives for each language what source and target are called in
    those texts, or None where they are not to be found there; ``translate`` gives the names of a term in the other
    language. A term is told with the words around it that both texts have, so that it reads as a name.
    """
    texts = f"{best.need}\n{best.offer}".casefold()
    found = [term for term in terms if term["source"] in texts and term["target"] in texts]
    told = [term for term in found if not set(term["source"].split()) <= _PLAIN]
    whole = {term["source"] for term in told}
    kept = [term for term in told if not any(term["source"] != other and term["source"] in other for other in whole)]
    return [_with_names(term, best, translate) for term in kept]


def _with_names(term: Mapping[str, Any], best: BestPair, translate: Callable[[str], Sequence[str]]) -> dict[str, Any]:
    spoken: dict[str, list[str] | None] = {}
    own = _whole(term["source"], term["target"], best.need, best.offer)
    for lang in Language:
        if lang not in best.need_versions and lang not in best.offer_versions:
            continue
        need, offer = best.need_versions.get(lang, best.need), best.offer_versions.get(lang, best.offer)
        source, target = _name(term["source"], need, translate), _name(term["target"], offer, translate)
        names = _whole(source, target, need, offer) if source and target else None
        if names != own:
            spoken[lang] = names
    told = {**term, "source": own[0], "target": own[1]}
    return {**told, "spoken": spoken} if spoken else told


def _name(name: str, text: str, translate: Callable[[str], Sequence[str]]) -> str | None:
    folded = text.casefold()
    return next((one for one in (name, *translate(name)) if one.casefold() in folded), None)


def _whole(source: str, target: str, need: str, offer: str) -> list[str]:
    """The two names, or where they are one, the whole run of words that both texts have around it."""
    return list((shared_run(source, need, offer) if source == target else None) or (source, target))
