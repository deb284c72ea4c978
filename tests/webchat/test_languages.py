"""The language of the page, and of each message on it."""

from __future__ import annotations

import httpx
import pytest

from tests.webchat.form import opens, taps, types
from tests.webchat.quarter import ARABIC_QUESTION


@pytest.mark.parametrize(
    ("wanted", "language"),
    [
        ("", "de"),
        ("en", "en"),
        ("en-GB,en;q=0.9,de;q=0.8", "en"),
        ("xx, en;q=0.5", "en"),
        ("xx", "de"),
        ("de-AT", "de"),
        ("*", "de"),
        (";;,,=", "de"),
        ("EN", "en"),
    ],
)
async def test_the_page_speaks_the_browsers_first_language_that_there_is(
    client: httpx.AsyncClient, wanted: str, language: str
) -> None:
    page = await opens(client, **{"Accept-Language": wanted})
    assert page.root == {"lang": language, "dir": "ltr"}


@pytest.mark.parametrize(("lang", "language"), [("en", "en"), ("de", "de"), ("xx", "de"), ('"><b>', "de")])
async def test_the_address_may_say_the_language(client: httpx.AsyncClient, lang: str, language: str) -> None:
    answer = await client.get("/", params={"lang": lang}, headers={"Accept-Language": "fr"})
    assert f'<html lang="{language}"' in answer.text


async def test_the_address_counts_more_than_the_browser(client: httpx.AsyncClient) -> None:
    page = await opens(client, "/?lang=en", **{"Accept-Language": "de"})
    assert page.root["lang"] == "en"
    assert [reply.text for reply in page.replies] == ["Hello! What would you like to know?"]
    assert {"Menu", "Where is the language café?"} <= set(page.buttons)


async def test_the_language_stays_while_the_conversation_goes_on(client: httpx.AsyncClient) -> None:
    page = await taps(client, await opens(client, "/?lang=en"), "Menu")
    assert page.root["lang"] == "en"
    assert page.newest.text.startswith("Menu What is it about?")
    assert {address for address in page.addresses if address.startswith("/privacy")} == {"/privacy?lang=en"}


async def test_an_arabic_page_runs_from_right_to_left(client: httpx.AsyncClient) -> None:
    page = await opens(client, **{"Accept-Language": "ar-SY,de;q=0.5"})
    assert page.root == {"lang": "ar", "dir": "rtl"}
    page = await types(client, page, "Hund anmelden")
    assert (page.newest.language, page.newest.direction) == ("de", "ltr"), "the entry is written in German"
    assert 'class="choices list" lang="ar" dir="rtl"' in page.html, "its buttons are not"


async def test_each_language_is_named_in_itself(client: httpx.AsyncClient) -> None:
    page = await taps(client, await opens(client), "🌐 Sprache")
    for code, name in (("tr", "Türkçe"), ("ar", "العربية"), ("en", "English"), ("de", "Deutsch")):
        assert f'value="l:{code}" lang="{code}">{name}</button>' in page.html


async def test_the_page_follows_a_chosen_language(client: httpx.AsyncClient) -> None:
    page = await taps(client, await opens(client), "🌐 Sprache")
    page = await taps(client, page, "English")
    assert page.root["lang"] == "en"
    assert (page.newest.language, "Ask a person" in page.buttons) == ("en", True)
    assert "You: English" in [one.text for one in page.messages]


async def test_a_reply_in_another_language_than_the_page_is_marked(client: httpx.AsyncClient) -> None:
    page = await types(client, await opens(client), "Where is the language café?")
    assert page.root["lang"] == "de"
    assert (page.newest.language, page.newest.direction) == ("en", "ltr")
    assert "Everybody meets here." in page.newest.text


async def test_arabic_runs_from_right_to_left_within_a_german_page(client: httpx.AsyncClient) -> None:
    page = await types(client, await opens(client), ARABIC_QUESTION)
    assert page.root == {"lang": "de", "dir": "ltr"}
    assert (page.newest.language, page.newest.direction) == ("ar", "rtl")
    assert "يمكنك تعلم الألمانية هنا." in page.newest.text


async def test_a_text_in_a_language_the_page_does_not_have_is_marked(client: httpx.AsyncClient) -> None:
    page = await types(client, await opens(client, "/?lang=en"), "Hund anmelden")
    assert page.newest.language == "de"


@pytest.mark.parametrize("path", ["/privacy", "/nothing"])
async def test_other_pages_speak_the_language_too(client: httpx.AsyncClient, path: str) -> None:
    german = (await client.get(path)).text
    english = (await client.get(path, headers={"Accept-Language": "en-GB"})).text
    assert ('<html lang="de"' in german, '<html lang="en"' in english) == (True, True)
    assert ("Zum Chat" in german, "To the chat" in english) == (True, True)
