"""The matcher's reasons in words. The matcher speaks codes; every sentence stands here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from matchmaker.domain.matching.shared_runs import LONGEST_RUN
from matchmaker.domain.matching.words import fold, stem
from matchmaker.domain.profiles import CERTIFICATES
from matchmaker.domain.units import reaches
from matchmaker.web.filters import country_names, tongue_within
from matchmaker.web.language import language
from matchmaker.web.units import amount

Facts = Mapping[str, Any]
Wording = Callable[[Facts], str]
# A sentence stays under sixty letters, so that it takes one line of a card on a phone.
MOST_TERMS, MOST_LETTERS, LONGEST_NAME = 3, 28, LONGEST_RUN
# Kinds of reasons whose sentences name nothing of the two profiles.
NAMELESS = frozenset({"profile_fits", "spelling_fits", "meaning_fits"})
STRONG, GOOD = 0.6, 0.35
EVEN, UNEVEN = 0.15, 0.4
LEVELS = ((0.75, 5), (STRONG, 4), (GOOD, 3), (0.2, 2))


@dataclass(frozen=True, slots=True)
class Why:
    """Why a pair fits, for its reader and for the other side, the most telling first; and what speaks against it."""

    for_you: list[str]
    for_them: list[str]
    against: list[str]


def why(reasons: Mapping[str, Any], *, role: str, categories: Mapping[str, str]) -> Why:
    """Word the stored reasons of a pair for the page of ``role``; ``categories`` names codes in the page's language."""
    told = sorted(reasons.get(role, ()), key=lambda reason: -abs(reason["contribution"]))
    sides: dict[str, dict[str, str]] = {"mine": {}, "theirs": {}}
    against: list[str] = []
    for reason in told:
        facts = {**reason["params"], "categories": categories}
        wording = WORDS.get((role, reason["side"], reason["code"]))
        if wording is not None:
            sentence = wording(facts)
            if sentence and sentence not in sides["mine"] and sentence not in sides["theirs"]:
                sides[reason["side"]][sentence] = reason["code"]
        elif reason["code"] in AGAINST:
            sentence = AGAINST[reason["code"]](facts)
            if sentence not in against:
                against.append(sentence)
    mine = _led(sides["mine"])
    beside = sides["mine"].get(mine[0]) if mine else None
    return Why(mine, _led(sides["theirs"], beside=beside), against)


def has_category(reasons: Mapping[str, Any] | None) -> bool:
    """Whether the stored reasons of a pair name a category of the fair's tree, whose names are read for them alone."""
    return any(reason["params"].get("path") for side in (reasons or {}).values() for reason in side)


def _led(sentences: Mapping[str, str], *, beside: str | None = None) -> list[str]:
    """Put first the strongest sentence that names a fact, and none of the kind of the one that is read beside it."""

    def says(sentence: str) -> int:
        return (sentences[sentence] != beside) + (sentences[sentence] not in NAMELESS)

    lead = max(sentences, key=says, default=None)
    return sorted(sentences, key=lambda sentence: sentence != lead)


def gap(gaps: Mapping[str, Any], *, role: str) -> str:
    """The one missing field of the reader's own profile that would help most, or nothing."""
    code = gaps.get(role)
    return GAPS[code]() if code in GAPS else ""


def fit_level(score: float) -> int:
    """Return a score as the five steps of the fit mark."""
    return next((level for least, level in LEVELS if score >= least), 1)


def label_words(label: str) -> str:
    """What a score rests on, where that is less than the texts of both sides."""
    if label == "structured":
        return _("By category and stage, not by text")
    return _("Few details yet") if label == "few_details" else ""


def blocker_words(code: str) -> str:
    """Why pairs were kept apart."""
    return {
        "same_company": _("The same company on both sides"),
        "forbidden": _("Ruled out by the organizer or by a company's own answer"),
        "vetoed": _("One side does not want to meet the other"),
        "competitor": _("Marked as a competitor"),
        "excluded_country": _("A country one side excluded"),
        "no_capacity": _("No free place left"),
    }[code]


def blocker_advice(code: str) -> str:
    """What an organizer can do about a company whose pairs a blocker stops; with no blocker, it is the profile."""
    return {
        "same_company": _("It would meet itself only. Let in more companies of the other side."),
        "forbidden": _("Look at the rules of who may meet whom, and at whether its group is too wide."),
        "vetoed": _("Ask the company whether it still wants to keep away from so many."),
        "competitor": _("Ask the company whether so many are really competitors."),
        "excluded_country": _("Ask the company whether it still excludes these countries."),
        "no_capacity": _("Raise its limit of meetings, or that of the fair."),
    }.get(code) or _("No rule stands in its way. Ask it for offers or needs, or let in more of the other side.")


def spread_words(gini: float) -> str:
    """Inequality of exposure in words."""
    if gini <= EVEN:
        return _("Everyone is shown about as often.")
    if gini <= UNEVEN:
        return _("Some are shown clearly more often than others.")
    return _("A few take most of the attention.")


FACTORS: dict[str, Callable[[], str]] = {
    "item": lambda: _("The best need and offer, compared one by one"),
    "document": lambda: _("The profiles as a whole"),
    "character": lambda: _("Spelling, names and codes"),
    "category": lambda: _("Category in the tree"),
    "stage": lambda: _("Stages of the value chain that follow each other"),
    "certificate": lambda: _("Certificates asked for and held"),
    "market": lambda: _("Markets wished and served"),
    "quantity": lambda: _("Quantity and minimum order"),
    "language": lambda: _("A language in common"),
    "size": lambda: _("Company size"),
    "slots": lambda: _("Free times in common"),
    "encoder": lambda: _("Meaning, by a language model"),
}


def factor_words(code: str) -> str:
    """What a weight weighs."""
    return FACTORS[code]() if code in FACTORS else ""


STAGES = {
    "raw_material": _l("raw material"),
    "manufacture": _l("manufacture"),
    "distribution": _l("distribution"),
    "retail": _l("retail"),
    "recycling": _l("recycling"),
    "service": _l("service"),
}


def stage_name(code: str | None) -> str:
    """The name of a stage of the value chain."""
    return str(STAGES.get(code or "", ""))


def _terms(facts: Facts, said: str) -> str:
    """The terms both texts share: a link for two different words, as in ``gỗ → wood``, else what ``said`` names.

    Two forms of one word (trays, tray; gom su, gốm sứ) are no link; the word stands as in the text that is spoken of.
    Terms that are not to be found in the texts of the page's language are left out.
    """
    shown = []
    for pair in facts.get("terms", ()):
        names = pair.get("spoken", {}).get(language(), (pair["source"], pair["target"]))
        if names is not None:
            source, target = names
            own = {"source": source, "target": target}[said]
            shown.append(own if _bare(source) == _bare(target) else f"{source} → {target}")
    return _few(shown)


def _bare(name: str) -> list[str]:
    """The words of a term without accents and endings."""
    return [stem(word) for word in fold(name).split()]


def _few(names: Iterable[str], *, longest: int = LONGEST_NAME) -> str:
    """The first names that fit on the line together; one alone may be a little longer."""
    shown: list[str] = []
    for name in dict.fromkeys(names):
        most = MOST_LETTERS if shown else longest
        if name and len(shown) < MOST_TERMS and len(", ".join([*shown, name])) <= most:
            shown.append(name)
    return ", ".join(shown)


def _with_terms(sentence: Callable[[str], str], *, said: str) -> Wording:
    """A sentence about a need (the source of the terms) or about an offer (their target)."""

    def words(facts: Facts) -> str:
        terms = _terms(facts, said)
        return sentence(terms) if terms else ""

    return words


def _path(facts: Facts) -> str:
    names = [facts["categories"].get(code, "") for code in facts.get("path", ())]
    name = names[-1] if names else ""
    if not name or len(name) > LONGEST_NAME:
        return _("Offer and need are in the same category")
    return _("Same category: %(name)s", name=name)


def _stages(facts: Facts) -> str:
    seller, buyer = stage_name(facts.get("seller_stage")), stage_name(facts.get("buyer_stage"))
    if not seller or not buyer:
        return ""
    if seller == buyer:
        return _("The same stage of the chain: %(stage)s", stage=seller)
    return _("Neighbours in the chain: %(seller)s → %(buyer)s", seller=seller, buyer=buyer)


def _with_certificates(kind: str, named: Callable[[str], str], unnamed: Callable[[], str]) -> Wording:
    """Name the certificates met or missing where they fit on the line."""

    def words(facts: Facts) -> str:
        names = _few((CERTIFICATES.get(code, code) for code in facts.get(kind, ())), longest=MOST_LETTERS)
        return named(names) if names else unnamed()

    return words


def _markets(facts: Facts) -> str:
    markets = _few(country_names(facts.get("markets", ())))
    return _("A market in common: %(markets)s", markets=markets) if markets else ""


def _quantity(facts: Facts) -> str:
    quantity, minimum = facts.get("quantity"), facts.get("minimum_order")
    wanted_in, ordered_in = facts.get("quantity_unit", ""), facts.get("minimum_unit", "")
    # The pair fits by another item of theirs; figures beside this quote would say the opposite.
    if quantity is None or minimum is None or not reaches(quantity, wanted_in, minimum, ordered_in):
        return ""
    return _(
        "%(wanted)s wanted, minimum order %(minimum)s",
        wanted=amount(quantity, wanted_in),
        minimum=amount(minimum, ordered_in),
    )


def _languages(facts: Facts) -> str:
    names = _few(tongue_within(code) for code in facts.get("languages", ()))
    return _("You share a language: %(names)s", names=names) if names else ""


def _slots(facts: Facts) -> str:
    count = facts.get("slots", 0)
    return str(ngettext("%(num)s free time in common", "%(num)s free times in common", count)) if count else ""


SYMMETRIC: dict[str, Wording] = {
    "shared_category": _path,
    "stage_fits": _stages,
    "shared_market": _markets,
    "quantity_fits": _quantity,
    "shared_language": _languages,
    "common_slots": _slots,
    "serves_both_ways": lambda _facts: _("Business could go both ways"),
}
DIRECTED: dict[tuple[str, str, str], Wording] = {
    ("exhibitor", "mine", "text_fits"): _with_terms(
        lambda terms: _("They need: %(terms)s", terms=terms), said="source"
    ),
    ("exhibitor", "theirs", "text_fits"): _with_terms(
        lambda terms: _("You offer: %(terms)s", terms=terms), said="target"
    ),
    ("buyer", "mine", "text_fits"): _with_terms(lambda terms: _("They offer: %(terms)s", terms=terms), said="target"),
    ("buyer", "theirs", "text_fits"): _with_terms(lambda terms: _("You need: %(terms)s", terms=terms), said="source"),
    ("exhibitor", "mine", "profile_fits"): lambda _facts: _("Their needs as a whole suit your offers"),
    ("exhibitor", "theirs", "profile_fits"): lambda _facts: _("Your offers as a whole suit their needs"),
    ("buyer", "mine", "profile_fits"): lambda _facts: _("Their offers as a whole suit your needs"),
    ("buyer", "theirs", "profile_fits"): lambda _facts: _("Your needs as a whole suit their offers"),
    ("exhibitor", "mine", "spelling_fits"): lambda _facts: _("They use the same names and codes as you"),
    ("exhibitor", "theirs", "spelling_fits"): lambda _facts: _("You use the same names and codes as they do"),
    ("buyer", "mine", "spelling_fits"): lambda _facts: _("They use the same names and codes as you"),
    ("buyer", "theirs", "spelling_fits"): lambda _facts: _("You use the same names and codes as they do"),
    ("exhibitor", "mine", "meaning_fits"): lambda _facts: _("Their need means what you offer"),
    ("exhibitor", "theirs", "meaning_fits"): lambda _facts: _("Your offer means what they need"),
    ("buyer", "mine", "meaning_fits"): lambda _facts: _("Their offer means what you need"),
    ("buyer", "theirs", "meaning_fits"): lambda _facts: _("Your need means what they offer"),
    ("exhibitor", "theirs", "shared_certificate"): _with_certificates(
        "met",
        lambda names: _("You hold %(names)s, which they ask for", names=names),
        lambda: _("You hold the certificates they ask for"),
    ),
    ("exhibitor", "mine", "shared_certificate"): _with_certificates(
        "met",
        lambda names: _("They ask for %(names)s, which you hold", names=names),
        lambda: _("They ask for the certificates you hold"),
    ),
    ("buyer", "mine", "shared_certificate"): _with_certificates(
        "met",
        lambda names: _("They hold %(names)s, which you ask for", names=names),
        lambda: _("They hold the certificates you ask for"),
    ),
    ("buyer", "theirs", "shared_certificate"): _with_certificates(
        "met",
        lambda names: _("You ask for %(names)s, which they hold", names=names),
        lambda: _("You ask for the certificates they hold"),
    ),
    ("exhibitor", "mine", "size_fits"): lambda _facts: _("They have the size you look for"),
    ("exhibitor", "theirs", "size_fits"): lambda _facts: _("You have the size they look for"),
    ("buyer", "mine", "size_fits"): lambda _facts: _("They have the size you look for"),
    ("buyer", "theirs", "size_fits"): lambda _facts: _("You have the size they look for"),
}
WORDS: dict[tuple[str, str, str], Wording] = {
    **DIRECTED,
    **{
        (role, side, code): wording
        for role in ("exhibitor", "buyer")
        for side in ("mine", "theirs")
        for code, wording in SYMMETRIC.items()
    },
}
AGAINST: dict[str, Wording] = {
    "stage_clashes": lambda _facts: _("You stand at the same place in the chain"),
    "missing_certificate": _with_certificates(
        "missing",
        lambda names: _("Not held yet: %(names)s", names=names),
        lambda: _("Certificates asked for are not held yet"),
    ),
    "no_shared_market": lambda _facts: _("No market in common so far"),
    "below_minimum_order": lambda _facts: _("The quantity is below the minimum order"),
    "no_shared_language": lambda _facts: _("No language in common: an interpreter helps"),
    "size_not_wished": lambda _facts: _("Not the company size that was asked for"),
    "no_common_slots": lambda _facts: _("No free time in common right now"),
    "wish_unknown": lambda _facts: _("One side has not said what it looks for"),
}
UNSPOKEN = frozenset({"text_far", "profile_far", "spelling_far", "meaning_far", "no_shared_category", "starting_point"})
GAPS: dict[str, Callable[[], str]] = {
    "offers": lambda: _("They don't know what you offer yet"),
    "more_offers": lambda: _("Three separate offers would show more of what you do"),
    "needs": lambda: _("They don't know what you need yet"),
    "more_needs": lambda: _("Three separate needs would show more of what you want"),
    "categories": lambda: _("Your items name no category yet"),
    "stage": lambda: _("They don't know your place in the chain yet"),
    "certificates": lambda: _("They don't know your certificates yet"),
    "markets": lambda: _("They don't know your markets yet"),
    "languages": lambda: _("They don't know which languages you speak"),
}
