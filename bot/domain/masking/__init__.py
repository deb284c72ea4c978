"""Taking personal details out of a text before it is stored.

    mail, profiles -> bank accounts, plates -> days of birth -> addresses -> telephones, other numbers -> names

Each finder gets the text with what the ones before it found walled off, and says which stretches are personal. What a
text of the town is about stays: streets, places, offices, dates, opening hours, prices, numbers of public services.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator

from bot.domain.masking.addresses import find_addresses
from bot.domain.masking.contacts import find_accounts, find_mails
from bot.domain.masking.dates import find_births
from bot.domain.masking.names import find_names
from bot.domain.masking.numbers import find_ibans, find_numbers, find_papers, find_plates
from bot.domain.masking.reading import PLACEHOLDER, Span, covered, plain_text, replaced

_FINDERS: tuple[Callable[[str], Iterator[Span]], ...] = (
    find_mails,
    find_accounts,
    find_ibans,
    find_plates,
    find_births,
    find_papers,
    find_addresses,
    find_numbers,
)
_ROUNDS = 10
_EVERYTHING = "[Text]"
_LOOSE = re.compile(r" (?=[,.;:!?])")


def mask(text: str, keep: Collection[str] = ()) -> str:
    """`text` with every personal detail replaced by what it was, in square brackets: "[Name]", "[Telefon]".

    `keep`, best a set, holds words in lower case that are no name unless something says so ("ich heiße", "Frau"): the
    vocabulary of the town. Masking a masked text changes nothing. A text that does not come to rest in a few rounds is
    none that a person wrote, and nothing of it is given back.
    """
    for _ in range(_ROUNDS):
        masked = replaced(text, _found(text, keep))
        if masked == text:
            return text
        text = masked
    return _EVERYTHING


def without_placeholders(text: str) -> str:
    """A masked text without what stands for personal details, as one compares it or learns from it."""
    return _LOOSE.sub("", " ".join(PLACEHOLDER.sub(" ", text).split()))


def _found(text: str, keep: Collection[str]) -> list[Span]:
    plain, spans = plain_text(text), []
    for finder in _FINDERS:
        found = list(finder(plain))
        if found:
            plain = covered(plain, found)
            spans += found
    return [*spans, *find_names(plain, keep)]
