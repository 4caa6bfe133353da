"""The blueprint that the pages of messages and of a fair's mail are entered in."""

from flask import Blueprint

blueprint = Blueprint("notices", __name__)
