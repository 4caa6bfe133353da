import io
import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages import pofile

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ("vi", "en")
PLACEHOLDER = re.compile(r"%\(\w+\)s")


@pytest.fixture(scope="module")
def wanted(tmp_path_factory):
    """The strings that code and templates ask for."""
    out = tmp_path_factory.mktemp("strings") / "messages.pot"
    babel = [sys.executable, "-m", "babel.messages.frontend", "-q", "extract", "-k", "_l", "-k", "lazy_gettext"]
    subprocess.run(
        [*babel, "-F", "matchmaker/translations/babel.cfg", "-o", str(out), "."],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    return {key(message) for message in pofile.read_po(io.BytesIO(out.read_bytes())) if message.id}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_has_every_string_and_no_other(wanted, language):
    catalogue = read(language)
    assert {key(message) for message in catalogue if message.id} == wanted


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_string_is_translated_and_none_is_a_guess(language):
    catalogue = read(language)
    missing = [key(message) for message in catalogue if message.id and (message.fuzzy or not all(texts(message)))]
    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_fill_in_the_same_facts(language):
    wrong = [
        key(message)
        for message in read(language)
        if message.id and any(not set(PLACEHOLDER.findall(text)) <= allowed(message) for text in texts(message))
    ]
    assert wrong == []


def test_a_meeting_and_its_schedule_have_one_word_in_vietnamese():
    said = re.compile(r"(?<!kết quả )cuộc gặp|cuộc hẹn|buổi hẹn|lịch gặp")
    others = [text for message in read("vi") for text in texts(message) if said.search(text.lower())]
    assert others == []


def test_people_are_addressed_with_one_word_in_vietnamese():
    """Bạn on every page and in every mail; only the first line of a mail and reports greet a company formally."""
    said = re.compile(r"quý (?!doanh nghiệp)|anh/chị")
    others = [text for message in read("vi") for text in texts(message) if said.search(text.lower())]
    assert others == []


def read(language):
    path = ROOT / "matchmaker" / "translations" / language / "LC_MESSAGES" / "messages.po"
    return pofile.read_po(io.BytesIO(path.read_bytes()), locale=language)


def key(message):
    return message.id if isinstance(message.id, str) else message.id[0]


def texts(message):
    return [message.string] if isinstance(message.string, str) else list(message.string)


def allowed(message):
    ids = [message.id] if isinstance(message.id, str) else message.id
    return {name for one in ids for name in PLACEHOLDER.findall(one)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_breaks_when_its_facts_are_filled_in(language):
    """Templates fill every string in, so a lone per cent sign in one would answer a page with a fault."""
    for message in read(language):
        for text in texts(message) if message.id else ():
            facts = dict.fromkeys(re.findall(r"%\((\w+)\)", text), 1)
            assert "%(" not in text % facts, text
