"""Addresses of mail: what every mail server can write to."""

from __future__ import annotations

import re

from bot.domain.errors import InvalidInput

_LOCAL = re.compile(r"(?!.*=\?)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
"""Source: RFC 5322, 3.4.1 (dot-atom); umlauts would need a server with SMTPUTF8, which many are not. What looks like an
encoded word would be read as one."""

_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")

LONGEST = 200
"""Characters; no server takes more than 254. Source: RFC 5321, 4.5.3.1."""


def on_the_wire(address: str) -> str:
    """An address as mail servers write it: the domain in ASCII. Raises InvalidInput where it cannot be one."""
    local, _, domain = address.rpartition("@")
    wired = _wired(domain)
    if not wired or not _LOCAL.fullmatch(local) or len(local) > 64 or len(local) + len(wired) >= LONGEST:
        raise InvalidInput("Please write an e-mail address such as team@example.org, without umlauts.")
    return f"{local}@{wired}"


def _wired(domain: str) -> str:
    """A domain in ASCII; empty where it is none."""
    try:
        wired = domain.encode("idna").decode("ascii").lower()
        is_same = wired.encode("ascii").decode("idna") == domain.lower() or wired == domain.lower()
    except UnicodeError:
        return ""
    # Python's codec would make another domain of one with ß. Source: RFC 5894, 7.2.
    labels = wired.split(".")
    return wired if is_same and len(labels) > 1 and all(map(_LABEL.fullmatch, labels)) else ""
