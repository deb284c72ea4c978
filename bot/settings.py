"""All that the environment may say (contract: settings)."""

from __future__ import annotations

import re
from datetime import timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from bot.domain.errors import InvalidInput
from bot.domain.quiet import Clock, read_quiet_hours
from bot.mail import read_server


class SettingsError(Exception):
    """Settings that cannot be right: one sentence for each, naming the setting and a right example."""


def _bind(value: str) -> str:
    host, _, port = value.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65535:
        raise ValueError("it must be host:port, for example 127.0.0.1:8080")
    return value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as fault:
        raise ValueError("there is no such time zone; it must be an IANA name, for example Europe/Berlin") from fault
    return value


def _database(value: str) -> str:
    """A SQLAlchemy URL; plain postgresql:// gets the driver that is installed."""
    if not value:
        return value
    example = "for example postgresql://lotse@localhost/lotse or sqlite:///data/lotse.sqlite3"
    try:
        url = make_url(value)
    except ArgumentError as fault:
        raise ValueError(f"it is no database URL; {example}") from fault
    if url.drivername not in ("sqlite", "postgresql", "postgresql+psycopg"):
        raise ValueError(f"only SQLite and PostgreSQL are supported; {example}")
    if url.drivername == "sqlite" and url.database in (None, "", ":memory:"):
        raise ValueError(f"it names no file; {example}")
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    return url.render_as_string(hide_password=False)


def _web_address(value: str) -> str:
    if value and not re.fullmatch(r"https?://[^\s/]+(/\S*)?", value):
        raise ValueError("it must be a web address, for example https://lotse.example.org")
    return value.rstrip("/")


def _origins(value: str) -> str:
    if value in ("*", "none"):
        return value
    for origin in value.split():
        if not re.fullmatch(r"https?://[\w.-]+(:\d+)?", origin):
            raise ValueError("each must be the address of a site without a path, for example https://www.example.org")
    return " ".join(value.split())


def _networks(value: str) -> str:
    for network in value.split():
        try:
            ip_network(network)
        except ValueError as fault:
            raise ValueError("each must be an address or a network, for example 10.0.0.7 or 172.16.0.0/12") from fault
    return " ".join(value.split())


def _is_for_webhooks(value: str) -> bool:
    """Whether Telegram, or a Bot API server on this machine, can bring updates to an address."""
    parts = urlsplit(value)
    return parts.scheme == "https" or (bool(parts.hostname) and _is_loopback(parts.hostname or ""))


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _token(value: SecretStr) -> SecretStr:
    if value.get_secret_value() and not re.fullmatch(r"\d+:[\w-]+", value.get_secret_value()):
        raise ValueError("it does not look like a token of BotFather, for example 123456:ABC-DEF")
    return value


def _chat(value: str) -> str:
    if value and not re.fullmatch(r"-?\d+", value):
        raise ValueError("it must be the number of a chat, for example -1001234567890")
    return value


def _smtp(value: SecretStr) -> SecretStr:
    if url := value.get_secret_value():
        try:
            read_server(url)
        except InvalidInput as fault:
            raise ValueError(fault.reason) from fault
    return value


def _quiet(value: str) -> str:
    try:
        read_quiet_hours(value, ZoneInfo("UTC"))
    except InvalidInput as fault:
        raise ValueError(fault.reason) from fault
    return value


class Settings(BaseSettings):
    """Read once, at the front door; inner rooms get values."""

    model_config = SettingsConfigDict(env_prefix="LOTSE_", env_file=".env", extra="ignore", hide_input_in_errors=True)

    database_url: Annotated[str, AfterValidator(_database)] = Field(
        default="", description="SQLAlchemy URL; empty: SQLite in the data folder. postgresql://… for larger towns"
    )
    data_dir: Path = Field(
        default=Path("data"), description="where the embedded database, caches and secrets made on first start live"
    )
    bind: Annotated[str, AfterValidator(_bind)] = Field(
        default="127.0.0.1:8080", description="host:port of the one HTTP server"
    )
    public_url: Annotated[str, AfterValidator(_web_address)] = Field(
        default="", description="address that residents and staff see, for links; empty: http:// and LOTSE_BIND"
    )
    trusted_proxies: Annotated[str, AfterValidator(_networks)] = Field(
        default="127.0.0.1 ::1",
        description="web servers in front, whose X-Forwarded-For and X-Forwarded-Proto are believed, "
        "as addresses or networks separated by spaces",
    )
    timezone: Annotated[str, AfterValidator(_zone)] = Field(
        default="Europe/Berlin", description="IANA name of the town's time zone"
    )
    telegram_token: Annotated[SecretStr, AfterValidator(_token)] = Field(
        default=SecretStr(""), description="from BotFather; empty: Telegram is off"
    )
    telegram_api_url: Annotated[str, AfterValidator(_web_address)] = Field(
        default="https://api.telegram.org", description="base of the Bot API: a local Bot API server, or a test server"
    )

    telegram_rate: float = Field(
        default=25, gt=0, le=10_000, description="messages per second over all chats; Telegram allows about 30"
    )
    staff_chat: Annotated[str, AfterValidator(_chat)] = Field(
        default="", description="Telegram chat id of the staff group, which hears of trouble; empty: off"
    )
    smtp_url: Annotated[SecretStr, AfterValidator(_smtp)] = Field(
        default=SecretStr(""), description="outgoing mail to staff, smtp:// or smtps://; empty: off"
    )
    quiet_hours: Annotated[str, AfterValidator(_quiet)] = Field(
        default="21:00-08:00", description="when no notice or reminder is sent; off: never"
    )
    notice_cap: int = Field(default=2, ge=0, description="notices a week to one resident; 0: no cap")
    chat_rate: int = Field(
        default=20, ge=0, description="messages a minute from one resident that are answered; 0: no limit"
    )
    retention_days: int = Field(default=30, ge=1, le=3650, description="how long message texts are kept, in days")
    translation_days: int = Field(
        default=30, ge=0, description="how long a text older than its German one is still shown, in days; 0: always"
    )
    embed_origins: Annotated[str, AfterValidator(_origins)] = Field(
        default="*", description="web sites that may show the chat in a frame, separated by spaces; * any, none: none"
    )
    telegram_mode: Literal["polling", "webhook"] = Field(
        default="polling",
        description="polling: messages are fetched; webhook: Telegram brings them to LOTSE_PUBLIC_URL (https)",
    )

    @model_validator(mode="after")
    def _webhook_has_an_address(self) -> Self:
        if self.telegram_mode == "webhook" and not _is_for_webhooks(self.public_url):
            raise ValueError(
                "LOTSE_PUBLIC_URL: it must be an https address for LOTSE_TELEGRAM_MODE=webhook, "
                "for example https://lotse.example.org"
            )
        return self

    @property
    def proxies(self) -> list[str]:
        """Whose word is taken for who asks."""
        return self.trusted_proxies.split()

    @property
    def zone(self) -> ZoneInfo:
        """The town's time zone."""
        return ZoneInfo(self.timezone)

    @property
    def clock(self) -> Clock:
        """The town's wall clock, and when nobody is woken."""
        return Clock(self.zone, read_quiet_hours(self.quiet_hours, self.zone))

    @property
    def patience(self) -> timedelta:
        """How long a text that is older than its German one is still shown; 0: always."""
        return timedelta(days=self.translation_days)

    @property
    def frames(self) -> str:
        """The sites that may show the chat in a frame, as in a content policy. Source: CSP level 3, frame-ancestors."""
        return "'none'" if self.embed_origins in ("", "none") else self.embed_origins

    @property
    def address(self) -> tuple[str, int]:
        """Host and port to listen on."""
        host, _, port = self.bind.rpartition(":")
        return host.strip("[]"), int(port)

    @property
    def web_address(self) -> str:
        """Where a browser finds the bot."""
        return self.public_url or f"http://{self.bind}"

    def setup_address(self, token: str) -> str:
        """Where somebody chooses a password for the console."""
        return f"{self.web_address}/console/setup/{token}"

    @property
    def database(self) -> str:
        """The database's URL, the embedded one where none is set."""
        return self.database_url or f"sqlite:///{self.data_dir / 'lotse.sqlite3'}"


def read_settings() -> Settings:
    """The settings of this process; raises SettingsError that names every wrong one."""
    try:
        return Settings()
    except ValidationError as fault:
        sentences = [
            _name(error["loc"]) + error["msg"].removeprefix("Value error, ") + "."
            for error in fault.errors(include_url=False, include_input=False)
        ]
        raise SettingsError("\n".join(sentences)) from None
    except (UnicodeDecodeError, OSError) as fault:
        raise SettingsError(f".env cannot be read: {fault}") from fault


def _name(place: tuple[int | str, ...]) -> str:
    """The setting that is wrong; a sentence about several names them itself."""
    return f"LOTSE_{str(place[0]).upper()}: " if place else ""
