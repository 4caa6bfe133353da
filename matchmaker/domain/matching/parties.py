"""One side of a fair made ready to be compared."""

from collections.abc import Sequence
from dataclasses import dataclass

from matchmaker.domain.matching.directions import Party
from matchmaker.domain.matching.factors import TraitReader
from matchmaker.domain.matching.profiles import Profile
from matchmaker.domain.matching.retrieval import Statement, build_bank, statements
from matchmaker.domain.matching.text import NormalText
from matchmaker.domain.matching.vectors import ItemVectoriser, merged


@dataclass(frozen=True, slots=True)
class Spoken:
    """Profiles with everything they say, normalised once."""

    profiles: tuple[Profile, ...]
    offers: list[Statement]
    needs: list[Statement]


def in_order(profiles: Sequence[Profile]) -> tuple[Profile, ...]:
    """Newest first, then by id: ties anywhere in a run are resolved in this order."""
    return tuple(sorted(profiles, key=lambda profile: (-profile.published_rank, profile.id)))


def spoken(profiles: Sequence[Profile]) -> Spoken:
    """What the profiles say, in their order."""
    langs = [profile.lang for profile in profiles]
    return Spoken(
        profiles=tuple(profiles),
        offers=statements([profile.offers for profile in profiles], langs, lambda item: item.moq),
        needs=statements([profile.needs for profile in profiles], langs, lambda item: item.quantity),
    )


def corpus(sides: Sequence[Spoken]) -> list[NormalText]:
    """One document per profile, role and language, for counting in how many profiles a word occurs."""
    documents: dict[tuple[int, int, str], list[NormalText]] = {}
    for role, said in enumerate(said for side in sides for said in (side.offers, side.needs)):
        for statement in said:
            documents.setdefault((role, statement.owner, statement.text.lang), []).append(statement.text)
    return [merged(texts) for texts in documents.values()]


def party(said: Spoken, reader: TraitReader, vectoriser: ItemVectoriser) -> Party:
    """The profiles with their banks and traits."""
    size = len(said.profiles)
    return Party(
        profiles=said.profiles,
        offers=build_bank(size, said.offers, vectoriser),
        needs=build_bank(size, said.needs, vectoriser),
        traits=reader.read(said.profiles),
    )
