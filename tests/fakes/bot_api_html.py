"""The HTML of a Telegram message, read as Telegram reads it: text, entities, or the sentence with which it is refused.

Telegram is forgiving where it hurts (a link it does not like becomes plain text, a bare `&` stays as it is). Such
places are accepted here too, and named in `remarks`, because no author of ours can have meant them.

Source: Bot API, "HTML style"; the sentences are those of Telegram.
"""

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

ENTITY_OF_TAG = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "tg-emoji": "custom_emoji",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
NAMED_CHARACTERS = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}

_CHARACTER = re.compile(r"&(?:#(\d+)|#[xX]([0-9a-fA-F]+)|(lt|gt|amp|quot))(?![0-9A-Za-z])(;?)")
_START_TAG = re.compile(r"<([^\s>]*)")
_END_TAG = re.compile(r"</([^\s>]*)\s*(>?)")
_ATTRIBUTE = re.compile(r"""\s*([^\s=>]+)(?:\s*(=)\s*(?:"([^"]*)"|'([^']*)'|([A-Za-z0-9.-]+)(?=[\s>])))?""")
_DOTTED_NAME = re.compile(r"^[^\s/]+\.[^\s/]+$")


class UnreadableHtmlError(ValueError):
    """The text is no HTML that Telegram takes; the message is what stands after "can't parse entities: "."""


@dataclass(frozen=True)
class Formatted:
    """A text as it is shown, and how."""

    text: str
    """Without tags, with characters decoded, without blanks at both ends."""
    entities: tuple[dict[str, Any], ...] = ()
    """MessageEntity objects; offset and length count UTF-16 code units."""
    remarks: tuple[str, ...] = ()
    """What Telegram takes silently and shows otherwise than it was written."""


def read_html(html: str) -> Formatted:
    """The text and entities of `html`. Raises UnreadableHtmlError."""
    reader = _Reader(html)
    reader.read()
    reader.entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
    return trimmed("".join(reader.shown), reader.entities, reader.remarks)


def trimmed(text: str, entities: list[dict[str, Any]], remarks: list[str]) -> Formatted:
    """Without the blanks that Telegram cuts off at both ends; entities move along."""
    shift = utf16_length(text) - utf16_length(text.lstrip())
    text = text.strip()
    end = utf16_length(text)
    kept = []
    for entity in entities:
        first = max(entity["offset"] - shift, 0)
        last = min(entity["offset"] + entity["length"] - shift, end)
        if last > first:
            kept.append({**entity, "offset": first, "length": last - first})
    return Formatted(text, tuple(kept), tuple(remarks))


def utf16_length(text: str) -> int:
    """The length as Telegram counts it: most emoji count twice."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def link_fault(url: str) -> str | None:
    """Why Telegram would not link to `url`, in its words; None for a good one."""
    if url.startswith("tg://") and len(url) > len("tg://"):
        return None
    if "://" not in url:
        is_other_scheme = re.match(r"[A-Za-z][A-Za-z0-9+.-]*:[^0-9/]", url)
        return "Unsupported URL protocol" if is_other_scheme else "Wrong HTTP URL"
    parts = urlsplit(url)
    if parts.scheme.lower() not in {"http", "https"}:
        return "Unsupported URL protocol"
    host = parts.hostname or ""
    # A name without a dot is no address on the internet, so "localhost" is refused by Telegram as well.
    return None if _DOTTED_NAME.match(host) and " " not in url else "Wrong HTTP URL"


@dataclass
class _Open:
    """A tag that was opened and not yet closed."""

    tag: str
    argument: str
    offset: int
    piece: int


@dataclass
class _Reader:
    html: str
    position: int = 0
    length: int = 0
    shown: list[str] = field(default_factory=list)
    entities: list[dict[str, Any]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    open: list[_Open] = field(default_factory=list)

    def read(self) -> None:
        while self.position < len(self.html):
            if self.html.startswith("</", self.position):
                self._end_tag()
            elif self.html[self.position] == "<":
                self._start_tag()
            else:
                self._characters()
        if self.open:
            raise UnreadableHtmlError(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')

    def _characters(self) -> None:
        next_tag = self.html.find("<", self.position)
        piece = self.html[self.position : next_tag if next_tag >= 0 else len(self.html)]
        self.position += len(piece)
        piece = self._decoded(piece)
        self.shown.append(piece)
        self.length += utf16_length(piece)

    def _decoded(self, piece: str) -> str:
        if "&" in _CHARACTER.sub("", piece):
            self.remarks.append("a bare & (or a name Telegram does not know) must be written as &amp;")
        if any(not match[4] for match in _CHARACTER.finditer(piece)):
            self.remarks.append("a character reference has no ; at its end")
        return _CHARACTER.sub(_character, piece)

    def _start_tag(self) -> None:
        begin = self.position
        match = _START_TAG.match(self.html, begin)
        assert match is not None
        tag = match[1].lower()
        if match.end() == len(self.html):
            raise UnreadableHtmlError(f"Unclosed start tag at byte offset {self._byte_offset(begin)}")
        if tag not in ENTITY_OF_TAG:
            raise UnreadableHtmlError(f'Unsupported start tag "{tag}" at byte offset {self._byte_offset(begin)}')
        self.position = match.end()
        argument = self._attributes(tag, begin)
        if tag == "span" and argument != "tg-spoiler":
            raise UnreadableHtmlError(
                f'Tag "span" must have class "tg-spoiler" at byte offset {self._byte_offset(begin)}'
            )
        self._look_at_nesting(tag)
        self.open.append(_Open(tag, argument, self.length, len(self.shown)))

    def _attributes(self, tag: str, begin: int) -> str:
        """Reads up to and with the closing `>`; gives the one attribute that means something on this tag."""
        meant = {"a": "href", "code": "class", "span": "class", "tg-emoji": "emoji-id", "blockquote": "expandable"}
        argument = ""
        while True:
            blanks = re.compile(r"\s*").match(self.html, self.position)
            self.position = blanks.end() if blanks else self.position
            if self.position >= len(self.html):
                raise UnreadableHtmlError(f"Unclosed start tag at byte offset {self._byte_offset(begin)}")
            if self.html[self.position] == ">":
                self.position += 1
                return argument
            name, value = self._attribute(tag, begin)
            if meant.get(tag) == name:
                argument = value
            else:
                self.remarks.append(f"<{tag}> has no attribute {name}")

    def _attribute(self, tag: str, begin: int) -> tuple[str, str]:
        match = _ATTRIBUTE.match(self.html, self.position)
        where = f'the tag "{tag}" at byte offset {self._byte_offset(begin)}'
        if match is None:
            raise UnreadableHtmlError(f"Empty attribute name in {where}")
        has_no_value = match[2] is None
        if has_no_value and self.html[match.end() :].lstrip().startswith("="):
            raise UnreadableHtmlError(f"Unclosed start tag at byte offset {self._byte_offset(begin)}")
        if has_no_value and (tag, match[1]) != ("blockquote", "expandable"):
            raise UnreadableHtmlError(f"Expected equal sign in declaration of an attribute of {where}")
        self.position = match.end()
        value = next((match[group] for group in (3, 4, 5) if match[group] is not None), "yes")
        return match[1], self._decoded(value)

    def _look_at_nesting(self, tag: str) -> None:
        outer = [opened.tag for opened in self.open]
        if {"code", "pre"} & set(outer) and (outer[-1], tag) not in {("pre", "code"), ("code", "pre")}:
            self.remarks.append(f"<{tag}> inside <{outer[-1]}> is not shown: code holds no other formatting")
        if tag in {"blockquote", "a"} and tag in outer:
            self.remarks.append(f"<{tag}> inside <{tag}> is not shown")

    def _end_tag(self) -> None:
        begin = self._byte_offset(self.position)
        match = _END_TAG.match(self.html, self.position)
        assert match is not None
        if not self.open:
            raise UnreadableHtmlError(f"Unexpected end tag at byte offset {begin}")
        if not match[2]:
            raise UnreadableHtmlError(f"Unclosed end tag at byte offset {begin}")
        opened = self.open.pop()
        if match[1].lower() not in {"", opened.tag}:
            raise UnreadableHtmlError(
                f'Unmatched end tag at byte offset {begin}, expected "</{opened.tag}>", found "</{match[1].lower()}>"'
            )
        self.position = match.end()
        self._close(opened)

    def _close(self, opened: _Open) -> None:
        kind, argument = ENTITY_OF_TAG[opened.tag], opened.argument
        entity: dict[str, Any] = {"type": kind, "offset": opened.offset, "length": self.length - opened.offset}
        if not entity["length"]:
            return
        if kind == "custom_emoji":
            if not argument.isdecimal() or not 0 < int(argument) < 2**63:
                raise UnreadableHtmlError("Invalid custom emoji identifier specified")
            entity["custom_emoji_id"] = argument
        elif kind == "text_link":
            entity["url"] = argument or "".join(self.shown[opened.piece :])
            if fault := link_fault(entity["url"]):
                self.remarks.append(f"the link to {entity['url']} is shown as plain text: {fault}")
                return
        elif kind == "blockquote" and argument:
            entity["type"] = "expandable_blockquote"
        self.entities.append(entity)

    def _byte_offset(self, position: int) -> int:
        return len(self.html[:position].encode())


def _character(match: re.Match[str]) -> str:
    if match[3]:
        return NAMED_CHARACTERS[match[3]]
    code = int(match[1]) if match[1] else int(match[2], 16)
    is_character = 0 < code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF
    return chr(code) if is_character else match[0]
