"""The public web chat as JSON (contract: POST /api/v1/chat)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field, field_validator, model_validator

from bot.api.problems import RESPONSES
from bot.desk import Desk
from bot.domain.messages import Reply


class ChatMessage(BaseModel):
    """A resident's message: typed text, or the action of a tapped button."""

    text: Annotated[str, Field(max_length=50_000)] | None = None
    action: Annotated[str, Field(max_length=1_000)] | None = None
    session: str | None = Field(default=None, description="from the answer to the first call")

    @field_validator("text", "action", "session", mode="before")
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


class ChatFact(BaseModel):
    """A line of an answer card."""

    label: str
    value: str
    link: str | None = None


class ChatReply(BaseModel):
    """One message to the resident."""

    text: str = Field(description="the whole message as plain text")
    decision: str | None = Field(default=None, description="answer, clarify, decline or emergency, to a question")
    entry_id: str | None = None
    language: str
    buttons: list[ChatButton]
    title: str | None = Field(default=None, description="the same message in parts: its heading ...")
    body: str = Field(description="... its text ...")
    facts: list[ChatFact] = Field(description="... and its card")


class ChatAnswer(BaseModel):
    """The session, and what the bot replied."""

    session: str
    replies: list[ChatReply]


def router(desk: Desk) -> APIRouter:
    """The chat calls over a desk."""
    routes = APIRouter(prefix="/api/v1", tags=["chat"])

    @routes.post("/chat", response_model_exclude_none=True, responses=RESPONSES)
    async def chat(message: ChatMessage) -> ChatAnswer:
        """Send a resident's message and get the replies."""
        session = await desk.web_session(message.session)
        replies = await desk.receive_web(session, text=message.text or "", action=message.action or "")
        return ChatAnswer(session=session, replies=[_chat_reply(reply) for reply in replies])

    return routes


def _chat_reply(reply: Reply) -> ChatReply:
    return ChatReply(
        text=reply.plain(),
        decision=reply.decision,
        entry_id=reply.entry_id,
        language=reply.language,
        buttons=[ChatButton(label=choice.label, action=choice.action) for choice in reply.choices],
        title=reply.title,
        body=reply.text,
        facts=[ChatFact(label=fact.label, value=fact.value, link=fact.link) for fact in reply.facts],
    )
