"""Every kind of notice is classified, has its mail and its words; advertising is what the law calls so."""

from pathlib import Path

from matchmaker.domain.notices.kinds import CHOOSABLE, DIGEST, KINDS, TO_AN_ADDRESS, Nature, Pace
from matchmaker.web.notices.wording import KIND_WORDS, PACE_WORDS

MAILS = Path(__file__).resolve().parents[2] / "templates" / "email"


def test_every_mail_is_of_a_classified_kind_and_every_kind_has_its_mail():
    folders = {folder.name for folder in MAILS.iterdir() if folder.is_dir()}
    assert folders == {*KINDS, *TO_AN_ADDRESS, DIGEST}
    assert {kind.nature for kind in KINDS.values()} <= set(Nature)


def test_what_is_sent_without_consent_serves_what_someone_asked_for():
    """Adding a kind here means having decided that it is no advertising (Decree 91/2020, article 3)."""
    advertising = {code for code, kind in KINDS.items() if kind.is_advertising}
    assert advertising == {"fair_news"}


def test_every_kind_someone_may_choose_about_has_words():
    assert set(KIND_WORDS) == {kind.code for kind in CHOOSABLE}
    assert set(PACE_WORDS) == set(Pace)


def test_advertising_can_always_be_stopped_and_is_never_urgent_or_mixed():
    for kind in KINDS.values():
        if kind.is_advertising:
            assert (kind.is_essential, kind.is_urgent, Pace.DIGEST in kind.paces) == (False, False, False)


def test_no_mail_signs_itself_because_every_one_has_the_same_foot():
    signed = [
        path.parent.name for path in MAILS.glob("*/body.txt") if path.read_text().rstrip().endswith("{{ brand }}")
    ]
    assert set(signed) <= TO_AN_ADDRESS
