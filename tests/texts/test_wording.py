"""What a resident reads."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.messages import Fact, Reply
from bot.domain.town import Town
from bot.texts import wording
from bot.texts.catalog import languages
from knowledge.entry import Entry, OpeningHours, OpenTime, Phone
from tests.conftest import BERLIN

CARD = Entry(
    "rathaus",
    title={"de": "Rathaus", "tr": "Belediye"},
    text={"de": "Hier hilft man Ihnen."},
    when={"de": "jeden Mai"},
    address="Am Markt 1",
    opening_hours=OpeningHours((OpenTime(("tue",), "10:00", "14:00"),)),
    phones=(Phone("0231 93144018"), Phone("115", {"de": "Auskunft"})),
    mail="rathaus@example.org",
    cost={"de": "kostenlos"},
    accessibility={"de": "Rampe"},
    languages=("de", "tr", "tlh-x"),
    link="https://example.org/rathaus",
    audience={"de": "alle"},
    source="Aushang",
    phrasings={"de": ("Wo ist das Rathaus?",)},
)


def test_an_answer_is_the_whole_card_in_order() -> None:
    assert wording.answer(CARD, [], "de") == Reply(
        "Hier hilft man Ihnen.",
        title="Rathaus",
        facts=(
            Fact("Wann", "jeden Mai"),
            Fact("Adresse", "Am Markt 1"),
            Fact("Geöffnet", "Dienstag 10 bis 14 Uhr"),
            Fact("Telefon", "0231 93144018", "tel:+4923193144018"),
            Fact("Telefon (Auskunft)", "115", "tel:115"),
            Fact("E-Mail", "rathaus@example.org", "mailto:rathaus@example.org"),
            Fact("Kosten", "kostenlos"),
            Fact("Barrierefreiheit", "Rampe"),
            Fact("Sprachen", "Deutsch, Türkisch, tlh-x"),
            Fact("Internet", "https://example.org/rathaus", "https://example.org/rathaus"),
        ),
        decision="answer",
        entry_id="rathaus",
        language="de",
    )


def test_an_entry_without_anything_is_still_a_reply() -> None:
    assert wording.answer(Entry("bare"), [], "de") == Reply("", decision="answer", entry_id="bare")


def test_an_answer_says_in_which_language_its_text_is() -> None:
    reply = wording.answer(CARD, [], "tr")
    assert (reply.title, reply.text, reply.language) == ("Belediye", "Hier hilft man Ihnen.", "de")


def test_an_emergency_is_marked() -> None:
    assert wording.answer(CARD, [], "de", "emergency").decision == "emergency"


@pytest.mark.parametrize(
    ("number", "link"),
    [
        ("0231 93144018", "tel:+4923193144018"),
        ("0231 / 50-0", "tel:+49231500"),
        ("+49 231 93144018", "tel:+4923193144018"),
        ("0049 231 93144018", "tel:+4923193144018"),
        ("(0231) 93144018", "tel:+4923193144018"),
        ("115", "tel:115"),
        ("110 (Polizei)", "tel:110"),
        ("116 117", "tel:116117"),
        ("0800 111 0 111", "tel:+498001110111"),
        ("0231 1 oder 0231 93144018 oder 0231 93144019", None),
        ("siehe Aushang", None),
        ("", None),
        ("12", None),
    ],
)
def test_a_number_can_be_dialled(number: str, link: str | None) -> None:
    (fact,) = wording.answer(Entry("one", phones=(Phone(number),)), [], "de").facts
    assert (fact.value, fact.link) == (number, link)


@given(st.text())
def test_a_link_to_dial_holds_nothing_but_digits(number: str) -> None:
    (fact,) = wording.answer(Entry("one", phones=(Phone(number),)), [], "de").facts
    assert fact.link is None or (set(fact.link.removeprefix("tel:").removeprefix("+")) <= set("0123456789"))


def test_contacts_have_a_line_each_with_how_to_reach_them() -> None:
    contacts = [
        CARD,
        Entry("far", title={"de": "Ohne Telefon"}, address="Am Ende 9"),
        Entry("phone", title={"de": "Nur Telefon"}, phones=(Phone("110 (Polizei)"),)),
        Entry("nothing", title={"de": "Nirgends"}),
    ]
    reply = wording.answer(Entry("one", text={"de": "Ja."}), contacts, "de")
    assert reply.facts == (
        Fact("Rathaus", "Telefon 0231 93144018, Am Markt 1", "tel:+4923193144018"),
        Fact("Ohne Telefon", "Am Ende 9"),
        Fact("Nur Telefon", "Telefon 110 (Polizei)", "tel:110"),
    )


@pytest.mark.parametrize(
    ("title", "label"),
    [
        ("Rathaus", "Rathaus"),
        ("x" * 60, "x" * 60),
        ("x" * 61, "x" * 59 + "…"),
        ("x" * 58 + " yz", "x" * 58 + "…"),
        ("ß" * 300, "ß" * 59 + "…"),
    ],
)
def test_a_long_label_is_cut_at_60_characters(title: str, label: str) -> None:
    choice, _ = wording.clarify([(Entry("one", title={"de": title}), "o:1:0")], "o:1:-", "de").choices
    assert (choice.label, choice.action) == (label, "o:1:0")


@given(st.text(min_size=1))
def test_no_label_is_longer_than_60_characters(title: str) -> None:
    choices = wording.clarify([(Entry("one", title={"de": title}), "a")], "b", "de").choices
    assert all(len(choice.label) <= 60 for choice in choices)


def test_options_without_a_title_show_their_id() -> None:
    assert wording.clarify([(Entry("one"), "a")], "b", "de").choices[0].label == "one"


def test_asking_back_ends_with_none_of_these() -> None:
    reply = wording.clarify([(CARD, "o:1:0")], "o:1:-", "de")
    assert (reply.text, reply.decision) == ("Meinen Sie eines davon?", "clarify")
    assert [(choice.label, choice.action) for choice in reply.choices] == [
        ("Rathaus", "o:1:0"),
        ("Nichts davon", "o:1:-"),
    ]


def test_declining_is_honest_and_names_people() -> None:
    reply = wording.decline(None, [CARD], "de")
    assert reply.text == "Das weiß ich leider nicht. Bitte fragen Sie hier nach:"
    assert (reply.decision, reply.entry_id) == ("decline", None)
    assert [fact.label for fact in reply.facts] == ["Rathaus"]


def test_declining_uses_the_towns_own_words() -> None:
    entry = Entry("wetter", kind="decline", text={"de": "Das Wetter kenne ich nicht."})
    assert wording.decline(entry, [], "en") == Reply("Das Wetter kenne ich nicht.", decision="decline", language="de")


def test_a_greeting_is_the_towns_own_or_the_bots() -> None:
    assert wording.greeting(Town(BERLIN, greeting={"de": "Moin!"}), "de").text == "Moin!"
    assert wording.greeting(Town(BERLIN), "de").text.startswith("Guten Tag!")


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("word", [wording.old_button, wording.too_long, wording.only_text, wording.out_of_order])
def test_every_other_message_has_words_in_every_language(language: str, word) -> None:
    reply = word(language)
    assert reply.text
    assert reply.language == language
    assert language == "en" or reply.text != word("en").text
