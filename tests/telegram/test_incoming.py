"""What the desk hears of what residents send."""

from __future__ import annotations

import pytest

from bot.domain.messages import Media, Reply
from bot.telegram.door import Door
from knowledge.entry import Position
from tests.conftest import NOON, ToldTime
from tests.fakes.bot_api import BotApi
from tests.fakes.bot_api_people import FIRST_NAME, LAST_NAME, USERNAME
from tests.telegram.conftest import ScriptedDesk

FILE = {"file_id": "F", "file_unique_id": "U", "file_size": 1}
VIDEO = {**FILE, "width": 1, "height": 1, "duration": 1}
PLACE = {"latitude": 51.5531, "longitude": 7.3698}
THUMBNAIL = {**FILE, "width": 1, "height": 1}

MEDIA = {
    "voice": ({"voice": {**FILE, "duration": 1}}, Media.VOICE),
    "video note": ({"video_note": {**FILE, "length": 1, "duration": 1}}, Media.VOICE),
    "audio": ({"audio": {**FILE, "duration": 1}}, Media.VOICE),
    "photo": ({"photo": [THUMBNAIL]}, Media.PICTURE),
    "video": ({"video": VIDEO}, Media.PICTURE),
    "animation, which is also a document": ({"animation": VIDEO, "document": FILE}, Media.STICKER),
    "dice": ({"dice": {"emoji": "🎲", "value": 3}}, Media.STICKER),
    "contact": ({"contact": {"phone_number": "+49 231 5550100", "first_name": FIRST_NAME}}, Media.CONTACT),
    "location": ({"location": PLACE}, Media.LOCATION),
    "venue": (
        {"venue": {"location": PLACE, "title": "Markt", "address": "Markt 1"}, "location": PLACE},
        Media.LOCATION,
    ),
    "document": ({"document": FILE}, Media.FILE),
    "story": ({"story": {"chat": {"id": 1, "type": "private"}, "id": 1}}, Media.OTHER),
}


@pytest.mark.parametrize("kind", MEDIA)
async def test_what_has_no_words_is_named_and_never_fetched(
    door: Door, desk: ScriptedDesk, telegram: BotApi, kind: str
) -> None:
    content, media = MEDIA[kind]
    await telegram.resident(7).sends(**content)
    heard = desk.heard[0]
    assert (heard.media, heard.text, heard.action) == (media, "", "")
    assert heard.position == (Position(51.5531, 7.3698) if media is Media.LOCATION else None)
    assert telegram.calls("getFile") == []


async def test_a_sticker_and_a_caption(door: Door, desk: ScriptedDesk, telegram: BotApi) -> None:
    resident = telegram.resident(7)
    await resident.sends_sticker()
    await resident.sends_photo(caption="Wohin damit?")
    assert [(heard.media, heard.text) for heard in desk.heard] == [(Media.STICKER, ""), (None, "Wohin damit?")]


async def test_a_text_with_its_language_and_time_and_without_any_name(
    door: Door, desk: ScriptedDesk, telegram: BotApi, now: ToldTime
) -> None:
    said = telegram.resident(7, language_code="tr").writes("Merhaba")
    await said
    heard = desk.heard[0]
    assert (heard.channel, heard.address, heard.key) == ("telegram", "7", str(said.update_id))
    assert (heard.text, heard.language, heard.sent_at, heard.edits) == ("Merhaba", "tr", NOON, None)
    assert not any(name in repr(heard) for name in (FIRST_NAME, LAST_NAME, USERNAME))


async def test_an_album_gets_one_reply_and_words_in_it_are_read(
    door: Door, desk: ScriptedDesk, telegram: BotApi
) -> None:
    resident = telegram.resident(7)
    for _ in range(4):
        resident.sends(photo=[THUMBNAIL], media_group_id="12")
    resident.sends(photo=[THUMBNAIL], media_group_id="12", caption="Ist das Sperrmüll?")
    telegram.resident(8).sends(photo=[THUMBNAIL], media_group_id="12")
    await resident.writes("Ende")
    await telegram.until(lambda: telegram.pending == 0 and len(desk.heard) == 4, 10)
    assert sorted((heard.address, heard.text) for heard in desk.heard) == [
        ("7", ""),
        ("7", "Ende"),
        ("7", "Ist das Sperrmüll?"),
        ("8", ""),
    ]


async def test_a_live_location_is_answered_once_however_often_it_moves(
    door: Door, desk: ScriptedDesk, telegram: BotApi, now: ToldTime
) -> None:
    resident = telegram.resident(7)
    await resident.sends_location(51.55, 7.36, live_seconds=900)
    for step in range(3):
        now.moves(seconds=20)
        resident.moves(51.56 + step / 100, 7.36)
    await resident.writes("Ende")
    assert [heard.media for heard in desk.heard] == [Media.LOCATION, None]


async def test_news_about_the_chat_itself_is_no_message(door: Door, desk: ScriptedDesk, telegram: BotApi) -> None:
    resident = telegram.resident(7)
    resident.sends(message_auto_delete_timer_changed={"message_auto_delete_time": 86400})
    await resident.writes("Ende")
    assert [heard.text for heard in desk.heard] == ["Ende"]


async def test_where_nothing_is_to_be_said_the_message_is_done(
    door: Door, desk: ScriptedDesk, telegram: BotApi
) -> None:
    desk.says = lambda incoming: [] if incoming.text == "still" else [Reply("laut")]
    resident = telegram.resident(7)
    resident.writes("still")
    await resident.writes("laut")
    assert [heard.text for heard in resident.heard] == ["laut"]


async def test_a_tap_carries_its_action_and_no_time(door: Door, desk: ScriptedDesk, telegram: BotApi) -> None:
    resident = telegram.resident(7)
    await resident.writes("Hallo")
    button = {"inline_keyboard": [[{"text": "Ja", "callback_data": "o12:1"}]]}
    resident.conversation.messages[resident.heard[0].message_id]["reply_markup"] = button
    await resident.taps("Ja")
    assert (desk.heard[1].action, desk.heard[1].text, desk.heard[1].sent_at) == ("o12:1", "", None)
