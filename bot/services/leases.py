"""Duties that one process at a time may have, whichever machine it runs on.

A process takes a duty for a short time and renews it again and again. Who dies leaves it behind; it is free when the
time is over, or at once where the kernel tells that the process is gone. Machines that share a database need clocks
that agree within a few seconds.
"""

from __future__ import annotations

import os
import uuid
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

from bot.storage.database import insert
from bot.storage.tables import LeaseRow

_UNKNOWN = "?"

LEASE = timedelta(seconds=24)
"""How long a duty is kept without being renewed. To be renewed in a third of it, so that one failure does no harm."""


def take(db: Session, duty: str, holder: str, now: datetime) -> bool:
    """Take a duty for LEASE, or renew it; False where another process has it.

    `holder` is what `new_holder` gave this process.
    """
    row = {"holder": holder, "expires_at": now + LEASE}
    before = db.get(LeaseRow, duty)
    is_free = [LeaseRow.holder == holder, LeaseRow.expires_at <= now]
    if before is not None and is_gone(before.holder):
        # Only from this one: whoever took it from the dead process meanwhile is alive.
        is_free.append(LeaseRow.holder == before.holder)
    written = insert(db, LeaseRow).values(duty=duty, **row)
    written = written.on_conflict_do_update(index_elements=[LeaseRow.duty], set_=row, where=or_(*is_free))
    return db.scalar(written.returning(LeaseRow.duty)) is not None


def give_back(db: Session, duty: str, holder: str) -> None:
    """Let the next process have a duty at once; nothing happens where another has it."""
    db.execute(delete(LeaseRow).where(LeaseRow.duty == duty, LeaseRow.holder == holder))


def new_holder() -> str:
    """A name for this process that no other ever has, by which others on the same kernel can tell whether it lives.

    A process number alone would not do: every container counts from 1, and numbers come again. So it stands beside the
    boot, the space that numbers are counted in, and the moment of the start.
    """
    return "/".join([_kernel(), str(os.getpid()), _started(os.getpid()) or _UNKNOWN, uuid.uuid4().hex[:12]])


def is_gone(holder: str) -> bool:
    """Whether a holder has certainly ended; False also where that cannot be known from here."""
    kernel, number, started, *_ = [*holder.split("/"), _UNKNOWN, _UNKNOWN]
    if kernel != _kernel() or _UNKNOWN in (kernel, number, started):
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False  # it lives, under another user
    return _started(int(number)) not in (started, None)


def _kernel() -> str:
    """This boot and space of process numbers; "?" where the system does not tell. Source: proc(5), namespaces(7)."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot}:{Path('/proc/self/ns/pid').stat().st_ino}"
    except OSError:
        return _UNKNOWN


def _started(number: int) -> str | None:
    """When a process started, in ticks since the boot; "" for one that only waits to be buried, None if unknown."""
    try:
        fields = Path(f"/proc/{number}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
    return "" if fields[0] in "ZX" else fields[19]
