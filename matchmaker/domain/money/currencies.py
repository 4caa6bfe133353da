"""The currencies a fair may meet: minor units after ISO 4217, and the names people read and type."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from babel.numbers import get_territory_currencies

from matchmaker.domain.money.errors import UnknownCurrency

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Currency:
    """One currency: its code, how many digits its minor unit has, and its names in running text."""

    code: str
    minor_digits: int
    name_vi: str
    name_en: str
    plural_en: str


_ROWS = (
    ("AED", 2, "đia-ham UAE", "UAE dirham", "UAE dirhams"),
    ("AUD", 2, "đô la Úc", "Australian dollar", "Australian dollars"),
    ("BDT", 2, "taka Bangladesh", "Bangladeshi taka", "Bangladeshi taka"),
    ("BHD", 3, "đi-na Bahrain", "Bahraini dinar", "Bahraini dinars"),
    ("BND", 2, "đô la Brunei", "Brunei dollar", "Brunei dollars"),
    ("BRL", 2, "real Brazil", "Brazilian real", "Brazilian reais"),
    ("CAD", 2, "đô la Canada", "Canadian dollar", "Canadian dollars"),
    ("CHF", 2, "franc Thụy Sĩ", "Swiss franc", "Swiss francs"),
    ("CNY", 2, "nhân dân tệ", "Chinese yuan", "Chinese yuan"),
    ("CZK", 2, "koruna Séc", "Czech koruna", "Czech korunas"),
    ("DKK", 2, "krone Đan Mạch", "Danish krone", "Danish kroner"),
    ("EUR", 2, "euro", "euro", "euros"),
    ("GBP", 2, "bảng Anh", "pound sterling", "pounds sterling"),
    ("HKD", 2, "đô la Hồng Kông", "Hong Kong dollar", "Hong Kong dollars"),
    ("HUF", 2, "forint Hungary", "Hungarian forint", "Hungarian forints"),
    ("IDR", 2, "rupiah Indonesia", "Indonesian rupiah", "Indonesian rupiah"),
    ("ILS", 2, "shekel Israel", "Israeli shekel", "Israeli shekels"),
    ("INR", 2, "rupee Ấn Độ", "Indian rupee", "Indian rupees"),
    ("JOD", 3, "đi-na Jordan", "Jordanian dinar", "Jordanian dinars"),
    ("JPY", 0, "yên Nhật", "Japanese yen", "Japanese yen"),
    ("KHR", 2, "riel Campuchia", "Cambodian riel", "Cambodian riels"),
    ("KRW", 0, "won Hàn Quốc", "South Korean won", "South Korean won"),
    ("KWD", 3, "đi-na Kuwait", "Kuwaiti dinar", "Kuwaiti dinars"),
    ("LAK", 2, "kíp Lào", "Lao kip", "Lao kip"),
    ("LKR", 2, "rupee Sri Lanka", "Sri Lankan rupee", "Sri Lankan rupees"),
    ("MMK", 2, "kyat Myanmar", "Myanmar kyat", "Myanmar kyats"),
    ("MXN", 2, "peso Mexico", "Mexican peso", "Mexican pesos"),
    ("MYR", 2, "ringgit Malaysia", "Malaysian ringgit", "Malaysian ringgit"),
    ("NOK", 2, "krone Na Uy", "Norwegian krone", "Norwegian kroner"),
    ("NZD", 2, "đô la New Zealand", "New Zealand dollar", "New Zealand dollars"),
    ("OMR", 3, "rial Oman", "Omani rial", "Omani rials"),
    ("PHP", 2, "peso Philippines", "Philippine peso", "Philippine pesos"),
    ("PKR", 2, "rupee Pakistan", "Pakistani rupee", "Pakistani rupees"),
    ("PLN", 2, "zloty Ba Lan", "Polish zloty", "Polish zlotys"),
    ("QAR", 2, "rial Qatar", "Qatari rial", "Qatari rials"),
    ("RUB", 2, "rúp Nga", "Russian rouble", "Russian roubles"),
    ("SAR", 2, "rial Ả Rập Xê Út", "Saudi riyal", "Saudi riyals"),
    ("SEK", 2, "krona Thụy Điển", "Swedish krona", "Swedish kronor"),
    ("SGD", 2, "đô la Singapore", "Singapore dollar", "Singapore dollars"),
    ("THB", 2, "baht Thái", "Thai baht", "Thai baht"),
    ("TRY", 2, "lia Thổ Nhĩ Kỳ", "Turkish lira", "Turkish liras"),
    ("TWD", 2, "đô la Đài Loan", "Taiwan dollar", "Taiwan dollars"),
    ("USD", 2, "đô la Mỹ", "US dollar", "US dollars"),
    ("VND", 0, "đồng", "Vietnamese dong", "Vietnamese dong"),
    ("ZAR", 2, "rand Nam Phi", "South African rand", "South African rand"),
)

CURRENCIES: Mapping[str, Currency] = MappingProxyType(
    {
        code: Currency(code=code, minor_digits=digits, name_vi=name_vi, name_en=name_en, plural_en=plural_en)
        for code, digits, name_vi, name_en, plural_en in _ROWS
    },
)

# Signs and everyday words, lower case. A bare "$" means the US dollar, as it does in Vietnamese trade;
# the yen sign is also the yuan sign, so it names both and the reader has to ask.
TYPED_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "$": ("USD",),
        "us$": ("USD",),
        "usd$": ("USD",),
        "đô": ("USD",),
        "đô la": ("USD",),
        "đô-la": ("USD",),
        "dollar": ("USD",),
        "dollars": ("USD",),
        "€": ("EUR",),
        "ơ rô": ("EUR",),
        "£": ("GBP",),
        "đ": ("VND",),
        "₫": ("VND",),
        "vnđ": ("VND",),
        "việt nam đồng": ("VND",),
        "đồng việt nam": ("VND",),
        "¥": ("JPY", "CNY"),
        "￥": ("JPY", "CNY"),
        "yên": ("JPY",),
        "円": ("JPY",),
        "tệ": ("CNY",),
        "rmb": ("CNY",),
        "元": ("CNY",),
        "yuan": ("CNY",),
        "₩": ("KRW",),
        "won": ("KRW",),
        "원": ("KRW",),
        "s$": ("SGD",),
        "hk$": ("HKD",),
        "nt$": ("TWD",),
        "a$": ("AUD",),
        "c$": ("CAD",),
        "rm": ("MYR",),
        "ringgit": ("MYR",),
        "฿": ("THB",),
        "baht": ("THB",),
        "₹": ("INR",),
        "rp": ("IDR",),
        "₱": ("PHP",),
    },
)


def currency_of(code: str) -> Currency:
    """The currency with this ISO 4217 code, upper case; raises ``UnknownCurrency`` for any other text."""
    try:
        return CURRENCIES[code]
    except KeyError:
        raise UnknownCurrency(currency=code) from None


def likely_currency(countries: Collection[str], offered: Sequence[str]) -> str:
    """The one of the offered currencies in which companies registered in these countries most likely agree a value.

    Companies of one country agree in its currency, which the law often asks of them; others in the first one offered.
    """
    own = get_territory_currencies(next(iter(countries))) if len(set(countries)) == 1 else ()
    return next((code for code in own if code in offered), offered[0])
