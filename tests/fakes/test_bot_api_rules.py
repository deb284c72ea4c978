"""What the fake refuses as Telegram does, and what it takes with a complaint."""

import httpx
import pytest
from telegram import Bot, BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, ReplyKeyboardMarkup
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, InvalidToken

from tests.fakes.bot_api import BotApi
from tests.fakes.bot_api_html import read_html
from tests.fakes.conftest import PlainClient


def inline(*buttons: dict[str, object]) -> dict[str, object]:
    return {"inline_keyboard": [list(buttons)]}


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


# Text


async def test_text_is_between_1_and_4096_code_units(telegram: BotApi, bot: Bot) -> None:
    telegram.resident(7)
    await bot.send_message(7, "ü" * 4096)
    await bot.send_message(7, "😀" * 2048)
    await bot.send_message(7, "<b>" + "x" * 4096 + "</b>", parse_mode=ParseMode.HTML)
    assert telegram.complaints == []
    for text in ("ü" * 4097, "😀" * 2048 + "x"):
        with pytest.raises(BadRequest, match="Message is too long"):
            await bot.send_message(7, text)
    with pytest.raises(BadRequest, match="Message text is empty"):
        await bot.send_message(7, "")
    for nothing in ("  \n", "<b> </b>"):
        with pytest.raises(BadRequest, match="Text must be non-empty"):
            await bot.send_message(7, nothing, parse_mode=ParseMode.HTML)
    assert len(telegram.complaints) == 5


async def test_html_becomes_text_and_entities(telegram: BotApi, bot: Bot) -> None:
    resident = telegram.resident(7)
    html = '\n<b>😀 <i>Rat</i></b> &lt;&amp;&gt;&quot;&#228;&#xE4; <a href="https://bochum.de/?a=1&amp;b=2">hier</a> '
    sent = await bot.send_message(7, html, parse_mode=ParseMode.HTML)
    assert resident.last_heard == '😀 Rat <&>"ää hier'
    assert resident.heard[0].html == html
    assert [(entity.type, entity.offset, entity.length) for entity in sent.entities] == [
        ("bold", 0, 6),
        ("italic", 3, 3),
        ("text_link", 14, 4),
    ]
    assert sent.entities[2].url == "https://bochum.de/?a=1&b=2"
    assert sent.parse_entity(sent.entities[1]) == "Rat"
    assert telegram.complaints == []


def test_every_tag_telegram_knows() -> None:
    html = (
        "<b>b</b><strong>b</strong><i>i</i><em>i</em><u>u</u><ins>u</ins><s>s</s><strike>s</strike><del>s</del>"
        '<tg-spoiler>s</tg-spoiler><span class="tg-spoiler">s</span><code>c</code><pre>p</pre>'
        '<pre><code class="language-python">p</code></pre><blockquote>q</blockquote>'
        '<blockquote expandable>q</blockquote><tg-emoji emoji-id="5368324170671202286">👍</tg-emoji><B>b</B>'
    )
    read = read_html(html)
    assert read.text == "bbiiuussssscppqq👍b"
    assert len(read.entities) == 19
    assert read.entities[-3]["type"] == "expandable_blockquote"
    assert read.remarks == ()


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("ä<b><i>x</b></i>", 'Unmatched end tag at byte offset 9, expected "</i>", found "</b>"'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("a <b", "Unclosed start tag at byte offset 2"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("ä<br>", 'Unsupported start tag "br" at byte offset 2'),
        ("<p>x</p>", 'Unsupported start tag "p" at byte offset 0'),
        ("<script>x</script>", 'Unsupported start tag "script" at byte offset 0'),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<a href>x</a>", 'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0'),
        ("<a =x>x</a>", 'Empty attribute name in the tag "a" at byte offset 0'),
        ('<a href="x>x</a>', "Unclosed start tag at byte offset 0"),
        ('<tg-emoji emoji-id="x">x</tg-emoji>', "Invalid custom emoji identifier specified"),
    ],
)
def test_unreadable_html(telegram: BotApi, post: PlainClient, html: str, fault: str) -> None:
    telegram.resident(7)
    description = post.fault("sendMessage", chat_id=7, text=html, parse_mode="HTML")
    assert description == f"Bad Request: can't parse entities: {fault}"
    assert telegram.complaints == [f"sendMessage to 7: 400 {description}"]


@pytest.mark.parametrize(
    ("html", "text", "remark"),
    [
        ("Müll & Papier", "Müll & Papier", "a bare &"),
        ("a&nbsp;b", "a&nbsp;b", "a bare &"),
        ("a &lt b", "a < b", "no ; at its end"),
        ("<code><b>x</b></code>", "x", "<b> inside <code> is not shown"),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>", "ab", "<blockquote> inside <blockquote>"),
        ('<a href="mailto:rat@bochum.de">Post</a>', "Post", "shown as plain text: Unsupported URL protocol"),
        ('<a href="http://localhost/x">hier</a>', "hier", "shown as plain text: Wrong HTTP URL"),
        ('<b class="x">a</b>', "a", "<b> has no attribute class"),
    ],
)
def test_what_telegram_takes_and_nobody_means_is_a_complaint(
    telegram: BotApi, post: PlainClient, html: str, text: str, remark: str
) -> None:
    telegram.resident(7)
    assert post("sendMessage", chat_id=7, text=html, parse_mode="HTML").is_success
    assert telegram.resident(7).last_heard == text
    assert len(telegram.complaints) == 1
    assert remark in telegram.complaints[0]


def test_other_parse_modes_are_refused(telegram: BotApi, post: PlainClient) -> None:
    telegram.resident(7)
    for mode in ("MarkdownV2", "Markdown", "nonsense"):
        description = post.fault("sendMessage", chat_id=7, text="x", parse_mode=mode)
        assert description == "Bad Request: unsupported parse_mode"
    assert any("MarkdownV2 is not supported by this fake" in complaint for complaint in telegram.complaints)


def test_given_entities_are_checked(telegram: BotApi, post: PlainClient) -> None:
    telegram.resident(7)
    answer = post("sendMessage", chat_id=7, text=" ja ", entities=[{"type": "bold", "offset": 0, "length": 3}])
    assert answer.json()["result"]["entities"] == [{"type": "bold", "offset": 0, "length": 2}]
    for entity in (
        {"type": "loud", "offset": 0, "length": 1},
        {"type": "bold", "offset": -1, "length": 1},
        {"type": "bold", "offset": 0, "length": 9},
        {"type": "text_link", "offset": 0, "length": 1, "url": "not-a-url"},
    ):
        assert post.fault("sendMessage", chat_id=7, text="ja", entities=[entity]).startswith("Bad Request: ")


# Keyboards


async def test_callback_data_is_between_1_and_64_bytes(telegram: BotApi, bot: Bot, post: PlainClient) -> None:
    resident = telegram.resident(7)
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("ja", callback_data="ü" * 32)]])
    await bot.send_message(7, "?", reply_markup=markup)
    assert resident.last_buttons == [[("ja", "ü" * 32)]]
    too_long = InlineKeyboardMarkup([[InlineKeyboardButton("ja", callback_data="ü" * 32 + "x")]])
    with pytest.raises(BadRequest, match="Button_data_invalid"):
        await bot.send_message(7, "?", reply_markup=too_long)
    assert telegram.complaints == ["sendMessage to 7: 400 Bad Request: BUTTON_DATA_INVALID"]
    empty = inline({"text": "ja", "callback_data": ""})
    assert "Text buttons are unallowed" in post.fault("sendMessage", chat_id=7, text="?", reply_markup=empty)


@pytest.mark.parametrize(
    ("markup", "fault"),
    [
        ({"inline_keyboard": "x"}, 'field "inline_keyboard" must be of type Array'),
        ({"inline_keyboard": [{"text": "x"}]}, 'field "inline_keyboard" must be of type Array'),
        ({"inline_keyboard": [["x"]]}, "can't parse inline keyboard button"),
        (inline({"callback_data": "x"}), 'Can\'t find field "text"'),
        (inline({"text": " ", "callback_data": "x"}), "Button text must be non-empty"),
        (inline({"text": "x"}), "Text buttons are unallowed in the inline keyboard"),
        (inline({"text": "x", "callback_data": "x", "url": "https://bochum.de"}), "Text buttons are unallowed"),
        (inline({"text": "x", "url": "not-a-url"}), "URL 'not-a-url' is invalid: Wrong HTTP URL"),
        (inline({"text": "x", "url": "ftp://bochum.de"}), "Unsupported URL protocol"),
        (inline({"text": "x", "url": "tel:+49234"}), "is invalid"),
        (inline({"text": "x", "url": "http://localhost:80"}), "Wrong HTTP URL"),
        (inline(*[{"text": "x", "callback_data": "x"}] * 101), "REPLY_MARKUP_TOO_LONG"),
        ({"keyboard": [[{"request_contact": True}]]}, "can't parse keyboard button"),
        ({"force_reply": "yes"}, 'field "force_reply" must be of type Boolean'),
    ],
)
def test_refused_keyboards(telegram: BotApi, post: PlainClient, markup: dict[str, object], fault: str) -> None:
    telegram.resident(7)
    assert fault in post.fault("sendMessage", chat_id=7, text="?", reply_markup=markup)
    assert telegram.complaints


def test_good_keyboards(telegram: BotApi, post: PlainClient) -> None:
    resident = telegram.resident(7)
    for url in ("https://bochum.de/rat", "http://192.168.0.1:80/", "tg://resolve?domain=x"):
        assert post("sendMessage", chat_id=7, text="?", reply_markup=inline({"text": "x", "url": url})).is_success
        assert resident.last_buttons == [[("x", url)]]
    assert post("sendMessage", chat_id=7, text="?", reply_markup={"inline_keyboard": [[], []]}).is_success
    assert resident.last_buttons == []
    hundred = inline(*[{"text": "x", "callback_data": "x"}] * 100)
    assert post("sendMessage", chat_id=7, text="?", reply_markup=hundred).is_success
    assert telegram.complaints == []


def test_unknown_field_in_a_keyboard_is_a_complaint(telegram: BotApi, post: PlainClient) -> None:
    telegram.resident(7)
    markup = inline({"text": "x", "callback_data": "x", "colour": "red"})
    assert post("sendMessage", chat_id=7, text="?", reply_markup=markup).is_success
    assert telegram.complaints == ["sendMessage to 7: a button has no field colour"]


async def test_reply_keyboard_writes_its_label(telegram: BotApi, bot: Bot) -> None:
    resident = telegram.resident(7)
    await bot.send_message(7, "?", reply_markup=ReplyKeyboardMarkup([["Termine", "Hilfe"]]))
    assert resident.heard[0].buttons == [[("Termine", None), ("Hilfe", None)]]
    resident.taps("Hilfe")
    assert [update.message.text for update in await bot.get_updates()] == ["Hilfe"]


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
