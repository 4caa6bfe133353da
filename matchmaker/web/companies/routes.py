"""The blueprint that the pages of companies and of their import are entered in."""

from flask import Blueprint

blueprint = Blueprint("companies", __name__)
