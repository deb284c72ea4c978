"""The fake from both ends: residents and groups on one side, the real library on the other."""

import asyncio
import subprocess
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.error import BadRequest
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, ContextTypes, MessageHandler, filters

from tests.fakes import bot_api
from tests.fakes.bot_api import BotApi
from tests.fakes.bot_api_people import FIRST_NAME, LAST_NAME, USERNAME
from tests.fakes.conftest import PlainClient

YES_OR_NO = InlineKeyboardMarkup(
    [
        [InlineKeyboardButton("Ja", callback_data="yes"), InlineKeyboardButton("Nein", callback_data="no")],
        [InlineKeyboardButton("Mehr", url="https://bochum.de")],
    ]
)

# A bot on the real library, polling


async def on_start(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.effective_message is not None
    await update.effective_message.reply_text("Darf ich?", reply_markup=YES_OR_NO)


async def on_text(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.effective_message is not None
    await update.effective_message.reply_text(f"<b>{update.effective_message.text}</b>", parse_mode="HTML")


async def on_tap(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    query = update.callback_query
    assert query is not None
    await query.answer("Danke", show_alert=True)
    await query.edit_message_text(f"Gewählt: {query.data}")


@asynccontextmanager
async def polling(telegram: BotApi) -> AsyncIterator[Application[Any, Any, Any, Any, Any, Any]]:
    application = Application.builder().token(telegram.token).base_url(f"{telegram.url}/bot").build()
    application.add_handler(CommandHandler("start", on_start))
    application.add_handler(MessageHandler(filters.TEXT, on_text))
    application.add_handler(CallbackQueryHandler(on_tap))
    async with application:
        await application.start()
        await application.updater.start_polling(poll_interval=0, allowed_updates=Update.ALL_TYPES)
        yield application
        await application.updater.stop()
        await application.stop()


async def test_conversation_with_a_polling_application(telegram: BotApi) -> None:
    resident = telegram.resident(7)
    async with polling(telegram):
        answer = await resident.writes("Hallo")
        assert (answer.text, answer.html, answer.method) == ("Hallo", "<b>Hallo</b>", "sendMessage")
        await resident.writes("/start")
        assert resident.last_heard == "Darf ich?"
        assert resident.last_buttons == [[("Ja", "yes"), ("Nein", "no")], [("Mehr", "https://bochum.de")]]
        changed = await resident.taps("Nein")
        assert (changed.text, changed.edited) == ("Gewählt: no", True)
        assert resident.last_buttons == []
        assert [(notice.text, notice.is_alert) for notice in resident.notices] == [("Danke", True)]
    assert telegram.pending == 0
    assert telegram.complaints == []


async def test_two_residents_are_kept_apart(telegram: BotApi) -> None:
    async with polling(telegram):
        seven, eight = telegram.resident(7), telegram.resident(8)
        for text in ("a", "b", "c"):
            seven.writes(text)
            eight.writes(text.upper())
        assert [record.text for record in await seven.hears(3)] == ["a", "b", "c"]
        assert [record.text for record in await eight.hears(3)] == ["A", "B", "C"]
    assert telegram.complaints == []


async def test_application_survives_telegram_going_down(telegram: BotApi) -> None:
    resident = telegram.resident(7)
    async with polling(telegram):
        await resident.writes("vorher")
        await telegram.until(lambda: telegram.pending == 0, 5)
        with telegram.down():
            said = resident.writes("nachher")
        assert (await said).text == "nachher"


async def test_stopping_and_starting_the_bot_is_no_conflict(telegram: BotApi) -> None:
    for text in ("eins", "zwei"):
        async with polling(telegram):
            await telegram.resident(7).writes(text)
    assert [record.text for record in telegram.resident(7).heard] == ["eins", "zwei"]
    assert telegram.complaints == []


# What the bot gets to know


async def test_message_of_a_resident(telegram: BotApi, bot: Bot) -> None:
    resident = telegram.resident(7, language_code="tr")
    said = resident.writes("/frage@quartierslotse_test_bot wo 😀 /hilfe http://x/y")
    update = (await bot.get_updates())[0]
    message = update.message
    assert message is not None
    assert message.from_user is not None
    assert (update.update_id, message.message_id, message.chat_id) == (said.update_id, said.message_id, 7)
    assert (message.chat.type, message.from_user.is_bot, message.from_user.language_code) == ("private", False, "tr")
    commands = message.parse_entities(["bot_command"]).values()
    assert list(commands) == ["/frage@quartierslotse_test_bot", "/hilfe"]
    assert (message.from_user.first_name, message.from_user.last_name) == (FIRST_NAME, LAST_NAME)
    assert message.from_user.username == f"{USERNAME}_7"
    assert abs(message.date.timestamp() - telegram.clock()) < 5
    telegram.resident(7, first_name="Ada", last_name=None, username=None)
    resident.writes("x")
    renamed = (await bot.get_updates())[1].effective_chat
    assert renamed is not None
    assert (renamed.first_name, renamed.last_name, renamed.username) == ("Ada", None, None)
    with pytest.raises(TypeError, match="has no nickname"):
        telegram.resident(7, nickname="x")


async def test_all_a_resident_can_send(telegram: BotApi, bot: Bot) -> None:
    resident = telegram.resident(7)
    first = resident.writes("Hallo")
    resident.edits("Hallo!", first)
    resident.edits("Hallo?")
    resident.sends_voice()
    resident.sends_photo("Schlagloch")
    resident.sends_sticker()
    resident.sends_location(51.48, 7.22)
    resident.sends_contact()
    resident.sends(dice={"emoji": "🎲", "value": 6})
    resident.writes("dazu", reply_to=first)
    updates = await bot.get_updates()
    assert [update.edited_message.text for update in updates if update.edited_message] == ["Hallo!", "Hallo?"]
    messages = [update.message for update in updates if update.message]
    kinds = ("voice", "photo", "sticker", "location", "contact", "dice")
    assert [kind for message in messages for kind in kinds if getattr(message, kind)] == list(kinds)
    assert messages[2].caption == "Schlagloch"
    assert messages[-1].reply_to_message is not None
    assert messages[-1].reply_to_message.text == "Hallo?"
    numbers = [message.message_id for message in messages]
    assert numbers == sorted(set(numbers))


async def test_edits_of_texts_captions_and_live_locations(telegram: BotApi, bot: Bot) -> None:
    resident = telegram.resident(7)
    resident.writes("A")
    resident.edits("B")
    resident.sends_photo(caption="C")
    resident.edits("D")
    resident.sends_location(51.5, 7.3, live_seconds=900)
    resident.moves(51.6, 7.4)
    edited = [update.edited_message for update in await bot.get_updates() if update.edited_message]
    assert [(message.text, message.caption) for message in edited] == [("B", None), (None, "D"), (None, None)]
    assert (edited[2].location.latitude, edited[2].location.live_period) == (51.6, timedelta(seconds=900))
    assert all(message.edit_date for message in edited)
    with pytest.raises(AssertionError, match="shares no live location"):
        telegram.resident(8).moves(1, 1)


async def test_message_ids_are_of_the_account_in_private_and_of_the_group_in_groups(telegram: BotApi) -> None:
    telegram.resident(7).writes("x")
    assert telegram.resident(8).writes("x").message_id == 2
    assert telegram.group(-1001).member(7).writes("x").message_id == 1


async def test_group(telegram: BotApi, bot: Bot) -> None:
    group = telegram.group(-1001, title="Team")
    group.member(7, first_name="Ada").writes("hallo")
    update = (await bot.get_updates())[0]
    assert update.effective_chat is not None
    assert update.effective_user is not None
    assert (update.effective_chat.type, update.effective_chat.title) == ("supergroup", "Team")
    assert (update.effective_user.id, update.effective_user.first_name) == (7, "Ada")
    await bot.send_message(-1001, "Fall 3", reply_markup=YES_OR_NO)
    assert group.last_heard == "Fall 3"
    assert "chat 7" not in telegram.resident(7).story()
    group.member(8).taps("Ja")
    tap = (await bot.get_updates())[1].callback_query
    assert tap is not None
    assert (tap.from_user.id, tap.data) == (8, "yes")
    with pytest.raises(AssertionError, match="not the id of a group"):
        telegram.group(5)


async def test_group_privacy(telegram: BotApi, bot: Bot) -> None:
    telegram.reads_all_group_messages = False
    member = telegram.group(-1001).member(7)
    asked = await bot.send_message(-1001, "?")
    assert member.writes("unter uns").update_id is None
    for text in ("/hilfe", "@quartierslotse_test_bot hallo"):
        assert member.writes(text).update_id is not None
    assert member.writes("ja", reply_to=asked.message_id).update_id is not None
    assert not (await bot.get_me()).can_read_all_group_messages


async def test_taps(telegram: BotApi, bot: Bot) -> None:
    resident = telegram.resident(7)
    old = await bot.send_message(7, "alt", reply_markup=YES_OR_NO)
    new = await bot.send_message(7, "neu", reply_markup=YES_OR_NO)
    heard_new = resident.heard[-1]
    assert resident.taps("Ja").message_id == new.message_id
    assert resident.taps("Ja", on=old.message_id).message_id == old.message_id
    await new.edit_reply_markup(None)
    assert resident.taps("Ja").message_id == old.message_id
    assert resident.taps("Ja", on=heard_new).message_id == new.message_id
    queries = [update.callback_query for update in await bot.get_updates()]
    assert len({query.id for query in queries if query}) == 4
    for label, on, words in (("Vielleicht", None, "no button"), ("Ja", new.message_id, "no button")):
        with pytest.raises(AssertionError, match=words):
            resident.taps(label, on=on)
    with pytest.raises(AssertionError, match=r"opens https://bochum\.de"):
        resident.taps("Mehr")


async def test_answering_taps(telegram: BotApi, bot: Bot) -> None:
    resident = telegram.resident(7)
    await bot.send_message(7, "?", reply_markup=YES_OR_NO)
    said = resident.taps("Ja")
    query = (await bot.get_updates())[0].callback_query
    assert query is not None
    assert isinstance(query.message, Message)
    assert query.id == said.query_id
    assert await query.answer()
    assert resident.notices[0].query_id == said.query_id
    with pytest.raises(BadRequest, match="Query is too old and response timeout expired or query id is invalid"):
        await bot.answer_callback_query("123")
    assert len(telegram.complaints) == 1
    telegram.query_age_seconds = 0
    with pytest.raises(BadRequest, match="Query is too old"):
        await query.answer()
    assert len(telegram.complaints) == 1


# Waiting and remembering


def test_waiting_blocks_until_the_bot_has_spoken(telegram: BotApi, post: PlainClient) -> None:
    resident = telegram.resident(7)
    speaking = threading.Timer(0.05, lambda: post("sendMessage", chat_id=7, text="eins"))
    speaking.start()
    assert [record.text for record in resident.waits_for()] == ["eins"]
    speaking.join()
    post("sendMessage", chat_id=7, text="zwei")
    post("sendMessage", chat_id=7, text="drei")
    assert [record.text for record in resident.waits_for(2)] == ["zwei", "drei"]


def test_waiting_in_vain_tells_the_story(telegram: BotApi, post: PlainClient) -> None:
    resident = telegram.resident(7)
    post("sendMessage", chat_id=7, text="eins", reply_to_message_id=5)
    resident.writes("Wo bleibt die Antwort?")
    with pytest.raises(AssertionError) as raised:
        resident.waits_for(2, seconds=0.02)
    story = str(raised.value)
    assert "resident 7 waited 0.02 s for 2 more from the bot, 1 came" in story
    assert "sendMessage: 'eins'" in story
    assert "Wo bleibt die Antwort?" in story
    assert "has no parameter reply_to_message_id" in story
    assert "hears" not in story


async def test_awaiting_in_vain(telegram: BotApi) -> None:
    resident = telegram.resident(7)
    with pytest.raises(AssertionError, match=r"waited 0\.01 s for 1 more from the bot, 0 came"):
        await resident.hears(seconds=0.01)
    with pytest.raises(AssertionError, match="use `await hears`"):
        resident.waits_for(seconds=0.01)
    assert (resident.last_heard, resident.last_buttons) == (None, [])


async def test_awaiting_a_deed_skips_what_was_said_before(telegram: BotApi, bot: Bot) -> None:
    resident = telegram.resident(7)
    await bot.send_message(7, "Rundbrief")
    said = resident.writes("Frage")
    await bot.send_message(7, "Antwort")
    assert (await said).text == "Antwort"
    await bot.send_message(7, "Nachtrag")
    assert [record.text for record in await resident.hears()] == ["Nachtrag"]


async def test_requests_are_remembered_in_order(telegram: BotApi, bot: Bot) -> None:
    for number in (7, 8):
        telegram.resident(number)
    await bot.send_message(7, "a", disable_notification=True)
    await bot.send_chat_action(8, "typing")
    with pytest.raises(BadRequest):
        await bot.send_message(9, "b")
    assert [call.method for call in telegram.requests] == ["getMe", "sendMessage", "sendChatAction", "sendMessage"]
    first, second = telegram.calls("sendMessage")
    assert first.parameters == {"chat_id": "7", "text": "a", "disable_notification": True}
    assert (first.outcome, second.outcome) == ("ok", "Bad Request: chat not found")
    assert (first.status, second.status) == (200, 400)
    assert telegram.calls("sendMessage", chat=9) == [second]
    assert first.at <= second.at


async def test_many_at_once(telegram: BotApi) -> None:
    for number in range(1, 61):
        telegram.resident(number)
    async with Bot(telegram.token, base_url=f"{telegram.url}/bot") as bot:
        await asyncio.gather(*[bot.send_message(number, f"x{number}") for number in range(1, 61)])
    assert [telegram.resident(number).last_heard for number in range(1, 61)] == [f"x{n}" for n in range(1, 61)]


def test_a_call_the_fake_cannot_digest_is_a_complaint(telegram: BotApi, post: PlainClient) -> None:
    telegram.resident(7)
    assert post("sendMessage", chat_id=7, text="x", reply_parameters={"message_id": [1]}).status_code == 500
    assert "the fake itself failed: TypeError" in telegram.complaints[0]


# By hand


def test_trying_the_bot_by_hand() -> None:
    root = Path(bot_api.__file__).parents[2]
    command = [sys.executable, "-m", "tests.fakes.bot_api"]
    process = subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    with process:
        settings = dict(word.split("=", 1) for word in process.stdout.readline().split())
        url = f"{settings['LOTSE_TELEGRAM_API_URL']}/bot{settings['LOTSE_TELEGRAM_TOKEN']}"
        process.stdin.write("Hallo\n[Nein]\n")
        process.stdin.flush()
        assert process.stdout.readline().startswith("! no button 'Nein'")
        markup = {"inline_keyboard": [[{"text": "Ja", "callback_data": "yes"}]]}
        updates = httpx.get(f"{url}/getUpdates").json()["result"]
        assert [update["message"]["text"] for update in updates] == ["Hallo"]
        httpx.post(f"{url}/sendMessage", json={"chat_id": 1, "text": "Guten Tag", "reply_markup": markup})
        lines: list[str] = []
        while lines[-1:] != ["  [Ja]\n"]:
            lines.append(process.stdout.readline())
            assert lines[-1], "the fake ended early"
        assert "< Guten Tag\n" in lines
        process.stdin.close()
    assert process.returncode == 0
