"""The mail on Mondays that tells staff what waits: numbers and titles, nothing that a resident wrote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from bot.console.words import words
from bot.domain.languages import choose
from bot.services.digest import Digest

MOST_NAMED = 10
"""Titles of a kind; the page has them all."""


def digest_letter(digest: Digest, address: str, zone: ZoneInfo, language: str) -> tuple[str, str]:
    """Subject and text for a reader of `language`; `address` is that of the console."""
    known = words(language)
    _ = known.gettext
    blocks = [_("Good morning,\n\nthis waits for you:"), *_people(digest, address, language)]
    if digest.due:
        count = len(digest.due)
        said = known.ngettext("{count} entry is to be checked:", "{count} entries are to be checked:", count)
        titles = [_title(entry.title, language) for entry in digest.due]
        blocks.append(_block(said.format(count=count), titles, f"{address}/entries", language))
    if digest.untold:
        said = _("Events of the next seven days that lack a text:")
        pattern = "EE, d. MMM, HH:mm" if language == "de" else "EE, d MMM, HH:mm"
        lines = [
            f"{format_datetime(one.event.starts_at, pattern, tzinfo=zone, locale=language)}: "
            f"{_title(one.event.title, language)} ({', '.join(one.languages).upper()})"
            for one in digest.untold
        ]
        blocks.append(_block(said, lines, f"{address}/events", language))
    blocks.append(_("You get this mail on Mondays because you chose so. To end it:") + f"\n{address}/me")
    return _("What waits this week"), "\n\n".join(blocks) + "\n"


def _people(digest: Digest, address: str, language: str) -> list[str]:
    """What residents wait for."""
    ngettext, found = words(language).ngettext, []
    if count := digest.waiting:
        said = ngettext("{count} person waits for an answer.", "{count} people wait for an answer.", count)
        found.append(_block(said.format(count=count), [], f"{address}/cases", language))
    if count := digest.open_groups:
        said = ngettext("{count} question has no answer yet.", "{count} questions have no answer yet.", count)
        asked = ngettext(
            "{count} person asked the team to answer.", "{count} people asked the team to answer.", digest.wanted
        )
        lines = [asked.format(count=digest.wanted)] if digest.wanted else []
        found.append(_block(said.format(count=count), lines, f"{address}/questions", language))
    return found


def _block(said: str, lines: Sequence[str], link: str, language: str) -> str:
    rest = [words(language).gettext("and {count} more").format(count=len(lines) - MOST_NAMED)]
    shown = [*lines[:MOST_NAMED], *(rest if len(lines) > MOST_NAMED else [])]
    return "\n".join([said, *(f"- {line}" for line in shown), link])


def _title(texts: Mapping[str, str], language: str) -> str:
    """A title without line breaks, in a language the reader knows."""
    return " ".join((choose(texts, language) or ("", ""))[0].split())
