"""The conversation: what a resident says, and what they hear."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from bot.domain.actions import ChooseOption, OpenEntry, Rate, mark, write_action
from bot.domain.dialogue import LONGEST_MESSAGE
from bot.domain.messages import Media, Reply
from bot.storage.tables import TurnRow
from knowledge.entry import Entry, Position, State
from tests.conftest import ADDRESS, Resident, TestTown, labels
from tests.small_quarter import UNKNOWN

FOOT = ["Menü", "Mensch fragen"]
RATING = ["👍 Hilfreich", "👎 Nicht hilfreich"]


def is_old(reply: Reply) -> bool:
    return reply.text == "Diese Auswahl gilt nicht mehr. Bitte stellen Sie Ihre Frage noch einmal."


def newest_turn(town: TestTown) -> int:
    with town.database.reading() as db:
        return db.scalar(select(func.max(TurnRow.id))) or 0


# --- Questions -------------------------------------------------------------------------------------------------------


async def test_a_question_with_a_typing_error_is_answered(any_town: TestTown) -> None:
    entry = await any_town.knows("Wann hat das Rathaus geöffnet?", answer="Montag bis Freitag, 8 bis 12 Uhr.")
    reply = await Resident(any_town).writes("wann hat das rathaus geofnet")
    assert (reply.text, reply.decision, reply.entry_id) == ("Montag bis Freitag, 8 bis 12 Uhr.", "answer", entry)


async def test_an_answer_is_a_card_with_facts_a_rating_and_ways_on(resident: Resident) -> None:
    reply = await resident.writes("Hund anmelden")
    assert (reply.title, reply.text) == ("Hund anmelden", "Im Amt.")
    assert [(fact.label, fact.value) for fact in reply.facts] == [
        ("Quartiersbüro", "0231 00000000"),
        ("Quartiersbüro", "Musterplatz 1, 44000 Musterstadt"),
        ("Kosten", "10 Euro"),
    ]
    assert labels(reply) == [*RATING, *FOOT]


async def test_a_related_entry_is_one_tap_away(resident: Resident) -> None:
    reply = await resident.writes("Hund abmelden")
    assert labels(reply) == ["Hund anmelden", *RATING, *FOOT]
    assert (await resident.taps("Hund anmelden")).entry_id == "anmelden"


async def test_a_question_that_fits_two_entries_is_asked_back(resident: Resident) -> None:
    reply = await resident.writes("Hund")
    assert reply.decision == "clarify"
    assert labels(reply) == ["Hund abmelden", "Hund anmelden", "Nichts davon", *FOOT]


async def test_a_question_that_nobody_wrote_down_is_declined_with_the_offer_to_ask_the_team(
    resident: Resident,
) -> None:
    reply = await resident.writes(UNKNOWN)
    assert (reply.decision, reply.entry_id) == ("decline", None)
    assert labels(reply) == ["Ja, das Team fragen", *FOOT]


async def test_a_second_miss_names_people_instead_of_asking_the_same_again(resident: Resident) -> None:
    first = await resident.writes(UNKNOWN)
    second = await resident.writes("Gartenzwerge der Quantenphysik")
    assert second.text != first.text
    assert (second.facts[0].label, second.facts[0].link) == ("Quartiersbüro", "tel:+4923100000000")


async def test_an_answer_between_two_misses_lets_the_count_begin_anew(resident: Resident) -> None:
    first = await resident.writes(UNKNOWN)
    await resident.writes("Hund anmelden")
    assert (await resident.writes(UNKNOWN)).text == first.text


async def test_what_the_bot_is_not_for_is_declined_in_the_towns_words(resident: Resident) -> None:
    reply = await resident.writes("Regnet es morgen?")
    assert (reply.decision, reply.text) == ("decline", "Das Wetter kenne ich nicht.")


async def test_without_any_knowledge_every_question_is_declined(any_town: TestTown) -> None:
    await any_town.desk.refresh()
    assert (await Resident(any_town).writes("Hund anmelden")).decision == "decline"


@pytest.mark.parametrize("text", ["/start", " /start t_5 ", "/START"])
async def test_a_stranger_is_greeted_in_the_towns_words(resident: Resident, text: str) -> None:
    reply = await resident.writes(text)
    assert reply.text == "Moin!"
    assert labels(reply) == ["🌐 Sprache / Language", *FOOT]


@pytest.mark.parametrize("text", ["/help", "/fliegen", "/help@quartierslotse_bot", "Hilfe"])
async def test_help_and_unknown_commands_explain(resident: Resident, text: str) -> None:
    assert (await resident.writes(text)).title == "Hilfe"


async def test_the_menu_leads_to_a_card_and_back(resident: Resident) -> None:
    menu = await resident.writes("/menu")
    assert labels(menu) == [
        "Tiere",
        "Weiteres",
        "📅 Veranstaltungen",
        "🔔 Nachrichten bekommen",
        "Mensch fragen",
        "Zurück",
    ]
    section = await resident.taps("Tiere")
    assert labels(section) == ["Hund abmelden", "Hund anmelden", "Zurück", *FOOT]
    card = await resident.taps("Hund anmelden", on=section)
    assert card.entry_id == "anmelden"
    assert labels(await resident.taps("Zurück", on=card)) == labels(section)


async def test_an_emergency_gets_the_numbers_whatever_else_is_asked(resident: Resident) -> None:
    reply = await resident.writes("Hilfe, es brennt im Keller, wo kann ich meinen Hund anmelden?")
    assert reply.decision == "emergency"
    assert [fact.value for fact in reply.facts][:2] == ["112", "110"]


@pytest.mark.parametrize("text", ["/feuer in der küche", "/hilfe es brennt", "/help es brennt im Keller"])
async def test_a_slash_hides_no_emergency(resident: Resident, text: str) -> None:
    assert (await resident.writes(text)).decision == "emergency"


async def test_in_a_fire_nothing_else_is_offered(resident: Resident) -> None:
    assert labels(await resident.writes("Hilfe, es brennt, Hund anmelden!")) == FOOT


@pytest.mark.parametrize("text", ["", "  \n\t "])
async def test_a_message_without_words_is_answered_kindly(resident: Resident, text: str) -> None:
    reply = await resident.writes(text)
    assert reply.text.startswith("Ich kann nur Text lesen.")
    assert [fact.link for fact in reply.facts] == ["tel:+4923100000000"]


@pytest.mark.parametrize("media", [media for media in Media if media is not Media.LOCATION])
async def test_what_has_no_words_is_answered_kindly(resident: Resident, media: Media) -> None:
    reply = await resident.writes(media=media)
    assert [fact.link for fact in reply.facts] == ["tel:+4923100000000"]
    assert labels(reply) == FOOT


async def test_words_below_a_picture_are_read(resident: Resident) -> None:
    assert (await resident.writes("Hund anmelden", media=Media.PICTURE)).entry_id == "anmelden"


async def test_a_location_names_the_nearest_places_open_ones_first_and_is_not_stored(resident: Resident) -> None:
    here = Position(51.5612345, 7.3912345)  # nearer to the library, which is closed
    reply = await resident.writes(media=Media.LOCATION, position=here)
    assert [fact.label for fact in reply.facts] == ["Quartiersbüro", "Bücherei"]
    assert labels(reply) == ["Quartiersbüro", "Bücherei", *FOOT]
    assert b"5612345" not in resident.town.stored()


async def test_a_message_that_is_too_long_is_answered_kindly(resident: Resident) -> None:
    assert (await resident.writes("x" * (LONGEST_MESSAGE + 1))).text.startswith("Das ist zu viel Text")
    assert not (await resident.writes("x " * (LONGEST_MESSAGE // 2))).text.startswith("Das ist zu viel Text")


# --- Follow-ups ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "label", "value"),
    [
        ("und wann offen?", "Geöffnet", "Samstag 10 bis 14 Uhr"),
        ("Was kostet das?", "Kosten", "kostenlos"),
        ("wo ist das", "Adresse", "Musterplatz 2, 44000 Musterstadt"),
    ],
)
async def test_a_short_question_is_about_the_card_before(resident: Resident, text: str, label: str, value: str) -> None:
    await resident.writes("Wo kann ich Bücher leihen?")
    reply = await resident.writes(text)
    assert (reply.title, reply.entry_id) == ("Bücherei", "buecherei")
    assert (label, value) in [(fact.label, fact.value) for fact in reply.facts]


async def test_what_is_not_known_of_the_card_names_whom_to_ask(resident: Resident) -> None:
    await resident.writes("Hund abmelden")
    reply = await resident.writes("Was kostet das?")
    assert reply.text.startswith("Das weiß ich dazu leider nicht.")
    assert [fact.label for fact in reply.facts] == ["Quartiersbüro", "Quartiersbüro"]


async def test_a_rating_in_between_does_not_change_the_subject(resident: Resident) -> None:
    await resident.writes("Wo kann ich Bücher leihen?")
    await resident.taps("👍 Hilfreich")
    assert (await resident.writes("was kostet das?")).entry_id == "buecherei"


async def test_the_subject_is_forgotten_after_ten_minutes(resident: Resident) -> None:
    await resident.writes("Wo kann ich Bücher leihen?")
    resident.town.now.moves(minutes=10)
    assert (await resident.writes("was kostet das?")).entry_id == "buecherei"
    resident.town.now.moves(minutes=10, seconds=1)
    assert (await resident.writes("was kostet das?")).entry_id is None


@pytest.mark.parametrize(
    ("text", "entry_id"), [("das erste", "abmelden"), ("2", "anmelden"), ("das zweite bitte", "anmelden")]
)
async def test_an_option_can_be_named_by_its_place(resident: Resident, text: str, entry_id: str) -> None:
    await resident.writes("Hund")
    assert (await resident.writes(text)).entry_id == entry_id


async def test_yes_after_a_miss_asks_the_team(resident: Resident) -> None:
    await resident.writes(UNKNOWN)
    assert (await resident.writes("ja")).decision == "handover"


# --- Buttons ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("label", "entry_id"), [("Hund anmelden", "anmelden"), ("Hund abmelden", "abmelden")])
async def test_a_chosen_option_is_answered(resident: Resident, label: str, entry_id: str) -> None:
    await resident.writes("Hund")
    reply = await resident.taps(label)
    assert (reply.decision, reply.entry_id) == ("answer", entry_id)


async def test_a_choice_can_be_made_again_and_changed(resident: Resident) -> None:
    offer = await resident.writes("Hund")
    wanted = ["Hund anmelden", "Hund abmelden", "Hund anmelden"]
    assert [(await resident.taps(label, on=offer)).entry_id for label in wanted] == ["anmelden", "abmelden", "anmelden"]


async def test_none_of_these_does_not_ask_the_same_again(resident: Resident) -> None:
    await resident.writes("Hund")
    reply = await resident.taps("Nichts davon")
    assert (reply.text.split(".")[0], reply.decision) == ("Schade", "decline")
    assert labels(reply) == ["Ja, das Team fragen", *FOOT]
    assert (await resident.writes("Hund")).decision == "decline"


async def test_a_button_works_for_24_hours(resident: Resident) -> None:
    offer = await resident.writes("Hund")
    resident.town.now.moves(hours=24)
    assert (await resident.taps("Hund anmelden", on=offer)).entry_id == "anmelden"
    resident.town.now.moves(seconds=1)
    assert is_old(await resident.taps("Hund anmelden", on=offer))


@pytest.mark.parametrize(("address", "channel"), [("somebody else", "web"), (ADDRESS, "telegram")])
@pytest.mark.parametrize("label", ["Hund anmelden", "Nichts davon", "👎 Nicht hilfreich", "Ja, das Team fragen"])
async def test_another_residents_button_does_nothing(
    resident: Resident, address: str, channel: str, label: str
) -> None:
    for text in ("Hund", "Hund abmelden", UNKNOWN):
        await resident.writes(text)
    before = resident.town.rows()
    action = next(choice.action for reply in resident.heard for choice in reply.choices if choice.label == label)
    other = Resident(resident.town, address, channel)
    assert is_old(await other.writes(action=action))
    await other.writes("Regnet es morgen?")
    assert is_old(await other.writes(action=action))
    after = resident.town.rows()
    assert after["turn"][: len(before["turn"])] == before["turn"]
    assert after["question"] == before["question"]


@pytest.mark.parametrize(
    "action",
    ["o:999999999999999999:0", "o:0:-", "o:-1:0", "o:1:99", "c:fliegen", "x", "\0", "'; DROP TABLE turn;", "😀" * 50],
)
async def test_unknown_payloads_are_answered_kindly(resident: Resident, action: str) -> None:
    assert is_old(await resident.writes(action=action))


@pytest.mark.parametrize("kind", ["option", "rating"])
async def test_a_button_that_a_turn_never_had_is_answered_kindly(resident: Resident, kind: str) -> None:
    await resident.writes("/help")
    turn = newest_turn(resident.town)
    action = ChooseOption(turn, 0) if kind == "option" else Rate(turn, helped=True)
    assert is_old(await resident.writes(action=write_action(action)))


async def test_a_place_that_was_not_offered_is_answered_kindly(resident: Resident) -> None:
    await resident.writes("Hund")
    assert is_old(await resident.writes(action=write_action(ChooseOption(newest_turn(resident.town), 7))))


async def test_an_entry_that_was_withdrawn_meanwhile_is_not_given(resident: Resident) -> None:
    offer = await resident.writes("Hund")
    await resident.town.learns(Entry("anmelden", state=State.ARCHIVED, title={"de": "Hund anmelden"}))
    assert is_old(await resident.taps("Hund anmelden", on=offer))
    assert is_old(await resident.writes(action=write_action(OpenEntry(mark("anmelden")))))


# --- Feedback --------------------------------------------------------------------------------------------------------


async def rated(resident: Resident) -> list[tuple[bool | None, str | None]]:
    rows = resident.town.rows()["turn"]
    return [(row["helped"], row["complaint"]) for row in rows if row["entry_id"]]


async def test_a_thumb_up_is_noted_with_thanks(resident: Resident) -> None:
    await resident.writes("Hund anmelden")
    assert (await resident.taps("👍 Hilfreich")).text.startswith("Danke!")
    assert await rated(resident) == [(True, None)]


async def test_a_thumb_down_asks_why_and_notes_the_reason(resident: Resident) -> None:
    await resident.writes("Hund anmelden")
    why = await resident.taps("👎 Nicht hilfreich")
    assert labels(why)[:2] == ["Etwas ist falsch", "Es ist veraltet"]
    assert await rated(resident) == [(False, None)]
    await resident.taps("Es ist veraltet")
    assert await rated(resident) == [(False, "outdated")]


async def test_a_second_thought_replaces_a_rating(resident: Resident) -> None:
    card = await resident.writes("Hund anmelden")
    await resident.taps("👎 Nicht hilfreich", on=card)
    await resident.taps("Etwas ist falsch")
    await resident.taps("👍 Hilfreich", on=card)
    assert await rated(resident) == [(True, None)]
