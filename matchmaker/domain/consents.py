"""What people are asked to agree to, each question apart, and what depends on the answer.

The questions follow Law 91/2025/QH15: one purpose each, never ticked beforehand, with the text, time and channel kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime


class Purpose(StrEnum):
    """The purposes of processing, in the order in which they are asked for."""

    MATCHING = "matching"
    PROFILE = "profile"
    CONTACT = "contact"
    STATISTICS = "statistics"
    MARKETING = "marketing"


class Channel(StrEnum):
    """How an answer reached the site."""

    WEB = "web"
    PAPER = "paper"
    IMPORT = "import"


# Without matching there is nothing this site could do for a company; all else can be left out.
NEEDED: Final = frozenset({Purpose.MATCHING})
# These two are a company's: whoever of its people takes one back takes it back for the company.
OF_THE_COMPANY: Final = frozenset({Purpose.MATCHING, Purpose.PROFILE})
# What an organizer who brings in a list states to have asked for. Advertising nobody can agree to for someone else.
STATED_BY_IMPORT: Final = (Purpose.MATCHING, Purpose.PROFILE, Purpose.CONTACT, Purpose.STATISTICS)
LONGEST_TEXT: Final = 2000


@dataclass(frozen=True, slots=True)
class Wording:
    """One version of one question, in both languages."""

    purpose: Purpose
    version: str
    text_vi: str
    text_en: str
    since: datetime | None = None

    def text(self, language: str) -> str:
        """Return the text in a language."""
        return self.text_vi if language == "vi" else self.text_en


# Shown until an organizer writes another version. A text that was shown is never changed, so neither are these.
STANDARD_VERSION: Final = "2026-1"
STANDARD: Final = {
    Purpose.MATCHING: Wording(
        Purpose.MATCHING,
        STANDARD_VERSION,
        "Tôi đồng ý để ban tổ chức dùng thông tin doanh nghiệp tôi nhập để tìm đối tác phù hợp tại hội chợ này.",
        "I agree that the organizer uses what I enter about my company to find suitable partners at this fair.",
    ),
    Purpose.PROFILE: Wording(
        Purpose.PROFILE,
        STANDARD_VERSION,
        "Tôi đồng ý để hồ sơ doanh nghiệp, không kèm tên và liên hệ cá nhân, được hiển thị cho các đơn vị tham gia.",
        "I agree that the company's profile, without names and contacts of persons, is shown to other participants.",
    ),
    Purpose.CONTACT: Wording(
        Purpose.CONTACT,
        STANDARD_VERSION,
        "Tôi đồng ý để tên, e-mail và điện thoại của tôi được gửi cho đối tác sau khi cả hai bên nhận lời gặp.",
        "I agree that my name, e-mail and phone number are shown to a partner once both sides accepted a meeting.",
    ),
    Purpose.STATISTICS: Wording(
        Purpose.STATISTICS,
        STANDARD_VERSION,
        "Tôi đồng ý để ban tổ chức hỏi tôi về kết quả sau hội chợ và dùng câu trả lời cho thống kê.",
        "I agree that the organizer asks me after the fair what came of it and uses the answers for statistics.",
    ),
    Purpose.MARKETING: Wording(
        Purpose.MARKETING,
        STANDARD_VERSION,
        "Tôi đồng ý nhận tin về các hội chợ và chương trình xúc tiến thương mại khác qua e-mail.",
        "I agree to receive news by e-mail about other fairs and trade promotion programmes.",
    ),
}


def next_version(versions: int, *, year: int) -> str:
    """Return the name of a new version where that many of the question's versions exist, the standard one included."""
    return f"{year}-{versions + 1}"
