"""The application: Flask with templates drawn and addresses built in fewer steps."""

from __future__ import annotations

import uuid
from functools import lru_cache
from typing import Any

from flask import Flask, has_request_context, request

from matchmaker.web.drawing import PageEnvironment

ADDRESSES_KEPT = 4096
# Values whose text says all about them: 1 and True are equal, and stand differently in an address.
PLAIN = frozenset({str, int, uuid.UUID})


class Site(Flask):
    """Flask, which keeps the addresses it has built: a page has dozens, and they are the same for everyone."""

    jinja_environment = PageEnvironment

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._built = lru_cache(maxsize=ADDRESSES_KEPT)(self._build)

    def url_for(self, endpoint: str, **values: Any) -> str:
        """Return the address of an endpoint."""
        # What a feature adds of its own, such as the kept version that is read, differs from page to page.
        self.inject_url_defaults(endpoint, values)
        is_plain = not endpoint.startswith(".") and all(
            type(value) in PLAIN and not name.startswith("_") for name, value in values.items()
        )
        if not is_plain or not has_request_context():
            return super().url_for(endpoint, **values)
        return self._built(request.root_path, endpoint, *values.items())

    def _build(self, _root: str, endpoint: str, *values: tuple[str, Any]) -> str:
        return super().url_for(endpoint, **dict(values))
