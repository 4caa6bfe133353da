"""The companies as the fair knows them: profile, people with consents, offers, needs and how they take part."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from matchmaker.demo.generator.company_records import (
    Certificate,
    Company,
    Consent,
    LegalForm,
    Participation,
    Representative,
    Side,
)
from matchmaker.demo.generator.content import (
    CompanyRow,
    certificate_names,
    cities,
    company_rows,
    products,
    rows,
    stream,
)
from matchmaker.demo.generator.fair_records import Fair
from matchmaker.demo.generator.grid import BUYER_CAP, consent_withdrawn_at
from matchmaker.demo.generator.pairing import ONLINE_BUYERS, SUPPLIER_CAP
from matchmaker.demo.generator.people import Person, ascii_slug
from matchmaker.demo.generator.trade_texts import VIETNAMESE_ONLY, held_certificates, needs_of, offers_of
from matchmaker.demo.generator.walk_ins import EXHIBITING_BUYER

BRANCH, ITS_HEAD_OFFICE = "S002", "S001"
PURPOSES = ("matching", "profile", "contact", "statistics", "marketing")
WITHDRAWN_PURPOSES = ("matching", "profile", "contact")
MARKETING_SHARE = 0.35
VERIFIED_SHARE = 0.8
# Weights of the check digit of a Vietnamese tax code; 99 is no province, so no real code can be hit.
TAX_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
TAX_PREFIX = "99"
NO_CHECK_DIGIT = 10
SIZE_WORDS = {
    "micro": ("dưới 10 lao động", "fewer than 10 people"),
    "small": ("10–49 lao động", "10–49 people"),
    "medium": ("50–199 lao động", "50–199 people"),
    "large": ("từ 200 lao động", "200 people or more"),
}
SERVICE_SECTORS = {"mro", "services"}
BUYER_STAGES = (
    ({"ch-retail", "ch-gift"}, "retail"),
    ({"ch-import"}, "distribution"),
    ({"ch-order", "ch-ems"}, "manufacture"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What profiles must know beyond the content: the fair, absences, who withdrew consent, and the seed."""

    fair: Fair
    absent: Mapping[str, tuple[frozenset[int], str]]
    withdrawn_person: str
    seed: int


def tax_code(number: int) -> str:
    """Return the fictional ten-digit code for a running number from 1, with a right check digit."""
    found = 0
    serial = 0
    while found < number:
        serial += 1
        digits = f"{TAX_PREFIX}{serial:07d}"
        check = 10 - sum(weight * int(digit) for weight, digit in zip(TAX_WEIGHTS, digits, strict=True)) % 11
        found += check != NO_CHECK_DIGIT
    return f"{digits}{check}"


def build_companies(*, staff: Sequence[Person], circumstances: Circumstances) -> tuple[Company, ...]:
    """Return all companies in the content's order."""
    teams: dict[str, list[Person]] = {}
    for person in staff:
        teams.setdefault(person.company, []).append(person)
    return tuple(
        _company(row=row, number=number, team=teams[row.code], circumstances=circumstances)
        for number, row in enumerate(company_rows(), start=1)
    )


def _company(*, row: CompanyRow, number: int, team: Sequence[Person], circumstances: Circumstances) -> Company:
    rng = stream(circumstances.seed, f"profile {row.code}")
    city = cities()[row.city]
    joined_at = circumstances.fair.requests_open_at - timedelta(days=rng.randint(1, 45), minutes=-rng.randrange(600))
    offers = offers_of(row, circumstances.seed)
    about_vi, about_en = _about(row)
    return Company(
        code=row.code,
        name=row.name,
        name_en=row.name_en,
        short_name=row.short_name,
        slug=_slug(row),
        legal_form=LegalForm(row.legal_form),
        country=row.country,
        parent_country=row.parent_country,
        tax_code=_tax_code(row, number),
        city_vi=city.name_vi,
        city_en=city.name_en,
        time_zone=city.time_zone,
        sector=row.sector,
        interests=tuple(dict.fromkeys(products()[code].sector for code in row.needs)),
        stage=_stage(row),
        size_class=row.size_class,
        founded_year=row.founded_year,
        about_vi=about_vi,
        about_en=about_en,
        website=None,
        languages=tuple(dict.fromkeys(language for person in team for language in person.languages)),
        markets=tuple(dict.fromkeys(market for offer in offers for market in offer.markets)),
        ocop_stars=row.ocop_stars,
        craft_village=row.craft_village,
        certificates=_certificates(row, circumstances.fair.opens_on, rng),
        representatives=_representatives(row=row, team=team, joined_at=joined_at, about=circumstances, rng=rng),
        offers=offers,
        needs=needs_of(row, circumstances.seed, certificate_names()),
        participations=_participations(row, number, joined_at),
    )


def _slug(row: CompanyRow) -> str:
    return ascii_slug(row.short_name)


def _tax_code(row: CompanyRow, number: int) -> str | None:
    """Return a code for firms and cooperatives; every second household and all foreign companies have none."""
    if row.country != "VN" or (row.legal_form == "household_business" and number % 2):
        return None
    if row.code == BRANCH:
        head_office = next(at for at, one in enumerate(company_rows(), start=1) if one.code == ITS_HEAD_OFFICE)
        return f"{tax_code(head_office)}-001"
    return tax_code(number)


def _stage(row: CompanyRow) -> str:
    if row.side == "buyer":
        return next((stage for channels, stage in BUYER_STAGES if channels & set(row.offers)), "service")
    if row.sector == "energy":
        return "recycling"
    return "service" if row.sector in SERVICE_SECTORS else "manufacture"


def _about(row: CompanyRow) -> tuple[str, str | None]:
    size_vi, size_en = SIZE_WORDS[row.size_class]
    vi = f"{row.about_vi}. Hoạt động từ năm {row.founded_year}, {size_vi}."
    en = f"{row.about_en}. Founded in {row.founded_year}, {size_en}."
    if row.craft_village:
        vi += f" Làng nghề {row.craft_village}."
        en += f" Craft village {row.craft_village}."
    if row.ocop_stars:
        vi += f" Có sản phẩm OCOP {row.ocop_stars} sao."
        en += f" Holds an OCOP rating of {row.ocop_stars} stars."
    return vi, None if row.code == VIETNAMESE_ONLY else en


def _certificates(row: CompanyRow, opens_on: date, rng: random.Random) -> tuple[Certificate, ...]:
    """Return the declared certificates; a few have run out before the fair and are not verified."""
    found: list[Certificate] = []
    for code in held_certificates(row):
        expires_on = opens_on + timedelta(days=rng.randint(-45, 1000))
        found.append(
            Certificate(
                code=code,
                name=certificate_names()[code],
                expires_on=expires_on,
                is_verified=expires_on > opens_on and rng.random() < VERIFIED_SHARE,
            )
        )
    return tuple(found)


def _representatives(
    *, row: CompanyRow, team: Sequence[Person], joined_at: datetime, about: Circumstances, rng: random.Random
) -> tuple[Representative, ...]:
    who = f"{row.legal_form}-{row.side}"
    titles = [(one["title_vi"], one["title_en"]) for one in rows("titles") if one["who"] == who]
    found: list[Representative] = []
    for number, person in enumerate(team):
        title_vi, title_en = titles[number % len(titles)]
        slots, reason = about.absent.get(person.code, (frozenset(), None))
        found.append(
            Representative(
                code=person.code,
                company_code=row.code,
                name=person.name,
                email=f"{_mailbox(person.name)}@{_slug(row)}.example.test",
                title_vi=title_vi,
                title_en=None if row.code == VIETNAMESE_ONLY else title_en,
                languages=person.languages,
                is_admin=number == 0,
                absent_slots=tuple(sorted(slots)),
                absence_reason=reason,
                consents=_consents(person, joined_at, about, rng),
            )
        )
    return tuple(found)


def _mailbox(name: str) -> str:
    return ".".join(ascii_slug(part) for part in name.split())


def _consents(person: Person, joined_at: datetime, about: Circumstances, rng: random.Random) -> tuple[Consent, ...]:
    """Return one consent a purpose, each asked apart; marketing is given by about a third."""
    eve = consent_withdrawn_at(about.fair.opens_on)
    is_withdrawn = person.code == about.withdrawn_person
    channel = rng.choice(("web", "web", "web", "paper"))
    return tuple(
        Consent(
            purpose=purpose,
            text_version="2026-1",
            channel=channel,
            given_at=joined_at + timedelta(minutes=5),
            withdrawn_at=eve if is_withdrawn and purpose in WITHDRAWN_PURPOSES else None,
        )
        for purpose in PURPOSES
        if purpose != "marketing" or rng.random() < MARKETING_SHARE
    )


def _participations(row: CompanyRow, number: int, joined_at: datetime) -> tuple[Participation, ...]:
    sides = [Side(row.side)]
    if row.code == EXHIBITING_BUYER:
        sides.append(Side.BUYER)
    return tuple(
        Participation(
            code=f"{row.code}-{side}",
            company_code=row.code,
            side=side,
            is_main=position == 0,
            badge_code=f"{'E' if side is Side.EXHIBITOR else 'B'}{number:03d}",
            booth=f"{'A' if row.country != 'VN' or row.legal_form == 'enterprise' else 'B'}-{number:03d}"
            if row.side == "exhibitor"
            else "",
            is_hosted=side is Side.BUYER and row.country != "VN" and row.code not in ONLINE_BUYERS,
            is_supported=row.legal_form != "enterprise",
            is_online=row.code in ONLINE_BUYERS,
            meetings_cap=SUPPLIER_CAP if side is Side.EXHIBITOR else BUYER_CAP,
            joined_at=joined_at,
        )
        for position, side in enumerate(sides)
    )
