"""The Chromium of this machine, and how it is started so that it does nothing but what it is told."""

from __future__ import annotations

import shutil

BROWSERS = ("chromium", "google-chrome", "chromium-browser")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def chromium_path():
    """Where the browser is, or None where there is none."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)
