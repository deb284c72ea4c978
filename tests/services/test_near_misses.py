"""Where the bot nearly helped."""

from __future__ import annotations

from bot.services import near_misses
from bot.services.near_misses import NearMiss
from tests.conftest import Resident, TestTown


def listed(town: TestTown) -> list[NearMiss]:
    with town.database.reading() as db:
        return near_misses.listed(db, town.now())


async def test_answers_that_did_not_help_with_their_reasons(quarter: TestTown) -> None:
    for name in ("a", "b", "c"):
        resident = Resident(quarter, f"somebody-{name}")
        await resident.sends("Hund anmelden")
        await resident.taps("👍 Hilfreich" if name == "c" else "👎 Nicht hilfreich")
        if name == "a":
            await resident.taps("Es ist veraltet")
    (found,) = listed(quarter)
    assert (found.entry_ids, found.complaints, found.count) == (("anmelden",), {"": 1, "outdated": 1}, 2)


async def test_entries_that_compete_and_were_not_meant(quarter: TestTown) -> None:
    for name in ("a", "b"):
        resident = Resident(quarter, f"somebody-{name}")
        await resident.sends("Hund")
        await resident.taps("Nichts davon")
    (found,) = listed(quarter)
    assert (found.entry_ids, found.turned_down) == (("abmelden", "anmelden"), 2)


async def test_a_person_asked_for_after_an_answer(quarter: TestTown) -> None:
    resident = Resident(quarter)
    await resident.sends("Hund anmelden")
    await resident.taps("Mensch fragen")
    other = Resident(quarter, "somebody-else")
    await other.taps("Mensch fragen", on=resident.heard[0])  # asked for at once
    (found,) = listed(quarter)
    assert (found.entry_ids, found.person) == (("anmelden",), 1)


async def test_the_most_frequent_come_first_and_old_ones_not_at_all(quarter: TestTown) -> None:
    for number, question in enumerate(("Hund abmelden", "Hund anmelden", "Hund anmelden")):
        resident = Resident(quarter, f"somebody-{number}")
        await resident.sends(question)
        await resident.taps("👎 Nicht hilfreich")
    assert [found.entry_ids for found in listed(quarter)] == [("anmelden",), ("abmelden",)]
    quarter.now.moves(days=31)
    assert listed(quarter) == []
