"""The blueprint of the interpreters' pages."""

from flask import Blueprint

blueprint = Blueprint("interpreting", __name__)
