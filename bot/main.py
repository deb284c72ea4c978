"""The whole program: builds every part from the settings and runs the chosen roles. START READING HERE.

    settings -> keys, database (migrated, with the starter knowledge) -> desk -> doors: web, Telegram; clock

A resident's message comes in through a door (bot/telegram, bot/webchat, bot/api), which hands it to the desk
(bot/desk.py) as an `Incoming`. One service (bot/services/dialogue.py) answers it in one transaction; what it decides
comes from the pure rooms below it: bot/domain and knowledge.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from typing import Any

from alembic.util.exc import CommandError
from sqlalchemy.exc import OperationalError

from bot import clock, server
from bot.delivery import Delivery, Lane
from bot.desk import WEB as WEB_CHANNEL
from bot.desk import Desk, StaffRoom
from bot.domain.errors import InvalidInput
from bot.domain.messages import Reply, Result
from bot.domain.retention import Retention
from bot.mail import Mailer, read_server
from bot.services import staff, starter
from bot.services.dialogue import Policy
from bot.services.indexing import ShelfCache, Workshop
from bot.services.notices import Rules
from bot.services.pace import Rate
from bot.settings import Settings
from bot.staff_calls import StaffCalls
from bot.staff_digest import StaffDigest
from bot.storage import migrations
from bot.storage.database import Database
from bot.storage.keys import KeyFault, load_keys
from bot.telegram.door import Door
from bot.telegram.outlet import Outlet
from bot.webchat.sender import WebSender

log = logging.getLogger(__name__)

WEB, TELEGRAM, WORKER = "web", "telegram", "worker"
ROLES = (WEB, TELEGRAM, WORKER)


def now() -> datetime:
    """The moment, aware; everything below is told it."""
    return datetime.now(UTC)


@contextlib.contextmanager
def open_database(settings: Settings) -> Iterator[Database]:
    """The database of the settings, whatever state it is in.

    Raises InvalidInput where the data folder, its key or the database cannot be used.
    """
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        keys = load_keys(settings.data_dir)
    except OSError as fault:
        raise InvalidInput(f"cannot use {settings.data_dir}: {fault.strerror}", field="LOTSE_DATA_DIR") from fault
    except KeyFault as fault:
        raise InvalidInput(str(fault), field="LOTSE_DATA_DIR") from fault
    try:
        database = Database(settings.database, keys)
    except OSError as fault:
        reason = f"cannot use {fault.filename}: {fault.strerror}"
        raise InvalidInput(reason, field="LOTSE_DATABASE_URL") from fault
    try:
        yield database
    except OperationalError as fault:
        raise InvalidInput(f"the database cannot be used: {_first_line(fault)}", field="LOTSE_DATABASE_URL") from fault
    except CommandError as fault:
        reason = "the database was made by a newer version of this program"
        raise InvalidInput(reason, field="LOTSE_DATABASE_URL") from fault
    finally:
        database.close()


@contextlib.contextmanager
def open_migrated(settings: Settings) -> Iterator[Database]:
    """The database with the tables of this version, whatever stands in them."""
    with open_database(settings) as database:
        migrations.migrate(database)
        yield database


@contextlib.contextmanager
def open_furnished(settings: Settings) -> Iterator[Database]:
    """The database with the tables of this version, and the starter knowledge where it had none."""
    with open_migrated(settings) as database:
        with database.writing() as db:
            if added := starter.load_if_empty(db, now()):
                log.info("the starter knowledge was loaded: %d entries", added)
        yield database


@contextlib.contextmanager
def open_desk(settings: Settings, database: Database) -> Iterator[Desk]:
    """The desk over a database; it knows nothing before its first `refresh`."""
    workshop = Workshop()
    try:
        shelves = ShelfCache(settings.data_dir / "cache", workshop)
        yield Desk(database, settings.zone, shelves, now, _policy(settings))
    finally:
        workshop.close()


def _policy(settings: Settings) -> Policy:
    texts = timedelta(days=settings.retention_days)
    return Policy(
        rate=settings.chat_rate,
        retention=Retention(texts=texts, letters=texts),
        quiet=settings.clock.quiet,
        notice_cap=settings.notice_cap,
        patience=settings.patience,
        address=settings.web_address,
        has_mail=bool(settings.smtp_url.get_secret_value()),
    )


async def run(settings: Settings, roles: frozenset[str], say: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM; `say` tells a person what is going on.

    Raises InvalidInput where a setting cannot be used.
    """
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    with open_furnished(settings) as database, open_desk(settings, database) as desk:
        listener = server.listen(*settings.address) if WEB in roles else None
        async with contextlib.AsyncExitStack() as doors:
            if listener:
                doors.callback(listener.close)
            say("Loading the knowledge ...")
            if not await _unless(stop, desk.refresh()):
                return
            rate = Rate(TELEGRAM, settings.telegram_rate)
            telegram = _telegram(settings, desk, rate)
            out = await doors.enter_async_context(_ways_out(settings, desk, rate, works=WORKER in roles))
            await doors.enter_async_context(
                clock.ticking(
                    desk, settings.clock, out.deliveries, out.alert, out.calls, out.digest, works=WORKER in roles
                )
            )
            if telegram and TELEGRAM in roles:
                await doors.enter_async_context(telegram.open())
                say("Telegram: on")
            if listener:
                app = server.create_app(desk, version("quartierslotse"), settings.frames, telegram, out.staff)
                await doors.enter_async_context(server.serving(app, listener, settings.proxies))
                say(f"Web chat: {settings.web_address}")
                await _invite_first(settings, database, say)
            say("Stop with Ctrl-C.")
            await stop.wait()
            say("Stopping.")


async def _invite_first(settings: Settings, database: Database, say: Callable[[str], None]) -> None:
    """Say by which link the first administrator comes in, until there is one."""
    if token := await database.write(staff.first_link, now()):
        say(f"First administrator, choose a password: {settings.setup_address(token)}")


def _telegram(settings: Settings, desk: Desk, rate: Rate) -> Door | None:
    """The door to Telegram, not open yet; None without a token."""
    token = settings.telegram_token.get_secret_value()
    webhook = settings.public_url if settings.telegram_mode == "webhook" else ""
    return (
        Door(desk, token, settings.telegram_api_url, webhook, rate=rate, group=settings.staff_chat) if token else None
    )


async def _unless(stop: asyncio.Event, deed: Coroutine[Any, Any, object]) -> bool:
    """Do it, unless the process is asked to stop meanwhile; whether it was done."""
    doing, asked = asyncio.create_task(deed), asyncio.create_task(stop.wait())
    await asyncio.wait([doing, asked], return_when=asyncio.FIRST_COMPLETED)
    asked.cancel()
    if doing.done():
        doing.result()
        return True
    doing.cancel()
    return False


@dataclass(frozen=True, slots=True)
class WaysOut:
    """How messages that nobody is waiting for leave this process."""

    deliveries: Sequence[Delivery]
    staff: StaffRoom
    calls: StaffCalls
    digest: StaffDigest

    async def alert(self, sentence: str) -> bool:
        """Tell the staff group something, where there is one; False where that went wrong, which is logged."""
        outcome = await self.staff.tell(Reply(sentence))
        if outcome and outcome.result is not Result.DELIVERED:
            log.error("the staff group cannot be told: %s", outcome.reason)
            return False
        return True


@contextlib.asynccontextmanager
async def _ways_out(settings: Settings, desk: Desk, rate: Rate, *, works: bool) -> AsyncIterator[WaysOut]:
    """The way to the staff and, where this process `works`, the delivery of each channel; open while the block runs."""
    rules, quiet = Rules(settings.zone, settings.notice_cap, settings.patience), settings.clock.quiet
    async with open_outlet(settings, rate) as outlet:
        lanes = [Lane(WEB_CHANNEL, WebSender(desk), quiet=quiet)]
        if outlet:
            lanes.append(Lane(TELEGRAM, outlet.sender, rate, quiet))
        deliveries = [Delivery(desk, lane, rules, now) for lane in lanes] if works else []
        room = StaffRoom(outlet.sender if outlet else None, settings.staff_chat)
        mailer = _mailer(settings)
        yield WaysOut(deliveries, room, StaffCalls(desk, room, mailer), StaffDigest(desk, mailer))


def _mailer(settings: Settings) -> Mailer | None:
    """The way to staff by mail; None where no server is named."""
    url = settings.smtp_url.get_secret_value()
    return Mailer(read_server(url)) if url else None


@contextlib.asynccontextmanager
async def open_outlet(settings: Settings, rate: Rate | None = None) -> AsyncIterator[Outlet | None]:
    """The way to Telegram for what nobody is waiting for; None without a token.

    `rate` is the pace of everything that this process sends; None for none.
    """
    token = settings.telegram_token.get_secret_value()
    outlet = Outlet(token, settings.telegram_api_url, rate) if token else None
    try:
        yield outlet
    finally:
        if outlet:
            await outlet.close()


def _first_line(fault: Exception) -> str:
    """What went wrong, without the statement, its values and the link that SQLAlchemy adds."""
    original = getattr(fault, "orig", None) or fault
    return str(original).strip().partition("\n")[0]
