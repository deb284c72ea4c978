"""The picture or leaflet of a notice: kept here, uploaded to a channel once."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot.domain.attachments import LONGEST_NAME, check_alternative, media_type_of
from bot.domain.broadcasts import Broadcast, BroadcastState
from bot.domain.errors import Refused
from bot.domain.languages import choose
from bot.domain.messages import Attachment, File
from bot.services.broadcasts import find, row_of
from bot.storage.tables import AttachmentRow, BroadcastRow

PATH = "/attachments/"
UPLOADING = "telegram"
"""The channel that is given the file itself; others show it by its path."""


def attach(db: Session, broadcast_id: int, name: str, content: bytes, alternative: Mapping[str, str]) -> Broadcast:
    """Put a file beside a draft, in the place of an earlier one.

    Raises NotFound, Refused where it is no draft any more, InvalidInput for a file or words that are not taken.
    """
    row = _draft(db, broadcast_id)
    media_type = media_type_of(content)
    check_alternative(alternative, row.texts)
    detach(db, broadcast_id)
    db.add(
        AttachmentRow(
            broadcast_id=row.id,
            name=re.sub(r"[^\w. -]", "_", name)[-LONGEST_NAME:] or "file",
            media_type=media_type,
            content=content,
            alternative=dict(alternative),
            secret=secrets.token_urlsafe(24),
        )
    )
    db.flush()
    return find(db, row.id)


def detach(db: Session, broadcast_id: int) -> Broadcast:
    """Take the file of a draft away, if it has one. Raises NotFound, Refused where it is no draft any more."""
    row = _draft(db, broadcast_id)
    db.execute(delete(AttachmentRow).where(AttachmentRow.broadcast_id == row.id))
    return find(db, row.id)


def of(db: Session, broadcast_id: int, language: str, channel: str) -> Attachment | None:
    """What comes with a notice, for a reader of a language on a channel."""
    row = db.get(AttachmentRow, broadcast_id)
    if row is None:
        return None
    words = choose(row.alternative, language)
    is_new = channel == UPLOADING and row.telegram_id is None
    return Attachment(
        row.name,
        row.media_type,
        words[0] if words else "",
        PATH + row.secret,
        content=row.content if is_new else b"",
        telegram_id=row.telegram_id or "",
    )


def by_secret(db: Session, secret: str) -> File | None:
    """The file behind an address that nobody can guess."""
    row = db.scalar(select(AttachmentRow).where(AttachmentRow.secret == secret))
    return File(row.name, row.media_type, row.content) if row else None


def note_uploads(db: Session, ids: Mapping[int, str]) -> None:
    """Note by what Telegram knows the files of broadcasts, so that nobody uploads them again."""
    for broadcast_id, telegram_id in ids.items():
        mine = update(AttachmentRow).where(
            AttachmentRow.broadcast_id == broadcast_id, AttachmentRow.telegram_id.is_(None)
        )
        db.execute(mine.values(telegram_id=telegram_id))


def _draft(db: Session, broadcast_id: int) -> BroadcastRow:
    row = row_of(db, broadcast_id)
    if row.state != BroadcastState.DRAFT.value:
        raise Refused("only a draft can get another file")
    return row
