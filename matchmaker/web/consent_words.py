"""What each consent is called, and what giving or leaving it means, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext as _

from matchmaker.domain.consents import Channel, Purpose
from matchmaker.web.fragments import same_for_all

if TYPE_CHECKING:
    from collections.abc import Mapping


@same_for_all
def purpose_names() -> Mapping[Purpose, str]:
    """The short name of every purpose."""
    return {
        Purpose.MATCHING: _("Matching"),
        Purpose.PROFILE: _("Showing the profile"),
        Purpose.CONTACT: _("Contacts after acceptance"),
        Purpose.STATISTICS: _("Results and statistics"),
        Purpose.MARKETING: _("News and advertising"),
    }


@same_for_all
def consequences() -> Mapping[Purpose, str]:
    """What leaving a consent out means, in one or two sentences."""
    return {
        Purpose.MATCHING: _("Needed to take part: without it nobody can be suggested to you."),
        Purpose.PROFILE: _("Optional. Without it others do not find you; you still see your own suggestions."),
        Purpose.CONTACT: _(
            "Optional. Without it your partner sees your company and its table, but not how to reach you."
        ),
        Purpose.STATISTICS: _("Optional. Without it nobody asks you after the fair."),
        Purpose.MARKETING: _("Optional. It changes nothing at this fair."),
    }


def channel_name(channel: str) -> str:
    """How an answer reached the site."""
    return _channel_names().get(channel, channel)


@same_for_all
def _channel_names() -> Mapping[str, str]:
    return {
        Channel.WEB: _("on this site"),
        Channel.PAPER: _("on paper"),
        Channel.IMPORT: _("as stated by the organizer"),
    }
