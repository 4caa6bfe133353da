import uuid
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from sqlalchemy import select

from matchmaker.domain.errors import Refused
from matchmaker.models import Notice, RecoveryCode, TwoStepKey
from matchmaker.services import two_step
from matchmaker.services.sealing import opened, sealed

SECRET = "a secret that only this test knows, long enough"
NOW = datetime(2026, 11, 18, 2, 0, 5, tzinfo=UTC)
HALF_MINUTE = timedelta(seconds=30)


def later(steps):
    return NOW + steps * HALF_MINUTE


@pytest.fixture
def account(factory):
    return factory.account()


@pytest.fixture
def app_of(session, account):
    """The code app of an account whose second step is on, and its recovery codes."""
    two_step.begin(session, account_id=account.id, secret=SECRET)
    totp = pyotp.TOTP(two_step.pending_key(session, account_id=account.id, secret=SECRET))
    before = later(-10)
    codes = two_step.confirm(session, account_id=account.id, code=totp.at(before), secret=SECRET, now=before)
    return totp, codes


def fits(session, account, code, now=NOW, secret=SECRET):
    return two_step.fits(session, account_id=account.id, code=code, secret=secret, now=now)


def test_it_is_on_once_a_code_proves_that_the_app_has_the_key(session, account):
    two_step.begin(session, account_id=account.id, secret=SECRET)
    assert not two_step.is_on(session, account_id=account.id)
    with pytest.raises(Refused, match="wrong_code"):
        two_step.confirm(session, account_id=account.id, code="000000x", secret=SECRET, now=NOW)
    key = two_step.pending_key(session, account_id=account.id, secret=SECRET)
    codes = two_step.confirm(session, account_id=account.id, code=pyotp.TOTP(key).at(NOW), secret=SECRET, now=NOW)
    assert two_step.standing(session, account_id=account.id) == two_step.TwoSteps(NOW, len(codes))
    assert two_step.pending_key(session, account_id=account.id, secret=SECRET) is None


@pytest.mark.parametrize(("drift", "right"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_may_be_one_step_early_or_late(session, account, app_of, drift, right):
    assert fits(session, account, app_of[0].at(later(drift))) is right


def test_a_code_works_once_and_none_older_works_after_it(session, account, app_of):
    totp, _ = app_of
    assert fits(session, account, totp.at(NOW))
    assert not fits(session, account, totp.at(NOW))
    assert not fits(session, account, totp.at(later(-1)))
    assert fits(session, account, totp.at(later(1)), now=later(1))


def test_the_code_that_turned_it_on_does_not_sign_in_as_well(session, account):
    two_step.begin(session, account_id=account.id, secret=SECRET)
    totp = pyotp.TOTP(two_step.pending_key(session, account_id=account.id, secret=SECRET))
    two_step.confirm(session, account_id=account.id, code=totp.at(NOW), secret=SECRET, now=NOW)
    assert not fits(session, account, totp.at(NOW))


def test_a_recovery_code_works_once_however_it_is_typed(session, account, app_of):
    code = app_of[1][0]
    assert fits(session, account, f" {code.upper().replace('-', ' ')} ")
    assert not fits(session, account, code)
    assert two_step.standing(session, account_id=account.id).codes_left == two_step.RECOVERY_CODES - 1


def test_new_recovery_codes_end_the_old_ones(session, account, app_of):
    fresh = two_step.renew_codes(session, account_id=account.id, now=NOW)
    assert not fits(session, account, app_of[1][0])
    assert fits(session, account, fresh[0])


def test_another_phone_replaces_the_first_only_when_it_has_proved_itself(session, account, app_of):
    old, _ = app_of
    two_step.begin(session, account_id=account.id, secret=SECRET)
    assert fits(session, account, old.at(NOW))
    new = pyotp.TOTP(two_step.pending_key(session, account_id=account.id, secret=SECRET))
    two_step.confirm(session, account_id=account.id, code=new.at(later(2)), secret=SECRET, now=later(2))
    assert not fits(session, account, old.at(later(4)), now=later(4))
    assert fits(session, account, new.at(later(4)), now=later(4))


def test_codes_of_another_account_mean_nothing(session, factory, account, app_of):
    other = factory.account()
    assert not fits(session, other, app_of[0].at(NOW))
    assert not fits(session, other, app_of[1][0])


def test_no_key_or_recovery_code_can_be_read_in_the_tables(session, account, app_of):
    totp, codes = app_of
    row = session.scalars(select(TwoStepKey)).one()
    kept = " ".join([row.sealed, *session.scalars(select(RecoveryCode.code_hash))])
    assert totp.secret not in kept
    assert not any(code.replace("-", "") in kept for code in codes)
    assert opened(row.sealed, owner=account.id, secret=SECRET) == totp.secret


def test_a_sealed_value_opens_for_its_owner_and_secret_alone():
    owner = uuid.uuid4()
    value = sealed("JBSWY3DPEHPK3PXP", owner=owner, secret=SECRET)
    assert opened(value, owner=owner, secret=SECRET) == "JBSWY3DPEHPK3PXP"
    assert opened(value, owner=uuid.uuid4(), secret=SECRET) is None
    assert opened(value, owner=owner, secret="another secret") is None
    assert opened("not base64", owner=owner, secret=SECRET) is None


def test_with_a_changed_secret_the_recovery_codes_still_let_the_owner_in(session, account, app_of):
    assert not fits(session, account, app_of[0].at(NOW), secret="another secret")
    assert fits(session, account, app_of[1][0], secret="another secret")


def test_the_owner_is_written_to_about_every_change(session, account, app_of):
    fits(session, account, app_of[1][0])
    two_step.renew_codes(session, account_id=account.id, now=NOW)
    two_step.turn_off(session, account_id=account.id, by=None, now=NOW)
    two_step.turn_off(session, account_id=account.id, by=None, now=NOW)
    kinds = sorted(session.scalars(select(Notice.kind).where(Notice.account_id == account.id)))
    assert kinds == ["recovery_code_used", "recovery_codes_renewed", "two_step_off", "two_step_on"]
    assert not two_step.is_on(session, account_id=account.id)
