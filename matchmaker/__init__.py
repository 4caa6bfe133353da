"""Matchmaker: business matching for trade fairs, from the profile to the deal report."""

from __future__ import annotations

import inspect
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from config import Config

ROOT = Path(__file__).resolve().parent.parent
LARGEST_UPLOAD = 12 * 1024 * 1024


def create_app(config: Config) -> Flask:
    """Return the application for the given settings."""
    # The domain is plain Python and stays importable without Flask, so the pages load only here.
    from matchmaker import cli, logs, web  # noqa: PLC0415
    from matchmaker.extensions import csrf, db  # noqa: PLC0415
    from matchmaker.models.engine import prepare, settings_of  # noqa: PLC0415
    from matchmaker.services.search_watch import watch  # noqa: PLC0415
    from matchmaker.web.site import Site  # noqa: PLC0415

    logs.set_up()
    os.umask(0o077)  # The database and the kept mail are for their owner's eyes alone.
    config.instance.mkdir(parents=True, exist_ok=True)
    app = Site(
        "matchmaker",
        root_path=str(ROOT / "matchmaker"),
        instance_path=str(config.instance.resolve()),
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
    )
    app.config.from_mapping(_flask_settings(config), SQLALCHEMY_ENGINES={"default": settings_of(config.database_url)})
    app.extensions["matchmaker"] = config
    db.init_app(app)
    _close_no_async_sessions(app)
    with app.app_context():
        prepare(db.engine)
        watch(db.sessionmaker)
    csrf.init_app(app)
    web.register(app)
    cli.register(app)
    return app


def _close_no_async_sessions(app: Flask) -> None:
    """Take off what closes asynchronous sessions: the site has none, and it would start a thread for every request."""
    app.teardown_appcontext_funcs = [
        close for close in app.teardown_appcontext_funcs if not inspect.iscoroutinefunction(inspect.unwrap(close))
    ]


def _flask_settings(config: Config) -> dict[str, object]:
    return {
        "SECRET_KEY": config.secret_key,
        "SESSION_COOKIE_NAME": "__Host-session" if config.is_secure else "session",
        "SESSION_COOKIE_SECURE": config.is_secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SEND_FILE_MAX_AGE_DEFAULT": 31_536_000,
        "MAX_CONTENT_LENGTH": LARGEST_UPLOAD,
        "MAX_FORM_MEMORY_SIZE": 1024 * 1024,
        "WTF_CSRF_TIME_LIMIT": None,  # The token lives as long as the session it is bound to.
        "BABEL_DEFAULT_LOCALE": "vi",
        "BABEL_TRANSLATION_DIRECTORIES": "translations",
    }
