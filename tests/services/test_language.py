"""The language a resident is answered in: chosen, written, spoken before, or what their phone says."""

from __future__ import annotations

import pytest

from bot.texts.catalog import offered
from tests.conftest import Resident, TestTown, labels

PERSON = {"de": "Mensch fragen", "en": "Ask a person"}
GERMAN, ENGLISH, EITHER = "Wo kann ich Bücher leihen?", "Where can I borrow a book?", "Hund"


def spoken(resident: Resident) -> str:
    """The language of the buttons that were shown last."""
    shown = labels(resident.heard[-1])
    return next((code for code, label in PERSON.items() if label in shown), "?")


@pytest.mark.parametrize(
    ("phone", "text", "language"),
    [
        ("de", GERMAN, "de"),
        ("en", EITHER, "en"),
        ("en-GB", EITHER, "en"),
        (None, EITHER, "de"),
        ("tlh", EITHER, "de"),
        ("en", GERMAN, "de"),
        ("de", ENGLISH, "en"),
        (None, ENGLISH, "en"),
        ("en", "/start", "en"),
        ("en", "", "en"),
    ],
)
async def test_a_stranger_is_answered_in_the_language_they_write_or_else_that_of_their_phone(
    quarter: TestTown, phone: str | None, text: str, language: str
) -> None:
    resident = Resident(quarter, language=phone)
    (first, *_) = await resident.sends(text)
    assert PERSON[language] in labels(first)


async def test_a_message_in_any_language_is_answered_in_the_one_spoken_before(resident: Resident) -> None:
    await resident.sends(ENGLISH)
    await resident.sends(EITHER)
    assert spoken(resident) == "en"
    await resident.sends(GERMAN)
    await resident.sends(EITHER)
    assert spoken(resident) == "de"


@pytest.mark.parametrize("way", ["/language en", "English", "Englisch", "button"])
async def test_a_chosen_language_stays(resident: Resident, way: str) -> None:
    if way == "button":
        await resident.sends("/language")
        await resident.taps("English")
    else:
        await resident.sends(way)
    assert resident.heard[-1 if way == "button" else 0].text.startswith("From now on I write in your language.")
    for text in ("/start", EITHER, "/menu"):
        await resident.sends(text)
        assert spoken(resident) == "en"
    assert [row["preference"] for row in resident.town.rows()["conversation"]] == ["en"]


async def test_a_german_question_is_answered_in_german_whatever_was_chosen(resident: Resident) -> None:
    await resident.sends("/language en")
    await resident.sends(GERMAN)
    assert spoken(resident) == "de"
    await resident.sends(EITHER)
    assert spoken(resident) == "en"  # where it is not sure, what was chosen counts


async def test_who_chose_simple_german_keeps_it_in_a_german_conversation(resident: Resident) -> None:
    await resident.sends("/language de-easy")
    await resident.sends(GERMAN)
    assert [row["language"] for row in resident.town.rows()["turn"]] == ["de-easy", "de-easy"]


@pytest.mark.parametrize("text", ["/language", "/language klingonisch", "Sprache", "l:xx"])
async def test_who_names_no_language_there_is_can_choose_one(resident: Resident, text: str) -> None:
    reply = await (resident.writes(action=text) if text.startswith("l:") else resident.writes(text))
    assert reply.text == "Welche Sprache möchten Sie?"
    actions = [choice.action for choice in reply.choices if choice.action.startswith("l:")]
    assert actions == [f"l:{code}" for code in offered()]
    assert [row["preference"] for row in resident.town.rows()["conversation"]] == [None]


async def test_a_text_that_is_not_translated_says_so_in_the_readers_language(resident: Resident) -> None:
    await resident.sends("/language en")
    await resident.sends("/menu")
    await resident.taps("Tiere")
    card = await resident.taps("Hund anmelden")
    assert card.language == "de"  # so that it is read aloud as what it is
    assert card.text == "This text is only available in this language: German.\n\nIm Amt."
    assert card.facts[-1].label == "Cost"


async def test_a_follow_up_in_another_language_is_answered_in_it(resident: Resident) -> None:
    await resident.sends(GERMAN)
    reply = await resident.writes("Where is it?")
    assert (reply.language, [fact.label for fact in reply.facts]) == ("en", ["Address"])


async def test_an_emergency_is_answered_in_the_language_it_is_told_in(resident: Resident) -> None:
    await resident.sends("/language en")
    assert (await resident.writes("Hilfe, es brennt bei uns im Haus!")).title == "Rufen Sie jetzt an: 112"


# --- What the words of a command and the page tell -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("оператора", "ru"),
        ("помощь", "ru"),
        ("меню", "ru"),
        ("insan", "tr"),
        ("ajutor", "ro"),
        ("menu", "de"),
        ("Hilfe", "de"),
        ("restart", "de"),
    ],
)
async def test_the_words_of_a_command_tell_the_language(resident: Resident, text: str, language: str) -> None:
    await resident.sends("Wo kann ich Bücher leihen?")
    assert (await resident.writes(text)).language == language


async def test_whoever_asks_what_is_on_in_english_is_told_in_english(resident: Resident) -> None:
    await resident.sends(GERMAN)
    assert (await resident.writes("what's on next week?")).language == "en"


@pytest.mark.parametrize("text", ["Samstag", "next week?"])
async def test_days_alone_do_not_tell_the_language(quarter: TestTown, text: str) -> None:
    resident = Resident(quarter, "4711", "telegram", "tr")
    await resident.sends("/help")
    assert (await resident.writes(text)).language == "tr"


async def test_a_chosen_language_counts_more_than_the_words_of_a_command(resident: Resident) -> None:
    await resident.sends("/language en")
    assert (await resident.writes("помощь")).language == "en"


async def test_the_page_in_another_language_counts_after_a_german_conversation(resident: Resident) -> None:
    await resident.sends(GERMAN)
    assert (await resident.writes(action="c:language", language="tr")).language == "tr"
    assert (await resident.writes("/help", language="tr")).language == "tr"


async def test_a_german_page_does_not_end_a_conversation_in_english(resident: Resident) -> None:
    resident.language = "de"
    await resident.sends(ENGLISH)
    await resident.sends(EITHER)
    assert spoken(resident) == "en"


async def test_a_phone_does_not_outrank_what_was_spoken(quarter: TestTown) -> None:
    resident = Resident(quarter, "4711", "telegram", "tr")
    await resident.sends(ENGLISH)
    await resident.sends("/help")
    assert spoken(resident) == "en"
