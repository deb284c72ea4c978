"""Ways to reach a person that are no numbers: mail addresses, profiles, names of accounts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from bot.domain.masking.reading import Span
from bot.domain.masking.words import any_of

# "name (at) example.org" is a mail address as well; what stands before the sign is fetched by `_LOCAL_PART`.
_AT = re.compile(r"[ ]?(?:@|\((?:at|ät)\)|\[(?:at|ät)\]|\{at\})[ ]?(?=[\w-])", re.IGNORECASE)
_LOCAL_PART = re.compile(r"[\w.+%'-]{1,80}\Z")
_LONGEST_LOCAL_PART = 80
_LAST_PART = r"(?:de|com|org|net|eu|info|ua|ru|pl|ro|bg|fr|tr)(?!\w)"
_DOT = rf"(?:\.|[ ]?[(\[{{](?:dot|punkt)[)\]}}][ ]?|[ ](?:dot|punkt)[ ](?={_LAST_PART}))"
_HOST = re.compile(rf"[\w-]{{1,63}}(?:{_DOT}[\w-]{{1,63}}){{0,8}}", re.IGNORECASE)
# "linda_92 at example.org": only with a sign in it that no word has.
_SPELLED = re.compile(
    rf"(?<![\w.+-])(?=[\w.+-]{{0,59}}[\d_.])[\w.+-]{{2,60}} (?:at|ät) [\w-]{{1,63}}(?:\.| ?(?:dot|punkt) ?)"
    rf"{_LAST_PART}",
    re.IGNORECASE,
)
_HANDLE = re.compile(r"(?<![\w@.])@[\w.]{2,60}\w")


def find_mails(plain: str) -> Iterator[Span]:
    """Mail addresses, also those with "(at)" or without their last part."""
    yield from (Span(*found.span(), "E-Mail") for found in _SPELLED.finditer(plain))
    for at in _AT.finditer(plain):
        local = _LOCAL_PART.search(plain, max(0, at.start() - _LONGEST_LOCAL_PART), at.start())
        host = _HOST.match(plain, at.end())
        if local and host and (re.search(_DOT, host.group(), re.IGNORECASE) or " " not in at.group()):
            yield Span(local.start(), host.end(), "E-Mail")


def find_accounts(plain: str) -> Iterator[Span]:
    """Links to profiles and names of accounts."""
    yield from (Span(*found.span(), "Link") for found in _profile().finditer(plain))
    yield from (Span(*found.span(), "Konto") for found in _HANDLE.finditer(plain))
    for found in _named_account().finditer(plain):
        if _is_account(found.group("account"), after_colon=bool(found.group("colon"))):
            yield Span(*found.span("account"), "Konto")


@cache
def _profile() -> re.Pattern[str]:
    host = any_of("numbers", "profile_host")
    return re.compile(
        rf"(?<![\w.])(?:https?://)?(?:www\.|m\.)?(?:{host}[/?]|youtube\.com/@)[^\s<>\"\ufffc]+", re.IGNORECASE
    )


@cache
def _named_account() -> re.Pattern[str]:
    return re.compile(
        rf"(?<!\w){any_of('numbers', 'network')}(?:[ -]?(?:name|id|user|account|konto))?(?:[ ](?:ist|is|heißt))?"
        r"[ ]?(?P<colon>[:=]?)[ ]?(?P<account>[\w.-]{3,60})",
        re.IGNORECASE,
    )


def _is_account(word: str, *, after_colon: bool) -> bool:
    """Whether it is written as no ordinary word is: with a digit or an underscore, after a colon also with a dot."""
    if word.isdigit() or word.startswith(("www.", "http")):
        return False
    return re.search(r"[\d_]", word) is not None or (after_colon and "." in word.strip("."))
