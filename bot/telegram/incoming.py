"""What an update of Telegram says, in the words of the house. Pure; nothing is fetched, and no name gets past here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from telegram import ChatMember, ChatMemberRestricted, Message, Update
from telegram.constants import ChatType
from telegram.ext import filters

from bot.domain.messages import Incoming, Media
from knowledge.entry import Position

CHANNEL = "telegram"

# In order of precedence: an animation is also a document, a venue also a location.
_MEDIA = {
    Media.VOICE: ("voice", "video_note", "audio"),
    Media.STICKER: ("sticker", "animation", "dice"),
    Media.PICTURE: ("photo", "video"),
    Media.CONTACT: ("contact",),
    Media.LOCATION: ("venue", "location"),
    Media.FILE: ("document",),
}


def read(update: Update) -> Incoming | None:
    """What a resident says in a private chat; None where nobody waits for an answer."""
    chat, user = update.effective_chat, update.effective_user
    if chat is None or chat.type != ChatType.PRIVATE:
        return None
    key, language = str(update.update_id), user.language_code if user else None
    if query := update.callback_query:
        return Incoming(CHANNEL, str(chat.id), key, action=query.data or "?", language=language)
    message = update.message or update.edited_message
    if message is None or filters.StatusUpdate.ALL.check_update(update):
        return None  # it only tells what happened in the chat, for example that something was pinned
    text = message.text or message.caption or ""
    if update.edited_message and not text:
        return None  # a live location moves every few seconds
    media = None if text else media_of(message)
    return Incoming(
        channel=CHANNEL,
        address=str(chat.id),
        key=key,
        text=text,
        language=language,
        media=media,
        position=_position(message) if media is Media.LOCATION else None,
        sent_at=message.edit_date if update.edited_message else message.date,
    )


def media_of(message: Message) -> Media:
    """What a message without words is made of."""
    for media, kinds in _MEDIA.items():
        if any(getattr(message, kind) for kind in kinds):
            return media
    return Media.OTHER


def name_of(message: Message) -> str:
    """Names a message among all chats of the bot; an edited one has the name of its original."""
    return f"{message.chat.id}/{message.message_id}"


def edited_after(message: Message) -> timedelta | None:
    """How long after it was sent a message was edited; None if it was not."""
    return message.edit_date - message.date if message.edit_date else None


def album_of(message: Message) -> tuple[int, str] | None:
    """Which of a chat's albums a message without words belongs to, if any."""
    is_silent = not (message.text or message.caption)
    return (message.chat.id, message.media_group_id) if message.media_group_id and is_silent else None


@dataclass(frozen=True, slots=True)
class GroupReply:
    """What somebody of the staff answers in their group."""

    to: str
    """The number of the message that it replies to."""
    number: str
    text: str
    """Empty for something without words."""


def read_group_reply(update: Update, group: str) -> GroupReply | None:
    """A reply in the group with this number; None for whatever else is said, there or elsewhere."""
    message = update.message
    if message is None or not group or str(message.chat.id) != group or message.reply_to_message is None:
        return None
    return GroupReply(str(message.reply_to_message.message_id), str(message.message_id), message.text or "")


def is_taken_in(update: Update) -> bool:
    """Whether the bot has just become, or still is, a member of a group or channel."""
    change = update.my_chat_member
    if change is None or change.chat.type == ChatType.PRIVATE:
        return False
    member = change.new_chat_member
    if isinstance(member, ChatMemberRestricted):
        return member.is_member
    return member.status in (ChatMember.MEMBER, ChatMember.ADMINISTRATOR)


def _position(message: Message) -> Position | None:
    place = message.venue.location if message.venue else message.location
    return Position(place.latitude, place.longitude) if place else None
