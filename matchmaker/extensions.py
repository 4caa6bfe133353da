"""The Flask extensions as objects, without logic."""

from __future__ import annotations

from flask_babel import Babel
from flask_login import LoginManager
from flask_sqlalchemy_lite import SQLAlchemy
from flask_wtf.csrf import CSRFProtect

from matchmaker.models.reading import ReadingSession

db = SQLAlchemy(session_options={"class_": ReadingSession})
login_manager = LoginManager()
csrf = CSRFProtect()
babel = Babel()
