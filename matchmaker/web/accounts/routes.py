"""The addresses of signing in and of one's own account."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("accounts", __name__)
UNPROCESSABLE = 422
TOO_MANY = 429
NOT_FOUND = 404
