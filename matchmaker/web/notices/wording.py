"""The words for every kind of notice there is a choice about."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from matchmaker.domain.notices.kinds import Pace

# What a kind is, and when it comes.
KIND_WORDS = {
    "company_status": (_l("Your company’s registration"), _l("When the organizer decides on it.")),
    "company_handed_over": (_l("Running the company"), _l("When the one who ran it leaves and it falls to you.")),
    "team_invited": (_l("Invitations to a team"), _l("When a company asks you to speak for it or to help it.")),
    "staff_added": (_l("Work for a fair"), _l("When you are asked to help run a fair.")),
    "meeting_requested": (_l("Meeting requests"), _l("When a company asks to meet you.")),
    "meeting_accepted": (_l("Accepted requests"), _l("When a meeting is agreed.")),
    "meeting_declined": (_l("Declined requests"), _l("When a company can’t meet you, or did not answer in time.")),
    "meeting_placed": (_l("Meetings with their time"), _l("When a meeting gets its time and table.")),
    "meeting_moved": (_l("Moved meetings"), _l("When a meeting gets another time or table.")),
    "meeting_kept": (_l("Answers to objections"), _l("When the organizer leaves a meeting as it is, and why.")),
    "meeting_people": (_l("Who comes"), _l("When other people sit in a meeting.")),
    "third_company": (_l("Third companies"), _l("When a third company is asked to a meeting, or answers.")),
    "meeting_message": (_l("Messages"), _l("When the other side of a meeting writes to you.")),
    "times_fewer": (_l("Fewer times left"), _l("When a company you asked gives one of your shared times to another.")),
    "time_offered": (_l("Freed times"), _l("When a time becomes free for a meeting that waits for one.")),
    "hall_offer": (_l("Somebody to meet now"), _l("In the hall, when a partner does not come.")),
    "meeting_cancelled": (_l("Called-off meetings"), _l("When a meeting in your agenda is called off.")),
    "places_lost": (_l("Meetings without a place"), _l("When a table, a time or an interpreter falls away.")),
    "interpreter_needed": (_l("Interpreter away"), _l("When an interpreter of a fair you organize can’t come.")),
    "interpreter_changed": (_l("Another interpreter"), _l("When somebody else interprets in your meetings.")),
    "schedule_published": (_l("Your agenda"), _l("When the schedule is published or your agenda changed.")),
    "outcomes_wanted": (_l("Outcomes to record"), _l("Held meetings of which your side has said nothing yet.")),
    "follow_up_asked": (_l("Questions after the fair"), _l("What became of your deals, four times in a year.")),
    "follow_up_reminded": (_l("Reminder of these questions"), _l("When a question after the fair has no answer yet.")),
    "requests_waiting": (
        _l("Reminder to answer"),
        _l("When requests wait for you for more than a day, three at most."),
    ),
    "no_requests_yet": (_l("Reminder to ask"), _l("When you have no request yet, three times at most.")),
    "fair_news": (
        _l("News from the organizer"),
        _l("Advertising, only if you agreed to it. Three mails a day at most."),
    ),
}
PACE_WORDS = {
    Pace.AT_ONCE: _l("Mail at once"),
    Pace.DIGEST: _l("Mail together"),
    Pace.OFF: _l("No mail"),
}
MAIL_STATES = {
    "waiting": _l("Waiting to be sent"),
    "sent": _l("Mail sent"),
    "given_up": _l("Did not arrive"),
}
ALL_KINDS = {**{code: words[0] for code, words in KIND_WORDS.items()}, "digest": _l("Several messages in one")}
