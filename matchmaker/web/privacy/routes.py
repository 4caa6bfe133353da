"""The addresses of everything about personal data."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("privacy", __name__)
UNPROCESSABLE, NOT_FOUND, CONFLICT = 422, 404, 409
