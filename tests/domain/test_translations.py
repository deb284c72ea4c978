"""Which texts are older than the German ones, since when, and which are no longer shown."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from bot.domain.translations import outdated, withheld, without
from knowledge.entry import Entry
from tests.conftest import NOON

DAYS = [NOON + timedelta(days=number) for number in range(4)]


def version(de: str, tr: str | None = None, checked_on: date | None = None) -> Entry:
    return Entry("amt", text={"de": de} | ({"tr": tr} if tr else {}), checked_on=checked_on)


def after(*versions: Entry) -> dict[str, datetime]:
    """What is known after some versions, each stored a day after the one before."""
    known: dict[str, datetime] = {}
    for place in range(1, len(versions)):
        known = outdated(versions[place - 1], versions[place], known, DAYS[place])
    return known


@pytest.mark.parametrize(
    ("versions", "since"),
    [
        ([version("a", "x")], {}),
        ([version("a", "x"), version("b", "x")], {"tr": DAYS[1]}),
        ([version("a", "x"), version("b", "x"), version("c", "x")], {"tr": DAYS[1]}),
        ([version("a", "x"), version("b", "y")], {}),
        ([version("a", "x"), version("b", "x"), version("b", "y")], {}),
        ([version("a"), version("b"), version("b", "x")], {}),
        ([version("a", "x"), version("b", "x"), version("b", "x", DAYS[2].date())], {}),
        ([version("a", "x"), version("b", "x", DAYS[1].date())], {"tr": DAYS[1]}),
        ([version("a", "x"), version("b", "x"), version("c", "x", DAYS[2].date())], {"tr": DAYS[2]}),
        ([version("a", "x"), version("a", "x", DAYS[1].date()), version("b", "x", DAYS[1].date())], {"tr": DAYS[2]}),
        ([version("a", "x"), version("b")], {}),
    ],
)
def test_a_text_is_older_from_when_german_changed_until_it_changes_or_is_confirmed(
    versions: list[Entry], since: dict[str, datetime]
) -> None:
    assert after(*versions) == since


def test_a_title_counts_as_well_as_a_text() -> None:
    first = Entry("amt", title={"de": "A", "en": "A"})
    assert after(first, Entry("amt", title={"de": "B", "en": "A"})) == {"en": DAYS[1]}


@pytest.mark.parametrize(("days", "shown"), [(30, ()), (2, ("tr",)), (3, ("tr",)), (4, ()), (0, ())])
def test_a_text_is_withheld_once_patience_is_over(days: int, shown: tuple[str, ...]) -> None:
    assert withheld({"tr": DAYS[0]}, timedelta(days=days), DAYS[3]) == shown


def test_what_is_withheld_is_still_found() -> None:
    entry = Entry("amt", title={"de": "A", "tr": "B"}, text={"tr": "C"}, phrasings={"tr": ("D?",)})
    assert without(entry, ("tr",)) == Entry("amt", title={"de": "A"}, phrasings={"tr": ("D?",)})
