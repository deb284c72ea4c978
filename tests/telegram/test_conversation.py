"""What residents experience on Telegram."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from bot.services import library
from bot.storage.tables import InboxRow, TurnRow
from knowledge.entry import Entry
from tests.conftest import TestTown
from tests.fakes.bot_api import BotApi
from tests.fakes.bot_api_people import FIRST_NAME, LAST_NAME, USERNAME, Resident
from tests.telegram.conftest import SOFA, all_is_done


async def regular(bot: TestTown, telegram: BotApi) -> Resident:
    """Somebody who has written before, and has been told what is told once."""
    resident = telegram.resident(7)
    await resident.writes("/start")
    await all_is_done(bot.desk)
    return resident


async def test_resident_gets_an_answer_despite_a_typing_error(bot: TestTown, telegram: BotApi) -> None:
    heard = await telegram.resident(7).writes("mein altes soffa mus weg")
    assert "Rufen Sie die EDG an." in heard.text


async def test_the_card_has_its_title_in_bold_and_everything_escaped(bot: TestTown, telegram: BotApi) -> None:
    await bot.knows("Was kostet <b>Tüten & Säcke</b>?", answer="1 < 2 & 3 > 2", entry_id="markup")
    heard = await telegram.resident(7).writes("was kosten tüten und säcke")
    assert heard.text == "Was kostet <b>Tüten & Säcke</b>?\n\n1 < 2 & 3 > 2"


async def test_a_long_answer_arrives_whole_in_several_messages_and_in_order(bot: TestTown, telegram: BotApi) -> None:
    sentences = [f"Das ist der {number}. Satz einer sehr langen Auskunft 🏠." for number in range(300)]
    await bot.knows("Wie geht der Antrag Schritt für Schritt?", answer=" ".join(sentences), entry_id="long")
    resident = telegram.resident(7)
    resident.writes("wie geht der antrag schritt für schritt")
    await telegram.until(lambda: bool(resident.last_heard and "299." in resident.last_heard), 10)
    texts = [heard.text for heard in resident.heard if "Auskunft" in heard.text]
    assert len(texts) > 2
    assert " ".join(texts).replace("Wie geht der Antrag Schritt für Schritt?\n\n", "") == " ".join(sentences)
    assert all(text.endswith("🏠.") for text in texts)


async def test_an_unclear_question_offers_buttons_and_a_tap_gives_the_answer(bot: TestTown, telegram: BotApi) -> None:
    await bot.learns(
        Entry("a", title={"de": "Beratung für Mieter"}, text={"de": "A."}, phrasings={"de": ("beratung mieter",)}),
        Entry("b", title={"de": "Beratung für Eltern"}, text={"de": "B."}, phrasings={"de": ("beratung eltern",)}),
    )
    resident = await regular(bot, telegram)
    asked = await resident.writes("beratung")
    labels = [label for row in asked.buttons for label, _ in row]
    assert {"Beratung für Mieter", "Beratung für Eltern", "Nichts davon"} <= set(labels)
    answered = await resident.taps("Beratung für Eltern")
    assert answered.text.startswith("Beratung für Eltern\n\nB.")
    refused = await resident.taps("Nichts davon", on=asked)
    assert "mit anderen Worten" in refused.text


async def test_a_button_this_bot_never_made_gets_a_kind_reply(bot: TestTown, telegram: BotApi) -> None:
    resident = await regular(bot, telegram)
    shown = await resident.writes("hallo was ist das hier")
    button = {"inline_keyboard": [[{"text": "Alt", "callback_data": "v1|öffne|🏠|9999"}]]}
    resident.conversation.messages[shown.message_id]["reply_markup"] = button
    heard = await resident.taps("Alt", on=shown.message_id)
    assert "nicht mehr" in heard.text


async def test_start_greets(bot: TestTown, telegram: BotApi) -> None:
    heard = await telegram.resident(7).writes("/start")
    assert heard.text.startswith("Guten Tag!")


async def test_an_edited_question_gets_its_answer_in_the_place_of_the_first(bot: TestTown, telegram: BotApi) -> None:
    resident = await regular(bot, telegram)
    first = await resident.writes("xyzzy")
    heard = await resident.edits(SOFA)
    assert "Rufen Sie die EDG an." in heard.text
    assert heard.message_id == first.message_id


async def test_the_privacy_notice_beside_the_first_answer_outlives_an_edit(bot: TestTown, telegram: BotApi) -> None:
    resident = telegram.resident(7)
    resident.writes("xyzzy")
    _, notice = await resident.hears(2)
    await resident.edits(SOFA)
    await resident.writes(SOFA)
    assert notice.message_id in resident.messages


async def test_no_name_is_stored_and_the_message_goes_when_it_is_answered(bot: TestTown, telegram: BotApi) -> None:
    said = telegram.resident(7).writes(f"{SOFA} Geheimwort")
    await said
    update_id = str(said.update_id)

    await all_is_done(bot.desk)
    with bot.database.reading() as db:
        assert db.scalars(select(InboxRow.sealed_update).where(InboxRow.update_key == update_id)).all() == [None]
    with bot.database.reading() as db:
        columns = TurnRow.__table__.columns
        stored = repr(db.execute(select(*columns)).all())
    for word in ("Geheimwort", FIRST_NAME, LAST_NAME, USERNAME):
        assert word not in stored


async def test_a_changed_answer_is_given_at_once(bot: TestTown, telegram: BotApi) -> None:
    await telegram.resident(7).writes(SOFA)
    with bot.database.writing() as db:
        entries = [entry for entry in library.all_entries(db) if entry.id == "sofa"]
        changed = replace(entries[0], text={"de": "Neue Auskunft."})
        library.import_entries(db, [changed], bot.now())
    await bot.desk.refresh()
    heard = await telegram.resident(7).writes(SOFA)
    assert heard.text.endswith("Neue Auskunft.")
