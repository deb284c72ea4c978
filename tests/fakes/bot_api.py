"""A fake Telegram: an HTTP server that speaks the Bot API, as strict as the real one, and remembers what it was told.

    with BotApi() as telegram:                                 # then start the bot with telegram.url, telegram.token
        await telegram.resident(7).writes("Wann hat das Rathaus geöffnet?")     # awaiting waits for the answer
        assert telegram.resident(7).last_heard == "Montag bis Freitag, 8 bis 12 Uhr."
        assert telegram.complaints == []

It runs in a thread of its own, so a test may block, await, or start the bot as another process. Read on in
bot_api_account.py (what a test can ask and script), bot_api_people.py (residents), bot_api_chats.py (what they heard),
bot_api_methods.py and bot_api_rules.py (the Bot API), bot_api_faults.py.

To try the bot by hand: `python -m tests.fakes.bot_api --port 8081`.
"""

import argparse
import asyncio
import re
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.fakes.bot_api_account import Account, Call
from tests.fakes.bot_api_chats import Document
from tests.fakes.bot_api_faults import Fault
from tests.fakes.bot_api_methods import METHODS
from tests.fakes.bot_api_rules import PARAMETERS, Refusal, bad, read_parameters
from tests.fakes.bot_api_updates import push_updates

BODY_LIMIT = 50 * 1024 * 1024
START_SECONDS = 10
GRACE_SECONDS = 0.01
# api.telegram.org does not mind upper and lower case.
_METHOD_NAMES = {name.lower(): name for name in METHODS}


class BotApi(Account):
    """The server; everything a test asks of it is inherited."""

    token = f"{Account.bot_id}:AAF_only_for_tests_of_Quartierslotse"
    """What the bot has to show; anything else is 401, or 404 if it does not even look like a token."""

    def __init__(self, port: int = 0, clock: Callable[[], float] = time.time) -> None:
        super().__init__(clock)
        self.port = port
        """0 until the server runs, unless chosen."""
        self._runner: web.AppRunner | None = None
        self._placeholder: socket.socket | None = None
        self._stop = asyncio.Event()

    @property
    def url(self) -> str:
        """The base: requests go to <url>/bot<token>/<method>."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        started: Future[asyncio.AbstractEventLoop] = Future()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._run(started)), name="fake-bot-api", daemon=True
        )
        self._thread.start()
        self._loop = started.result(START_SECONDS)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(START_SECONDS)

    def goes_down(self) -> None:
        """Breaks off all connections and refuses new ones; the port stays reserved. What is known stays known."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(START_SECONDS)

    def comes_back(self) -> None:
        """Serves again, on the same port."""
        asyncio.run_coroutine_threadsafe(self._open(), self._loop).result(START_SECONDS)

    @contextmanager
    def down(self) -> Iterator[None]:
        """Down inside the block."""
        self.goes_down()
        try:
            yield
        finally:
            self.comes_back()

    # The thread of the server

    async def _run(self, started: "Future[asyncio.AbstractEventLoop]") -> None:
        try:
            self._reserve_port()
            await self._open()
        except OSError as error:
            started.set_exception(error)
            return
        pushing = asyncio.create_task(push_updates(self))
        started.set_result(asyncio.get_running_loop())
        await self._stop.wait()
        pushing.cancel()
        await self._close()
        if self._placeholder is not None:
            self._placeholder.close()

    def _reserve_port(self) -> None:
        # A socket that is bound and does not listen: connections are refused, and nobody else gets the port.
        placeholder = socket.socket()
        placeholder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            placeholder.bind(("127.0.0.1", self.port))
        except OSError:
            placeholder.close()
            raise
        self.port = placeholder.getsockname()[1]
        self._placeholder = placeholder

    async def _open(self) -> None:
        assert self._placeholder is not None, "the fake is not down"
        app = web.Application(client_max_size=BODY_LIMIT)
        app.router.add_route("*", "/{path:.*}", self._serve)
        # handler_cancellation: a long poll must end with its bot, or the next bot would seem to be a second one.
        self._runner = web.AppRunner(app, handler_cancellation=True, access_log=None, shutdown_timeout=GRACE_SECONDS)
        await self._runner.setup()
        await web.SockSite(self._runner, self._placeholder, backlog=1024).start()
        self._placeholder = None

    async def _close(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
            self._reserve_port()

    # One request

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        match = re.fullmatch(r"/bot([^/]+)/([^/]+)", request.path)
        if match is None or not re.fullmatch(r"\d+:[\w-]{20,}", match[1]):
            return self._stranger(request, Refusal(404, "Not Found"))
        if match[1] != self.token:
            return self._stranger(request, Refusal(401, "Unauthorized"))
        method = _METHOD_NAMES.get(match[2].lower())
        if method is None:
            return self._stranger(request, Refusal(404, "Not Found: method not found"))
        call = Call(method, {}, self.clock())
        with self.changed:
            self.requests.append(call)
            self.tell()
        try:
            return await self._answer(request, call)
        except asyncio.CancelledError:
            call.outcome = "the caller left"
            raise
        except Exception as error:
            call.status, call.outcome = 500, f"the fake itself failed: {error!r}"
            call.remarks.append(call.outcome)
            raise
        finally:
            with self.changed:
                self.complaints.extend(f"{_named(call)}: {remark}" for remark in call.remarks)
                self.tell()

    def _stranger(self, request: web.Request, refusal: Refusal) -> web.Response:
        with self.changed:
            self.complaints.append(f"{request.path.rpartition('/')[2]}: {refusal.status} {refusal.description}")
            self.tell()
        return _error(refusal)

    async def _answer(self, request: web.Request, call: Call) -> web.StreamResponse:
        fault = None
        try:
            await _read(request, call)
            with self.changed:
                fault = self.take_fault(call)
                self.tell()  # only now it is known which chat it names
            if fault is not None:
                await _before(fault)
            result = await self._result(call)
        except ConnectionAbortedError:
            call.outcome = "dropped before"
            return _hang_up(request)
        except Refusal as refusal:
            return self._refuse(request, call, refusal)
        if fault is not None and fault.kind == "drop_after":
            call.outcome = "dropped after"
            return _hang_up(request)
        if fault is not None and fault.kind == "slow":
            call.outcome = "slow"
            self.tell()
            await asyncio.sleep(fault.seconds)
        call.status, call.outcome = 200, "ok"
        return web.json_response({"ok": True, "result": result})

    async def _result(self, call: Call) -> Any:
        if call.method == "getUpdates":
            result = await METHODS[call.method](self, call)  # not under the lock: it waits
        else:
            with self.changed:
                result = METHODS[call.method](self, call)
        call.is_accepted = True
        return result

    def _refuse(self, request: web.Request, call: Call, refusal: Refusal) -> web.Response:
        call.status, call.outcome = refusal.status, refusal.description
        # A poll whose bot is gone was not "terminated by other": nobody is there to be blamed.
        is_gone = request.transport is None or request.transport.is_closing()
        if refusal.is_blamed and not is_gone:
            call.remarks.append(f"{refusal.status} {refusal.description}")
        return _error(refusal)


async def _read(request: web.Request, call: Call) -> None:
    """Fills in the parameters and files of a query, a form, a multipart form or a JSON body."""
    raw: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        try:
            raw |= await request.json() if request.can_read_body else {}
        except (ValueError, TypeError):
            raise bad("can't parse JSON object") from None
    else:
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                call.files[name] = Document(value.filename, value.content_type, value.file.read())
            else:
                raw[name] = value if isinstance(value, str) else bytes(value).decode()
    call.parameters = raw  # so that a complaint about one of them can name the chat
    call.parameters = read_parameters(call.method, raw, call.remarks)
    referred = {str(value).removeprefix("attach://") for value in raw.values()}
    strays = call.files.keys() - PARAMETERS[call.method] - referred
    call.remarks.extend(f"has no parameter {name}" for name in sorted(strays))


async def _before(fault: Fault) -> None:
    """What befalls a call before it is done. Raises Refusal or ConnectionAbortedError."""
    if isinstance(fault.kind, int):
        raise fault.refusal()
    if fault.kind == "drop_before":
        raise ConnectionAbortedError
    if fault.kind == "hang":
        await asyncio.sleep(fault.seconds)


def _hang_up(request: web.Request) -> web.StreamResponse:
    """Breaks the connection off; what is returned goes nowhere."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _error(refusal: Refusal) -> web.Response:
    body: dict[str, Any] = {"ok": False, "error_code": refusal.status, "description": refusal.description}
    if refusal.retry_after is not None:
        body["parameters"] = {"retry_after": refusal.retry_after}
    return web.json_response(body, status=refusal.status)


def _named(call: Call) -> str:
    return f"{call.method} to {call.chat}" if call.chat is not None else call.method


# By hand


def main(arguments: list[str] | None = None) -> None:
    """Serves until the end of the input: a line is a message of resident 1, [a label] taps that button."""
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.bot_api", description=main.__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--language", default="de", help="of resident 1")
    options = parser.parse_args(arguments)
    with BotApi(options.port) as telegram:
        _say(f"LOTSE_TELEGRAM_API_URL={telegram.url} LOTSE_TELEGRAM_TOKEN={telegram.token}")
        telegram.resident(1, language_code=options.language)
        threading.Thread(target=_show, args=(telegram,), daemon=True).start()
        for line in map(str.strip, sys.stdin):
            try:
                _act(telegram, line)
            except AssertionError as error:
                _say(f"! {error}")


def _act(telegram: BotApi, line: str) -> None:
    resident = telegram.resident(1)
    if line.startswith("[") and line.endswith("]"):
        resident.taps(line[1:-1])
    elif line:
        resident.writes(line)


def _show(telegram: BotApi) -> None:
    heard = complaints = 0
    while True:
        with telegram.changed:
            telegram.changed.wait(1)
            new, heard = telegram.resident(1).heard[heard:], len(telegram.resident(1).heard)
            wrong, complaints = telegram.complaints[complaints:], len(telegram.complaints)
        for record in new:
            _say(f"{'~' if record.edited else '<'} {record.text}")
            for row in record.buttons:
                _say("  " + " ".join(f"[{label}]" for label, _ in row))
        for complaint in wrong:
            _say(f"! {complaint}")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
