"""The application that a server loads: ``waitress-serve wsgi:app`` or ``flask --app wsgi …``."""

from config import Config
from matchmaker import create_app

app = create_app(Config.from_env())
