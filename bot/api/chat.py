"""The public web chat as JSON (contract: POST /api/v1/chat)."""

from __future__ import annotations

import base64
from typing import Annotated, Any

from fastapi import APIRouter, Header, HTTPException, Query
from pydantic import BaseModel, Field, field_validator, model_validator

from bot.api.problems import RESPONSES, TOO_MANY
from bot.desk import Desk
from bot.domain.messages import Attachment, Reply


class ChatMessage(BaseModel):
    """A resident's message: typed text, or the action of a tapped button."""

    text: Annotated[str, Field(max_length=50_000)] | None = None
    action: Annotated[str, Field(max_length=1_000)] | None = None
    session: str | None = Field(default=None, description="from the answer to the first call")
    language: Annotated[str, Field(max_length=35)] | None = Field(
        default=None, description="what the browser says of the resident's language, as in Accept-Language"
    )

    @field_validator("text", "action", "session", "language", mode="before")
    @classmethod
    def _whole_characters(cls, value: object) -> object:
        """JSON can name one half of a surrogate pair; it becomes a question mark."""
        return value.encode(errors="replace").decode() if isinstance(value, str) else value

    @model_validator(mode="after")
    def _says_something(self) -> ChatMessage:
        if self.text is None and self.action is None:
            raise ValueError("give a text or an action")
        return self


class ChatButton(BaseModel):
    """A choice; send its action back to make it."""

    label: str
    action: str
    beside: bool = Field(default=False, description="may stand in one row with the button before it")


class ChatFile(BaseModel):
    """A file that comes with a reply."""

    name: str
    type: str
    content: str = Field(description="base64")


class ChatAttachment(BaseModel):
    """A picture or leaflet that comes with a notice."""

    name: str
    type: str
    alternative: str = Field(description="what is to be seen, for those who cannot see it")
    path: str = Field(description="where this server has it")


class ChatFact(BaseModel):
    """A line of an answer card."""

    label: str
    value: str
    link: str | None = None


class ChatReply(BaseModel):
    """One message to the resident."""

    text: str = Field(description="the whole message as plain text")
    decision: str | None = Field(default=None, description="answer, clarify, decline, emergency or handover")
    entry_id: str | None = None
    language: str
    buttons: list[ChatButton]
    title: str | None = Field(default=None, description="the same message in parts: its heading ...")
    body: str = Field(description="... its text ...")
    facts: list[ChatFact] = Field(description="... and its card")
    file: ChatFile | None = None
    attachment: ChatAttachment | None = None


class ChatLetter(ChatReply):
    """A message that nobody asked for just now: a member of staff answers, a meeting is near."""

    id: int


class ChatLetters(BaseModel):
    """What came since."""

    replies: list[ChatLetter]
    next: int = Field(description="give it as `after` next time")


class ChatAnswer(BaseModel):
    """The session, and what the bot replied."""

    session: str
    replies: list[ChatReply]


def router(desk: Desk) -> APIRouter:
    """The chat calls over a desk."""
    routes = APIRouter(prefix="/api/v1", tags=["chat"])

    @routes.post("/chat", response_model_exclude_none=True, responses=RESPONSES | TOO_MANY)
    async def chat(message: ChatMessage) -> ChatAnswer:
        """Send a resident's message and get the replies: none while a person of the office has the conversation."""
        session = await desk.web_session(message.session)
        replies = await desk.receive_web(
            session, text=message.text or "", action=message.action or "", language=message.language
        )
        if replies is None:
            raise HTTPException(429, "Too many messages. Please wait a minute.", {"Retry-After": "60"})
        return ChatAnswer(session=session, replies=[ChatReply(**_parts(reply)) for reply in replies])

    @routes.get("/chat", response_model_exclude_none=True)
    async def letters(
        x_session: Annotated[str, Header(description="the session of the first call")],
        after: Annotated[int, Query(ge=0, le=2**62, description="`next` of the call before; 0 for everything")] = 0,
    ) -> ChatLetters:
        """What came for a session since: answers of staff, reminders, notices. Nothing for an unknown session."""
        found = await desk.letters(x_session, after)
        replies = [ChatLetter(id=letter.number, **_parts(letter.reply)) for letter in found]
        return ChatLetters(replies=replies, next=found[-1].number if found else after)

    return routes


def _parts(reply: Reply) -> dict[str, Any]:
    file = reply.file
    content = base64.b64encode(file.content).decode() if file else ""
    return {
        "text": reply.plain(),
        "decision": reply.decision,
        "entry_id": reply.entry_id,
        "language": reply.language,
        "buttons": [ChatButton(label=one.label, action=one.action, beside=one.beside) for one in reply.choices],
        "title": reply.title,
        "body": reply.text,
        "facts": [ChatFact(label=fact.label, value=fact.value, link=fact.link) for fact in reply.facts],
        "file": ChatFile(name=file.name, type=file.media_type, content=content) if file else None,
        "attachment": _attachment(reply.attachment) if reply.attachment else None,
    }


def _attachment(one: Attachment) -> ChatAttachment:
    return ChatAttachment(name=one.name, type=one.media_type, alternative=one.alternative, path=one.path)
