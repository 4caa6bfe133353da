import pytest

from matchmaker.domain.matching.factors import DEFAULT_STAGES, Factor, TraitReader, Weights, bounded_factors
from tests.domain.matching.conftest import buyer, exhibitor


def _values(seller, purchaser):
    reader = TraitReader(stages=DEFAULT_STAGES, among=[seller, purchaser])
    found = bounded_factors(reader.read([seller]), reader.read([purchaser]), reader.flow())
    return {factor: float(table[0, 0]) for factor, table in found.items() if table[0, 0]}


@pytest.mark.parametrize(
    ("mine", "theirs", "expected"),
    [
        ({}, {}, {}),
        ({"stage": "manufacture"}, {"stage": "distribution"}, {Factor.STAGE: 1.0}),
        ({"stage": "retail"}, {"stage": "retail"}, {Factor.STAGE: -0.5}),
        ({"stage": "unheard"}, {"stage": "retail"}, {}),
        ({"certificates": ["a", "b"]}, {"certificates_asked": ["a"]}, {Factor.CERTIFICATE: 1.0}),
        ({"certificates": ["a"]}, {"certificates_asked": ["a", "b"]}, {}),
        ({"certificates": ["c"]}, {"certificates_asked": ["a"]}, {Factor.CERTIFICATE: -1.0}),
        ({"markets": ["JP"]}, {"country": "JP"}, {Factor.MARKET: 1.0}),
        ({"markets": ["JP"]}, {"markets_wished": ["US"], "country": "JP"}, {Factor.MARKET: -1.0}),
        ({"languages": ["vi", "en"]}, {"languages": ["en"]}, {Factor.LANGUAGE: 1.0}),
        ({"languages": ["vi"]}, {"languages": ["ko"]}, {Factor.LANGUAGE: -1.0}),
        ({"size": "small"}, {"sizes_wished": ["small"]}, {Factor.SIZE: 1.0}),
        ({"size": "small"}, {"sizes_wished": ["large"]}, {Factor.SIZE: -1.0}),
        ({"free_slots": 0b110}, {"free_slots": 0b010}, {Factor.SLOTS: 1.0}),
        ({"free_slots": 0b100}, {"free_slots": 0b011}, {Factor.SLOTS: -1.0}),
        ({"free_slots": 0b100}, {}, {}),
    ],
)
def test_a_wish_is_met_unmet_or_unknown(mine, theirs, expected):
    assert _values(exhibitor("e", "x", **mine), buyer("b", "x", **theirs)) == expected


def test_the_organizer_may_change_known_weights_only():
    assert Weights().changed({"stage": 0.9}).stage == 0.9
    with pytest.raises(ValueError, match="unknown weights: colour"):
        Weights().changed({"colour": 1.0})
    with pytest.raises(ValueError, match="spread must be above zero"):
        Weights().changed({"spread": 0.0})
