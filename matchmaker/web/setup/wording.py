"""The words for every code that the set-up carries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from matchmaker.domain.fairs import Acceptance, StaffRole, TimeChoice
from matchmaker.domain.pair_rules import SideKind
from matchmaker.services.setup_steps import SetupStep

if TYPE_CHECKING:
    from wtforms import Form

    from matchmaker.domain.errors import Refused

STEPS = {
    SetupStep.NAMES: (_l("Name and place"), _l("What the fair is called, where it is and what it is about."), "names"),
    SetupStep.DAYS: (_l("Days and time zone"), _l("From when to when, and by which clock."), "days"),
    SetupStep.PLACES: (_l("Halls and tables"), _l("Where meetings take place."), "places"),
    SetupStep.SESSIONS: (_l("Times of meetings"), _l("Sessions of each day, cut into time slots."), "sessions"),
    SetupStep.SECTORS: (_l("Sectors"), _l("What the fair is about; companies file offers and needs there."), "sectors"),
    SetupStep.MODE: (_l("How meetings come about"), _l("Who accepts, and who picks the time."), "mode"),
    SetupStep.PHASES: (_l("Phases"), _l("What is possible when, by date or by hand."), "phases"),
    SetupStep.RULES: (_l("Who may meet whom"), _l("Companies, groups and countries that never meet."), "rules"),
    SetupStep.LIMITS: (_l("Limits"), _l("How many meetings and requests, and how long a request waits."), "limits"),
    SetupStep.MONEY: (_l("Currency and rates"), _l("What the report counts in, and what others are worth."), "money"),
    SetupStep.TEAM: (_l("Staff"), _l("Organizers, table hosts and readers."), "team"),
    SetupStep.INTERPRETERS: (_l("Interpreters"), _l("Who interprets which languages, and when."), "interpreters"),
}
MISSING = {
    "about": _l("Not described in both languages yet"),
    "tables": _l("No table yet"),
    "slots": _l("No time slot yet"),
    "days": _l("A day has no session yet"),
    "sectors": _l("No sector chosen: all categories are open"),
    "dates": _l("No dates yet: phases change by hand"),
    "rates": _l("No rate yet: values in other currencies can't be counted"),
    "second": _l("Nobody stands in for the organizer"),
}
ACCEPTANCE = {
    Acceptance.PERSON: (_l("The company that is asked"), _l("A request waits until the other side says yes or no.")),
    Acceptance.AUTOMATIC: (_l("The fair, at once"), _l("A request is a meeting; you can also put pairs together.")),
}
TIME_CHOICE = {
    TimeChoice.ORGANIZER: (_l("The schedule"), _l("You have all agreed meetings placed at once, without a clash.")),
    TimeChoice.PAIR: (_l("The two companies"), _l("Whoever accepts picks a time that is free for both.")),
}
MODES = {
    (Acceptance.PERSON, TimeChoice.ORGANIZER): _l(
        "Companies agree, the schedule gives the time: fits most fairs, and few meetings fail."
    ),
    (Acceptance.PERSON, TimeChoice.PAIR): _l(
        "Companies agree and pick the time themselves: fits small fairs and long days."
    ),
    (Acceptance.AUTOMATIC, TimeChoice.ORGANIZER): _l(
        "You put pairs together and the schedule gives the time: fits hosted-buyer programmes."
    ),
    (Acceptance.AUTOMATIC, TimeChoice.PAIR): _l(
        "A free time is booked at once, as at an open desk: fits experts who receive everyone."
    ),
}
ROLES = {
    StaffRole.ORGANIZER: _l("Organizer"),
    StaffRole.TABLE_HOST: _l("Table host"),
    StaffRole.INTERPRETER: _l("Interpreter"),
    StaffRole.READER: _l("Reader"),
}
SIDES = {SideKind.COMPANY: _l("Company"), SideKind.GROUP: _l("Group"), SideKind.COUNTRY: _l("Country")}
REFUSALS = {
    "name_missing": _l("Enter it in at least one language."),
    "name_too_long": _l("Write at most %(limit)s characters."),
    "unknown_country": _l("Choose a country."),
    "bad_slug": _l("Use small letters, digits and single hyphens, at most 60 in all."),
    "slug_taken": _l("This address is taken. Choose another one."),
    "days_not_in_order": _l("The last day is before the first. Choose a later one."),
    "unlikely_day": _l("Enter a day of the years %(first)d to %(last)d."),
    "too_many_days": _l("A fair lasts at most %(limit)s days."),
    "unknown_zone": _l("This is no time zone. Choose one from the list, such as Asia/Ho_Chi_Minh."),
    "unknown_currency": _l("Choose a currency from the list."),
    "unknown_sector": _l("Choose sectors from the list."),
    "no_hall_code": _l("Enter a short code for the hall, such as A, of at most %(limit)s characters."),
    "no_tables": _l("Enter the tables, such as A01–A40."),
    "bad_range": _l("“%(part)s” can't be read. Write a range as A01–A40, with the larger number last."),
    "code_too_long": _l("“%(part)s…” is too long. A table's code has at most %(limit)s characters."),
    "too_many_tables": _l("A fair has at most %(limit)s tables."),
    "table_twice": _l("These codes are there already: %(codes)s. Every table of the fair needs its own."),
    "sessions_overlap": _l("Two sessions of a day overlap. Change the beginning or the end."),
    "session_outside_days": _l("A session lies outside the fair's days."),
    "ends_before_start": _l("The session ends before it begins."),
    "nonexistent_time": _l("The clock change skips this time on that day. Choose another one."),
    "bad_length": _l("A slot lasts 5 to 240 minutes, and a break at most 120."),
    "no_slot_fits": _l("No slot fits between the beginning and the end."),
    "too_many_slots": _l("A fair has at most %(limit)s time slots."),
    "slot_on_record": _l("Meetings have begun or taken place in a time that would go. Those times stay as they are."),
    "phases_not_in_order": _l("Each phase begins after the one before it."),
    "phase_date_past": _l("This moment is over. Choose a later one, or move to the phase by hand."),
    "out_of_range": _l("Enter a number from %(least)s to %(most)s."),
    "rescue_before_late": _l("A substitute is looked for no sooner than somebody is late."),
    "fair_time_longer": _l("During the fair the time to answer is not longer than before it."),
    "own_currency": _l("The report counts in %(currency)s already, so it needs no rate."),
    "bad_rate": _l("Enter a rate above 0 with at most ten decimal places."),
    "no_source": _l("Say where the rate is from, such as the bank and its page."),
    "why_missing": _l("Values in %(currency)s are reported already. Say why the rate changes; it stays on record."),
    "rate_in_use": _l("Values in %(currency)s are reported, so its rate stays. You can change it, with a reason."),
    "currency_in_use": _l("Values are reported already, so the report goes on counting in %(currency)s."),
    "unknown_side": _l("Choose from the list."),
    "rule_exists": _l("This rule is there already."),
    "no_group_name": _l("Enter a name of at most %(limit)s characters."),
    "group_exists": _l("There is a group of this name already. Enter another name."),
    "unknown_company": _l("Choose companies of this fair."),
    "group_in_rule": _l("A rule speaks of %(name)s. Drop the rule first."),
    "bad_email": _l("Enter an e-mail address, such as ten@congty.vn."),
    "no_name": _l("Enter a name of at most %(limit)s characters."),
    "last_organizer": _l("A fair keeps at least one organizer. Add another one first."),
    "no_language": _l("Choose at least one language beside Vietnamese."),
    "unknown_language": _l("“%(language)s” is no language known here."),
    "interpreter_there": _l("This interpreter is on the list already."),
    "rows_conflict": _l("The file has rows to correct, so nothing was changed."),
}
ROW_ERRORS = {
    "file_too_long": _l("The file is too long. Hand in at most 2,000 rows."),
    "too_many_rows": _l("There are more than 2,000 rows."),
    "not_a_table": _l("The file is no CSV table. Save it from the spreadsheet as CSV in UTF-8."),
    "missing_column": _l("This column is missing. Download the tree and keep its first line."),
    "no_code": _l("Enter a code; it is how offers and needs name the category."),
    "bad_code": _l("Use small letters, digits and single hyphens, at most 60 in all."),
    "code_twice": _l("This code stands in an earlier row. Each category has its own."),
    "no_name": _l("Enter the name in both languages."),
    "name_too_long": _l("Write at most 250 characters."),
    "bad_stage": _l("Use raw_material, manufacture, distribution, retail, service or recycling, or leave it empty."),
    "bad_hs": _l("An HS prefix has 2, 4, 6 or 8 digits and begins with a chapter from 01 to 97, such as 8807."),
    "unknown_parent": _l("No row has this code. Enter the parent's code, or leave it empty for a root."),
    "circle": _l("A category can't be below itself."),
    "too_deep": _l("A tree has at most six levels."),
    "code_taken": _l("This code is in use elsewhere. Choose another one."),
    "shared_name": _l(
        "This category is shared by all fairs, so its names stay. Add one of your own with another code."
    ),
    "shared_parent": _l("This category is shared by all fairs, so it stays below the same parent."),
}


def sentence(refused: Refused) -> str:
    """Return what was refused, in words."""
    return str(REFUSALS[refused.code]) % refused.facts


def called_off(count: int) -> str:
    """Say that a change is saved, and how much it ended."""
    if not count:
        return _("Saved. Nothing had to be called off.")
    return ngettext(
        "Saved. %(num)s request or meeting is called off.",
        "Saved. %(num)s requests and meetings are called off.",
        count,
    )


def put_refusal(form: Form, refused: Refused, *, otherwise: str = "") -> None:
    """Put what a service refused beside the field it blames, else beside ``otherwise`` or the first field."""
    names = (refused.field, otherwise)
    found = next((form[name] for name in names if name in form), None) or next(iter(form))
    found.errors = [*found.errors, sentence(refused)]
