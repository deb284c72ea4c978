"""An edited question: its answer changes in place for ten minutes, afterwards there is a new one."""

from __future__ import annotations

import pytest

from bot.domain.messages import Choice, File, Incoming, Reply
from bot.services import inbox
from bot.telegram.door import Door
from tests.conftest import ToldTime
from tests.fakes.bot_api import BotApi
from tests.fakes.bot_api_people import Resident
from tests.telegram.conftest import ScriptedDesk, door_to

LONG = "\n\n".join(f"Absatz {number}. " + "Wort " * 700 for number in range(3))


def standing(resident: Resident) -> list[str]:
    """What of the bot's stands in the chat now, top down."""
    messages = [resident.messages[number] for number in sorted(resident.messages)]
    return [sent.get("text", "")[:22] for sent in messages if sent["from"]["is_bot"]]


async def stands(resident: Resident, *texts: str) -> None:
    """Wait until just these texts of the bot's stand in the chat, given by their beginnings."""
    await resident.account.until(lambda: standing(resident) == list(texts), 10)
    assert standing(resident) == list(texts)


async def test_the_answer_changes_in_place(door: Door, desk: ScriptedDesk, telegram: BotApi) -> None:
    resident = telegram.resident(7)
    said = resident.writes("Sofa")
    first = await said
    changed = await resident.edits("Sofa und Schrank")
    assert (changed.message_id, changed.edited, changed.text) == (first.message_id, True, "Zu „Sofa und Schrank“.")
    assert standing(resident) == ["Zu „Sofa und Schrank“."]
    assert [heard.edits for heard in desk.heard] == [None, str(said.update_id)]


async def test_every_edit_refers_to_the_first_message(
    door: Door, desk: ScriptedDesk, telegram: BotApi, now: ToldTime
) -> None:
    resident = telegram.resident(7)
    said = resident.writes("A")
    await said
    for text in ("AB", "ABC"):
        now.moves(minutes=4)
        await resident.edits(text)
    assert standing(resident) == ["Zu „ABC“."]
    assert [heard.edits for heard in desk.heard] == [None, str(said.update_id), str(said.update_id)]
    assert [heard.sent_at for heard in desk.heard][-1] == now()


async def test_the_buttons_change_with_the_answer(door: Door, desk: ScriptedDesk, telegram: BotApi) -> None:
    desk.says = lambda incoming: [Reply("?", choices=(Choice(incoming.text, f"o:{incoming.text}"),))]
    resident = telegram.resident(7)
    await resident.writes("A")
    await resident.edits("B")
    assert resident.last_buttons == [[("B", "o:B")]]
    desk.says = lambda incoming: [Reply("ohne")]
    await resident.edits("C")
    assert resident.last_buttons == []


async def test_an_edit_that_changes_no_word_is_ignored(door: Door, desk: ScriptedDesk, telegram: BotApi) -> None:
    resident = telegram.resident(7)
    await resident.writes("Sofa")
    said = resident.edits("Sofa")
    await resident.writes("Ende")
    assert said.is_confirmed
    assert [heard.text for heard in desk.heard] == ["Sofa", "Ende"]


async def test_the_same_answer_counts_as_delivered(door: Door, desk: ScriptedDesk, telegram: BotApi) -> None:
    desk.says = lambda _: [Reply("immer das")]
    resident = telegram.resident(7)
    await resident.writes("A")
    resident.edits("B")
    await resident.writes("C")
    assert standing(resident) == ["immer das", "immer das"]
    assert "not modified" in telegram.calls("editMessageText")[0].outcome
    telegram.complaints.clear()  # it is no mistake to find that out by trying


async def test_after_ten_minutes_there_is_a_new_answer(
    door: Door, desk: ScriptedDesk, telegram: BotApi, now: ToldTime
) -> None:
    resident = telegram.resident(7)
    said = resident.writes("Sofa")
    await said
    now.moves(minutes=10, seconds=1)
    heard = await resident.edits("Schrank")
    assert (heard.edited, heard.text) == (False, "Zu „Schrank“.")
    assert standing(resident) == ["Zu „Sofa“.", "Zu „Schrank“."]
    assert desk.heard[1].edits == str(said.update_id)


async def test_what_edits_need_is_forgotten_after_ten_minutes(
    door: Door, desk: ScriptedDesk, telegram: BotApi, now: ToldTime
) -> None:
    resident = telegram.resident(7)
    await resident.writes("Sofa")
    await resident.writes("Ende")  # so that the first is done
    now.moves(minutes=10)
    await desk.database.write(inbox.forget_done, now())
    assert (await desk.database.read(inbox.original, "telegram", "7/1", "Sofa")).sent_ids
    now.moves(seconds=1)
    await desk.database.write(inbox.forget_done, now())
    original = await desk.database.read(inbox.original, "telegram", "7/1", "Sofa")
    assert (original.sent_ids, original.has_same_text) == ((), False)


async def test_a_longer_answer_goes_on_below_and_a_shorter_one_takes_the_rest_away(
    door: Door, desk: ScriptedDesk, telegram: BotApi
) -> None:
    resident = telegram.resident(7)
    desk.says = lambda incoming: [Reply(LONG if incoming.text == "lang" else "kurz")]
    await resident.writes("kurz")
    resident.edits("lang")
    await stands(resident, *(f"Absatz {number}. Wort Wort Wo" for number in range(3)))
    resident.edits("knapp")
    await stands(resident, "kurz")


async def test_what_was_said_beside_the_answer_stays(door: Door, desk: ScriptedDesk, telegram: BotApi) -> None:
    resident = telegram.resident(7)
    desk.says = lambda incoming: [Reply("eins"), Reply("Hinweis")] if incoming.text == "A" else [Reply("zwei")]
    resident.writes("A")
    await resident.hears(2)
    await resident.edits("B")
    await resident.writes("A")
    await stands(resident, "zwei", "Hinweis", "eins", "Hinweis")


async def test_an_answer_that_is_gone_is_given_anew(door: Door, desk: ScriptedDesk, telegram: BotApi) -> None:
    resident = telegram.resident(7)
    first = await resident.writes("Sofa")
    telegram.fails("editMessageText", 400, description="Bad Request: message to edit not found")
    telegram.fails("deleteMessage", 400, description="Bad Request: message to delete not found")
    heard = await resident.edits("Schrank")
    assert (heard.edited, heard.text) == (False, "Zu „Schrank“.")
    await telegram.until(lambda: bool(telegram.calls("deleteMessage")), 10)
    again = await resident.edits("Bett")
    assert (again.edited, again.message_id) == (True, heard.message_id)
    assert first.message_id != heard.message_id


async def test_an_original_that_never_arrived_gets_a_new_answer(
    door: Door, desk: ScriptedDesk, telegram: BotApi
) -> None:
    resident = telegram.resident(7)
    telegram.fails("sendMessage", 403, chat=7)
    resident.writes("Sofa")
    heard = await resident.edits("Schrank")
    assert (heard.edited, heard.text) == (False, "Zu „Schrank“.")


async def test_a_text_takes_no_files_place(door: Door, desk: ScriptedDesk, telegram: BotApi) -> None:
    file = File("daten.json", "application/json", b"{}")
    desk.says = lambda incoming: [Reply("", file=file) if incoming.text == "A" else Reply("Text")]
    resident = telegram.resident(7)
    heard = await resident.writes("A")
    assert (heard.document.name, heard.document.content) == ("daten.json", b"{}")
    telegram.fails("editMessageText", 400, description="Bad Request: there is no text in the message to edit")
    resident.edits("B")
    await stands(resident, "Text")
    await resident.edits("A")
    assert resident.heard[-1].document


async def test_nothing_to_be_said_to_an_edit_leaves_the_answer(
    door: Door, desk: ScriptedDesk, telegram: BotApi
) -> None:
    resident = telegram.resident(7)
    await resident.writes("Sofa")
    desk.says = lambda incoming: [] if incoming.edits else [Reply("Ende")]
    resident.edits("Schrank")
    await resident.writes("Ende")
    assert len(desk.heard) == 3
    await stands(resident, "Zu „Sofa“.", "Ende")


@pytest.mark.parametrize("fault", ["drop_after", "drop_before", 502])
async def test_a_change_that_breaks_off_is_made_again_without_harm(
    door: Door, desk: ScriptedDesk, telegram: BotApi, fault: str | int
) -> None:
    resident = telegram.resident(7)
    await resident.writes("Sofa")
    telegram.fails("editMessageText", fault)
    resident.edits("Schrank")
    await telegram.until(lambda: len(telegram.calls("editMessageText")) == 2, 10)
    resident.writes("Ende")
    await stands(resident, "Zu „Schrank“.", "Zu „Ende“.")
    telegram.complaints.clear()  # "not modified", after drop_after


async def test_where_a_change_never_gets_through_the_answer_stays(
    door: Door, desk: ScriptedDesk, telegram: BotApi
) -> None:
    resident = telegram.resident(7)
    await resident.writes("Sofa")
    telegram.fails("editMessageText", "drop_before", times=2)
    resident.edits("Schrank")
    resident.writes("Ende")
    await stands(resident, "Zu „Sofa“.", "Zu „Ende“.")
    assert telegram.calls("deleteMessage") == []


async def test_an_edit_that_waited_while_the_bot_was_off_changes_the_answer_in_place(
    desk: ScriptedDesk, telegram: BotApi, now: ToldTime
) -> None:
    resident = telegram.resident(7)
    resident.writes("Sofa")
    now.moves(minutes=2)
    resident.edits("Schrank")
    now.moves(hours=3)
    desk.says = _late
    async with door_to(telegram, desk).open():
        await resident.hears(2)
    assert standing(resident) == ["Schrank"]


def _late(incoming: Incoming) -> list[Reply]:
    return [Reply(incoming.text)]
