"""On Monday mornings staff who want it are told by mail what waits: once, whatever is restarted."""

from __future__ import annotations

from bot.console.digest_letter import digest_letter
from bot.desk import Desk
from bot.domain.checking import is_due
from bot.domain.digest import monday_of
from bot.mail import Letter, Mailer
from bot.services import digest, leases
from bot.services.digest import Digest, Subscriber

DUTY = "telling staff what waits"


class StaffDigest:
    """Sends the mail of the week."""

    def __init__(self, desk: Desk, mailer: Mailer | None = None):
        """`mailer` is None where the town named no mail server."""
        self._desk = desk
        self._mailer = mailer
        self._holder = leases.new_holder()

    async def make_due(self) -> None:
        """Send it to whoever has not had that of this Monday; who needs none this week gets none."""
        database, zone = self._desk.database, self._desk.clock.zone
        monday = monday_of(self._desk.now(), zone)
        if monday is None or self._mailer is None:
            return
        readers = await database.read(digest.subscribers, monday)
        if not readers or not await database.write(leases.take, DUTY, self._holder, self._desk.now()):
            return
        due = [entry for entry in self._desk.snapshot.entries.values() if is_due(entry, monday)]
        found = await database.read(digest.gather, due, self._desk.now())
        shares = {one: digest.share(found, one.role) for one in readers}
        letters = {one: self._letter(share, one) for one, share in shares.items() if not share.is_empty}
        settled = await self._mailer.send(list(letters.values()), self._desk.now())
        told = [one.member_id for one in readers if one not in letters or letters[one] in settled]
        await database.write(digest.note, told, monday)

    def _letter(self, share: Digest, reader: Subscriber) -> Letter:
        address = f"{self._desk.policy.address.rstrip('/')}/console"
        return Letter(reader.mail, *digest_letter(share, address, self._desk.clock.zone, reader.language))
