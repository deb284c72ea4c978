"""Trying a draft before residents see it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.services import rehearsing
from bot.services.indexing import Snapshot
from bot.storage.tables import GoldenRow
from knowledge.decide import Answer, decide
from knowledge.entry import OFFER, Entry, GoldenQuestion, State
from knowledge.match import match
from tests.conftest import TestTown, ToldTime
from tests.small_quarter import LIBRARY, REGISTER

CHOIR = Entry(
    "chor", OFFER, State.DRAFT, title={"de": "Chor"}, text={"de": "Singen."}, phrasings={"de": ("Wo kann ich singen?",)}
)
TURKISH = replace(
    REGISTER, title=dict(REGISTER.title) | {"tr": "Köpek kaydı"}, text=dict(REGISTER.text) | {"tr": "Ofis."}
)


@pytest.fixture
def snapshot(quarter: TestTown) -> Snapshot:
    return quarter.desk.snapshot


def answer(snapshot: Snapshot, draft: Entry, question: str, language: str = "de") -> tuple[str, tuple[str, ...]]:
    tried = rehearsing.ask(rehearsing.stage(snapshot, draft), question, language)
    return tried.outcome, tried.given


def test_a_draft_answers_as_if_it_were_published(snapshot: Snapshot) -> None:
    assert answer(snapshot, CHOIR, "wo kann ich singn") == ("answer", ("chor",))
    assert not isinstance(decide(match(snapshot.index, "wo kann ich singn", "de")), Answer)


def test_what_a_draft_no_longer_says_is_not_found(snapshot: Snapshot) -> None:
    changed = replace(LIBRARY, phrasings={"de": ("Wo ist die Spielothek?",)}, title={"de": "Spielothek"})
    assert answer(snapshot, LIBRARY, "Gibt es eine Bibliothek?")[1] == ("buecherei",)
    assert answer(snapshot, changed, "Gibt es eine Bibliothek?")[1] == ()


def test_a_language_that_nobody_wrote_in_yet_can_be_tried(snapshot: Snapshot) -> None:
    staged = rehearsing.stage(snapshot, TURKISH)
    assert staged.languages == {"tr"}
    assert "anmelden" in rehearsing.ask(staged, "köpek kaydı", "tr").given


def test_a_language_that_is_taken_away_is_gone(snapshot: Snapshot) -> None:
    with_turkish = rehearsing.stage(snapshot, TURKISH)
    again = replace(snapshot, index=with_turkish.after, entries=with_turkish.entries)
    assert set(rehearsing.stage(again, REGISTER).after.shelves) == {"de"}


def test_a_draft_that_says_the_same_changes_nothing(snapshot: Snapshot) -> None:
    staged = rehearsing.stage(snapshot, replace(REGISTER, cost={"de": "10 Euro"}))
    assert staged.languages == frozenset()
    assert staged.after.shelves == staged.before.shelves


def test_the_ranking_tells_which_words_counted(snapshot: Snapshot) -> None:
    first, *others = rehearsing.ask(rehearsing.stage(snapshot, CHOIR), "Wo kann man singen?", "de").ranking
    assert (first.entry_id, first.title, first.nearest, first.is_draft) == ("chor", "Chor", "Wo kann ich singen?", True)
    assert "singen" in first.words
    assert first.percent > 55
    assert not any(other.is_draft for other in others)


def test_words_that_nobody_knows_are_told(snapshot: Snapshot) -> None:
    assert rehearsing.ask(rehearsing.stage(snapshot, CHOIR), "Quantenphysik singen", "de").unknown == ("quantenphysik",)


def test_a_phrasing_that_leads_to_another_entry_is_told_with_both_texts(snapshot: Snapshot) -> None:
    draft = replace(CHOIR, phrasings={"de": ("Wo kann ich singen?", "Gibt es eine Bibliothek", "Hund abmelden")})
    found = rehearsing.conflicts(snapshot, draft)
    assert [(one.phrasing, one.entry_id, one.nearest, one.wins) for one in found] == [
        ("Gibt es eine Bibliothek", "buecherei", "Gibt es eine Bibliothek?", True),
        ("Hund abmelden", "abmelden", "Hund abmelden", True),
    ]
    assert found[0].title == "Bücherei"


def test_phrasings_that_are_published_already_are_no_conflict(snapshot: Snapshot) -> None:
    assert rehearsing.conflicts(snapshot, replace(LIBRARY, title={"de": "Bücher"})) == []


def test_only_so_many_phrasings_are_looked_at(snapshot: Snapshot) -> None:
    draft = replace(CHOIR, phrasings={"de": ("Wo kann ich singen?", "Hund abmelden")})
    assert rehearsing.conflicts(snapshot, draft, most=1) == []


# --- Questions whose answer is known ----------------------------------------------------------------------------------

BOOKS = GoldenQuestion("Wo kann ich Bücher leihen?", "buecherei", "de")
DOGS = GoldenQuestion("Hund abmelden", "abmelden", "de")
RAIN = GoldenQuestion("Regnet es morgen?", None, "de")


def shifts(snapshot: Snapshot, draft: Entry) -> list[tuple[str, bool]]:
    heard: list[int] = []
    staged = rehearsing.stage(snapshot, draft)
    found = rehearsing.compare(staged, [BOOKS, DOGS, RAIN], heard.append)
    assert heard == [1, 2, 3]
    return [(shift.question.text, shift.is_worse) for shift in found]


def test_a_draft_that_takes_nothing_shifts_nothing(snapshot: Snapshot) -> None:
    assert shifts(snapshot, CHOIR) == []


def test_a_question_that_is_no_longer_answered_rightly_is_worse(snapshot: Snapshot) -> None:
    empty = replace(LIBRARY, title={"de": "Spielothek"}, text={"de": "Spiele."}, phrasings={})
    assert shifts(snapshot, empty) == [(BOOKS.text, True)]


def test_answering_what_nobody_can_answer_is_worse(snapshot: Snapshot) -> None:
    draft = replace(CHOIR, title={"de": "Regen"}, phrasings={"de": ("Regnet es morgen?", "Regnet es heute?", "Regen")})
    assert (RAIN.text, True) in shifts(snapshot, draft)


def test_a_question_that_is_answered_at_last_is_better(snapshot: Snapshot) -> None:
    asked = GoldenQuestion("Wo kann ich singen?", "chor", "de")
    found = rehearsing.compare(rehearsing.stage(snapshot, CHOIR), [asked], lambda _: None)
    assert [(one.after, one.is_worse) for one in found] == [(Answer("chor"), False)]


def test_only_questions_that_a_change_can_reach_are_asked(snapshot: Snapshot) -> None:
    questions = [
        BOOKS,
        DOGS,
        RAIN,
        GoldenQuestion("Wo wird gesungen?", "chor", "de"),
    ]
    more = replace(LIBRARY, phrasings={"de": (*LIBRARY.phrasings["de"], "Bilderbuch für meinen Hund")})
    assert rehearsing.touched(rehearsing.stage(snapshot, more), questions) == [BOOKS, DOGS]
    assert rehearsing.touched(rehearsing.stage(snapshot, LIBRARY), questions) == []


def test_golden_questions_come_from_the_content_and_from_staff(quarter: TestTown, now: ToldTime) -> None:
    with quarter.database.writing() as db:
        for text, expect in (("Buch?", "buecherei"), ("Fort?", "gone"), ("Witz?", None)):
            db.add(GoldenRow(language="de", text=text, expect=expect, author="Kim", at=now()))
    with quarter.database.reading() as db:
        known = rehearsing.golden_questions(db, ["buecherei"])
    texts = [one.text for one in known]
    assert {"Buch?", "Witz?"} < set(texts)
    assert "Fort?" not in texts
    assert all(one.expect in (None, "buecherei") for one in known)
