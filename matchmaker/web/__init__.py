"""The pages. ``register`` puts them into an application."""

from __future__ import annotations

from typing import TYPE_CHECKING

from werkzeug.middleware.proxy_fix import ProxyFix

from matchmaker.web import (
    accounts,
    answers,
    attendance,
    calendars,
    companies,
    consents,
    controls,
    deals,
    desk,
    directory,
    drawn_buttons,
    drawn_fields,
    errors,
    fairs,
    files,
    filled,
    filters,
    fragments,
    frames,
    hall,
    headers,
    hosts,
    icons,
    interpreting,
    language,
    links,
    long_files,
    made_files,
    marks,
    matching,
    meetings,
    notices,
    nul,
    page_address,
    pages,
    printing,
    privacy,
    profile,
    programmes,
    registration,
    reliability,
    reports,
    scheduling,
    setup,
    sign_in,
    team,
    transaction,
)

if TYPE_CHECKING:
    from flask import Flask

FEATURES = (
    pages,
    accounts,
    registration,
    consents,
    fairs,
    companies,
    directory,
    profile,
    files,
    matching,
    meetings,
    scheduling,
    deals,
    reports,
    team,
    notices,
    answers,
    setup,
    calendars,
    privacy,
    printing,
    made_files,
    programmes,
    hall,
    attendance,
    interpreting,
    desk,
    reliability,
)


def register(app: Flask) -> None:
    """Register what every request passes through, then the features."""
    config = app.extensions["matchmaker"]
    if config.trusted_proxies:
        hops = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    hosts.register(app, public_url=config.public_url)
    nul.register(app)
    transaction.register(app)
    headers.register(app, is_secure=config.is_secure)
    sign_in.register(app)
    language.register(app)
    errors.register(app)
    filters.register(app)
    links.register(app)
    icons.register(app)
    marks.register(app)
    page_address.register(app)
    fragments.register(app)
    controls.register(app)
    drawn_fields.register(app)
    drawn_buttons.register(app)
    filled.register(app)
    long_files.register(app)
    frames.register(app)
    for feature in FEATURES:
        app.register_blueprint(feature.blueprint)
