"""The hand-written words of the demonstration: companies, products, cities, names, titles, certificates, sectors."""

import csv
import random
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """An entry of the demonstration's catalogue; an offer and a need for it are written from the same words."""

    code: str
    sector: str
    category: str
    noun_vi: str
    noun_en: str
    details: tuple[tuple[str, str], ...]
    unit_vi: str
    unit_en: str
    low: int
    high: int
    moq: int
    lead_days: int
    certificate: str

    @property
    def is_channel(self) -> bool:
        """Whether this is a way to the market, which buyers offer and exhibitors look for."""
        return self.sector == "channel"


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyRow:
    """A company as written by hand, before people, texts and certificates are added."""

    code: str
    side: str
    legal_form: str
    sector: str
    country: str
    parent_country: str | None
    city: str
    name: str
    name_en: str | None
    short_name: str
    size_class: str
    founded_year: int
    languages: tuple[str, ...]
    offers: tuple[str, ...]
    needs: tuple[str, ...]
    ocop_stars: int | None
    craft_village: str | None
    about_vi: str
    about_en: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """A city with its name in both languages and its time zone."""

    name_vi: str
    name_en: str
    country: str
    time_zone: str


def stream(seed: int, topic: str) -> random.Random:
    """Return the random stream of one topic, so that a change in one topic leaves all others as they were."""
    return random.Random(f"{seed}:{topic}")  # noqa: S311 - invents sample data, protects nothing


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of one content file by its name without ending."""
    text = files(__package__).joinpath("content").joinpath(f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def products() -> dict[str, Product]:
    """Return the catalogue by product code, in the file's order."""
    return {row["code"]: _product(row) for row in rows("products")}


def _product(row: dict[str, str]) -> Product:
    return Product(
        code=row["code"],
        sector=row["sector"],
        category=row["category"],
        noun_vi=row["noun_vi"],
        noun_en=row["noun_en"],
        details=tuple((row[f"detail_vi_{number}"], row[f"detail_en_{number}"]) for number in (1, 2)),
        unit_vi=row["unit_vi"],
        unit_en=row["unit_en"],
        low=int(row["low"]),
        high=int(row["high"]),
        moq=int(row["moq"]),
        lead_days=int(row["lead_days"]),
        certificate=row["certificate"],
    )


@cache
def company_rows() -> tuple[CompanyRow, ...]:
    """Return the 164 companies, the 114 exhibitors first."""
    return tuple(_company_row(row) for row in rows("companies"))


def _company_row(row: dict[str, str]) -> CompanyRow:
    return CompanyRow(
        code=row["code"],
        side=row["side"],
        legal_form=row["legal_form"],
        sector=row["sector"],
        country=row["country"],
        parent_country=row["parent_country"] or None,
        city=row["city"],
        name=row["name"],
        name_en=row["name_en"] or None,
        short_name=row["short_name"],
        size_class=row["size_class"],
        founded_year=int(row["founded_year"]),
        languages=tuple(row["languages"].split()),
        offers=tuple(row["offers"].split()),
        needs=tuple(row["needs"].split()),
        ocop_stars=int(row["ocop_stars"]) if row["ocop_stars"] else None,
        craft_village=row["craft_village"] or None,
        about_vi=row["about_vi"],
        about_en=row["about_en"] or None,
    )


@cache
def cities() -> dict[str, City]:
    """Return the cities by the code that companies use."""
    return {
        row["code"]: City(
            name_vi=row["city_vi"], name_en=row["city_en"], country=row["country"], time_zone=row["time_zone"]
        )
        for row in rows("cities")
    }


@cache
def certificate_names() -> dict[str, str]:
    """Return the full names of certificates by code."""
    return {row["code"]: row["name"] for row in rows("certificates")}
