"""The chat page at /. Without script it is a form; its script sends the same form and gets the new messages alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Form, Header, Query, Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined
from pydantic import BaseModel, Field

from bot.desk import Desk
from bot.domain.actions import OpenMenu, RunCommand, SetLanguage, read_action, write_action
from bot.domain.languages import choose
from bot.domain.messages import Choice, Reply
from bot.services import attachments
from bot.services.letters import Letter
from bot.texts import layout, privacy, wording
from bot.texts.catalog import catalog, nearest, offered
from bot.webchat import render
from bot.webchat.assets import add_assets, addresses
from bot.webchat.history import Exchange, open_history, seal_history
from knowledge.commands import Command
from knowledge.entry import base_language

PATH = "/"
"""Where the chat is; the one page that other sites may show in a frame."""

LONGEST_FORM_TEXT = 50_000

LARGEST_NUMBER = 2**62
"""Of a letter."""


class Sent(BaseModel):
    """The fields of the chat form."""

    text: str = Field(default="", max_length=LONGEST_FORM_TEXT)
    example: str = Field(default="", max_length=LONGEST_FORM_TEXT)
    action: str = Field(default="", max_length=1_000)
    session: str = Field(default="", max_length=200)
    history: str = Field(default="", max_length=400_000)
    language: str = Field(default="", max_length=35)
    letters: int = Field(default=0, ge=0, le=LARGEST_NUMBER)
    """The number of the newest letter on the page."""

    @property
    def is_typed(self) -> bool:
        """Whether no button was tapped."""
        return not (self.action or self.example)


def router(desk: Desk) -> APIRouter:
    """The page, its form and its files over a desk; no part of the described API."""
    routes = APIRouter(include_in_schema=False)
    pages = Pages(desk)
    _add_chat(routes, desk, pages)
    _add_reading(routes, desk, pages)
    add_assets(routes)
    return routes


def _add_chat(routes: APIRouter, desk: Desk, pages: Pages) -> None:
    """The page and its form."""

    @routes.api_route(PATH, methods=["GET", "HEAD"])
    async def show(request: Request, lang: str = "", start: str = "") -> HTMLResponse:
        language = _language(request, lang)
        opened = await desk.follow_link(start, language) if start and request.method == "GET" else None
        return pages.chat(language, [Exchange("", (opened,))] if opened else ())

    @routes.post(PATH)
    async def ask(
        request: Request, sent: Annotated[Sent, Form()], x_part: Annotated[str, Header()] = ""
    ) -> HTMLResponse:
        language = _language_after(sent.action) or _language(request, sent.language)
        before = open_history(desk.database.keys, sent.history)
        if sent.is_typed and not sent.text.strip():
            waiting = await desk.letters(sent.session, sent.letters)
            return pages.chat(language, before, sent.session, letters=waiting, shown=sent.letters)
        return await _answer(desk, pages, sent, before, language, is_part=bool(x_part))


async def _answer(
    desk: Desk, pages: Pages, sent: Sent, before: list[Exchange], language: str, *, is_part: bool
) -> HTMLResponse:
    """The page after a message or a tap; its new part alone, where that is all the page's script needs."""
    session = await desk.web_session(sent.session)
    text = "" if sent.action else sent.example or sent.text
    replies = await desk.receive_web(session, text=text, action=sent.action, language=language)
    exchange = Exchange(pages.label(sent.action, before, language) if sent.action else text, tuple(replies or ()))
    if await desk.web_session(session) != session:
        session, before = "", []  # everything was deleted: then the page, too, forgets what was said
    if is_part:
        return pages.exchange(exchange, language, session, status=429 if replies is None else 200)
    typed = "" if sent.is_typed and replies is not None else sent.text
    trouble = wording.too_many(language).text if replies is None else ""
    said = before if replies is None else [*before, exchange]
    waiting = await desk.letters(session, sent.letters)
    return pages.chat(language, said, session, typed, trouble, waiting, sent.letters)


def _add_reading(routes: APIRouter, desk: Desk, pages: Pages) -> None:
    """What is only read: messages that came since, and the privacy notice."""

    @routes.get("/letters")
    async def letters(
        request: Request,
        x_session: Annotated[str, Header(max_length=200)],
        after: Annotated[int, Query(ge=0, le=LARGEST_NUMBER)] = 0,
        lang: str = "",
    ) -> Response:
        return pages.letters(await desk.letters(x_session, after), _language(request, lang))

    @routes.api_route(f"{attachments.PATH}{{secret}}", methods=["GET", "HEAD"])
    async def attachment(secret: str) -> Response:
        file = await desk.database.read(attachments.by_secret, secret)
        if file is None:
            return Response(status_code=404)
        headers = {"Cache-Control": "private, max-age=86400", "X-Content-Type-Options": "nosniff"}
        return Response(file.content, media_type=file.media_type, headers=headers)

    @routes.api_route("/privacy", methods=["GET", "HEAD"])
    async def show_privacy(request: Request, lang: str = "") -> HTMLResponse:
        language = _language(request, lang)
        town, office = desk.snapshot.town, desk.snapshot.contacts(None)
        return pages.plain(privacy.privacy(town, office, desk.policy.retention, "web", language), language)


def error_page(desk: Desk, request: Request, status: int) -> HTMLResponse:
    """What a person sees where there is no page, or none for them."""
    language = _language(request, "")
    return Pages(desk).plain(wording.no_page(language, is_missing=status == 404), language, status)


class Pages:
    """The pages of the web chat, and their parts."""

    def __init__(self, desk: Desk):
        self._desk = desk
        self._templates = Environment(
            loader=PackageLoader("bot.webchat"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals.update(
            blocks=layout.blocks,
            rows=render.rows,
            is_list=render.is_list,
            language_of=render.language_of,
            lines=layout.lines,
            shown=layout.shown,
            leads_away=render.leads_away,
            direction=layout.direction,
            data_address=render.data_address,
            static=addresses(),
        )

    def chat(
        self,
        language: str,
        exchanges: Sequence[Exchange] = (),
        session: str = "",
        typed: str = "",
        trouble: str = "",
        letters: Sequence[Letter] = (),
        shown: int = 0,
    ) -> HTMLResponse:
        """The page, with what was said so far; `typed` stands in its field, `trouble` below it.

        `letters` came after the one numbered `shown`, for somebody whose browser does not fetch them by itself.
        """
        arrived = [Exchange("", tuple(letter.reply for letter in letters))] if letters else []
        town = self._desk.snapshot.town
        greeting, examples = choose(town.greeting, language), choose(town.examples, language)
        own = Reply(
            greeting[0] if greeting else catalog(language).gettext("How can I help you?"),
            language=greeting[1] if greeting else language,
        )
        return self._render(
            "chat.html",
            language,
            greeting=own,
            header=self._header(language),
            menu=self._menu(language),
            examples=examples[0] if examples else (),
            examples_language=examples[1] if examples else language,
            exchanges=exchanges,
            session=session,
            history=seal_history(self._desk.database.keys, [*exchanges, *arrived]),
            letters=letters,
            newest_letter=letters[-1].number if letters else shown,
            typed=typed,
            trouble=trouble,
            imprint=town.imprint,
        )

    def exchange(self, it: Exchange, language: str, session: str, status: int) -> HTMLResponse:
        """A message and its replies, for the script of the page; status 429 where there were too many.

        X-Session is empty where everything was deleted; Content-Language is that of the page from now on.
        """
        part = self._render("_exchange.html", language, status=status, it=it)
        part.headers["X-Session"] = session
        part.headers["Content-Language"] = language
        return part

    def letters(self, found: Sequence[Letter], language: str) -> HTMLResponse:
        """Messages that nobody asked for just now; X-Next tells after which to ask next."""
        part = self._render("_letters.html", language, letters=found)
        if found:
            part.headers["X-Next"] = str(found[-1].number)
        return part

    def plain(self, reply: Reply, language: str, status: int = 200) -> HTMLResponse:
        """A message as a page of its own."""
        return self._render("page.html", language, status=status, reply=reply)

    def label(self, action: str, before: Sequence[Exchange], language: str) -> str:
        """What stood on a tapped button."""
        shown = [choice for exchange in reversed(before) for reply in exchange.replies for choice in reply.choices]
        for choice in [*self._header(language), *self._menu(language).choices, *shown]:
            if choice.action == action:
                return choice.label
        return "…"

    @staticmethod
    def _header(language: str) -> list[Choice]:
        _ = catalog(language).gettext
        return [
            Choice(_("Menu"), write_action(OpenMenu())),
            Choice(_("Ask a person"), write_action(RunCommand(Command.TEAM))),
            Choice("🌐 " + _("Language"), write_action(RunCommand(Command.LANGUAGE))),
        ]

    def _menu(self, language: str) -> Reply:
        """The topics of the menu, without the ways that lead on from it: on the first screen there is no way back."""
        whole = wording.menu(self._desk.snapshot.menu(language), language)
        return replace(
            whole, choices=tuple(one for one in whole.choices if isinstance(read_action(one.action), OpenMenu))
        )

    def _render(self, template: str, language: str, status: int = 200, **values: Any) -> HTMLResponse:
        town = self._desk.snapshot.town
        name, area = choose(town.name, language), choose(town.area, language)
        html = self._templates.get_template(template).render(
            _=catalog(language).gettext,
            language=language,
            name=name[0] if name else "Quartierslotse",
            area=area[0] if area else "",
            **values,
        )
        return HTMLResponse(html, status, headers={"Cache-Control": "no-store"})


def _language_after(action: str) -> str:
    """The language that a tapped button chooses, also for the page; empty for any other button."""
    chosen = read_action(action)
    return chosen.code if isinstance(chosen, SetLanguage) and chosen.code in offered() else ""


def _language(request: Request, wanted: str) -> str:
    """The language of the page: the one asked for, else the browser's first that there is."""
    listed = request.headers.get("accept-language", "").split(",")
    named = [part.partition(";")[0].strip() for part in ([wanted] if wanted else listed)]
    return next((nearest(code) for code in named if is_offered(code)), nearest(None))


def is_offered(code: str) -> bool:
    """Whether residents can be answered in the language of a browser's wish like "en-GB"."""
    return base_language(nearest(code)) == base_language(code.lower().replace("_", "-"))
