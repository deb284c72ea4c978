"""The page itself: safe against what people write, complete, and needing nobody else."""

from __future__ import annotations

import re

import httpx
import pytest

from bot.services import library
from tests.conftest import TestTown
from tests.webchat.form import Page, opens, sends, taps, types
from tests.webchat.quarter import CLARIFIED

FILES = {
    "chat.css": "text/css; charset=utf-8",
    "chat.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}


# --- How an answer is shown ------------------------------------------------------------------------------------------


async def test_lines_with_bullets_become_a_list(client: httpx.AsyncClient) -> None:
    page = await types(client, await opens(client), "Umzug melden")
    assert re.search(
        r"<p>Das brauchen Sie:</p>\s*<ul>\s*<li>einen Ausweis</li>\s*"
        r"<li>die &lt;b&gt;Bestätigung&lt;/b&gt; &amp; etwas Zeit</li>\s*</ul>\s*<p>Dann zum Amt.</p>",
        page.html,
    )


async def test_a_card_has_its_facts_as_terms_and_values(client: httpx.AsyncClient) -> None:
    page = await types(client, await opens(client), "Umzug melden")
    assert page.newest.tags.count("dd") >= page.newest.tags.count("dt") >= 4
    assert "Dann zum Amt. E-Mail umzug@example.org" in page.newest.text
    assert "Kosten kostenlos Internet" in page.newest.text
    assert "example.org/umzug/bescheinigung" in page.newest.text, "a long address is shown shortened"
    assert "https://www.example.org/umzug/bescheinigung-des-wohnungsgebers.html" in page.addresses


async def test_facts_under_one_label_are_one_line(client: httpx.AsyncClient) -> None:
    page = await taps(client, await opens(client), "Mensch fragen")
    labels = re.findall(r"<dt>(.*?)</dt>", page.html)
    assert len(labels) == len(set(labels))


async def test_links_that_lead_away_open_beside_the_chat(client: httpx.AsyncClient) -> None:
    html = (await types(client, await opens(client), "Umzug melden")).html
    links = re.findall(r'<a href="(https?|tel|mailto):[^"]*" rel="noopener noreferrer"( target=_blank)?>', html)
    assert ("https", " target=_blank") in links
    assert ("mailto", "") in links
    assert all(bool(target) is (scheme == "https") for scheme, target in links)


# --- What people write -----------------------------------------------------------------------------------------------


async def test_html_is_shown_as_it_was_written(client: httpx.AsyncClient) -> None:
    attack = "</p></textarea><script>alert(1)</script><img src=x onerror='alert(1)'>\"'&lt;"
    before = await opens(client)
    page = await types(client, before, attack)
    assert page.said == [attack]
    page = await sends(client, page, action="x", label=attack, text=attack)
    assert page.fields["text"] == attack
    assert [page.tags.count(tag) for tag in ("script", "img")] == [before.tags.count(tag) for tag in ("script", "img")]


async def test_words_of_the_town_are_escaped_too(client: httpx.AsyncClient, quarter: TestTown) -> None:
    words = "<script>alert(1)</script>"
    facts = {"greeting": {"de": words}, "name": {"de": words}, "area": {"de": words}, "examples": {"de": [words]}}
    before = await opens(client)
    await quarter.database.write(library.put_town_facts, facts)
    await quarter.desk.refresh()
    page = await opens(client)
    assert page.tags.count("script") == before.tags.count("script")
    assert page.replies[0].text == words


@pytest.mark.parametrize("text", ["\0", "😀" * 10, "'; DROP TABLE entry; --", "x" * 10_000, "{{ 7 * 7 }}", "\u202e"])
async def test_any_text_gets_a_kind_reply(client: httpx.AsyncClient, text: str) -> None:
    page = await types(client, await opens(client), text)
    assert page.newest.text
    assert "49" not in page.newest.text


@pytest.mark.parametrize("action", ["x", "o:1:0", "f:1:y", "m:0123456789abcdef", "l:xx", "\0", "c:" + "a" * 900])
async def test_any_button_gets_a_kind_reply(client: httpx.AsyncClient, action: str) -> None:
    assert (await sends(client, await opens(client), action=action)).newest.text


async def test_bytes_that_are_no_text_get_a_kind_reply(client: httpx.AsyncClient) -> None:
    form = {"content-type": "application/x-www-form-urlencoded"}
    answer = await client.post("/", content=b"text=%ED%A0%80%FF&session=%FF&history=%FF", headers=form)
    assert answer.status_code == 200
    assert Page(answer.text).newest.text


# --- What the page is made of ----------------------------------------------------------------------------------------


async def test_the_page_is_never_kept_by_a_browser(client: httpx.AsyncClient) -> None:
    assert (await client.get("/")).headers["cache-control"] == "no-store"
    assert (await client.post("/", data={"text": "Hund"})).headers["cache-control"] == "no-store"


async def test_no_cookie_is_ever_set(client: httpx.AsyncClient) -> None:
    page = await taps(client, await types(client, await opens(client), CLARIFIED), "Nichts davon")
    await types(client, page, "/privacy")
    await client.get("/privacy")
    assert not client.cookies


async def test_the_page_loads_nothing_from_elsewhere(client: httpx.AsyncClient) -> None:
    page = await opens(client)
    assert page.addresses
    assert all(re.match(r"/(?!/)", address) for address in page.addresses)
    for name in (*(f"static/{name}" for name in FILES), "embed.js"):
        content = (await client.get(f"/{name}")).text.replace("http://www.w3.org/2000/svg", "")
        without_comments = re.sub(r"^\s*//.*$", "", content, flags=re.MULTILINE)
        assert not re.search(r"(https?:)?//[\w.-]+\.\w", without_comments), name


async def test_the_page_has_no_script_or_style_of_its_own(client: httpx.AsyncClient) -> None:
    # The security policy would block it.
    html = (await types(client, await opens(client), "Hund")).html
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|javascript:", html)


async def test_everything_the_page_loads_is_there_and_can_be_kept(client: httpx.AsyncClient) -> None:
    page = await opens(client)
    loaded = {address for address in page.addresses if address.startswith("/static/")}
    assert {address.partition("?")[0] for address in loaded} == {f"/static/{name}" for name in FILES}
    assert all(re.search(r"\?[0-9a-f]{12}$", address) for address in loaded)
    for address in loaded:
        answer = await client.get(address)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize(("name", "kind"), FILES.items(), ids=FILES)
async def test_static_files_have_the_right_type(client: httpx.AsyncClient, name: str, kind: str) -> None:
    answer = await client.get(f"/static/{name}")
    assert answer.headers["content-type"] == kind
    assert answer.content


@pytest.mark.parametrize("name", ["missing.css", "embed.js", "..%2fapp.py", "%2e%2e/app.py", "CHAT.CSS", "%00"])
async def test_an_unknown_static_file_is_not_found(client: httpx.AsyncClient, name: str) -> None:
    answer = await client.get(f"/static/{name}")
    assert answer.status_code == 404
    assert "immutable" not in answer.headers.get("cache-control", "")


async def test_the_line_for_other_sites_may_be_loaded_there(client: httpx.AsyncClient) -> None:
    answer = await client.get("/embed.js")
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"


async def test_the_privacy_page_tells_what_is_stored(client: httpx.AsyncClient) -> None:
    html = (await client.get("/privacy")).text
    assert "<h1>Datenschutz</h1>" in html
    assert "30 Tage" in html


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"text": "x" * 50_001}, 422),
        ({"action": "x" * 1_001}, 422),
        ({"language": "x" * 36}, 422),
        ({"letters": "x"}, 422),
        ({"text": "x" * 1_000_000}, 413),
    ],
)
async def test_a_form_that_cannot_be_right_gets_a_page(
    client: httpx.AsyncClient, fields: dict[str, str], status: int
) -> None:
    answer = await client.post("/", data=fields)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert "<h1>Das hat nicht geklappt.</h1>" in answer.text


async def test_the_page_of_an_error_leads_back(client: httpx.AsyncClient) -> None:
    answer = await client.get("/nothing")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert '<a class="back" href="/?lang=de">Zum Chat</a>' in answer.text
