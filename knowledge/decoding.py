"""The bytes of a file as text, whatever office program wrote them."""

from __future__ import annotations

import codecs
import re

from knowledge.entry import EntryError

_SEVERAL_BYTES = re.compile(rb"[\xc3\xc4\xc5\xd0\xd1\xd8\xd9][\x80-\xbf]|\xe2\x80[\x90-\xbf]")
"""Letters and quotation marks as UTF-8 writes them; Windows-1252 hardly ever has these pairs."""


def decode(data: bytes) -> str:
    """Text in UTF-8 (with or without a mark), UTF-16 with one, or else Windows-1252 as older spreadsheets write it."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        if _SEVERAL_BYTES.search(data):  # UTF-8 with a fault in it: another reading would spoil every umlaut
            line = data.count(b"\n", 0, fault.start) + 1
            raise EntryError("a byte that is no UTF-8", line=line) from fault
        return data.decode("cp1252", errors="replace")
