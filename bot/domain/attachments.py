"""Pictures and leaflets that come with a notice: which are taken, and that nobody is left out by them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from bot.domain.errors import InvalidInput

LARGEST = 5_000_000
"""Bytes. Telegram takes pictures of up to 10 MB, but residents pay for what they load."""

LONGEST_ALTERNATIVE = 500
"""Characters; beside a short notice there is room for it in a caption. Source: Bot API, sendPhoto (1024)."""

LONGEST_NAME = 100

_BEGINNINGS = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"%PDF-": "application/pdf"}


def media_type_of(content: bytes) -> str:
    """What a file is, told by how it begins and not by its name; raises InvalidInput (file) where it is not taken."""
    if len(content) > LARGEST:
        raise InvalidInput("it has {size} bytes; {most} are taken", field="file", size=len(content), most=LARGEST)
    for beginning, media_type in _BEGINNINGS.items():
        if content.startswith(beginning):
            return media_type
    raise InvalidInput("only PNG, JPEG and PDF are taken", field="file")


def check_alternative(alternative: Mapping[str, str], languages: Collection[str]) -> None:
    """Raise InvalidInput (alt) where a language of the notice has no words for what is to be seen."""
    lacking = [code for code in languages if not alternative.get(code, "").strip()]
    if lacking:
        raise InvalidInput(
            "it lacks {languages}: say in each language of the notice what the file shows; what a leaflet tells must "
            "stand in the notice itself",
            field="alt",
            languages=", ".join(lacking),
        )
    if long := [code for code, text in alternative.items() if len(text) > LONGEST_ALTERNATIVE]:
        raise InvalidInput("{most} characters fit", field=f"alt.{long[0]}", most=LONGEST_ALTERNATIVE)
