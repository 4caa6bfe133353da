"""The words for every code that meetings carry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _l

from matchmaker.domain.conversation import MESSAGES_A_DAY, ComplaintOutcome, ComplaintReason
from matchmaker.domain.meetings import CancelReason, DeclineReason, MeetingState
from matchmaker.domain.requests import REQUESTS_A_DAY
from matchmaker.services.leaving import NOT_TAKING_PART
from matchmaker.services.line_up import MOST_PEOPLE

if TYPE_CHECKING:
    from flask_babel.speaklater import LazyString

DECLINE_REASONS = {
    DeclineReason.NO_TIME: _l("No time left"),
    DeclineReason.NOT_RELEVANT: _l("Not what we look for"),
    DeclineReason.COMPETITOR: _l("We compete with each other"),
    DeclineReason.OTHER: _l("Another reason"),
}
CANCEL_REASONS = {
    CancelReason.CANNOT_COME: _l("We can't come to the fair"),
    CancelReason.NO_TIME: _l("The time does not suit us"),
    CancelReason.NOT_RELEVANT: _l("It is no longer of use"),
    CancelReason.OTHER: _l("Another reason"),
}
# The same reasons as both sides read them afterwards, by the state they led to.
CLOSED_BECAUSE: dict[MeetingState, dict[str, LazyString]] = {
    MeetingState.DECLINED: {
        DeclineReason.NO_TIME: _l("no time left"),
        DeclineReason.NOT_RELEVANT: _l("not what is looked for"),
        DeclineReason.COMPETITOR: _l("competitors"),
        DeclineReason.OTHER: _l("another reason"),
    },
    MeetingState.CANCELLED: {
        CancelReason.CANNOT_COME: _l("one side can't come to the fair"),
        CancelReason.NO_TIME: _l("the time does not suit one side"),
        CancelReason.NOT_RELEVANT: _l("no longer of use"),
        CancelReason.OTHER: _l("another reason"),
        NOT_TAKING_PART: _l("one side does not take part at present"),
    },
    MeetingState.EXPIRED: {NOT_TAKING_PART: _l("one side does not take part at present")},
}
STATES = {
    MeetingState.REQUESTED: (_l("Waiting for an answer"), "nghe", "clock"),
    MeetingState.ACCEPTED: (_l("Accepted, no time yet"), "nghe", "clock"),
    MeetingState.SCHEDULED: (_l("Scheduled"), "jade", "check"),
    MeetingState.HELD: (_l("Held"), "jade", "check"),
    MeetingState.NO_SHOW: (_l("Not held"), "", "x"),
    MeetingState.CANCELLED: (_l("Called off"), "", "x"),
    MeetingState.DECLINED: (_l("Declined"), "", "x"),
    MeetingState.EXPIRED: (_l("Expired"), "", "clock"),
    MeetingState.WITHDRAWN: (_l("Withdrawn"), "", "undo"),
}
# What someone reads whose action came too late: what happened meanwhile, and what that means.
MOVED_ON = {
    MeetingState.REQUESTED: _l("This request is still waiting for an answer."),
    MeetingState.ACCEPTED: _l("This request is accepted already. The meeting is in the agenda."),
    MeetingState.SCHEDULED: _l("This meeting has its time and table already. See the agenda."),
    MeetingState.HELD: _l("This meeting has taken place already."),
    MeetingState.NO_SHOW: _l("This meeting is on record as not held."),
    MeetingState.CANCELLED: _l("This meeting was called off already."),
    MeetingState.DECLINED: _l("This request was declined already."),
    MeetingState.EXPIRED: _l("The time to answer this request is over. Either side can ask again."),
    MeetingState.WITHDRAWN: _l("The company that asked has withdrawn this request."),
}
REFUSALS = {
    "own_company": (_l("This is your own company"), _l("Choose a company on the other side of the fair.")),
    "same_role": (
        _l("You are on the same side of the fair"),
        _l("Exhibitors meet buyers here. If you also buy or sell, switch your role in the menu."),
    ),
    "fair_is_over": (_l("This fair is over"), _l("New meetings can no longer be asked for.")),
    "not_in_phase": (
        _l("Meetings can't be asked for in this phase of the fair"),
        _l("The fair's home page shows when the next phase begins and what it allows."),
    ),
    "not_available": (
        _l("This company can't be asked for a meeting"),
        _l("It is not available to you at this fair. Your suggestions show who is."),
    ),
    "declined_before": (
        _l("This company has declined before"),
        _l("A company that declined is not asked a second time. It can still ask you."),
    ),
    "request_open": (
        _l("There is a request between you already"),
        _l("One of you has asked before. Answer it or wait for the answer."),
    ),
    "meeting_exists": (
        _l("You already have a meeting with this company"),
        _l("You find it in your agenda."),
    ),
    "too_many_requests": (
        _l("You have asked %(cap)s companies in a day", cap=REQUESTS_A_DAY),
        _l("More requests are possible tomorrow. Until then, answers to the ones you sent will come in."),
    ),
    "quota_day": (
        _l("You have used your requests for today"),
        _l("More are possible tomorrow. A request that is declined or expires comes back to you at once."),
    ),
    "quota_total": (
        _l("You have used all your requests for this fair"),
        _l("A request that is declined or expires comes back to you, and you can still accept requests of others."),
    ),
    "quota_limited": (
        _l("Your company may ask fewer others for now"),
        _l(
            "Requests left without an answer and missed meetings halve it at this fair. “Reliability” in the menu says "
            "which, and what frees it."
        ),
    ),
    "not_yours_to_do": (
        _l("This is for the other side to do"),
        _l("The company that was asked answers a request; the one that asked can withdraw it."),
    ),
    "organizer_chooses": (
        _l("The organizer makes the schedule of this fair"),
        _l("Time and table come with it. If a time does not suit you, call the meeting off or write to the organizer."),
    ),
    "meeting_begun": (
        _l("This meeting has begun already"),
        _l("Its time can no longer be changed."),
    ),
    "objection_settled": (
        _l("This objection no longer waits"),
        _l("It was answered or taken back, or the meeting has moved. Nothing was changed."),
    ),
    "undo_over": (
        _l("This can no longer be undone"),
        _l("It was moved again, or some minutes have passed. The meeting’s page offers other times."),
    ),
    "slot_taken": (
        _l("That time was taken a moment ago"),
        _l("You stay on the waiting list: the next time that becomes free is offered to those who agreed first."),
    ),
    "offer_over": (
        _l("This offer has ended"),
        _l("The time went to the next in line. You stay on the waiting list for others."),
    ),
    "only_admin": (
        _l("You can't change who comes to this meeting"),
        _l("Those who sit in it and the admins of your company can."),
    ),
    "does_not_come": (
        _l("You are not named as coming to this fair"),
        _l("An admin of your company can name you in the profile."),
    ),
    "bad_daily_cap": (
        _l("This is no number of meetings"),
        _l("Give a whole number from 1 to 50, or leave the box empty for as many as fit. Nothing was changed."),
    ),
    "muted": (
        _l("You can't write messages at this fair"),
        _l("The organizer has stopped your company's messages. Meetings and requests go on; write to the organizer."),
    ),
    "messages_off": (
        _l("Messages are off here"),
        _l("The organizer has stopped them. Nothing was sent; what was written before can still be read."),
    ),
    "too_many_messages": (
        _l("You have written %(cap)s messages in a day", cap=MESSAGES_A_DAY),
        _l("More are possible tomorrow. Meet, or call, once both sides have accepted."),
    ),
    "note_names_contact": (
        _l("Leave out addresses, numbers and links"),
        _l("Once both sides have accepted you see each other’s contact. Nothing was sent; go back and change it."),
    ),
    "third_is_one_of_them": (
        _l("This company meets there already"),
        _l("Choose a company that is not one of the two who meet."),
    ),
    "third_not_available": (
        _l("This company can't join the meeting"),
        _l("It is not available for this meeting. Choose another one."),
    ),
    "third_declined": (
        _l("This company has said no to this meeting"),
        _l("A company that declined or left is not asked a second time for the same meeting."),
    ),
    "third_asked_already": (
        _l("A third company is asked already"),
        _l("One company at a time can be asked. Take the invitation back to ask another one."),
    ),
    "third_over": (
        _l("This invitation no longer stands"),
        _l("It was answered or taken back, or the meeting was called off. Nothing was changed."),
    ),
    "third_full": (
        _l("Your company has as many meetings as it may have at this fair"),
        _l("A meeting that you join counts like any other. Call one off first, or decline."),
    ),
    "nobody_comes": (
        _l("Nobody of your company is named as coming to this fair"),
        _l("An admin of your company can name someone in the profile."),
    ),
    "note_too_long": (
        _l("Your message is too long"),
        _l("Write at most 250 characters. Nothing was sent; go back and shorten it."),
    ),
}
COMPLAINT_REASONS = {
    ComplaintReason.INSULT: _l("Insults or threats"),
    ComplaintReason.FRAUD: _l("Not who they say they are"),
    ComplaintReason.SPAM: _l("Advertising instead of a meeting"),
    ComplaintReason.OTHER: _l("Something else"),
}
COMPLAINT_OUTCOMES = {
    "": _l("Waits for you"),
    ComplaintOutcome.DISMISSED: _l("Left at that"),
    ComplaintOutcome.MUTED: _l("Messages stopped"),
}
TEXT_REFUSED = {
    "message_empty": _l("Write something first."),
    "message_too_long": _l("Write at most 500 characters."),
    "message_names_contact": _l(
        "Leave out addresses, numbers and links. Once both sides have accepted you see each other’s contact anyway."
    ),
    "note_too_long": _l("Write at most 250 characters."),
    "note_names_contact": _l(
        "Leave out addresses, numbers and links. Once both sides have accepted you see each other’s contact anyway."
    ),
}
PEOPLE_REFUSED = {
    "nobody_comes": _l("Choose at least one person. If nobody can come, call the meeting off instead."),
    "too_many_people": _l("Choose at most %(most)s people: a table has no room for more.", most=MOST_PEOPLE),
}
MOVED_ON_TITLE = _l("Something changed in the meantime")
