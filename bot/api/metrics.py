"""What Prometheus reads. Source: Prometheus, "Exposition formats", text format 0.0.4."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import ip_address

from fastapi import APIRouter, Depends, Request, Response

from bot.api.access import Allowed, Shown
from bot.desk import Desk
from bot.domain.staff import Right
from bot.services import gauges
from bot.services.gauges import Gauge

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
"""Headers by which a web server in front tells that it passes on what comes from elsewhere."""


def router(desk: Desk, version: str) -> APIRouter:
    """The numbers of an installation; no part of the described API."""
    routes = APIRouter(include_in_schema=False)
    allowed = Allowed(desk, Right.READ)

    async def near(request: Request, shown: Shown) -> None:
        """Let in whoever is on this machine, or shows a token."""
        if not _is_here(request):
            await allowed(shown)

    @routes.get("/metrics", dependencies=[Depends(near)])
    async def metrics() -> Response:
        found = [
            Gauge("build_info", "Which version runs.", {version: 1}, "version"),
            Gauge("ready", "Whether the knowledge is loaded.", {"": int(desk.is_ready)}),
            *await desk.database.read(gauges.read, desk.now()),
        ]
        return Response("".join([*_lines(found), *_ticks(desk)]), media_type=MEDIA_TYPE)

    return routes


def _is_here(request: Request) -> bool:
    host = request.client.host if request.client else ""
    try:
        is_loopback = ip_address(host).is_loopback
    except ValueError:
        return False
    return is_loopback and not any(name in request.headers for name in FORWARDED)


def _lines(found: Sequence[Gauge]) -> Iterator[str]:
    for gauge in found:
        name = f"lotse_{gauge.name}"
        yield f"# HELP {name} {gauge.help}\n# TYPE {name} gauge\n"
        for part, value in sorted(gauge.values.items()):
            yield f'{name}{{{gauge.label}="{_escaped(part)}"}} {value}\n' if gauge.label else f"{name} {value}\n"


def _ticks(desk: Desk) -> Iterator[str]:
    name = "lotse_ticks_total"
    yield f"# HELP {name} What this process did by itself.\n# TYPE {name} counter\n"
    for (deed, went_well), count in sorted(desk.ticks.items()):
        yield f'{name}{{tick="{_escaped(deed)}",outcome="{"done" if went_well else "failed"}"}} {count}\n'


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
