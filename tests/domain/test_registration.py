import pytest

from matchmaker.domain.fairs import Role
from matchmaker.domain.registration import RoleChoice, mixes_scripts


@pytest.mark.parametrize(
    ("name", "mixes"),
    [
        ("Kaze Foods", False),
        ("Kаze Foods", True),  # A Cyrillic а.
        ("Ορtima", True),
        ("Công ty TNHH Gốm Bát Tràng", False),
        ("Балтика Trading", False),
        ("东京Tea", False),
        ("サクラFoods", False),
        ("3M & Co.", False),
        ("", False),
    ],
)
def test_a_word_of_two_alphabets_that_look_alike_is_noticed(name, mixes):
    assert mixes_scripts(name) is mixes


def test_a_choice_stands_for_its_roles():
    assert RoleChoice.BOTH.roles == (Role.EXHIBITOR, Role.BUYER)
    assert RoleChoice.BUYER.roles == (Role.BUYER,)
