"""The inbox of questions that no entry answered for sure, as JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot.api.access import Act, Allowed, Doing
from bot.api.fields import Number, Page, Text, Texts, page
from bot.api.problems import RESPONSES, STAFF
from bot.desk import Desk
from bot.domain.staff import Right
from bot.services import learning
from bot.services.learning import Answer
from bot.services.questions import QuestionState

MOST = 100

EntryId = Annotated[Text, Field(min_length=1, max_length=200)]


class Question(BaseModel):
    """A question of a resident, without personal details."""

    id: int
    state: QuestionState
    text: str = Field(description="names, numbers and addresses are replaced")
    language: str
    asked_at: datetime
    wanted: bool = Field(description="whether the resident asked the team to answer")
    answered_at: datetime | None = Field(description="when the team answered")
    entry_id: str | None = Field(description="the entry that answers it now")
    group: int | None = Field(description="the same for questions that say the same; null before they are sorted")


class GivenAnswer(BaseModel):
    """What the residents are told who asked this: words, or an entry."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"text": "Das Bürgerbüro ist am Freitag zu."}]})

    text: Texts | None = None
    entry_id: EntryId | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> GivenAnswer:
        if bool(self.text) == bool(self.entry_id):
            raise ValueError("give a text or an entry_id")
        return self


class Link(BaseModel):
    """Which entry answers a question from now on."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"entry_id": "angebot-sperrmuell", "phrasing": "Wohin mit dem alten Sofa?"}]}
    )

    entry_id: EntryId
    phrasing: Annotated[Text, Field(max_length=300)] = Field(
        default="", description="what the entry learns; the words of the question, where it is missing"
    )


def router(desk: Desk) -> APIRouter:
    """The calls about questions over a desk."""
    routes = APIRouter(prefix="/api/v1/questions", tags=["questions"], responses=STAFF)
    reading = [Depends(Allowed(desk, Right.ANSWER))]
    answering, linking = (Depends(Doing(desk, Right.ANSWER, "question", deed)) for deed in ("answer", "link"))

    @routes.get("", dependencies=reading)
    async def listed(
        state: QuestionState = QuestionState.OPEN,
        cursor: Annotated[int, Query(ge=0, le=2**62)] = 0,
        limit: Annotated[int, Query(ge=1, le=MOST)] = MOST,
    ) -> Page[Question]:
        """List the questions in a state, oldest first."""
        found = await desk.database.read(learning.listed, state, cursor, limit)
        return page([_shown(one) for one in found], found[-1].id if found else None, limit)

    @routes.get("/{number}", dependencies=reading)
    async def one(number: Number) -> Question:
        """Show one question."""
        return _shown(await desk.database.read(learning.find, number))

    @routes.post("/{number}/answer", responses=RESPONSES)
    async def answer(number: Number, given: GivenAnswer, act: Act = answering) -> Question:
        """Answer whoever asked this, and those who asked the team the same. That closes all of them."""
        words = Answer(given.entry_id, given.text or {})
        who = (act.caller.name, desk.clock.zone, desk.now())
        return _shown(await act.write(learning.answer_question, number, words, *who))

    @routes.post("/{number}/link", responses=RESPONSES)
    async def link(number: Number, wanted: Link, act: Act = linking) -> Question:
        """Teach an entry the words of a question. Whoever asked the team gets the entry."""
        who = (act.caller.name, desk.clock.zone, desk.now())
        noted = act.noting(entry=wanted.entry_id)
        return _shown(await noted.write(learning.link_question, number, wanted.entry_id, *who, wanted.phrasing))

    return routes


def _shown(one: learning.Question) -> Question:
    return Question(
        id=one.id,
        state=one.state,
        text=one.text,
        language=one.language,
        asked_at=one.at,
        wanted=one.is_wanted,
        answered_at=one.answered_at,
        entry_id=one.entry_id,
        group=one.group_id,
    )
