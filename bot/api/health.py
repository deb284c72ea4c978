"""Whether this process lives, and whether it can serve."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError

from bot.desk import Desk
from bot.storage import migrations


def router(desk: Desk, telegram: Callable[[], str]) -> APIRouter:
    """The two health calls over a desk; they are no part of the described API.

    `telegram` tells how the process stands with Telegram: that is reported, and never makes it unready, because the web
    chat goes on.
    """
    routes = APIRouter(include_in_schema=False)

    @routes.api_route("/healthz", methods=["GET", "HEAD"])
    async def alive() -> dict[str, str]:
        return {"status": "alive"}

    @routes.api_route("/readyz", methods=["GET", "HEAD"])
    async def ready() -> JSONResponse:
        checks = await _checks(desk)
        fine = all(state == "ok" for state in checks.values())
        status = "ready" if fine else "not ready"
        return JSONResponse({"status": status, "checks": checks | {"telegram": telegram()}}, 200 if fine else 503)

    return routes


async def _checks(desk: Desk) -> dict[str, str]:
    index = "ok" if desk.is_ready else "not loaded"
    try:
        pending = await asyncio.to_thread(migrations.pending, desk.database)
    except SQLAlchemyError:
        return {"database": "out of reach", "migrations": "unknown", "index": index}
    return {"database": "ok", "migrations": "pending" if pending else "ok", "index": index}
