"""The chat page at /. Its script talks to the JSON door; without script the page is a form."""

from __future__ import annotations

import hashlib
from importlib import resources
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.desk import Desk
from bot.domain.languages import choose
from bot.texts.catalog import catalog
from bot.webchat.history import Exchange, open_history, seal_history
from knowledge.entry import DEFAULT_LANGUAGE

STATIC = {
    "chat.css": "text/css; charset=utf-8",
    "chat.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}

LONGEST_FORM_TEXT = 50_000


def router(desk: Desk) -> APIRouter:
    """The page, its form and its files over a desk; no part of the described API."""
    routes = APIRouter(include_in_schema=False)
    page = _Page(desk)

    @routes.api_route("/", methods=["GET", "HEAD"])
    async def show() -> HTMLResponse:
        return page.show()

    @routes.post("/")
    async def ask(
        text: Annotated[str, Form(max_length=LONGEST_FORM_TEXT)] = "",
        action: Annotated[str, Form(max_length=1_000)] = "",
        label: Annotated[str, Form(max_length=1_000)] = "",
        session: Annotated[str, Form(max_length=200)] = "",
        history: Annotated[str, Form(max_length=400_000)] = "",
    ) -> HTMLResponse:
        before = open_history(desk.database.keys, history)
        if not text.strip() and not action:
            return page.show(before, session)
        known = await desk.web_session(session)
        replies = await desk.receive_web(known, text=text, action=action)
        return page.show([*before, Exchange(text if not action else label, tuple(replies))], known)

    @routes.api_route("/static/{name}", methods=["GET", "HEAD"])
    async def static(name: str) -> Response:
        if name not in STATIC:
            return Response(status_code=404)
        # The address holds the file's hash, so it can be kept for ever.
        headers = {"Cache-Control": "public, max-age=31536000, immutable"}
        return Response(_file(name), media_type=STATIC[name], headers=headers)

    return routes


class _Page:
    """The one page of the web chat."""

    def __init__(self, desk: Desk):
        self._desk = desk
        pages = Environment(
            loader=PackageLoader("bot.webchat"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._template = pages.get_template("chat.html")

    def show(self, exchanges: list[Exchange] | None = None, session: str = "") -> HTMLResponse:
        """The page, with what was said so far."""
        language = DEFAULT_LANGUAGE
        town = self._desk.snapshot.town
        greeting, examples = choose(town.greeting, language), choose(town.examples, language)
        name, area = choose(town.name, language), choose(town.area, language)
        html = self._template.render(
            _=catalog(language).gettext,
            language=language,
            name=name[0] if name else "Quartierslotse",
            area=area[0] if area else "",
            greeting=greeting[0] if greeting else catalog(language).gettext("How can I help you?"),
            examples=examples[0] if examples else (),
            exchanges=exchanges or [],
            session=session,
            history=seal_history(self._desk.database.keys, exchanges or []),
            static={file: f"/static/{file}?{_hash(file)}" for file in STATIC},
        )
        return HTMLResponse(html, headers={"Cache-Control": "no-store"})


def _file(name: str) -> bytes:
    return (resources.files("bot.webchat") / "static" / name).read_bytes()


def _hash(name: str) -> str:
    return hashlib.sha256(_file(name)).hexdigest()[:12]
