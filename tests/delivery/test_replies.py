"""What the office writes to a resident arrives, by Telegram and in the browser."""

from __future__ import annotations

import pytest

from bot.domain.deliveries import DeliveryState, Skip
from bot.services import handover
from bot.services.handover import Author
from bot.storage.tables import ConversationRow
from tests.delivery.office import Office

ANSWER = "Kommen Sie bitte am Montag vorbei."


def opens(office: Office, conversation: int) -> int:
    with office.database.writing() as db:
        return handover.begin(db, db.get_one(ConversationRow, conversation), office.now()).id


def answers(office: Office, case: int, text: str = ANSWER) -> int:
    with office.database.writing() as db:
        return handover.reply(db, case, Author("Anna"), text, office.now())


def state_of(office: Office, message: int) -> DeliveryState | None:
    with office.database.reading() as db:
        return handover.delivery_of(db, message)


async def test_a_reply_arrives_at_night_and_after_stop(office: Office) -> None:
    resident = office.knows(7)
    case = opens(office, resident)
    office.stops(resident)
    await office.works_at("2026-06-09 23:00")
    message = answers(office, case)
    await office.works()
    heard = office.telegram.resident(7).heard
    assert [each.text for each in heard] == [f"Das Team schreibt\n\n{ANSWER}"]
    assert state_of(office, message) is DeliveryState.SENT


async def test_a_reply_names_its_language_to_who_speaks_another(office: Office) -> None:
    case = opens(office, office.knows(7, "tr"))
    answers(office, case)
    await office.works()
    (heard,) = office.telegram.resident(7).heard
    assert heard.text.startswith("Ekipten mesaj")
    assert "Almanca" in heard.text
    assert heard.text.endswith(ANSWER)
    assert [label for row in heard.buttons for label, _ in row] == ["↩ Bota dön"]


async def test_a_reply_comes_to_the_browser(office: Office) -> None:
    case = opens(office, office.knows(7, channel="web"))
    message = answers(office, case)
    await office.works()
    assert office.read_in_browser(7) == [f"Das Team schreibt\n\n{ANSWER}"]
    assert state_of(office, message) is DeliveryState.SENT


async def test_who_blocked_the_bot_is_seen_not_to_be_reached(office: Office) -> None:
    case = opens(office, office.knows(7))
    office.telegram.resident(7).blocks()
    message = answers(office, case)
    await office.works()
    assert state_of(office, message) is DeliveryState.FAILED


async def test_the_end_comes_after_the_last_reply_and_says_who_answers_now(office: Office) -> None:
    case = opens(office, office.knows(7))
    answers(office, case)
    with office.database.writing() as db:
        handover.close(db, case, office.now())
    await office.works()
    await office.works_on(seconds=2)
    texts = [each.text for each in office.telegram.resident(7).heard]
    assert texts[0].endswith(ANSWER)
    assert texts[1] == "Das Team hat dieses Gespräch beendet. Jetzt antworte wieder ich, der Bot."


@pytest.mark.parametrize(("is_answered", "words"), [(True, "Seit einer Woche"), (False, "Es tut mir leid")])
async def test_a_conversation_that_fell_asleep_ends_in_the_morning(
    office: Office, is_answered: bool, words: str
) -> None:
    case = opens(office, office.knows(7))
    if is_answered:
        answers(office, case)
        await office.works()
    before = len(office.telegram.resident(7).heard)
    office.now.moves(days=7, hours=11)  # 23:00
    with office.database.writing() as db:
        assert handover.close_idle(db, office.now()) == [case]
    await office.works()
    assert len(office.telegram.resident(7).heard) == before
    await office.works_on(seconds=10 * 3600)
    assert office.telegram.resident(7).heard[-1].text.startswith(words)


async def test_the_end_is_not_told_to_who_has_a_person_again(office: Office) -> None:
    resident = office.knows(7)
    case = opens(office, resident)
    with office.database.writing() as db:
        handover.close(db, case, office.now())
    opens(office, resident)
    await office.works()
    assert office.telegram.resident(7).heard == []


async def test_a_notice_to_many_does_not_come_between_and_the_report_says_why(office: Office) -> None:
    busy, idle = office.readers(2)
    opens(office, busy)
    draft = office.drafts()
    seen = office.preview(draft)
    assert (seen.audience, seen.reachable, seen.held_back) == (2, 1, {"with_team": 1})
    office.approves(draft)
    await office.works()
    assert office.told([busy, idle]) == [0, 1]
    assert (office.counts(draft), office.reasons()) == ({"sent": 1, "skipped": 1}, [Skip.WITH_TEAM.value])
