"""A reply in the form Telegram takes: lengths, rows of buttons, payloads, escaping."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.actions import LONGEST_ACTION
from bot.domain.messages import Choice, Fact, File, Reply
from bot.telegram.render import LONGEST_TEXT, divide, keyboard, render, units
from tests.fakes.bot_api_html import read_html

FILE = File("daten.json", "application/json", b"{}")
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("<>&\"' \n.🏠"), max_size=200)
LONG = st.builds(lambda text, times: text * times, TEXTS, st.integers(1, 100))
CHOICES = st.builds(Choice, label=TEXTS, action=st.text(max_size=70), beside=st.booleans())
REPLIES = st.builds(
    Reply,
    text=LONG,
    title=st.none() | TEXTS,
    facts=st.lists(st.builds(Fact, label=TEXTS, value=LONG), max_size=3).map(tuple),
    choices=st.lists(CHOICES, max_size=12).map(tuple),
    file=st.none() | st.just(FILE),
)


def rows(*choices: Choice) -> list[list[str]]:
    markup = keyboard(choices)
    return [[button.text for button in row] for row in markup.inline_keyboard] if markup else []


def buttons(*labels: str, beside: bool = True) -> list[Choice]:
    """Buttons of which each but the first wants to stand beside the one before."""
    return [Choice(label, f"a:{label}", beside and place > 0) for place, label in enumerate(labels)]


@given(REPLIES)
def test_every_message_of_any_reply_is_one_that_telegram_takes(reply: Reply) -> None:
    parts = render(reply)
    assert parts
    for part in parts:
        formatted = read_html(part.html)
        assert (0 if part.file else 1) <= len(part.html)
        assert units(formatted.text) <= LONGEST_TEXT
        assert {entity["type"] for entity in formatted.entities} <= {"bold"}


@given(REPLIES)
def test_a_button_carries_its_action_or_is_not_there(reply: Reply) -> None:
    *others, last = render(reply)
    assert all(part.keyboard is None for part in others)
    shown = [button.callback_data for row in last.keyboard.inline_keyboard for button in row] if last.keyboard else []
    assert shown == [choice.action or "?" for choice in reply.choices if len(choice.action.encode()) <= LONGEST_ACTION]
    assert all(1 <= len(data.encode()) <= LONGEST_ACTION for data in shown)


@given(st.text(st.sampled_from("ab \n.!?🏠ß“"), max_size=600), st.integers(20, 60))
def test_dividing_loses_no_word_and_keeps_the_limit(text: str, longest: int) -> None:
    pieces = divide(text, longest)
    assert all(0 < units(piece) <= longest for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


def test_short_buttons_share_a_row_and_long_ones_have_their_own() -> None:
    assert rows(*buttons("1", "2", "3")) == [["1", "2", "3"]]
    assert rows(*buttons("1", "2", beside=False)) == [["1"], ["2"]]
    assert rows(*buttons("Ja", "x" * 19, "Nein", "Egal")) == [["Ja"], ["x" * 19], ["Nein", "Egal"]]
    assert rows(*buttons(*"123456789")) == [list("12345678"), ["9"]]
    assert rows(Choice("allein", "a", beside=True)) == [["allein"]]
    assert rows() == []


def test_a_file_comes_after_the_text_and_has_the_buttons() -> None:
    text, file = render(Reply("Ihre Daten:", choices=(Choice("Menü", "m"),), file=FILE))
    assert (text.html, text.keyboard, text.file) == ("Ihre Daten:", None, None)
    assert (file.html, file.file) == ("", FILE)
    assert file.keyboard
    assert [part.file for part in render(Reply("", file=FILE))] == [FILE]


def test_a_long_text_is_divided_at_the_end_of_a_paragraph_a_line_a_sentence_or_a_word() -> None:
    assert divide("aaaa bbbb\n\ncccc dddd. eeee", 20) == ["aaaa bbbb", "cccc dddd. eeee"]
    assert divide("aaaa bbbb\ncccc dddd. eeee", 20) == ["aaaa bbbb", "cccc dddd. eeee"]
    assert divide("aaaa bbbb. cccc dddd", 14) == ["aaaa bbbb.", "cccc dddd"]
    assert divide("aaaa bbbb cccc", 10) == ["aaaa bbbb", "cccc"]
    assert divide("a" * 25, 10) == ["a" * 10, "a" * 10, "a" * 5]


def test_a_date_or_an_abbreviation_ends_no_sentence() -> None:
    assert divide("Kommen Sie bitte. Am 3. Mai", 24) == ["Kommen Sie bitte.", "Am 3. Mai"]
    assert divide("Sie fragen. Dort, z. B. am Markt", 24) == ["Sie fragen.", "Dort, z. B. am Markt"]
    assert divide("Er sagte: „Komm!“ Dann ging er", 22) == ["Er sagte: „Komm!“", "Dann ging er"]
    assert divide("أين المكتب؟ هنا قريب جدا", 16) == ["أين المكتب؟", "هنا قريب جدا"]


def test_markup_in_texts_is_shown_as_it_is() -> None:
    (part,) = render(Reply("1 < 2 & <i>3</i>", title="<b>", facts=(Fact("a&b", "<u>"),)))
    assert part.html == "<b>&lt;b&gt;</b>\n\n1 &lt; 2 &amp; &lt;i&gt;3&lt;/i&gt;\n\n<b>a&amp;b:</b> &lt;u&gt;"
