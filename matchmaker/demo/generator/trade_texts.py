"""Offers and needs in both languages, written from the catalogue's words."""

import math
import random

from matchmaker.demo.generator.company_records import Need, Offer
from matchmaker.demo.generator.content import CompanyRow, Product, cities, products, stream

VIETNAMESE_ONLY = "S060"
# Where in a product's range of quantities a company of this size lies, as exponents between low and high.
SIZE_RANGE = {"micro": (0.0, 0.25), "small": (0.15, 0.5), "medium": (0.4, 0.75), "large": (0.65, 1.0)}
OPENERS_VI = ("Cần mua", "Tìm nguồn cung", "Tìm nhà cung ứng", "Cần nguồn ổn định")
OPENERS_EN = ("To buy:", "Looking for", "Seeking a supplier of", "Steady source wanted:")
# What is done rather than delivered is asked for in other words.
SERVICES = frozenset(
    {
        *("surface", "basemaint", "component", "ndt", "groundhandling", "calibration", "paintjob", "laundry", "copack"),
        *("recycle", "cpaudit", "metalscrap", "freight", "certify", "training", "translation", "simulator"),
    }
)
EXPORT_MARKETS = ("FR", "JP", "KR", "DE", "SG", "CN", "TH", "US")
CERTIFICATE_WISHED = 0.6
NO_DOMESTIC_FIRST = 0.3
DECADE = 10


def grouped_vi(number: int) -> str:
    """Return a whole number in Vietnamese style: 20.000."""
    return f"{number:,}".replace(",", ".")


def uncapitalised(text: str) -> str:
    """Return the text as it stands inside a sentence; a first word such as SMT or LiFePO4 keeps its letters."""
    first = text.split(" ", 1)[0]
    return text if any(letter.isupper() or letter.isdigit() for letter in first[1:]) else text[0].lower() + text[1:]


def _quantity(product: Product, size_class: str, rng: random.Random) -> int:
    low, high = SIZE_RANGE[size_class]
    raw = product.low * math.pow(product.high / product.low, rng.uniform(low, high))
    step = int(math.pow(DECADE, max(0, math.floor(math.log10(raw)) - 1)))
    return max(1, round(raw / step) * step)


def _offer_markets(row: CompanyRow, rng: random.Random) -> tuple[str, ...]:
    if row.country != "VN":
        return (row.country, "VN")
    if row.size_class == "micro" or rng.random() < NO_DOMESTIC_FIRST:
        return ("VN",)
    return ("VN", *sorted(rng.sample(EXPORT_MARKETS, 3)))


def _incoterm(row: CompanyRow, rng: random.Random) -> str | None:
    if row.size_class == "micro":
        return None
    return rng.choice(("FOB", "FCA", "EXW", "CIF")) if row.country == "VN" else rng.choice(("CIF", "DAP", "FCA"))


def _offer(*, row: CompanyRow, product: Product, number: int, rng: random.Random) -> Offer:
    quantity = _quantity(product, row.size_class, rng)
    detail_vi, detail_en = rng.choice(product.details)
    text_vi = f"{product.noun_vi}: {detail_vi}"
    text_en = f"{product.noun_en}: {detail_en}"
    if not product.is_channel:
        text_vi += f"; năng lực {grouped_vi(quantity)} {product.unit_vi} mỗi tháng"
        text_en += f"; capacity {quantity:,} {product.unit_en} a month"
    certificate = product.certificate
    return Offer(
        code=f"{row.code}-O{number}",
        company_code=row.code,
        product=product.code,
        text_vi=text_vi + ".",
        text_en=None if row.code == VIETNAMESE_ONLY else text_en + ".",
        category_code=product.category,
        quantity=quantity,
        unit_vi=product.unit_vi,
        unit_en=product.unit_en,
        moq=None if product.is_channel else min(product.moq, quantity),
        lead_time_days=product.lead_days,
        incoterm=_incoterm(row, rng),
        certificates=(certificate,) if certificate and certificate in held_certificates(row) else (),
        markets=_offer_markets(row, rng),
    )


def held_certificates(row: CompanyRow) -> tuple[str, ...]:
    """Return the codes of the certificates a company holds; the larger it is, the more of those its goods ask for."""
    share = {"micro": 0.3, "small": 0.55, "medium": 0.8, "large": 0.95}[row.size_class]
    rng = stream(0, f"certificates {row.code}")
    wanted = dict.fromkeys(products()[code].certificate for code in row.offers)
    held = [code for code in wanted if code and code != "OCOP" and rng.random() < share]
    return (*held, "OCOP") if row.ocop_stars else tuple(held)


def _need_texts(
    *, row: CompanyRow, product: Product, quantity: int, certificate: str, names: dict[str, str], rng: random.Random
) -> tuple[str, str]:
    detail_vi, detail_en = rng.choice(product.details)
    if product.is_channel:
        return (
            f"Tìm {uncapitalised(product.noun_vi)}: {detail_vi}.",
            f"Looking for {uncapitalised(product.noun_en)}: {detail_en}.",
        )
    is_service = product.code in SERVICES
    opener = rng.randrange(len(OPENERS_VI))
    opener_vi = "Tìm đơn vị cung cấp dịch vụ" if is_service else OPENERS_VI[opener]
    opener_en = "Looking for a provider of" if is_service else OPENERS_EN[opener]
    vi = f"{opener_vi} {uncapitalised(product.noun_vi)} ({detail_vi})"
    en = f"{opener_en} {uncapitalised(product.noun_en)} ({detail_en})"
    vi += f", khoảng {grouped_vi(quantity)} {product.unit_vi} mỗi tháng"
    en += f", about {quantity:,} {product.unit_en} a month"
    if certificate:
        vi += f", yêu cầu {names[certificate]}"
        en += f", {names[certificate]} required"
    city = cities()[row.city]
    if is_service:
        return f"{vi}; tại {city.name_vi}.", f"{en}; in {city.name_en}."
    return f"{vi}; giao tại {city.name_vi}.", f"{en}; delivered to {city.name_en}."


def _need(*, row: CompanyRow, product: Product, number: int, names: dict[str, str], rng: random.Random) -> Need:
    quantity = _quantity(product, row.size_class, rng)
    is_asked = bool(product.certificate) and row.side == "buyer" and rng.random() < CERTIFICATE_WISHED
    certificate = product.certificate if is_asked else ""
    text_vi, text_en = _need_texts(
        row=row, product=product, quantity=quantity, certificate=certificate, names=names, rng=rng
    )
    return Need(
        code=f"{row.code}-N{number}",
        company_code=row.code,
        product=product.code,
        text_vi=text_vi,
        text_en=None if row.code == VIETNAMESE_ONLY else text_en,
        category_code=product.category,
        quantity=quantity,
        unit_vi=product.unit_vi,
        unit_en=product.unit_en,
        certificates=(certificate,) if certificate else (),
        markets=(row.country,),
    )


def offers_of(row: CompanyRow, seed: int) -> tuple[Offer, ...]:
    """Return what the company sells; the same row and seed give the same words."""
    rng = stream(seed, f"offers {row.code}")
    return tuple(
        _offer(row=row, product=products()[code], number=number, rng=rng)
        for number, code in enumerate(row.offers, start=1)
    )


def needs_of(row: CompanyRow, seed: int, names: dict[str, str]) -> tuple[Need, ...]:
    """Return what the company looks for; ``names`` are the certificates' full names by code."""
    rng = stream(seed, f"needs {row.code}")
    return tuple(
        _need(row=row, product=products()[code], number=number, names=names, rng=rng)
        for number, code in enumerate(row.needs, start=1)
    )
