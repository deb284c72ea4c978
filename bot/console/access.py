"""Who may see which page: the session in a cookie, the right of a role, and no form from another site."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from fastapi import Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.services.staff import SESSION_LASTS

HOME = "/console"

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

# The library's defaults are those of RFC 9106 for machines with little memory.
_HASHER = PasswordHasher()
_NOBODY = _HASHER.hash("nobody has this password")
"""Checked where there is no account, so that the time tells nobody which names exist."""


class SignInNeeded(Exception):
    """A page was asked for that only staff see, by somebody who is not signed in."""


def hash_password(password: str) -> str:
    """What is stored of a password. Takes a good part of a second and 64 MB, on purpose: run it in a thread."""
    return _HASHER.hash(password)


def is_password(password: str, password_hash: str | None) -> bool:
    """Whether a password is the one that was hashed; takes as long where there is none."""
    try:
        _HASHER.verify(password_hash or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


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


def token_of(request: Request) -> str:
    """The session's token that a browser shows; empty where it shows none."""
    return request.cookies.get(_cookie(request), "")


def keep_token(response: Response, request: Request, token: str) -> None:
    """Let the browser keep a session's token, or forget it where it is empty."""
    name, is_secure = _cookie(request), is_encrypted(request)
    if token:
        seconds = int(SESSION_LASTS.total_seconds())
        response.set_cookie(name, token, max_age=seconds, secure=is_secure, httponly=True, samesite="lax")
    else:
        response.delete_cookie(name, secure=is_secure, httponly=True, samesite="lax")


def is_encrypted(request: Request) -> bool:
    """Whether the browser reaches us by https; a proxy on this machine says so."""
    return request.url.scheme == "https"


def sign_in_address(request: Request) -> str:
    """Where somebody signs in who then goes on to the page they asked for."""
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return HOME if asked == HOME or request.method not in SAFE_METHODS else f"{HOME}?next={quote(asked)}"


def own_address(wanted: str) -> str:
    """An address of the console that a link named, else its first page: never one of another site."""
    parts = urlsplit(wanted)
    is_ours = not parts.scheme and not parts.netloc and parts.path.startswith(f"{HOME}/") and "\\" not in wanted
    return wanted if is_ours else HOME


def _cookie(request: Request) -> str:
    # Browsers take a cookie of this name only over https, from this host, for all of it. Source: RFC 6265bis, 4.1.3.
    return "__Host-lotse" if is_encrypted(request) else "lotse"


def _host(origin: str) -> str:
    return urlsplit(origin).netloc
