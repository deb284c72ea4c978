"""The chat page: works without script, keeps nothing of a resident, and needs nobody else."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

import httpx
import pytest

from bot.services import library
from bot.webchat.history import LONGEST_HISTORY
from tests.conftest import TestTown

VOID = {"meta", "link", "img", "input", "br"}


@dataclass
class Form:
    """A form as a browser without script would send it."""

    method: str
    action: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Name and value by label."""


class Page(HTMLParser):
    """What somebody without script sees of the page, and can do there."""

    def __init__(self, html: str):
        super().__init__()
        self.html = html
        self.forms: list[Form] = []
        self.said: list[str] = []
        """The messages, the resident's and the bot's, as plain text."""
        self.addresses: list[str] = []
        """Everything a browser would load or send to."""
        self.tags: list[str] = []
        self._message = 0
        self._button: tuple[str, str] | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        self.addresses += [given[name] for name in ("src", "href", "action", "srcset") if name in given]
        if tag == "form":
            self.forms.append(Form(given["method"], given["action"]))
        elif tag in ("input", "textarea"):
            self.forms[-1].fields[given["name"]] = given.get("value", "")
        elif tag == "button":
            self._button = (given.get("name", ""), given.get("value", ""))
        if self._message and tag not in VOID:
            self._message += 1
        if "message" in given.get("class", "").split():
            self._message = 1
            self.said.append("")

    def handle_endtag(self, tag: str) -> None:
        self._button = None if tag == "button" else self._button
        if self._message:
            self._message -= 1

    def handle_data(self, data: str) -> None:
        if self._button:
            self.forms[-1].buttons[data] = self._button
        elif self._message and data.strip():
            self.said[-1] += data.strip() + " "

    @property
    def ask(self) -> Form:
        """The form to type into."""
        return next(form for form in self.forms if "text" in form.fields)

    def choice(self, label: str) -> Form:
        """The form with the button of this label."""
        return next(form for form in self.forms if label in form.buttons)


async def opens(client: httpx.AsyncClient) -> Page:
    answer = await client.get("/")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return Page(answer.text)


async def sends(client: httpx.AsyncClient, form: Form, **fields: str) -> Page:
    assert form.method == "post"
    answer = await client.post(form.action.partition("#")[0], data=form.fields | fields)
    assert answer.status_code == 200, answer.text
    assert "set-cookie" not in answer.headers
    return Page(answer.text)


async def types(client: httpx.AsyncClient, page: Page, text: str) -> Page:
    return await sends(client, page.ask, text=text)


async def taps(client: httpx.AsyncClient, page: Page, label: str) -> Page:
    form = page.choice(label)
    name, value = form.buttons[label]
    return await sends(client, form, **{name: value})


# --- A conversation without script -----------------------------------------------------------------------------------


async def test_the_page_greets_and_can_be_asked(client: httpx.AsyncClient, town: TestTown) -> None:
    await town.database.write(library.put_town_facts, {"greeting": {"de": "Moin!"}, "name": {"de": "Deichlotse"}})
    await town.desk.refresh()
    page = await opens(client)
    assert page.said == ["Moin! "]
    assert "<title>Deichlotse" in page.html
    assert page.ask.fields == {"session": "", "history": "", "text": ""}


async def test_the_page_works_before_a_town_said_anything_of_itself(client: httpx.AsyncClient) -> None:
    assert (await opens(client)).said == ["Wie kann ich Ihnen helfen? "]


async def test_a_typed_question_is_answered(client: httpx.AsyncClient) -> None:
    page = await types(client, await opens(client), "Hund anmelden")
    assert page.said[1:] == ["Sie: Hund anmelden ", "Hund anmelden Im <b>Amt</b>. Telefon 0231 93144018 "]
    assert "tel:+4923193144018" in page.addresses


async def test_a_choice_is_made_with_a_button(client: httpx.AsyncClient) -> None:
    asked = await types(client, await opens(client), "Hund")
    assert asked.said[-1] == "Meinen Sie eines davon? "
    page = await taps(client, asked, "Hund abmelden")
    assert page.said[1:] == [
        "Sie: Hund ",
        "Meinen Sie eines davon? ",
        "Sie: Hund abmelden ",
        "Hund abmelden Per Post. ",
    ]
    assert all("Nichts davon" not in form.buttons for form in page.forms)  # only the newest choices have buttons


async def test_an_example_is_asked_with_a_button(client: httpx.AsyncClient, town: TestTown) -> None:
    await town.database.write(library.put_town_facts, {"examples": {"de": ["Hund anmelden"]}})
    await town.desk.refresh()
    page = await taps(client, await opens(client), "Hund anmelden")
    assert page.said[1] == "Sie: Hund anmelden "
    assert all("Hund anmelden" not in form.buttons for form in page.forms)


async def test_the_conversation_goes_on_in_one_session(client: httpx.AsyncClient) -> None:
    first = await types(client, await opens(client), "Hund")
    second = await types(client, first, "Hund anmelden")
    assert len(first.ask.fields["session"]) >= 32
    assert second.ask.fields["session"] == first.ask.fields["session"]


@pytest.mark.parametrize("text", ["", "  \n "])
async def test_sending_nothing_keeps_what_was_said(client: httpx.AsyncClient, text: str) -> None:
    page = await types(client, await opens(client), "Hund anmelden")
    assert (await types(client, page, text)).said == page.said


@pytest.mark.parametrize("session", ["x" * 32, "\0", '"><script>', "x" * 200])
async def test_an_unknown_session_starts_anew(client: httpx.AsyncClient, session: str) -> None:
    page = await sends(client, (await opens(client)).ask, text="Hund anmelden", session=session)
    assert page.ask.fields["session"] != session
    assert page.said[1] == "Sie: Hund anmelden "


# --- What was said ---------------------------------------------------------------------------------------------------


async def test_the_history_travels_sealed(client: httpx.AsyncClient) -> None:
    page = await types(client, await opens(client), "Zwergpinguin")
    history = page.ask.fields["history"]
    assert history
    assert b"Zwergpinguin" not in base64.urlsafe_b64decode(history)


async def test_a_history_that_was_tampered_with_is_ignored(client: httpx.AsyncClient) -> None:
    page = await types(client, await opens(client), "Zwergpinguin")
    sealed = page.ask.fields["history"]
    forged = base64.urlsafe_b64encode(b'[{"said": "Zwergpinguin", "replies": []}]').decode()
    for history in (sealed[:-4] + "AAAA", sealed[1:], forged, "[]", "ä", "\0", "x" * 1_000):
        after = await sends(client, page.ask, text="Hund anmelden", history=history)
        assert [said for said in after.said if said.startswith("Sie:")] == ["Sie: Hund anmelden "]


async def test_the_newest_exchanges_are_shown_and_the_page_does_not_grow(client: httpx.AsyncClient) -> None:
    page = await opens(client)
    for number in range(LONGEST_HISTORY + 3):
        page = await types(client, page, f"Hund anmelden {number}")
    said = [said for said in page.said if said.startswith("Sie:")]
    assert said[-1] == f"Sie: Hund anmelden {LONGEST_HISTORY + 2} "
    assert LONGEST_HISTORY <= len(said) <= LONGEST_HISTORY + 1


async def test_many_long_messages_do_not_break_the_page(client: httpx.AsyncClient) -> None:
    page = await opens(client)
    for _ in range(LONGEST_HISTORY + 2):
        page = await types(client, page, "ん" * 4_096)  # as much as the field takes
    assert (await types(client, page, "Hund anmelden")).said[-2] == "Sie: Hund anmelden "


async def test_a_few_messages_that_are_far_too_long_do_not_break_the_page(client: httpx.AsyncClient) -> None:
    page = await opens(client)
    for _ in range(8):  # a browser without the limit of the field
        page = await types(client, page, "x" * 45_000)
    assert (await types(client, page, "Hund anmelden")).said[-2] == "Sie: Hund anmelden "


async def test_html_is_shown_as_it_was_written(client: httpx.AsyncClient) -> None:
    attack = "</p></textarea><script>alert(1)</script><img src=x onerror='alert(1)'>\"'&lt;"
    before = await opens(client)
    page = await types(client, before, attack)
    assert page.said[1] == f"Sie: {attack} "
    assert page.tags.count("script") == before.tags.count("script")
    page = await sends(client, page.ask, text="", action="x", label=attack)
    assert f"Sie: {attack} " in page.said
    assert page.tags.count("script") == before.tags.count("script")
    assert page.tags.count("img") == before.tags.count("img")


async def test_words_of_the_town_are_escaped_too(client: httpx.AsyncClient, town: TestTown) -> None:
    words = "<script>alert(1)</script>"
    facts = {"greeting": {"de": words}, "name": {"de": words}, "area": {"de": words}, "examples": {"de": [words]}}
    before = await opens(client)
    await town.database.write(library.put_town_facts, facts)
    await town.desk.refresh()
    page = await opens(client)
    assert page.tags.count("script") == before.tags.count("script")
    assert page.said[0].strip() == words


@pytest.mark.parametrize("text", ["\0", "😀" * 10, "'; DROP TABLE entry; --", "x" * 10_000, "{{ 7 * 7 }}", "\u202e"])
async def test_any_text_gets_a_kind_reply(client: httpx.AsyncClient, text: str) -> None:
    page = await types(client, await opens(client), text)
    assert len(page.said) == 3
    assert page.said[-1].strip()


async def test_bytes_that_are_no_text_get_a_kind_reply(client: httpx.AsyncClient) -> None:
    form = {"content-type": "application/x-www-form-urlencoded"}
    answer = await client.post("/", content=b"text=%ED%A0%80%FF&session=%FF&history=%FF", headers=form)
    assert answer.status_code == 200
    assert Page(answer.text).said[-1].strip()


# --- The page itself -------------------------------------------------------------------------------------------------


async def test_the_page_is_never_kept_by_a_browser(client: httpx.AsyncClient) -> None:
    assert (await client.get("/")).headers["cache-control"] == "no-store"
    assert (await client.post("/", data={"text": "Hund"})).headers["cache-control"] == "no-store"


async def test_no_cookie_is_ever_set(client: httpx.AsyncClient) -> None:
    await taps(client, await types(client, await opens(client), "Hund"), "Nichts davon")
    assert not client.cookies


async def test_nothing_refers_to_another_host(client: httpx.AsyncClient) -> None:
    page = await types(client, await opens(client), "Hund")
    assert page.addresses
    assert all(re.match(r"/(?!/)", address) for address in page.addresses)
    for name in ("chat.css", "chat.js", "icon.svg"):
        content = (await client.get(f"/static/{name}")).text.replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"(https?:)?//[\w.-]+\.\w", content), name


async def test_the_page_has_no_script_or_style_of_its_own(client: httpx.AsyncClient) -> None:
    # The security policy would block it.
    html = (await types(client, await opens(client), "Hund")).html
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|javascript:", html)


async def test_everything_the_page_loads_is_there_and_can_be_kept(client: httpx.AsyncClient) -> None:
    page = await opens(client)
    loaded = {address for address in page.addresses if address.startswith("/static/")}
    assert {address.partition("?")[0] for address in loaded} == {
        "/static/chat.css",
        "/static/chat.js",
        "/static/icon.svg",
    }
    assert all(re.search(r"\?[0-9a-f]{12}$", address) for address in loaded)
    for address in loaded:
        answer = await client.get(address)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("chat.css", "text/css; charset=utf-8"),
        ("chat.js", "text/javascript; charset=utf-8"),
        ("icon.svg", "image/svg+xml"),
    ],
)
async def test_static_files_have_the_right_type(client: httpx.AsyncClient, name: str, kind: str) -> None:
    answer = await client.get(f"/static/{name}")
    assert answer.headers["content-type"] == kind
    assert answer.content


@pytest.mark.parametrize("name", ["missing.css", "..%2fapp.py", "%2e%2e/app.py", "CHAT.CSS", "%00"])
async def test_an_unknown_static_file_is_not_found(client: httpx.AsyncClient, name: str) -> None:
    answer = await client.get(f"/static/{name}")
    assert answer.status_code == 404
    assert "immutable" not in answer.headers.get("cache-control", "")
