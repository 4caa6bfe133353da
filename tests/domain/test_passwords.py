import unicodedata

import pytest

from matchmaker.domain.passwords import fault_of, in_one_form

COMMON = frozenset({"password", "123456", "sunshine", "1qaz2wsx3edc", "iloveyou"})
OWN = ("hoa.nguyen@almira-trading.test", "Nguyễn Thị Hoa", "Công ty TNHH Gốm Sứ Bát Tràng")


def fault(password):
    return fault_of(password, own=OWN, common=COMMON)


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "mưa rơi trên mái tôn",
        "twelve chars",
        "             x",
        "0f9q8hfp2qh3",
        "a" * 4 + " long walk " + "b" * 235,
        "🙂🙃🙂🎉🎋🐉🍜🛵🌾⛩🏮🧧",
        "password of nobody but me",
    ],
)
def test_any_long_enough_password_that_nobody_guesses_first_may_be_used(password):
    assert fault(password) is None


@pytest.mark.parametrize(("letters", "code"), [(11, "password_short"), (257, "password_long")])
def test_only_the_length_is_ruled(letters, code):
    assert fault("kxvqzjwyhgbnm"[:11] if letters == 11 else "kxvqz " * 42 + "kxvqz") == code


@pytest.mark.parametrize(
    "password",
    [
        "1qaz2wsx3edc",
        "1QAZ2wsx3EDC",
        "passwordpassword",
        "PasswordPassword",
        "123456123456123456",
        "passwordpass",
        "password123456",
        "iloveyousunshine",
        "aaaaaaaaaaaaaaa",
        "abcabcabcabcabc",
        "abcdefghijklmnop",
        "mlkjihgfedcba",
        "12345678901234567890",
        "qwertyuiopasdf",
    ],
)
def test_common_ones_their_repetitions_and_walks_along_the_keys_are_refused(password):
    assert fault(password) == "password_common"


@pytest.mark.parametrize(
    "password",
    [
        "hoa.nguyen@almira-trading.test",
        "HoaNguyen2026",
        "almira-trading1",
        "gom su bat trang",
        "GốmSứBátTràng!",
        "nguyenthihoa12",
    ],
)
def test_a_password_made_of_what_others_know_of_its_owner_is_refused(password):
    assert fault(password) == "password_own"


def test_own_words_inside_a_long_password_are_no_fault():
    assert fault("almira sells nine blue kettles") is None


def test_a_password_fits_however_the_keyboard_composed_its_letters():
    composed = unicodedata.normalize("NFC", "gốm sứ bát tràng xanh")
    assert in_one_form(unicodedata.normalize("NFD", composed)) == composed
