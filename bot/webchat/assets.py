"""The files of the chat page: its style, its script, its icon, and the script that shows the chat on other sites."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib import resources

from fastapi import APIRouter
from fastapi.responses import Response

STATIC = {
    "chat.css": "text/css; charset=utf-8",
    "chat.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}


def add_assets(routes: APIRouter) -> None:
    """The addresses of the files."""

    @routes.api_route("/static/{name}", methods=["GET", "HEAD"])
    async def static(name: str) -> Response:
        if name not in STATIC:
            return Response(status_code=404)
        # The address holds the file's hash, so it can be kept for ever.
        headers = {"Cache-Control": "public, max-age=31536000, immutable"}
        return Response(_file(name), media_type=STATIC[name], headers=headers)

    @routes.api_route("/embed.js", methods=["GET", "HEAD"])
    async def embed() -> Response:
        headers = {"Cache-Control": "public, max-age=3600", "Cross-Origin-Resource-Policy": "cross-origin"}
        return Response(_file("embed.js"), media_type=STATIC["chat.js"], headers=headers)


def addresses() -> dict[str, str]:
    """Where a page finds each of its files: another address as soon as the file is another."""
    return {name: f"/static/{name}?{_hash(name)}" for name in STATIC}


@cache
def _file(name: str) -> bytes:
    return (resources.files("bot.webchat") / "static" / name).read_bytes()


def _hash(name: str) -> str:
    return sha256(_file(name)).hexdigest()[:12]
