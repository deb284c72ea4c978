"""Passwords are hashed and checked by one thread of their own: whoever knocks at the door holds up nobody else."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.domain.errors import TooMany

MOST_AT_ONCE = 8
"""Forms with a password that are looked at, or wait for it. Each takes a good part of a second."""

# The library's defaults are those of RFC 9106 for machines with little memory.
_HASHER = PasswordHasher()
_NOBODY = _HASHER.hash("nobody has this password")
"""Checked where there is no account, so that the time tells nobody which names exist."""

_WORKER = ThreadPoolExecutor(1, thread_name_prefix="passwords")
_PLACES = BoundedSemaphore(MOST_AT_ONCE)


@contextlib.contextmanager
def place() -> Iterator[None]:
    """A place among the forms whose password is looked at; raises TooMany, at once, where all are taken."""
    if not _PLACES.acquire(blocking=False):
        raise TooMany("Many people want to sign in just now. Please try again in a moment.")
    try:
        yield
    finally:
        _PLACES.release()


async def hashed(password: str) -> str:
    """What is stored of a password; to be asked for by whoever has a `place`."""
    return await asyncio.get_running_loop().run_in_executor(_WORKER, hash_password, password)


async def is_right(password: str, password_hash: str | None) -> bool:
    """Whether a password is the one that was hashed; to be asked for by whoever has a `place`."""
    return await asyncio.get_running_loop().run_in_executor(_WORKER, _is_password, password, password_hash)


def hash_password(password: str) -> str:
    """What is stored of a password. Takes a good part of a second and 64 MB, on purpose."""
    return _HASHER.hash(password)


def _is_password(password: str, password_hash: str | None) -> bool:
    """Whether a password is the one that was hashed; takes as long where there is none."""
    try:
        _HASHER.verify(password_hash or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None
