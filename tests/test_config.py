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
