"""Messages to residents in a browser wait until they are fetched."""

from __future__ import annotations

from bot.domain.messages import Choice, Fact, Reply
from bot.services import conversations, letters
from bot.services.letters import MOST_AT_ONCE, Letter
from tests.conftest import ADDRESS, Resident, TestTown

REPLY = Reply(
    "Die Laterne leuchtet wieder.",
    title="Vom Team",
    facts=(Fact("Telefon", "0231 00000000", "tel:+4923100000000"),),
    choices=(Choice("Menü", "m"), Choice("Mensch fragen", "c:team", beside=True)),
    language="de",
)


def put(town: TestTown, resident: Resident, *texts: str) -> None:
    with town.database.writing() as db:
        conversation = conversations.find(db, resident.channel, resident.address)
        assert conversation is not None
        for text in texts:
            letters.put(db, conversation.id, Reply(text), town.now())


async def fetch(town: TestTown, session: str = ADDRESS, after: int = 0) -> list[Letter]:
    return list(await town.desk.letters(session, after))


async def test_a_letter_arrives_as_it_was_put(resident: Resident) -> None:
    await resident.sends("Hund")
    with resident.town.database.writing() as db:
        conversation = conversations.find(db, "web", ADDRESS)
        assert conversation is not None
        letters.put(db, conversation.id, REPLY, resident.town.now())
    assert [letter.reply for letter in await fetch(resident.town)] == [REPLY]
    assert REPLY.text.encode() not in resident.town.stored()


async def test_letters_come_in_order_and_only_those_after_a_number(resident: Resident) -> None:
    await resident.sends("Hund")
    put(resident.town, resident, "eins", "zwei", "drei")
    found = await fetch(resident.town)
    assert [letter.reply.text for letter in found] == ["eins", "zwei", "drei"]
    assert [letter.number for letter in found] == sorted({letter.number for letter in found})
    later = await fetch(resident.town, after=found[0].number)
    assert [letter.reply.text for letter in later] == ["zwei", "drei"]
    assert await fetch(resident.town, after=found[-1].number) == []


async def test_many_letters_come_in_several_portions(resident: Resident) -> None:
    await resident.sends("Hund")
    texts = [str(number) for number in range(MOST_AT_ONCE + 5)]
    put(resident.town, resident, *texts)
    first = await fetch(resident.town)
    rest = await fetch(resident.town, after=first[-1].number)
    assert [letter.reply.text for letter in (*first, *rest)] == texts
    assert len(first) == MOST_AT_ONCE


async def test_nobody_gets_the_letters_of_another(quarter: TestTown) -> None:
    one, two = Resident(quarter, "session-of-one"), Resident(quarter, "session-of-two")
    for somebody in (one, two):
        await somebody.sends("Hund")
    put(quarter, one, "für eins")
    put(quarter, two, "für zwei")
    assert [letter.reply.text for letter in await fetch(quarter, one.address)] == ["für eins"]
    assert [letter.reply.text for letter in await fetch(quarter, two.address)] == ["für zwei"]


async def test_a_stranger_and_another_channel_have_no_letters(quarter: TestTown) -> None:
    elsewhere = Resident(quarter, channel="telegram")
    await elsewhere.sends("Hund")
    put(quarter, elsewhere, "per Telegram")
    assert await fetch(quarter, "nobody knows me") == []
    assert await fetch(quarter, elsewhere.address) == []


async def test_letters_stay_when_they_were_fetched_and_go_with_their_reader(resident: Resident) -> None:
    await resident.sends("Hund")
    put(resident.town, resident, "bleibt")
    assert await fetch(resident.town) == await fetch(resident.town) != []
    await resident.sends("/forget")
    await resident.taps("Ja, alles löschen")
    assert await fetch(resident.town) == []
    assert resident.town.rows()["letter"] == []
