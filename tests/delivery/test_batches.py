"""How much one transaction of delivery does."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update

from bot.services import batches
from bot.services.batches import MOST_PASSED_OVER, Batch
from bot.services.notices import Rules
from bot.storage.tables import ConversationRow
from tests.conftest import BERLIN
from tests.delivery.office import Office


def claims(office: Office, wanted: int) -> Batch:
    """What one transaction claims."""
    with office.database.writing() as db:
        return batches.claim(db, "telegram", wanted, "somebody", Rules(BERLIN), office.now(), is_quiet=False)


async def test_a_transaction_passes_over_a_limited_number_and_the_next_one_goes_on(office: Office) -> None:
    residents = office.readers(MOST_PASSED_OVER + 30)
    number = office.sends()
    with office.database.writing() as db:
        paused = update(ConversationRow).where(ConversationRow.id.in_(residents[:-1]))
        db.execute(paused.values(paused_until=office.now() + timedelta(days=7)))
    first = claims(office, 20)
    assert (first.envelopes, first.is_last) == ([], False)
    assert MOST_PASSED_OVER <= office.counts(number)["skipped"] < len(residents) - 1
    second = claims(office, 20)
    assert ([each.conversation_id for each in second.envelopes], second.is_last) == (residents[-1:], True)
