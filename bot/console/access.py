"""Who asks for a page: from where, over https or not, and never with a form from another site."""

from __future__ import annotations

from ipaddress import IPv6Network, ip_address
from urllib.parse import quote, urlsplit

from fastapi import Request
from starlette.exceptions import HTTPException

HOME = "/console"

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class SignInNeeded(Exception):
    """A page was asked for that only staff see, by somebody who is not signed in."""


def refuse_other_sites(request: Request) -> None:
    """Raise 403 where another site makes a browser send a form here.

    Browsers say where a request comes from; what says nothing is no browser and has no cookie that somebody could
    abuse. Source: Fetch Metadata (W3C), Sec-Fetch-Site; Fetch standard, Origin header.
    """
    if request.method in SAFE_METHODS:
        return
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    is_ours = site in {"same-origin", "none"} if site else not origin or _host(origin) == request.headers.get("host")
    if not is_ours:
        raise HTTPException(403, "This form came from another site.")


def is_encrypted(request: Request, address: str) -> bool:
    """Whether browsers reach us by https: as a trusted proxy says, or as the `address` does that they are told."""
    return request.url.scheme == "https" or address.startswith("https://")


def network_of(request: Request) -> str:
    """The network that asks: an address, or of IPv6 the /64 that one household or office has to itself."""
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if address.version == 4:
        return host
    return str(address.ipv4_mapped or IPv6Network((address, 64), strict=False))


def sign_in_address(request: Request) -> str:
    """Where somebody signs in who then goes on to the page they asked for."""
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return HOME if asked == HOME or request.method not in SAFE_METHODS else f"{HOME}?next={quote(asked)}"


def own_address(wanted: str) -> str:
    """An address of the console that a link named, else its first page: never one of another site."""
    parts = urlsplit(wanted)
    is_ours = not parts.scheme and not parts.netloc and parts.path.startswith(f"{HOME}/") and "\\" not in wanted
    return wanted if is_ours else HOME


def _host(origin: str) -> str:
    return urlsplit(origin).netloc
