"""The blueprint that the pages of a company's team are entered in."""

from flask import Blueprint

blueprint = Blueprint("team", __name__)
