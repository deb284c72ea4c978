"""A whole conversation without script: everything is a form."""

from __future__ import annotations

import httpx
import pytest

from bot.domain.actions import Forget, write_action
from bot.domain.messages import Reply
from bot.services import conversations, letters
from bot.services.dialogue import Policy
from tests.conftest import TestTown
from tests.small_quarter import UNKNOWN
from tests.webchat.form import opens, sends, taps, types
from tests.webchat.quarter import CLARIFIED, EMERGENCY


async def test_the_first_page_greets_and_offers_ways_to_begin(client: httpx.AsyncClient) -> None:
    page = await opens(client)
    assert [reply.text for reply in page.replies] == ["Moin! Was möchten Sie wissen?"]
    assert {"Menü", "Mensch fragen", "🌐 Sprache", "Hund anmelden", "Wo kann ich Bücher leihen?"} <= set(page.buttons)
    assert "Tiere" in page.buttons, "the topics of the menu"
    assert page.fields == {"session": "", "history": "", "language": "de", "letters": "0", "text": ""}


async def test_it_greets_before_a_town_said_anything_of_itself(empty_client: httpx.AsyncClient) -> None:
    page = await opens(empty_client)
    assert [reply.text for reply in page.replies] == ["Wie kann ich Ihnen helfen?"]
    assert set(page.buttons) == {"Menü", "Mensch fragen", "🌐 Sprache", "Senden"}


async def test_a_typed_question_is_answered(client: httpx.AsyncClient) -> None:
    page = await types(client, await opens(client), "Wo ist das Quartiersbüro?")
    assert page.said == ["Wo ist das Quartiersbüro?"]
    assert page.newest.text.startswith("Quartiersbüro Hier sitzt das Team.")
    assert "answer" in page.newest.kinds
    assert "tel:+4923100000000" in page.addresses
    assert page.fields["text"] == ""


async def test_an_example_is_asked_with_one_tap(client: httpx.AsyncClient) -> None:
    page = await taps(client, await opens(client), "Hund anmelden")
    assert page.said == ["Hund anmelden"]
    assert page.newest.text.startswith("Hund anmelden Im Amt.")
    assert "Wo kann ich Bücher leihen?" not in page.buttons


async def test_a_topic_of_the_first_page_opens_that_part_of_the_menu(client: httpx.AsyncClient) -> None:
    page = await taps(client, await opens(client), "Tiere")
    assert page.said == ["Tiere"]
    assert {"Hund anmelden", "Hund abmelden"} <= set(page.buttons)


async def test_a_choice_is_made_with_a_button(client: httpx.AsyncClient) -> None:
    asked = await types(client, await opens(client), CLARIFIED)
    assert "clarify" in asked.newest.kinds
    page = await taps(client, asked, "Hund abmelden")
    assert page.said == [CLARIFIED, "Hund abmelden"]
    assert page.newest.text.startswith("Hund abmelden Per Post.")


@pytest.mark.parametrize(
    ("label", "title"),
    [("Menü", "Menü"), ("Mensch fragen", "Ein Mensch"), ("🌐 Sprache", "Welche Sprache möchten Sie?")],
)
async def test_the_ways_of_the_header_are_there_from_the_first_page_on(
    client: httpx.AsyncClient, label: str, title: str
) -> None:
    page = await taps(client, await opens(client), label)
    assert page.said == [label]
    assert page.newest.text.startswith(title)


async def test_a_question_goes_to_the_team_with_buttons_alone(client: httpx.AsyncClient) -> None:
    page = await types(client, await opens(client), UNKNOWN)
    assert "decline" in page.newest.kinds
    page = await taps(client, page, "Ja, das Team fragen")
    assert "handover" in page.newest.kinds
    assert page.said == [UNKNOWN, "Ja, das Team fragen"]


async def test_the_emergency_card_tells_what_to_do_whom_to_call_and_then_the_rest(client: httpx.AsyncClient) -> None:
    page = await types(client, await opens(client), EMERGENCY)
    assert "emergency" in page.newest.kinds
    order = [tag for tag in page.newest.tags if tag in ("h2", "p", "a", "button")]
    assert order == ["h2", "p", *["a"] * order.count("a"), "p", *["button"] * order.count("button")]
    assert page.addresses.index("tel:112") < page.addresses.index("tel:110")


async def test_the_newest_message_alone_has_buttons(client: httpx.AsyncClient) -> None:
    page = await taps(client, await types(client, await opens(client), CLARIFIED), "Hund abmelden")
    assert "Nichts davon" not in page.buttons


async def test_what_stands_in_the_header_is_not_repeated_under_messages(client: httpx.AsyncClient) -> None:
    page = await types(client, await opens(client), "Hund anmelden")
    assert [page.html.count(f">{label}</button>") for label in ("Menü", "Mensch fragen")] == [1, 1]
    assert "👍 Hilfreich" in page.buttons


async def test_the_page_comes_back_at_the_newest_message(client: httpx.AsyncClient) -> None:
    page = await opens(client)
    assert page.action.endswith("#newest")
    assert (await types(client, page, CLARIFIED)).html.count("id=newest") == 1


async def test_what_was_typed_stays_where_a_button_was_tapped(client: httpx.AsyncClient) -> None:
    for label in ("Menü", "Hund anmelden", "Tiere"):
        page = await taps(client, await opens(client), label, typed="noch nicht fertig")
        assert page.said == [label]
        assert page.fields["text"] == "noch nicht fertig"


async def test_of_too_many_messages_the_text_comes_back_with_a_sentence(
    client: httpx.AsyncClient, quarter: TestTown
) -> None:
    quarter.desk.policy = Policy(rate=2)
    page = await types(client, await types(client, await opens(client), "Hund anmelden"), "Hund abmelden")
    for _ in range(3):
        page = await types(client, page, "Eine lange Frage & noch eine")
        assert page.fields["text"] == "Eine lange Frage & noch eine"
        assert page.trouble.startswith("Das waren viele Nachrichten auf einmal.")
        assert page.said == ["Hund anmelden", "Hund abmelden"]
    quarter.now.moves(minutes=1, seconds=1)
    page = await types(client, page, "Hund anmelden")
    assert (page.trouble, page.fields["text"], len(page.said)) == ("", "", 3)


async def test_an_emergency_is_answered_whatever_came_before(client: httpx.AsyncClient, quarter: TestTown) -> None:
    quarter.desk.policy = Policy(rate=1)
    page = await types(client, await opens(client), "Hund anmelden")
    for _ in range(3):
        page = await types(client, page, "Hund anmelden")
    assert "emergency" in (await types(client, page, EMERGENCY)).newest.kinds


@pytest.mark.parametrize("text", ["", "  \n "])
async def test_sending_nothing_keeps_what_was_said(client: httpx.AsyncClient, text: str) -> None:
    page = await types(client, await opens(client), "Hund anmelden")
    after = await types(client, page, text)
    assert (after.said, after.fields["session"]) == (page.said, page.fields["session"])


# --- The session -----------------------------------------------------------------------------------------------------


async def test_the_conversation_goes_on_in_one_session(client: httpx.AsyncClient) -> None:
    first = await types(client, await opens(client), CLARIFIED)
    second = await types(client, first, "Hund anmelden")
    assert len(first.fields["session"]) >= 32
    assert second.fields["session"] == first.fields["session"]


@pytest.mark.parametrize("session", ["x" * 32, "\0", '"><script>', "x" * 200])
async def test_an_unknown_session_starts_anew(client: httpx.AsyncClient, session: str) -> None:
    page = await sends(client, await opens(client), text="Hund anmelden", session=session)
    assert page.fields["session"] != session
    assert page.said == ["Hund anmelden"]


async def test_after_forget_the_page_forgets_too(client: httpx.AsyncClient, quarter: TestTown) -> None:
    page = await types(client, await types(client, await opens(client), "Hund anmelden"), "/forget")
    page = await taps(client, page, "Ja, alles löschen")
    assert page.said == ["Ja, alles löschen"]
    assert page.newest.text.startswith("Alles über Sie ist gelöscht.")
    assert page.fields["session"] == ""
    assert quarter.rows()["conversation"] == []
    assert (await types(client, page, "Hund anmelden")).said[-1] == "Hund anmelden"


async def test_an_outdated_yes_to_deleting_forgets_nothing(client: httpx.AsyncClient, quarter: TestTown) -> None:
    page = await types(client, await opens(client), "Hund anmelden")
    after = await sends(client, page, action=write_action(Forget(10**6, is_confirmed=True)))
    assert after.fields["session"] == page.fields["session"]
    assert after.said[0] == "Hund anmelden"
    assert len(quarter.rows()["conversation"]) == 1


async def test_a_letter_comes_with_the_next_page_and_stays_there(client: httpx.AsyncClient, quarter: TestTown) -> None:
    page = await types(client, await opens(client), "Hund anmelden")
    writes(quarter, page.fields["session"], "Die Antwort des Teams")
    page = await types(client, page, "Hund abmelden")
    assert (page.newest.text.startswith("Hund abmelden"), page.replies[-1].text) == (True, "Die Antwort des Teams")
    for text in (" ", "Hund anmelden"):
        page = await types(client, page, text)
        assert [reply.text for reply in page.replies].count("Die Antwort des Teams") == 1
    writes(quarter, page.fields["session"], "Noch eine")
    assert (await types(client, page, " ")).replies[-1].text == "Noch eine"


async def test_after_forget_no_letter_is_left(client: httpx.AsyncClient, quarter: TestTown) -> None:
    page = await types(client, await types(client, await opens(client), "Hund anmelden"), "/forget")
    writes(quarter, page.fields["session"], "Die Antwort des Teams")
    assert "Die Antwort" not in (await taps(client, page, "Ja, alles löschen")).html


def writes(quarter: TestTown, session: str, text: str) -> None:
    """The team writes to somebody."""
    with quarter.database.writing() as db:
        conversation = conversations.find(db, "web", session)
        assert conversation is not None
        letters.put(db, conversation.id, Reply(text), quarter.now())


async def test_what_is_stored_comes_as_a_link_that_holds_the_file(client: httpx.AsyncClient) -> None:
    page = await types(client, await types(client, await opens(client), "Hund anmelden"), "/mydata")
    (address,) = [address for address in page.addresses if address.startswith("data:")]
    assert address.startswith("data:application/json;base64,")
    assert 'download="meine-daten.json"' in page.html
