"""What a resident reads in a conversation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.actions import BackToBot, ChooseOption, OpenEntry, OpenMenu, PassOn, Rate, mark, read_action
from bot.domain.menu import build_menu
from bot.domain.messages import Fact, Media, Reply
from bot.domain.moves import Complaint
from bot.domain.nearby import Nearby
from bot.domain.opening import Closed, LocalTime, Open
from bot.domain.town import Section, Town
from bot.texts import team, wording
from bot.texts.catalog import languages, offered
from knowledge.commands import Attribute
from knowledge.entry import OFFER, Entry
from tests.conftest import BERLIN
from tests.texts.replies import AT_NOON, MANY, OFFICE, SILENT, SOFA, TOWN, WEATHER, every_reply

AT_NIGHT = LocalTime(datetime(2026, 6, 9, 20, 0, tzinfo=UTC), BERLIN, "DE-NW")
CALL = Fact("Telefon", "0231 000000", "tel:+49231000000")
CALL_OFFICE = Fact("Quartiersbüro", "0231 000000", "tel:+49231000000")


def actions(reply: Reply) -> list[object]:
    return [read_action(choice.action) for choice in reply.choices]


def labels(reply: Reply) -> list[str]:
    return [choice.label for choice in reply.choices]


# --- First words -----------------------------------------------------------------------------------------------------


def test_a_greeting_is_the_towns_own_with_examples() -> None:
    assert wording.greeting(TOWN, "de").text == "Moin!\n\nZum Beispiel:\n• Mein Sofa muss weg"
    assert wording.greeting(TOWN, "de").language == "de"


def test_a_greeting_in_another_language_than_the_readers_says_so_to_screen_readers() -> None:
    greeting = wording.greeting(TOWN, "en")
    assert (greeting.text, greeting.language) == (wording.greeting(TOWN, "de").text, "de")
    assert labels(greeting) == ["🌐 Language", "Menu", "Ask a person"]


@pytest.mark.parametrize("language", languages())
def test_without_a_greeting_of_the_town_the_bot_has_its_own(language: str) -> None:
    greeting = wording.greeting(Town(BERLIN), language)
    assert greeting.text
    assert greeting.language == language


def test_the_help_names_the_emergency_numbers_and_a_person() -> None:
    text = wording.instructions("de").text
    assert all(word in text for word in ("112", "110", "Mensch fragen", "Menü", "Datenschutz"))


# --- The menu --------------------------------------------------------------------------------------------------------


def test_the_menu_shows_the_sections_two_in_a_row() -> None:
    sections = [Section(name, {"de": name.title()}, frozenset({name})) for name in ("wohnen", "geld", "familie")]
    entries = [Entry(name, OFFER, topics=(name,)) for name in ("wohnen", "geld", "familie")]
    shown = wording.menu(build_menu([*entries, SILENT], sections, "de"), "de")
    news = ["📅 Veranstaltungen", "🔔 Nachrichten bekommen"]
    assert labels(shown) == ["Wohnen", "Geld", "Familie", "Weiteres", *news, "Mensch fragen", "Zurück"]
    assert [choice.beside for choice in shown.choices] == [False, True] * 4


def test_a_short_section_shows_its_entries_at_once() -> None:
    (section,) = build_menu([SOFA], TOWN.sections, "de").sections
    shown = wording.menu_section(section, None, "de")
    assert shown.title == "Wohnen"
    assert actions(shown)[0] == OpenEntry(mark("sofa"), mark("wohnen"))


def test_a_long_section_shows_its_pages_by_their_first_and_last_entry() -> None:
    entries = [replace(SOFA, id=letter, title={"de": f"{letter}-Hilfe"}) for letter in "abcdefghijkl"]
    (section,) = build_menu(entries, TOWN.sections, "de").sections
    shown = wording.menu_section(section, None, "de")
    assert labels(shown)[:2] == ["A – F", "G – L"]
    assert actions(shown)[:2] == [OpenMenu(mark("wohnen"), 0), OpenMenu(mark("wohnen"), 1)]
    assert labels(wording.menu_section(section, 1, "de"))[:2] == ["g-Hilfe", "h-Hilfe"]


def test_pages_that_part_within_a_letter_say_where() -> None:
    titles = ("Arzt", "Bad", "Bus", "Café", "Hilfe am Abend", "Hilfe bei Schulden", "Hof", "Hort", "Zoo", "Öl", "Ui")
    entries = [replace(SOFA, id=f"e{number}", title={"de": title}) for number, title in enumerate(titles)]
    (section,) = build_menu(entries, TOWN.sections, "de").sections
    assert labels(wording.menu_section(section, None, "de"))[:2] == ["A – Hilfe a", "Hilfe b – Z"]


def test_parts_of_a_huge_section_are_numbered() -> None:
    first, second = build_menu([replace(SOFA, id=f"e{number}") for number in range(8101)], (), "de").sections
    assert wording.menu_section(first, None, "de").title == "Weiteres"
    assert wording.menu_section(second, None, "de").title == "Weiteres (2)"


# --- Answers ---------------------------------------------------------------------------------------------------------


def test_an_answer_is_the_card_with_the_people_to_call_and_what_comes_next() -> None:
    reply = wording.answer(SOFA, [OFFICE], [OFFICE, SILENT], 7, "de", AT_NOON)
    assert (reply.title, reply.text) == (SOFA.title["de"], "Das holt die Stadt ab.")
    assert (reply.facts[0], reply.facts[-1]) == (CALL_OFFICE, Fact("Kosten", "kostenlos"))
    assert (reply.decision, reply.entry_id, reply.language) == ("answer", "sofa", "de")
    assert actions(reply)[:3] == [OpenEntry(mark("stumm")), Rate(7, helped=True), Rate(7, helped=False)]


def test_an_answer_offers_few_entries_beside_itself() -> None:
    reply = wording.answer(SOFA, [], MANY, 7, "de", AT_NOON)
    assert sum(isinstance(action, OpenEntry) for action in actions(reply)) == wording.MOST_RELATED


def test_an_answer_from_the_menu_leads_back_to_where_it_was_found() -> None:
    reply = wording.answer(SOFA, [], [], 7, "de", AT_NOON, mark("wohnen"))
    assert (labels(reply)[2], actions(reply)[2]) == ("Zurück", OpenMenu(mark("wohnen")))


def test_an_entry_without_anything_is_still_a_reply() -> None:
    reply = wording.answer(SILENT, [], [], 7, "de", AT_NOON)
    assert (reply.text, reply.title, reply.facts, reply.decision) == ("", None, (), "answer")


ONLY_GERMAN = "This text is only available in this language: German."


@pytest.mark.parametrize(
    ("texts", "language", "text", "spoken"),
    [
        ({"de": "Ja."}, "de", "Ja.", "de"),
        ({"de": "Ja."}, "de-easy", "Ja.", "de"),
        ({"de": "Ja.", "de-easy": "Ja!"}, "de-easy", "Ja!", "de-easy"),
        ({"de-easy": "Ja!"}, "de", "Ja!", "de-easy"),
        ({"de": "Ja.", "en": "Yes."}, "en", "Yes.", "en"),
        ({"de": "Ja."}, "en", f"{ONLY_GERMAN}\n\nJa.", "de"),
        ({"tr": "Evet."}, "de", "Diesen Text gibt es nur in dieser Sprache: Türkisch.\n\nEvet.", "tr"),
        ({"de-easy": "Ja!"}, "en", "This text is only available in this language: German (simple).\n\nJa!", "de-easy"),
        ({}, "en", "", "en"),
    ],
)
def test_a_text_in_another_language_says_so_in_the_readers(
    texts: dict[str, str], language: str, text: str, spoken: str
) -> None:
    answer = wording.answer(Entry("one", text=texts), [], [], 7, language, AT_NOON)
    assert (answer.text, answer.language) == (text, spoken)
    if texts:
        declined = wording.decline(replace(WEATHER, text=texts), [], 7, language, is_again=False)
        assert (declined.text, declined.language) == (text, spoken)


# --- One thing about an entry ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("attribute", "shown"),
    [
        (Attribute.HOURS, ["Heute", "Geöffnet"]),
        (Attribute.PHONE, ["Telefon"]),
        (Attribute.PLACE, ["Adresse"]),
    ],
)
def test_a_detail_shows_only_what_was_asked_for(attribute: Attribute, shown: list[str]) -> None:
    reply = wording.detail(OFFICE, [], attribute, 7, "de", AT_NOON)
    assert [fact.label for fact in reply.facts] == shown
    assert (reply.title, reply.text, reply.entry_id) == ("Quartiersbüro", "", "buero")
    assert actions(reply)[0] == OpenEntry(mark("buero"))


def test_a_detail_that_the_entry_lacks_comes_from_its_contact() -> None:
    assert wording.detail(SOFA, [OFFICE], Attribute.PHONE, 7, "de", AT_NOON).facts == (CALL_OFFICE,)


def test_what_nobody_wrote_down_is_not_known_and_somebody_is_named() -> None:
    of_the_office = wording.detail(OFFICE, [], Attribute.COST, 7, "de", AT_NOON)
    of_the_sofa = wording.detail(SOFA, [OFFICE], Attribute.ACCESS, 7, "de", AT_NOON)
    assert of_the_office.text == of_the_sofa.text == "Das weiß ich dazu leider nicht. Bitte fragen Sie hier nach:"
    assert CALL in of_the_office.facts
    assert CALL_OFFICE in of_the_sofa.facts
    nowhere = wording.detail(SILENT, [], Attribute.COST, 7, "de", AT_NOON)
    assert (nowhere.text, nowhere.facts) == ("Das weiß ich leider nicht.", ())


# --- Asking back, and not knowing ------------------------------------------------------------------------------------


def test_asking_back_ends_with_none_of_these() -> None:
    reply = wording.clarify([OFFICE, SOFA], 7, "de")
    assert (reply.text, reply.decision) == ("Meinen Sie eines davon?", "clarify")
    assert labels(reply)[0] == "Quartiersbüro"
    assert labels(reply)[2] == "Nichts davon"
    assert actions(reply)[:3] == [ChooseOption(7, 0), ChooseOption(7, 1), ChooseOption(7, None)]


def test_asking_about_one_entry_is_a_plain_question() -> None:
    assert wording.clarify([OFFICE], 7, "de").text == "Meinen Sie das?"
    assert labels(wording.clarify([SILENT], 7, "de"))[0] == "stumm"


def test_declining_offers_the_team_first_and_names_people_the_second_time() -> None:
    first, second, alone = (
        wording.decline(None, contacts, 7, "de", is_again=is_again)
        for contacts, is_again in (([OFFICE], False), ([OFFICE], True), ([], True))
    )
    assert (first.text, first.facts) == ("Das weiß ich leider nicht. Soll ich das Team fragen?", ())
    assert second.text == "Auch das weiß ich leider nicht. Hier hilft Ihnen ein Mensch weiter:"
    assert second.facts[0] == CALL_OFFICE
    assert alone.text == "Auch das weiß ich leider nicht."
    for reply in (first, second, alone):
        assert (reply.decision, actions(reply)[0]) == ("decline", PassOn(7))


def test_declining_uses_the_towns_own_words() -> None:
    reply = wording.decline(WEATHER, [OFFICE], 7, "de", is_again=True)
    assert (reply.text, reply.facts[0], reply.decision) == ("Das Wetter kenne ich nicht.", CALL_OFFICE, "decline")
    assert PassOn(7) not in actions(reply)


def test_after_none_of_these_the_same_is_not_asked_again() -> None:
    first = wording.none_of_these([OFFICE], 7, "de", is_again=False)
    assert first.text == "Schade. Schreiben Sie es bitte noch einmal mit anderen Worten. Oder soll ich das Team fragen?"
    assert actions(first)[0] == PassOn(7)
    second = wording.none_of_these([OFFICE], 7, "de", is_again=True)
    assert second == wording.decline(None, [OFFICE], 7, "de", is_again=True)


# --- Near ------------------------------------------------------------------------------------------------------------


def test_what_is_near_says_how_far_and_whether_it_is_open() -> None:
    opens = Closed(datetime(2026, 6, 10, 6, 0, tzinfo=UTC))
    found = [Nearby(OFFICE, 318.0, Open(None)), Nearby(SOFA, 1_234.0, opens), Nearby(SILENT, 50.0, None)]
    reply = wording.nearest(found, "de", AT_NOON)
    assert [fact.value for fact in reply.facts] == [
        "etwa 300 Meter entfernt. Jetzt geöffnet",
        "etwa 1,2 Kilometer entfernt. Jetzt geschlossen. Öffnet morgen um 8 Uhr",
        "etwa 50 Meter entfernt",
    ]
    assert actions(reply)[:3] == [OpenEntry(mark(entry.id)) for entry in (OFFICE, SOFA, SILENT)]
    assert "speichere ich nicht" in reply.text


def test_where_nothing_is_near_the_menu_has_it_all() -> None:
    assert "Menü" in wording.nearest([], "de", AT_NOON).text


# --- People ----------------------------------------------------------------------------------------------------------


def test_who_asks_for_a_person_learns_when_somebody_reads_it_and_how_to_reach_the_office_otherwise() -> None:
    reply = team.opened([OFFICE], None, "de", AT_NIGHT)
    assert reply.facts[:2] == (Fact("Quartiersbüro", "Jetzt geschlossen. Öffnet morgen um 8 Uhr"), CALL)
    assert reply.facts[2].value == OFFICE.address
    assert "Jemand liest Ihre Nachricht, wenn es wieder öffnet." in reply.text
    assert reply.text.endswith("Wenn es eilt, rufen Sie bitte an:")
    assert (actions(reply), reply.decision) == ([BackToBot()], "handover")


def test_on_a_holiday_the_office_is_said_to_be_closed() -> None:
    corpus_christi = replace(AT_NOON, moment=datetime(2026, 6, 4, 10, 0, tzinfo=UTC))
    told = team.opened([OFFICE], None, "de", corpus_christi).facts[0].value
    assert told == "Jetzt geschlossen. Heute ist Feiertag (Fronleichnam). Öffnet morgen um 8 Uhr"


def test_steps_to_the_office_are_named() -> None:
    step_free = replace(OFFICE, accessibility={"de": "Ohne Stufen"})
    assert team.opened([step_free], None, "de", AT_NOON).facts[-1].value == "Ohne Stufen"


def test_the_last_question_can_be_given_to_the_team() -> None:
    assert actions(team.opened([OFFICE], 7, "de", AT_NOON)) == [PassOn(7), BackToBot()]


def test_without_an_office_one_writes() -> None:
    reply = team.opened([], None, "de", AT_NOON)
    assert reply.facts == ()
    assert "Das Team antwortet, sobald jemand da ist." in reply.text
    assert "rufen" not in reply.text


def test_a_question_passed_on_says_when_somebody_is_there() -> None:
    reply = team.passed_on([OFFICE], "de", AT_NIGHT)
    assert reply.title == "Ich habe es weitergegeben."
    assert reply.facts == (Fact("Quartiersbüro", "Jetzt geschlossen. Öffnet morgen um 8 Uhr"), CALL)
    assert team.passed_on([], "de", AT_NIGHT).facts == ()


def test_what_a_person_writes_stands_as_it_is_and_names_its_language_to_who_speaks_another() -> None:
    text = "Kommen Sie am Montag vorbei."
    assert team.answered(text, "de", "de-easy", is_open=True).text == text
    reply = team.answered(text, "de", "tr", is_open=True)
    assert reply.text.endswith(f"\n\n{text}")
    assert "Almanca" in reply.text
    assert (reply.language, reply.own_language) == ("de", "tr")


def test_the_bot_says_that_it_answers_again_and_what_became_of_the_words() -> None:
    again = "Jetzt antworte wieder ich, der Bot."
    assert team.handed_back("de", is_answered=True).text == again
    assert team.handed_back("de", is_answered=False).text.endswith("hat das Team weiterhin.")
    menu = wording.stopped("de")
    assert team.with_bot(menu, is_answered=True) == replace(menu, text=f"{again}\n\n{menu.text}")
    assert "Es tut mir leid" in team.closed("de", is_idle=True, is_answered=False).text
    assert "einer Woche" in team.closed("de", is_idle=True, is_answered=True).text
    assert team.closed("de", is_idle=False, is_answered=True).text.startswith("Das Team hat dieses Gespräch beendet.")


# --- Small things ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", languages())
def test_every_complaint_has_a_button(language: str) -> None:
    reply = team.ask_complaint(7, language)
    assert actions(reply)[: len(Complaint)] == [Rate(7, None, place) for place in range(len(Complaint))]
    assert len(set(labels(reply))) == len(labels(reply))


@pytest.mark.parametrize("media", Media)
def test_what_cannot_be_read_leads_to_a_phone(media: Media) -> None:
    assert wording.only_text(media, [OFFICE], "de").facts == (CALL_OFFICE,)
    assert "anrufen" not in wording.only_text(media, [], "de").text


def test_voice_messages_pictures_and_contacts_have_words_of_their_own() -> None:
    texts = {wording.only_text(media, [OFFICE], "de").text for media in Media}
    assert len(texts) == 5


def test_the_notice_of_too_many_messages_still_names_the_emergency_number() -> None:
    assert "112" in wording.too_many("de").text


def test_stopping_says_how_to_return() -> None:
    assert wording.stopped("de").text.endswith("Wenn Sie mir schreiben, antworte ich weiter.")


def test_a_late_answer_begins_with_an_apology() -> None:
    reply = wording.answer(SOFA, [], [], 7, "de", AT_NOON)
    late = wording.late(reply, "de")
    assert late.text.endswith(f"\n\n{reply.text}")
    assert replace(late, text=reply.text) == reply


@pytest.mark.parametrize("code", offered())
def test_a_new_language_is_confirmed_in_itself(code: str) -> None:
    reply = wording.language_set(code)
    assert reply.language == code
    assert code.startswith("de") == ("Deutsch" in reply.text)


SHORT: tuple[Callable[[str], Reply], ...] = (
    wording.old_button,
    wording.out_of_order,
    wording.stopped,
    team.thanks,
    wording.too_long,
    wording.too_many,
)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("word", SHORT, ids=lambda word: word.__name__)
def test_every_other_message_has_words_in_every_language(language: str, word: Callable[[str], Reply]) -> None:
    reply = word(language)
    assert reply.text
    assert reply.language == language
    assert language == "en" or reply.text != word("en").text


def test_sentences_in_german_are_short() -> None:
    """Simple language: no sentence of the bot's own has more than 20 words."""
    own = [name for name in dict(every_reply("de")) if name not in ("privacy", "notice", "greeting")]
    long = [
        (name, sentence)
        for name, reply in every_reply("de")
        if name in own
        for line in reply.text.split("\n")
        for sentence in line.replace("? ", ". ").replace("! ", ". ").split(". ")
        if len(sentence.split()) > 20
    ]
    assert long == []
