"""What texts and buttons the fake takes, which it refuses as Telegram does, and which it takes with a complaint."""

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, ReplyKeyboardMarkup
from telegram.constants import ParseMode
from telegram.error import BadRequest

from tests.fakes.bot_api import BotApi
from tests.fakes.bot_api_html import read_html
from tests.fakes.conftest import PlainClient


def inline(*buttons: dict[str, object]) -> dict[str, object]:
    return {"inline_keyboard": [list(buttons)]}


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
