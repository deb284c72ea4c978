"""The chat page is served by the same server as the API."""

from tests.api.conftest import client

__all__ = ["client"]
