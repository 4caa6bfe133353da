"""Every route, with who may open it. A new route fails here until someone decides."""

from matchmaker.web.transaction import SAFE_METHODS

ACCESS = {
    "accounts.begin_two_step": "signed_in",
    "accounts.change_password": "signed_in",
    "accounts.choose_language": "signed_in",
    "accounts.code": "anyone",
    "accounts.confirm": "signed_in",
    "accounts.confirm_by_link": "signed_in",
    "accounts.confirm_two_step": "signed_in",
    "accounts.end_other_sessions": "signed_in",
    "accounts.end_session": "signed_in",
    "accounts.first_password": "signed_in",
    "accounts.forgot": "anyone",
    "accounts.link_sent": "anyone",
    "accounts.open_link": "anyone",
    "accounts.password": "signed_in",
    "accounts.renew_recovery_codes": "signed_in",
    "accounts.reset": "anyone",
    "accounts.reset_sent": "anyone",
    "accounts.security": "signed_in",
    "accounts.send_link": "anyone",
    "accounts.set_password": "signed_in",
    "accounts.set_up_two_step": "signed_in",
    "accounts.sign_in": "anyone",
    "accounts.sign_out": "signed_in",
    "answers.accept": "anyone",
    "answers.decline": "anyone",
    "answers.show": "anyone",
    "calendars.address": "signed_in",
    "calendars.feed": "anyone",
    "calendars.meeting_file": "participant",
    "calendars.renew": "signed_in",
    "calendars.revoke": "signed_in",
    "companies.act": "organizer",
    "companies.choose": "organizer",
    "accounts.turn_two_step_off": "signed_in",
    "accounts.start_reset": "organizer",
    "accounts.two_step": "signed_in",
    "accounts.two_step_picture": "signed_in",
    "companies.company": "participant",
    "companies.decide": "organizer",
    "companies.end_acting": "organizer",
    "companies.end_verification": "organizer",
    "companies.export": "organizer",
    "companies.import_columns": "organizer",
    "companies.import_discard": "organizer",
    "companies.import_review": "organizer",
    "companies.import_run": "organizer",
    "companies.import_template": "organizer",
    "companies.import_to_correct": "organizer",
    "companies.imports": "organizer",
    "companies.merge": "organizer",
    "companies.organizer_company": "organizer",
    "companies.organizer_list": "organizer",
    "companies.set_terms": "organizer",
    "companies.tell_apart": "organizer",
    "companies.twins": "organizer",
    "companies.undo_decision": "organizer",
    "companies.verify": "organizer",
    "companies.verify_certificate": "organizer",
    "directory.directory": "participant",
    "consents.answer": "concerned",
    "consents.mine": "concerned",
    "consents.reword": "organizer",
    "consents.texts": "organizer",
    "deals.answer": "participant",
    "deals.confirm": "participant",
    "deals.document": "participant",
    "deals.follow_up.save": "anyone",
    "deals.follow_up.show": "anyone",
    "deals.follow_up.stop": "anyone",
    "deals.hand_in": "participant",
    "deals.held": "participant",
    "deals.not_held": "participant",
    "deals.outcome": "participant",
    "deals.results": "participant",
    "fairs.home": "anyone",
    "fairs.overview": "organizer",
    "files.add_logo": "registered",
    "files.add_paper": "registered",
    "files.add_photo": "registered",
    "files.file": "registered",
    "files.organizer_file": "organizer",
    "files.own_files": "registered",
    "files.put_back": "registered",
    "files.remove": "registered",
    "matching.propose": "organizer",
    "matching.run": "organizer",
    "matching.save": "participant",
    "matching.skip": "participant",
    "matching.suggestions": "registered",
    "matching.take_back": "participant",
    "meetings.accept": "participant",
    "meetings.agenda": "participant",
    "meetings.agenda_worker": "anyone",
    "meetings.answer_offer": "participant",
    "meetings.ask": "participant",
    "meetings.block": "participant",
    "meetings.cancel": "participant",
    "meetings.complaint": "organizer",
    "meetings.complaint_list": "organizer",
    "meetings.daily_cap": "participant",
    "meetings.decline": "participant",
    "meetings.grade": "participant",
    "meetings.meeting": "participant",
    "meetings.note": "participant",
    "meetings.people": "participant",
    "meetings.requests": "participant",
    "meetings.report": "participant",
    "meetings.say": "participant",
    "meetings.set_time": "participant",
    "meetings.settle": "organizer",
    "meetings.time": "participant",
    "meetings.withdraw": "participant",
    "notices.choices": "signed_in",
    "notices.listed": "signed_in",
    "notices.mail": "organizer",
    "notices.mailbox": "anyone",
    "notices.mailed": "anyone",
    "notices.mailed_html": "anyone",
    "notices.news": "organizer",
    "notices.opened": "signed_in",
    "notices.read": "signed_in",
    "notices.send_again": "organizer",
    "notices.send_now": "anyone",
    "notices.unsubscribe": "anyone",
    "pages.alive": "anyone",
    "pages.components": "anyone",
    "pages.home": "anyone",
    "privacy.ask_copy": "signed_in",
    "privacy.copy_by_link": "anyone",
    "privacy.erase": "signed_in",
    "privacy.erased": "anyone",
    "privacy.fetch_copy": "signed_in",
    "privacy.own_data": "signed_in",
    "profile.add_certificate": "registered",
    "profile.availability": "registered",
    "profile.company": "registered",
    "profile.item": "registered",
    "profile.items": "registered",
    "profile.move_item": "registered",
    "profile.new_item": "registered",
    "profile.partners": "registered",
    "profile.remove_certificate": "registered",
    "profile.remove_item": "registered",
    "profile.restore_item": "registered",
    "profile.save_availability": "registered",
    "registration.address": "signed_in",
    "registration.confirm": "anyone",
    "registration.disown": "anyone",
    "registration.register": "anyone",
    "reports.companies": "reader",
    "printing.offer": "organizer",
    "printing.sheets_file": "organizer",
    "printing.single": "organizer",
    "reports.contracts": "organizer",
    "reports.follow_up": "organizer",
    "reports.ledger_file": "organizer",
    "reports.mark_seen": "organizer",
    "reports.meetings": "reader",
    "reports.outcomes": "organizer",
    "reports.pdf": "reader",
    "reports.remind": "organizer",
    "reports.remind_follow_up": "organizer",
    "reports.report": "reader",
    "reports.report_csv": "reader",
    "reports.rows": "reader",
    "reports.summary_csv": "reader",
    "reports.workbook": "reader",
    "scheduling.lock": "organizer",
    "scheduling.move": "organizer",
    "scheduling.publish": "organizer",
    "scheduling.schedule": "organizer",
    "scheduling.set_place": "organizer",
    "scheduling.take_out": "organizer",
    "scheduling.unplaced": "organizer",
    "team.admin": "registered",
    "team.coming": "registered",
    "team.end_help": "registered",
    "team.end_invitation": "registered",
    "team.for_whom": "signed_in",
    "team.invitation": "anyone",
    "team.invite": "registered",
    "team.member": "registered",
    "team.remove": "registered",
    "team.team": "registered",
    "setup.booths": "organizer",
    "setup.currency": "organizer",
    "setup.days": "organizer",
    "setup.group_drop": "organizer",
    "setup.groups": "organizer",
    "setup.hall_remove": "organizer",
    "setup.interpreter_away": "organizer",
    "setup.interpreter_remove": "organizer",
    "setup.interpreters": "organizer",
    "setup.limits": "organizer",
    "setup.mode": "organizer",
    "setup.money": "organizer",
    "setup.names": "organizer",
    "setup.new": "signed_in",
    "setup.phase_move": "organizer",
    "setup.phases": "organizer",
    "setup.places": "organizer",
    "setup.rate_drop": "organizer",
    "setup.rule_drop": "organizer",
    "setup.rules": "organizer",
    "setup.sectors": "organizer",
    "setup.session_change": "organizer",
    "setup.session_remove": "organizer",
    "setup.sessions": "organizer",
    "setup.steps": "organizer",
    "setup.table_close": "organizer",
    "setup.table_open": "organizer",
    "setup.team": "organizer",
    "setup.team_remove": "organizer",
    "setup.tree": "organizer",
    "setup.tree_file": "organizer",
}


# Mail programs post here without a browser (RFC 8058); the signed address is what shows who asks.
BY_SIGNED_ADDRESS = {"notices.unsubscribe"}


def test_every_route_has_the_access_it_was_given(app):
    views = {name: view for name, view in app.view_functions.items() if name != "static"}
    assert {name: getattr(view, "access", "nobody decided") for name, view in views.items()} == ACCESS


def test_every_fair_route_asks_for_the_fair(app):
    wrong = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if ACCESS.get(rule.endpoint) in {"participant", "registered", "organizer", "reader"}
        and not rule.rule.startswith("/fairs/<slug>")
    ]
    assert wrong == []


def test_ids_in_addresses_are_typed(app):
    wrong = [
        rule.rule
        for rule in app.url_map.iter_rules()
        for name in rule.arguments
        if name.endswith("_id") and f"<uuid:{name}>" not in rule.rule
    ]
    assert wrong == []


def test_organizer_pages_stand_under_organizer_addresses(app):
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static":
            assert ("/organizer" in rule.rule) == (ACCESS[rule.endpoint] in {"organizer", "reader"}), rule.rule


def test_changes_need_the_token_of_this_browser(client, app):
    """Each POST route refuses a request without a token before it looks at who asks."""
    zero = "00000000-0000-4000-8000-000000000000"
    for rule in app.url_map.iter_rules():
        if rule.methods - SAFE_METHODS:
            values = {name: zero if f"<uuid:{name}>" in rule.rule else "x" for name in rule.arguments}
            with app.test_request_context():
                address = app.url_map.bind("localhost").build(rule.endpoint, values, method="POST")
            refusal = 404 if rule.endpoint in BY_SIGNED_ADDRESS else 400
            assert client.post(address).status_code == refusal, address
