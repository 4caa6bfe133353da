"""The blueprint that the pages of the hall are entered in."""

from flask import Blueprint

blueprint = Blueprint("hall", __name__)
