"""The JSON door: every call, and its description."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, FastAPI

from bot.api import (
    broadcasts,
    calendar,
    chat,
    description,
    docs,
    entries,
    events,
    health,
    metrics,
    questions,
    recurring,
    stats,
    topics,
)
from bot.desk import Desk, StaffRoom

ADDRESS = "/api/openapi.json"
"""Where the description is."""


def create_api(desk: Desk, staff: StaffRoom, version: str, telegram: Callable[[], str]) -> list[APIRouter]:
    """All calls of programs over a desk.

    `staff` is whom a notice is shown to before it is sent, `telegram` tells how the process stands with Telegram.
    """
    areas = [area.router(desk) for area in (chat, entries, topics, events, recurring, questions, stats)]
    return [
        *areas,
        broadcasts.router(desk, staff),
        calendar.router(desk),
        health.router(desk, telegram),
        metrics.router(desk, version),
        docs.router(),
    ]


def describe(app: FastAPI, routers: list[APIRouter]) -> None:
    """Let an app's description be complete."""
    original = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = description.complete(original(), routers)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # the way FastAPI documents


def describing() -> dict[str, Any]:
    """What FastAPI is told for the description."""
    return {
        "description": description.DESCRIPTION,
        "openapi_tags": [{"name": name, "description": said} for name, said in description.TAGS],
        "openapi_url": ADDRESS,
        "generate_unique_id_function": description.operation_id,
    }
