"""The Flask extensions as objects, with hardly any logic."""

from __future__ import annotations

from flask import request
from flask_babel import Babel
from flask_login import LoginManager
from flask_sqlalchemy_lite import SQLAlchemy
from flask_wtf.csrf import CSRFProtect

from matchmaker.models.reading import ReadingSession


class PostedForms(CSRFProtect):  # type: ignore[misc]
    """Asks for a form's token, which no page that is only opened has, whatever view it is of."""

    def protect(self, apply_exemptions: bool = False) -> None:
        """Refuse a request that changes something and does not carry the token of its browser."""
        if request.method != "GET":
            super().protect(apply_exemptions)


db = SQLAlchemy(session_options={"class_": ReadingSession})
login_manager = LoginManager()
csrf = PostedForms()
babel = Babel()
