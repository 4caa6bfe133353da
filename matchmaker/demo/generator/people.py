"""The 231 representatives: who they are, whom each of them meets, and which of them speak English.

How many meetings need an interpreter is decided here: two people who share no language need one.
"""

import random
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from matchmaker.demo.generator.content import CompanyRow, company_rows, rows, stream
from matchmaker.demo.generator.pairing import ONLINE_BUYERS, Pair, block

# 16 companies send two people, 15 send three and 7 send four: 38 companies, 105 people; 126 companies send one.
TEAM_SIZES = (4,) * 7 + (3,) * 15 + (2,) * 16
# Two people of this exhibitor ask for the same buyer.
TWO_ASKERS = "S001"
INTERPRETED_MEETINGS = 371
INTERPRETER_LANGUAGES = ("en", "ja", "ko", "fr", "zh")
SIZE_ORDER = ("micro", "small", "medium", "large")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A representative before the profile is written: name and languages, mother tongue first."""

    code: str
    company: str
    name: str
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """Two people who are to meet, by code. ``languages`` are what an interpreter may speak, empty for none."""

    exhibitor: str
    buyer: str
    exhibitor_person: str
    buyer_person: str
    languages: tuple[str, ...] = ()


def ascii_slug(text: str) -> str:
    """Return the text as lower-case ASCII letters and digits, for mail addresses: ``Đặng Thị`` gives ``dangthi``."""
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(letter for letter in plain if letter.isascii() and letter.isalnum())


def team_sizes(seed: int) -> dict[str, int]:
    """Return how many people each company sends; large companies send more."""
    rng = stream(seed, "teams")
    ranked = [
        (row.code == TWO_ASKERS, SIZE_ORDER.index(row.size_class) + rng.uniform(0, 1.5), row.code)
        for row in company_rows()
        if row.code not in ONLINE_BUYERS
    ]
    ranked.sort(reverse=True)
    sizes = dict.fromkeys((row.code for row in company_rows()), 1)
    for (_, _, code), size in zip(ranked, TEAM_SIZES, strict=False):
        sizes[code] = size
    return sizes


def _names(country: str, used: set[str], rng: random.Random) -> str:
    row = next(one for one in rows("names") if one["country"] == country)
    while True:
        family, given = rng.choice(row["family"].split(",")), rng.choice(row["given"].split(","))
        name = f"{family} {given}" if row["order"] == "family" else f"{given} {family}"
        if name not in used:
            used.add(name)
            return name


def people(seed: int) -> list[Person]:
    """Return everyone who comes, Vietnamese sides without their English, which ``with_english`` decides."""
    rng = stream(seed, "people")
    used: set[str] = set()
    sizes = team_sizes(seed)
    found: list[Person] = []
    for row in company_rows():
        for number in range(1, sizes[row.code] + 1):
            is_expatriate = row.parent_country is not None and number == 1
            country = row.parent_country if is_expatriate and row.parent_country else row.country
            found.append(
                Person(
                    code=f"{row.code}-{number}",
                    company=row.code,
                    name=_names(country, used, rng),
                    languages=_languages(row, is_expatriate=is_expatriate),
                )
            )
    return found


def _languages(row: CompanyRow, *, is_expatriate: bool) -> tuple[str, ...]:
    if row.country != "VN":
        return row.languages
    return (row.languages[0], "vi") if is_expatriate else ("vi",)


def appoint(pairs: Sequence[Pair], staff: Sequence[Person], load: Counter[str] | None = None) -> list[Appointment]:
    """Return one appointment a pair; of each company the person with the fewest meetings so far goes."""
    load = Counter() if load is None else load
    team: dict[str, list[str]] = {}
    for person in staff:
        team.setdefault(person.company, []).append(person.code)
    appointments: list[Appointment] = []
    for pair in pairs:
        chosen = [min(team[company], key=lambda code: (load[code], code)) for company in (pair.exhibitor, pair.buyer)]
        load.update(chosen)
        appointments.append(
            Appointment(exhibitor=pair.exhibitor, buyer=pair.buyer, exhibitor_person=chosen[0], buyer_person=chosen[1])
        )
    return appointments


def interpreter_languages(one: Person, other: Person) -> tuple[str, ...]:
    """Return the languages in which the two can be interpreted with Vietnamese; empty when they share one."""
    if set(one.languages) & set(other.languages):
        return ()
    foreign = other if "vi" in one.languages else one
    return tuple(language for language in foreign.languages if language in INTERPRETER_LANGUAGES)


def with_english(staff: Sequence[Person], appointments: Sequence[Appointment]) -> list[Person]:
    """Return the people with English given to just so many Vietnamese sides that 371 meetings need an interpreter.

    Companies whose profile lists English come first. Raises ValueError when no choice gives the number.
    """
    by_code = {person.code: person for person in staff}
    profile = {row.code: row for row in company_rows()}
    gain: Counter[str] = Counter()
    needing = 0
    for one in appointments:
        seller, buyer = by_code[one.exhibitor_person], by_code[one.buyer_person]
        if not interpreter_languages(seller, buyer):
            continue
        needing += 1
        where = block(profile[one.exhibitor], profile[one.buyer])
        local, foreign = (seller, buyer) if where == "VF" else (buyer, seller)
        if "en" in foreign.languages:
            gain[local.code] += 1
    ranked = sorted(gain, key=lambda code: ("en" not in profile[by_code[code].company].languages, code))
    speakers = _exact_choice([(code, gain[code]) for code in ranked], needing - INTERPRETED_MEETINGS)
    return [
        replace(person, languages=(*person.languages, "en")) if person.code in speakers else person for person in staff
    ]


def _exact_choice(weights: list[tuple[str, int]], target: int) -> set[str]:
    """Return names whose weights sum to ``target``, taking early ones wherever the rest can still complete the sum."""
    reachable = [1]
    for _, weight in reversed(weights):
        reachable.append(reachable[-1] | reachable[-1] << weight)
    reachable.reverse()
    if target < 0 or not reachable[0] >> target & 1:
        raise ValueError(f"no choice of weights gives {target}")
    chosen: set[str] = set()
    for (name, weight), rest in zip(weights, reachable[1:], strict=True):
        if weight <= target and rest >> (target - weight) & 1:
            chosen.add(name)
            target -= weight
    return chosen


def with_interpreters(staff: Sequence[Person], appointments: Sequence[Appointment]) -> list[Appointment]:
    """Return the appointments with the languages in which each must be interpreted."""
    by_code = {person.code: person for person in staff}
    return [
        replace(one, languages=interpreter_languages(by_code[one.exhibitor_person], by_code[one.buyer_person]))
        for one in appointments
    ]
