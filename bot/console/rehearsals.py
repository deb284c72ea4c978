"""Drafts on trial: kept a while, for the next question is about the same one; long runs go on in the background."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from bot.desk import Desk
from bot.services import rehearsing
from bot.services.rehearsing import Conflict, Shift, Stage
from knowledge.entry import Entry
from knowledge.record import write_record

log = logging.getLogger(__name__)

MOST_STAGES = 2
"""Drafts on trial at once: each holds a copy of the shelves it changes, some ten megabytes."""

MOST_RUNS = 20
"""Runs, and warnings, that are remembered."""


@dataclass(slots=True)
class Run:
    """Questions whose answer is known, put to the knowledge before and after."""

    total: int = 0
    done: int = 0
    shifts: Sequence[Shift] = ()
    is_over: bool = False
    failed: bool = False
    task: asyncio.Task[None] | None = field(default=None, repr=False)

    @property
    def worse(self) -> list[Shift]:
        """Questions that would be served less well."""
        return [shift for shift in self.shifts if shift.is_worse]

    @property
    def mark(self) -> str:
        """Changes with what would be served less well: who agreed to one thing did not agree to another."""
        return hashlib.sha256(repr(self.worse).encode()).hexdigest()[:16]


class Rehearsals:
    """What was tried lately, over a desk."""

    def __init__(self, desk: Desk):
        self._desk = desk
        self._stages: OrderedDict[str, asyncio.Task[Stage]] = OrderedDict()
        self._runs: OrderedDict[str, Run] = OrderedDict()
        self._conflicts: OrderedDict[str, list[Conflict]] = OrderedDict()

    async def stage(self, draft: Entry) -> Stage:
        """The knowledge of the moment with a draft in its place."""
        key = self._key(draft)
        if key not in self._stages or _has_failed(self._stages[key]):
            # A task, so that two requests at once wait for the same one.
            building = asyncio.to_thread(rehearsing.stage, self._desk.snapshot, draft)
            self._stages[key] = asyncio.create_task(building)
        return await asyncio.shield(_kept(self._stages, key, MOST_STAGES))

    async def conflicts(self, draft: Entry) -> list[Conflict]:
        """The new phrasings of a draft that lead to another entry; takes some hundredths of a second for each."""
        key = self._key(draft)
        if key not in self._conflicts:
            self._conflicts[key] = await asyncio.to_thread(rehearsing.conflicts, self._desk.snapshot, draft)
        return _kept(self._conflicts, key, MOST_RUNS)

    def known_conflicts(self, draft: Entry) -> list[Conflict]:
        """Those of them that were looked for already."""
        return self._conflicts.get(self._key(draft), [])

    async def run(self, draft: Entry, patience: float = 0.1) -> Run:
        """The run of a draft, begun where there is none; waits a moment for its end."""
        key = self._key(draft)
        if key not in self._runs or self._runs[key].failed:
            run = self._runs[key] = Run()
            run.task = asyncio.create_task(self._compare(run, draft))
        run = _kept(self._runs, key, MOST_RUNS)
        if run.task and not run.is_over:
            await asyncio.wait([run.task], timeout=patience)
        return run

    async def _compare(self, run: Run, draft: Entry) -> None:
        try:
            staged = await self.stage(draft)
            golden = await self._desk.database.read(rehearsing.golden_questions, list(staged.entries))
            questions = await asyncio.to_thread(rehearsing.touched, staged, golden)
            run.total = len(questions)

            def progress(done: int) -> None:
                run.done = done

            run.shifts = await asyncio.to_thread(rehearsing.compare, staged, questions, progress)
            run.is_over = True
        except Exception:
            run.failed = True
            log.exception("the questions could not be put to a draft")

    def _key(self, draft: Entry) -> str:
        """Changes with the draft, and with the knowledge around it."""
        snapshot = self._desk.snapshot
        content = json.dumps([snapshot.revision, str(snapshot.day), write_record(draft)], sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()


def _has_failed(task: asyncio.Task[Stage]) -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)


Value = TypeVar("Value")


def _kept(store: OrderedDict[str, Value], key: str, most: int) -> Value:
    """What stands under a key; the oldest others go where there are too many."""
    store.move_to_end(key)
    while len(store) > most:
        store.popitem(last=False)
    return store[key]
