"""The blueprint that the pages of a company's profile are entered in."""

from flask import Blueprint

blueprint = Blueprint("profile", __name__)
