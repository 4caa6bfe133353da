"""The application that a server loads: ``waitress-serve wsgi:app`` or ``flask --app wsgi …``."""

import sys

from config import Config, ConfigError
from matchmaker import create_app

try:
    app = create_app(Config.from_env())
except ConfigError as error:
    sys.exit(f"Matchmaker can't start. {error}")
