"""The blueprint that the modules of this feature share."""

from flask import Blueprint

blueprint = Blueprint("registration", __name__)
