"""The chat page as a browser without script has it: what stands there, and what can be sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

import httpx

VOID = {"meta", "link", "img", "input", "br"}


@dataclass
class Message:
    """One message of the log."""

    language: str
    """As the page marks it; empty for what the resident said."""
    direction: str
    kinds: set[str]
    text: str = ""
    """Its words, parted by single blanks."""
    tags: list[str] = field(default_factory=list)


class Page(HTMLParser):
    """What somebody without script sees of the page, and can do there."""

    def __init__(self, html: str):
        super().__init__()
        self.html = html
        self.fields: dict[str, str] = {}
        """What the form sends, besides the tapped button."""
        self.action = ""
        """Where the form goes."""
        self.buttons: dict[str, tuple[str, str]] = {}
        """Name and value by label; the newest where a label stands there twice."""
        self.messages: list[Message] = []
        self.trouble = ""
        """The sentence beside the field."""
        self.root: dict[str, str] = {}
        """The attributes of the page as a whole."""
        self.addresses: list[str] = []
        """Everything a browser would load or send to."""
        self.tags: list[str] = []
        self._depth = 0
        self._button: dict[str, str] | None = None
        self._inside = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        self.addresses += [given[name] for name in ("src", "href", "action", "srcset") if name in given]
        self._inside = given.get("id", "") if tag in ("p", "textarea") else self._inside
        if tag == "html":
            self.root = given
        elif tag == "form":
            self.action = given["action"]
            assert given["method"] == "post"
        elif tag in ("input", "textarea"):
            self.fields[given["name"]] = given.get("value", "")
        elif tag == "button":
            self._button = given
        if self._depth:
            self.messages[-1].tags.append(tag)
            self._depth += tag not in VOID
        kinds = set(given.get("class", "").split())
        if "message" in kinds:
            self._depth = 1
            self.messages.append(Message(given.get("lang", ""), given.get("dir", ""), kinds))

    def handle_endtag(self, tag: str) -> None:
        self._button = None if tag == "button" else self._button
        self._inside = "" if tag in ("p", "textarea") else self._inside
        self._depth -= bool(self._depth)

    def handle_data(self, data: str) -> None:
        if self._inside == "text":
            self.fields["text"] += data
        elif self._inside == "trouble":
            self.trouble += data
        elif self._button is not None:
            self.buttons[data] = (self._button.get("name", ""), self._button.get("value", ""))
            assert self._button.get("form", "ask") == "ask"
        elif self._depth:
            self.messages[-1].text = " ".join([*self.messages[-1].text.split(), *data.split()])

    @property
    def said(self) -> list[str]:
        """What the resident said so far."""
        return [one.text.removeprefix("Sie: ") for one in self.messages if "yours" in one.kinds]

    @property
    def replies(self) -> list[Message]:
        """What the bot said so far, the greeting first."""
        return [one for one in self.messages if "ours" in one.kinds]

    @property
    def newest(self) -> Message:
        """The reply to what was said last."""
        last = max(place for place, one in enumerate(self.messages) if "yours" in one.kinds)
        return self.messages[last + 1]


async def opens(client: httpx.AsyncClient, address: str = "/", **headers: str) -> Page:
    """The page as it is opened."""
    answer = await client.get(address, headers=headers)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return Page(answer.text)


async def sends(client: httpx.AsyncClient, page: Page, **fields: str) -> Page:
    """The page that comes after sending its form."""
    answer = await client.post(page.action.partition("#")[0], data=page.fields | fields)
    assert answer.status_code == 200, answer.text
    return Page(answer.text)


async def types(client: httpx.AsyncClient, page: Page, text: str) -> Page:
    """The page after typing a text and sending it."""
    return await sends(client, page, text=text)


async def taps(client: httpx.AsyncClient, page: Page, label: str, *, typed: str = "") -> Page:
    """The page after tapping a button, with some text left in the field."""
    assert label in page.buttons, f"no button {label!r} among {sorted(page.buttons)}"
    name, value = page.buttons[label]
    return await sends(client, page, **{"text": typed, name: value})
