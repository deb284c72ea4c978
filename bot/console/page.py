"""One visit of one person to one page: what they may, in which language, and how the page is made."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, cached_property
from hashlib import sha256
from importlib import resources
from typing import Any, Concatenate, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time, format_timedelta
from babel.numbers import format_decimal
from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from sqlalchemy.orm import Session

from bot.console import access
from bot.console.cookies import Cookies
from bot.console.rehearsals import Rehearsals
from bot.console.words import LANGUAGES, best_language, say, words
from bot.desk import Desk, StaffRoom
from bot.domain.errors import NotAllowed
from bot.domain.staff import Right, may
from bot.services import audit, staff
from bot.services.audit import Actor, Mark, Way
from bot.services.staff import Member
from bot.storage.keys import KeyFault

Given = ParamSpec("Given")
Result = TypeVar("Result")

Subject = str | Callable[[Any], str]
"""What a deed is done to, or how to tell it from what the deed returns."""

STATIC = {
    "console.css": "text/css; charset=utf-8",
    "console.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}

SAID = "lotse-said"
"""The cookie with the message that the next page shows: sealed, so that nobody else words it."""


@dataclass(frozen=True, slots=True)
class Item:
    """A place in the console's menu."""

    path: str
    label: str
    """In English, as in the catalog."""
    right: Right


class Console:
    """What every page is handed: the desk, the templates, the menu."""

    def __init__(self, desk: Desk, menu: Sequence[Item], room: StaffRoom | None = None):
        self.desk = desk
        self.menu = menu
        self.room = room or StaffRoom()
        """The group to which notices are shown before they are sent."""
        self.rehearsals = Rehearsals(desk)

    def allowed(self, right: Right | None) -> Callable[[Request], Awaitable[Visit]]:
        """A dependency that lets in only those who have a right, and only their own forms; None: any of the staff.

        Raises SignInNeeded for a stranger, NotAllowed for the wrong role.
        """

        async def enter(request: Request) -> Visit:
            access.refuse_other_sites(request)
            visit = await self.visit(request)
            if visit.member is None:
                raise access.SignInNeeded
            if right and not may(visit.member.role, right):
                raise NotAllowed
            return visit

        enter.right = right  # type: ignore[attr-defined]  # for the test that walks every route with every role
        return enter

    async def guest(self, request: Request) -> Visit:
        """A dependency for the pages before signing in."""
        access.refuse_other_sites(request)
        return await self.visit(request)

    async def visit(self, request: Request) -> Visit:
        """Who is here: with a member where they are signed in."""
        is_secure = access.is_encrypted(request, self.desk.policy.address)
        cookies = Cookies(request, self.desk.database.keys, is_secure=is_secure)
        token, now = cookies.token, self.desk.now()
        found = await self.desk.database.read(staff.of_session, token, now) if token else None
        member, is_to_be_noted = found or (None, False)
        if is_to_be_noted:
            await self.desk.database.write(staff.touch_session, token, now)
        return Visit(self, request, cookies, member)


class Visit:
    """One request of one person."""

    def __init__(self, console: Console, request: Request, cookies: Cookies, member: Member | None):
        self.desk = console.desk
        self.request = request
        self.cookies = cookies
        self.member = member
        """Who is signed in; None before that."""
        self._console = console

    @property
    def me(self) -> Member:
        """Who is signed in; to be used on pages that `Console.allowed` guards."""
        if self.member is None:
            raise access.SignInNeeded
        return self.member

    @property
    def room(self) -> StaffRoom:
        """The group to which notices are shown before they are sent."""
        return self._console.room

    @property
    def now(self) -> datetime:
        """The moment, aware."""
        return self.desk.now()

    @property
    def zone(self) -> ZoneInfo:
        """The town's time zone."""
        return self.desk.clock.zone

    @cached_property
    def language(self) -> str:
        """Of the page: the member's, else the browser's, else German."""
        return self.member.language if self.member else best_language(self.request.headers.get("accept-language", ""))

    def can(self, right: Right) -> bool:
        """Whether who is here has a right."""
        return self.member is not None and may(self.member.role, right)

    def tr(self, text: str, /, **values: object) -> str:
        """A sentence of the code in the language of the page, with what differs filled in."""
        return say(self.language, text, **values)

    async def read(
        self, deed: Callable[Concatenate[Session, Given], Result], *args: Given.args, **kwargs: Given.kwargs
    ) -> Result:
        """What a service's function returns."""
        return await self.desk.database.read(deed, *args, **kwargs)

    async def change(
        self,
        mark: tuple[str, str, Subject] | tuple[str, str, Subject, Mapping[str, Any]],
        deed: Callable[Concatenate[Session, Given], Result],
        *args: Given.args,
        **kwargs: Given.kwargs,
    ) -> Result:
        """Do what a service's function does and write it into the audit trail; returns what it returns.

        `mark` is the area, the deed and the public id of what it is done to, or how to tell that from the result; then
        what else is to be known, if anything. trail_words.py has words for all of them.
        """
        whole = Mark(self.actor, *mark)
        return await self.desk.database.write(audit.record, whole, self.now, deed, *args, **kwargs)

    async def taken_up(self, said: str) -> str:
        """What is said of a change of the knowledge, once residents get it, or that this takes a moment."""
        is_done = await self.desk.take_up()
        return said if is_done else f"{said} {self.tr('Residents notice it in a few seconds.')}"

    @property
    def actor(self) -> Actor:
        """Who does what is done on this page."""
        return Actor(self.member.name if self.member else "", Way.CONSOLE)

    def page(self, template: str, /, status: int = 200, **values: Any) -> HTMLResponse:
        """A page, or a part of one where the template's name begins with an underscore."""
        html = _environment(self.language).get_template(template).render(self._common() | values)
        response = HTMLResponse(html, status, headers={"Cache-Control": "no-store"})
        is_part = template.rpartition("/")[2].startswith("_")  # fetched by script: nobody reads a message there
        if SAID in self.request.cookies and not is_part:
            response.delete_cookie(SAID, path=access.HOME)
        return response

    def to(self, path: str, said: str = "", undo: str = "") -> RedirectResponse:
        """On to a page, which shows a message once; `undo` is where a button below it sends an empty form."""
        response = RedirectResponse(path, 303, headers={"Cache-Control": "no-store"})
        if said:
            sealed = self.desk.database.keys.seal(json.dumps({"text": said, "undo": undo})).decode()
            is_secure = self.cookies.is_secure
            response.set_cookie(
                SAID, sealed, max_age=60, path=access.HOME, secure=is_secure, httponly=True, samesite="lax"
            )
        return response

    def moment(self, value: datetime) -> str:
        """A moment on the town's clock: "Mi., 9. Dez. 2026, 18:00"."""
        local = value.astimezone(self.zone)
        return f"{self.day(local.date())}, {format_time(local, 'short', locale=self.language)}"

    def day(self, value: date) -> str:
        """A day with its weekday: "Mi., 9. Dez. 2026"."""
        pattern = "EE, d. MMM y" if self.language == "de" else "EE, d MMM y"
        return format_date(value, pattern, locale=self.language)

    def exactly(self, value: datetime) -> str:
        """A moment to the second, for the audit trail."""
        return format_datetime(value, "medium", tzinfo=self.zone, locale=self.language)

    def ago(self, value: datetime) -> str:
        """How long ago, or how soon, in words: "vor 3 Stunden"."""
        if abs(value - self.now) < timedelta(minutes=1):
            return self.tr("just now")
        return format_timedelta(value - self.now, add_direction=True, locale=self.language)

    def number(self, value: float) -> str:
        """A number as people write it: "10.000"."""
        return format_decimal(value, locale=self.language)

    def _common(self) -> dict[str, Any]:
        """What every template may use."""
        return {
            "visit": self,
            "member": self.member,
            "language": self.language,
            "can": self.can,
            "Right": Right,
            "menu": [item for item in self._console.menu if self.can(item.right)],
            "here": self.request.url.path,
            "said": self._said(),
            "static": {name: f"{access.HOME}/static/{name}?{file_hash(name)}" for name in STATIC},
            "moment": self.moment,
            "day": self.day,
            "exactly": self.exactly,
            "ago": self.ago,
            "number": self.number,
        }

    def _said(self) -> Mapping[str, str] | None:
        """The message that the page before left."""
        sealed = self.request.cookies.get(SAID)
        if not sealed:
            return None
        try:
            found: Mapping[str, str] = json.loads(self.desk.database.keys.open(sealed.encode()))
        except KeyFault:
            return None  # not ours: there is nothing to say
        return found


@cache
def _environment(language: str) -> Environment:
    """The templates in one of LANGUAGES."""
    made = Environment(
        loader=PackageLoader("bot.console"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    known = words(language if language in LANGUAGES else LANGUAGES[0])
    made.install_gettext_translations(known, newstyle=True)  # type: ignore[attr-defined]
    return made


@cache
def file(name: str) -> bytes:
    """A file that every page uses."""
    return (resources.files("bot.console") / "static" / name).read_bytes()


@cache
def file_hash(name: str) -> str:
    """Changes with a file, so that browsers can keep it for ever."""
    return sha256(file(name)).hexdigest()[:12]
