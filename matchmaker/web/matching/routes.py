"""The blueprint of suggestions and of the organizer's matching pages."""

from flask import Blueprint

ORGANIZER = "/fairs/<slug>/organizer/matching"
blueprint = Blueprint("matching", __name__)
