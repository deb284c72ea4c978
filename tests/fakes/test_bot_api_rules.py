"""Which calls the fake refuses as Telegram does, and which it takes with a complaint."""

import httpx
import pytest
from telegram import Bot, BotCommand, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, InvalidToken

from tests.fakes.bot_api import BotApi
from tests.fakes.bot_api_rules import PICTURES
from tests.fakes.conftest import PlainClient

# Addresses and parameters


def test_wrong_token_is_unauthorized_and_no_token_is_not_found(telegram: BotApi) -> None:
    other = f"{telegram.bot_id}:{'B' * 35}"
    assert httpx.get(f"{telegram.url}/bot{other}/getMe").status_code == 401
    assert httpx.get(f"{telegram.url}/botnonsense/getMe").status_code == 404
    assert httpx.get(f"{telegram.url}/").status_code == 404
    assert len(telegram.complaints) == 3


async def test_library_sees_a_wrong_token(telegram: BotApi) -> None:
    stranger = Bot(f"{telegram.bot_id}:{'B' * 35}", base_url=f"{telegram.url}/bot")
    await stranger.request.initialize()
    with pytest.raises(InvalidToken):
        await stranger.get_me()
    await stranger.request.shutdown()


def test_unknown_method_is_not_found(telegram: BotApi, post: PlainClient) -> None:
    assert post("sendDice", chat_id=7).status_code == 404
    assert telegram.complaints == ["sendDice: 404 Not Found: method not found"]


def test_json_form_multipart_and_query_say_the_same(telegram: BotApi) -> None:
    resident = telegram.resident(7)
    address = f"{telegram.url}/bot{telegram.token}/sendMessage"
    fields = {"chat_id": "7", "text": "ja", "disable_notification": "true"}
    httpx.post(address, json={"chat_id": 7, "text": "ja", "disable_notification": True})
    httpx.post(address, data=fields)
    httpx.post(address, data=fields, files={"unused": ("a.txt", b"a")})
    httpx.get(address, params=fields)
    assert [record.text for record in resident.heard] == ["ja"] * 4
    assert {str(call.parameters["disable_notification"]) for call in telegram.requests} == {"True"}
    assert telegram.complaints == ["sendMessage to 7: has no parameter unused"]


def test_unknown_parameter_is_a_complaint_and_no_error(telegram: BotApi, post: PlainClient) -> None:
    telegram.resident(7)
    assert post("sendMessage", chat_id=7, text="ja", reply_to_message_id=3, disable_web_page_preview=True).is_success
    assert telegram.complaints == [
        "sendMessage to 7: has no parameter reply_to_message_id",
        "sendMessage to 7: has no parameter disable_web_page_preview",
    ]


@pytest.mark.parametrize(
    ("parameters", "description"),
    [
        ({"text": "ja"}, "Bad Request: chat_id is empty"),
        ({"text": "ja", "chat_id": "nobody"}, "Bad Request: chat not found"),
        ({"text": "ja", "chat_id": 8}, "Bad Request: chat not found"),
        ({"text": "ja", "chat_id": 7, "message_thread_id": "x"}, "Bad Request: invalid message_thread_id specified"),
        ({"text": "ja", "chat_id": 7, "reply_markup": "{"}, "Bad Request: can't parse reply markup JSON object"),
        ({"text": "ja", "chat_id": 7, "reply_markup": []}, "Bad Request: object expected as reply markup"),
        ({"text": "ja", "chat_id": 7, "reply_markup": {"x": 1}}, "Bad Request: object expected as reply markup"),
        ({"text": "ja", "chat_id": 7, "entities": {}}, "Bad Request: array expected as entities"),
        (
            {"text": "ja", "chat_id": 7, "reply_parameters": {"message_id": 9}},
            "Bad Request: message to be replied not found",
        ),
        (
            {"text": "ja", "chat_id": 7, "link_preview_options": {"is_disabled": "yes"}},
            'Bad Request: field "is_disabled" must be of type Boolean',
        ),
    ],
)
def test_refused_parameters(
    telegram: BotApi, post: PlainClient, parameters: dict[str, object], description: str
) -> None:
    telegram.resident(7)
    assert post.fault("sendMessage", **parameters) == description
    assert len(telegram.complaints) == 1
    assert telegram.complaints[0].endswith(f"400 {description}")
    assert telegram.resident(7).heard == []


def test_body_that_is_no_json(telegram: BotApi) -> None:
    address = f"{telegram.url}/bot{telegram.token}/sendMessage"
    answer = httpx.post(address, content=b"{", headers={"Content-Type": "application/json"})
    assert answer.json()["description"] == "Bad Request: can't parse JSON object"


# Changing messages


async def test_editing(telegram: BotApi, bot: Bot) -> None:
    resident = telegram.resident(7)
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("ja", callback_data="x")]])
    sent = await bot.send_message(7, "eins", reply_markup=markup)
    with pytest.raises(BadRequest, match="Message is not modified: specified new message content and reply markup"):
        await sent.edit_text("eins", reply_markup=markup)
    edited = await sent.edit_text("zwei", reply_markup=markup)
    assert (edited.text, edited.edit_date is None) == ("zwei", False)
    with pytest.raises(BadRequest, match="Message is not modified"):
        await sent.edit_text("<b></b>zwei", reply_markup=markup, parse_mode=ParseMode.HTML)
    assert [(record.text, record.edited, record.method) for record in resident.heard] == [
        ("eins", False, "sendMessage"),
        ("zwei", True, "editMessageText"),
    ]
    await sent.edit_reply_markup(None)
    assert resident.last_buttons == []
    assert resident.heard[-1].buttons == [[("ja", "x")]]
    with pytest.raises(BadRequest, match="Message is not modified"):
        await sent.edit_reply_markup(None)
    await sent.edit_reply_markup(markup)
    assert resident.last_buttons == [[("ja", "x")]]
    await sent.edit_text("drei")
    assert resident.last_buttons == []


async def test_unknown_and_foreign_messages_cannot_be_changed(telegram: BotApi, bot: Bot, post: PlainClient) -> None:
    resident = telegram.resident(7)
    for change in (bot.edit_message_text("x", 7, 99), bot.edit_message_reply_markup(7, 99)):
        with pytest.raises(BadRequest, match="Message to edit not found"):
            await change
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await bot.delete_message(7, 99)
    foreign = resident.writes("meins").message_id
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("x", 7, foreign)
    assert post.fault("editMessageText", chat_id=7, text="x") == "Bad Request: message identifier is not specified"
    force = {"force_reply": True}
    fault = post.fault("editMessageReplyMarkup", chat_id=7, message_id=1, reply_markup=force)
    assert fault == "Bad Request: inline keyboard expected"
    assert len(telegram.complaints) == 6


async def test_deleting(telegram: BotApi, bot: Bot) -> None:
    resident = telegram.resident(7)
    first, second = await bot.send_message(7, "eins"), await bot.send_message(7, "zwei")
    assert await first.delete()
    assert list(resident.messages) == [second.message_id]
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await first.delete()
    now = telegram.clock()
    telegram.clock = lambda: now + 49 * 3600
    with pytest.raises(BadRequest, match="Message can't be deleted for everyone"):
        await second.delete()


async def test_document(telegram: BotApi, bot: Bot, post: PlainClient) -> None:
    resident = telegram.resident(7)
    sent = await bot.send_document(7, b"BEGIN:VCALENDAR", caption="<b>Rat</b>", filename="rat.ics", parse_mode="HTML")
    document = resident.heard[0].document
    assert document is not None
    assert (document.name, document.content, resident.last_heard) == ("rat.ics", b"BEGIN:VCALENDAR", "Rat")
    await bot.send_document(7, sent.document.file_id)
    await bot.send_document(7, "https://bochum.de/rat.ics")
    assert [record.document.name for record in resident.heard if record.document] == ["rat.ics"] * 3
    with pytest.raises(BadRequest, match="Message caption is too long"):
        await bot.send_document(7, b"x", caption="x" * 1025)
    with pytest.raises(BadRequest, match="File must be non-empty"):
        await bot.send_document(7, b"", filename="leer.ics")
    with pytest.raises(BadRequest, match="Wrong file identifier"):
        await bot.send_document(7, "FILE-unknown")
    assert post.fault("sendDocument", chat_id=7) == "Bad Request: there is no document in the request"
    fault = post.fault("editMessageText", chat_id=7, message_id=sent.message_id, text="x")
    assert fault == "Bad Request: there is no text in the message to edit"


async def test_large_document(telegram: BotApi, bot: Bot) -> None:
    await bot.send_document(telegram.resident(7).id, b"x" * 3_000_000)
    assert len(telegram.documents["FILE-1"].content) == 3_000_000


async def test_a_picture_is_uploaded_once_and_then_named(telegram: BotApi, bot: Bot, post: PlainClient) -> None:
    resident = telegram.resident(7)
    sent = await bot.send_photo(7, PICTURES[0] + b"...", caption="Ein Plan.")
    await bot.send_photo(7, sent.photo[-1].file_id)
    assert [record.text for record in resident.heard] == ["Ein Plan.", ""]
    await bot.edit_message_caption(7, sent.message_id, caption="Ein <b>Bild</b>.", parse_mode=ParseMode.HTML)
    assert resident.messages[sent.message_id]["caption"] == "Ein Bild."
    with pytest.raises(BadRequest, match="Message caption is too long"):
        await bot.send_photo(7, PICTURES[1], caption="x" * 1025)
    with pytest.raises(BadRequest, match=r"(?i)image_process_failed"):
        await bot.send_photo(7, b"%PDF-1.7")
    assert post.fault("sendPhoto", chat_id=7) == "Bad Request: there is no photo in the request"
    text = await bot.send_message(7, "x")
    with pytest.raises(BadRequest, match="There is no caption in the message to edit"):
        await bot.edit_message_caption(7, text.message_id, caption="y")


# Who may be written to


async def test_unknown_chat_and_blocked_bot(telegram: BotApi, bot: Bot) -> None:
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(7, "x")
    assert telegram.complaints == ["sendMessage to 7: 400 Bad Request: chat not found"]
    resident = telegram.resident(7)
    await bot.send_message(7, "x")
    resident.blocks()
    for attempt in (bot.send_message(7, "x"), bot.send_chat_action(7, "typing"), bot.edit_message_text("y", 7, 1)):
        with pytest.raises(Forbidden, match="bot was blocked by the user"):
            await attempt
    resident.unblocks()
    await bot.send_message(7, "x")
    assert len(telegram.complaints) == 1
    updates = await bot.get_updates()
    assert [update.my_chat_member.new_chat_member.status for update in updates] == ["kicked", "member"]


async def test_leaving_and_being_thrown_out(telegram: BotApi, bot: Bot) -> None:
    telegram.resident(7)
    group = telegram.group(-1001)
    group.removes_bot()
    with pytest.raises(Forbidden, match="bot was kicked from the supergroup chat"):
        await bot.send_message(-1001, "x")
    group.adds_bot(by=5)
    assert await bot.leave_chat(-1001)
    with pytest.raises(Forbidden, match="bot is not a member of the supergroup chat"):
        await bot.send_message(-1001, "x")
    updates = await bot.get_updates()
    assert [update.my_chat_member.new_chat_member.status for update in updates] == ["kicked", "member", "left"]
    assert updates[1].my_chat_member.from_user.id == 5
    with pytest.raises(BadRequest, match="private chats"):
        await bot.leave_chat(7)


# Menus, descriptions, actions


async def test_commands(telegram: BotApi, bot: Bot, post: PlainClient) -> None:
    await bot.set_my_commands([BotCommand("start", "Anfangen"), BotCommand("hilfe_2", "Hilfe")])
    await bot.set_my_commands([("start", "Begin")], language_code="en")
    assert telegram.menus["default", ""][1] == {"command": "hilfe_2", "description": "Hilfe"}
    assert telegram.menus["default", "en"] == [{"command": "start", "description": "Begin"}]
    await bot.delete_my_commands(language_code="en")
    assert ("default", "en") not in telegram.menus
    assert telegram.complaints == []
    for name in ("Start", "x" * 33, "", "über", "a-b", "/start"):
        commands = [{"command": name, "description": "x"}]
        assert post.fault("setMyCommands", commands=commands) == "Bad Request: BOT_COMMAND_INVALID"
    for description in ("", "x" * 257):
        commands = [{"command": "start", "description": description}]
        assert post.fault("setMyCommands", commands=commands).startswith("Bad Request: command description")
    many = [{"command": f"c{number}", "description": "x"} for number in range(101)]
    assert post.fault("setMyCommands", commands=many) == "Bad Request: BOT_COMMANDS_TOO_MUCH"
    assert post.fault("setMyCommands", commands=[], language_code="deu") == "Bad Request: LANG_CODE_INVALID"


async def test_descriptions(telegram: BotApi, bot: Bot, post: PlainClient) -> None:
    await bot.set_my_description("Antworten aus dem Rathaus", language_code="de")
    await bot.set_my_short_description("Antworten")
    assert telegram.descriptions == {
        ("description", "de"): "Antworten aus dem Rathaus",
        ("short_description", ""): "Antworten",
    }
    assert "too long" in post.fault("setMyDescription", description="x" * 513)
    assert "too long" in post.fault("setMyShortDescription", short_description="x" * 121)


async def test_small_methods(telegram: BotApi, bot: Bot, post: PlainClient) -> None:
    assert (await bot.get_me()).username == telegram.bot_username
    await bot.send_chat_action(telegram.resident(7).id, "typing")
    assert telegram.resident(7).actions == ["typing"]
    assert "wrong parameter action" in post.fault("sendChatAction", chat_id=7, action="dancing")
    assert post("close").is_success
    assert post("LOGOUT").is_success
    assert [call.method for call in telegram.requests][-2:] == ["close", "logOut"]
