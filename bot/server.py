"""The one HTTP server: all web doors behind one port, with the limits and headers that hold for every answer."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence

import uvicorn
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse, Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.api import app as api
from bot.api.broadcasts import UPLOAD
from bot.api.problems import of_enquiry, of_validation, problem
from bot.console import app as console
from bot.console.access import HOME, SignInNeeded
from bot.desk import Desk, StaffRoom
from bot.domain.errors import EnquiryError, InvalidInput
from bot.telegram.door import Door, State
from bot.webchat import app as webchat

PROGRAMS = "/api/"
"""Where programs call; anything else is read by people."""

LARGEST_BODY = 1_000_000
"""Bytes of a request that are read."""

LARGEST_UPLOAD = 10_000_000
"""The same where staff bring files."""

STOP_SECONDS = 10
"""How long requests in progress may take when the server is asked to stop."""

# Nothing from elsewhere is ever loaded, and nothing is submitted to elsewhere.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors {frames}"
)

HEADERS = {
    "Content-Security-Policy": POLICY.format(frames="'none'"),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def create_app(
    desk: Desk, version: str, frames: str = "'none'", telegram: Door | None = None, staff: StaffRoom | None = None
) -> FastAPI:
    """Every web door over a desk, and the way in for Telegram's updates where it brings them.

    `frames` are the sites that may show the chat in a frame, as in a content policy; `staff` is whom notices are shown
    to before they are sent.
    """
    chat_headers = HEADERS | {"Content-Security-Policy": POLICY.format(frames=frames)}
    app = FastAPI(
        title="Quartierslotse",
        version=version,
        docs_url=None,
        redoc_url=None,
        **api.describing(),
    )
    calls = api.create_api(desk, staff or StaffRoom(), version, lambda: telegram.state if telegram else State.OFF)
    for router in calls:
        app.include_router(router)
    api.describe(app, calls)
    app.include_router(webchat.router(desk))
    app.include_router(console.create_console(desk, staff or StaffRoom()))
    if telegram and telegram.routes:
        app.include_router(telegram.routes)
    app.add_middleware(BodyLimit)

    @app.middleware("http")
    async def add_headers(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        response = await call_next(request)
        for name, value in (chat_headers if request.url.path == webchat.PATH else HEADERS).items():
            response.headers.setdefault(name, value)
        return response

    _handle_faults(app, desk)
    return app


def _handle_faults(app: FastAPI, desk: Desk) -> None:
    """Programs hear of faults in problem documents, residents and staff on a page of their own."""

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, fault: RequestValidationError) -> Response:
        if _is_for_staff(request):
            return await console.error_page(desk, request, 404)  # forms are read by the pages themselves
        if request.url.path.startswith(PROGRAMS) or not desk.is_ready:
            return of_validation(fault)
        return webchat.error_page(desk, request, 422)

    @app.exception_handler(EnquiryError)
    async def refused(request: Request, fault: EnquiryError) -> Response:
        if _is_for_staff(request):
            return await console.error_page(desk, request, console.status_of(fault), fault)
        return of_enquiry(fault)

    @app.exception_handler(SignInNeeded)
    async def strange(request: Request, fault: SignInNeeded) -> Response:
        return await console.error_page(desk, request, 401, fault)

    @app.exception_handler(HTTPException)
    async def failed(request: Request, fault: HTTPException) -> Response:
        headers = dict(fault.headers) if fault.headers else None
        if request.url.path.startswith(PROGRAMS):
            return problem(fault.status_code, "" if fault.status_code == 404 else str(fault.detail), headers)
        if _is_for_staff(request):
            return await console.error_page(desk, request, fault.status_code)
        if desk.is_ready and request.method in {"GET", "POST"}:
            return webchat.error_page(desk, request, fault.status_code)
        return PlainTextResponse(f"{fault.status_code} {fault.detail}\n", fault.status_code, headers)

    @app.exception_handler(Exception)
    async def broken(request: Request, fault: Exception) -> Response:
        # The server logs the traceback; whoever called hears no more than that it was not their fault. This answer is
        # made outside the middleware, so it needs its headers here.
        if _is_for_staff(request) or (request.url.path == webchat.PATH and desk.is_ready):
            is_ours = _is_for_staff(request)
            page = await console.error_page(desk, request, 500) if is_ours else webchat.error_page(desk, request, 500)
            page.headers.update(HEADERS)
            return page
        return problem(500, "Something went wrong here. Please try again in a moment.", HEADERS)


def _is_for_staff(request: Request) -> bool:
    return request.url.path == HOME or request.url.path.startswith(f"{HOME}/")


class BodyLimit:
    """Refuses, with 413, to read a body that is larger than anything meant for us, or announces to be."""

    def __init__(self, app: ASGIApp):
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request (ASGI)."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        brings_files = scope["path"].startswith(f"{HOME}/") or scope["path"].endswith(UPLOAD)
        largest = LARGEST_UPLOAD if brings_files else LARGEST_BODY
        is_too_large = not announced.isdigit() or int(announced) > largest
        taken = 0

        async def receive_limited() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if is_too_large or taken > largest:
                raise HTTPException(413, f"The limit is {largest} bytes.")
            return message

        await self._app(scope, receive_limited, send)


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens; raises InvalidInput where the address is taken or not this machine's."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as fault:
        raise InvalidInput(f"cannot listen on {host}:{port}: {fault.strerror}", field="LOTSE_BIND") from fault


class _Server(uvicorn.Server):
    """A server that leaves signals to bot.main, or it would end the process before the bot has stopped."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.asynccontextmanager
async def serving(app: FastAPI, listener: socket.socket, proxies: Sequence[str] = ()) -> AsyncIterator[None]:
    """Serve while the block runs; at its end, finish the requests in progress and stop.

    `proxies` are the addresses and networks of web servers that are believed who asks, and whether by https.
    """
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=STOP_SECONDS,
        server_header=False,
        forwarded_allow_ips=list(proxies),
    )
    server = _Server(config)
    life = asyncio.create_task(server.serve(sockets=[listener]), name="web")
    try:
        while not server.started and not life.done():
            await asyncio.sleep(0.01)
        yield
    finally:
        server.should_exit = True
        await life
