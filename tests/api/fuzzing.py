"""Calls that the API's description allows, and calls that it does not; what comes back must be as described."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks
from schemathesis.config import SchemathesisConfig
from schemathesis.python import asgi
from schemathesis.schemas import APIOperation

from bot.api.app import ADDRESS
from bot.domain.broadcasts import Audience
from bot.services import broadcasts, events, topics
from bot.services.audiences import Plan
from bot.services.events import Draft
from tests.conftest import TestTown

CONFIG = {
    # Who may call what is tested apart (test_access.py); parameters that a call does not know are nothing to it.
    "generation": {"with-security-parameters": False, "allow-extra-parameters": False},
    "checks": {
        # What is as described can still break a rule: a town without subscribers, an event in the past.
        "positive_data_acceptance": {"expected-statuses": ["2xx", "401", "403", "404", "409", "412", "422", "429"]},
    },
}

THERE = {"number": 1, "entry_id": "sofa", "ending": "csv"}
"""What `furnish` makes, by the names of the parameters in paths."""


async def furnish(town: TestTown) -> None:
    """One of everything that calls can be about."""
    await town.knows("Sofa", answer="EDG.", entry_id="sofa")
    now = town.now()
    forum = Draft({"de": "Forum"}, now + timedelta(days=7), topics=("feste",), participation=True)
    with town.database.writing() as db:
        topics.create(db, {"de": "Feste"}, "feste")
        events.create(db, forum, town.desk.clock, now)
        broadcasts.create(db, Plan({"de": "Hoffest"}, Audience()), now)
    for text in ("/subscribe feste", "/register 1 2"):
        await town.desk.receive_web("s" * 30, text=text)


def plausible(body: dict[str, Any]) -> dict[str, Any]:
    """A body with what chance hardly finds: moments to come, what there is."""
    known: dict[str, Any] = {"topics": ["feste"], "languages": ["de"], "event_id": 1, "entry_id": "sofa"}
    known |= {"starts_at": "2026-07-01T16:00:00Z", "ends_at": "2026-07-01T18:00:00Z"}
    known |= {"send_at": "2026-06-30T10:00:00Z", "not_after": "2026-06-30T12:00:00Z", "reminders": ["P1D", "MORNING"]}
    return body | {name: known[name] for name in body if name in known}


class Fuzzer:
    """Calls every operation of an app, with a token."""

    def __init__(self, app: FastAPI, headers: dict[str, str], *, is_repeatable: bool):
        """`is_repeatable`: every run makes the same calls."""
        load_all_checks()
        self.schema = schemathesis.openapi.from_asgi(ADDRESS, app, config=SchemathesisConfig.from_dict(CONFIG))
        self.app, self.headers, self.is_repeatable = app, headers, is_repeatable
        self.statuses: Counter[str] = Counter()
        """How often each operation gave each status."""

    def operations(self) -> Iterator[APIOperation]:
        """Every call of the description."""
        for found in self.schema.get_all_operations():
            yield found.ok()

    def calls(self, operation: APIOperation, mode: GenerationMode, examples: int) -> None:
        """Make some calls, half of them about what is there; raises where an answer is not as described."""
        names = {each.name for each in operation.path_parameters}
        known = {name: value for name, value in THERE.items() if name in names}
        if known:
            self._calls(operation, mode, examples // 2, path_parameters=known)
        self._calls(operation, mode, examples - examples // 2 if known else examples)

    def _calls(self, operation: APIOperation, mode: GenerationMode, examples: int, **fixed: Any) -> None:

        @settings(
            max_examples=examples,
            database=None,
            derandomize=self.is_repeatable,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
        )
        @given(operation.as_strategy(generation_mode=mode, **fixed))
        def call(case: Any) -> None:
            if mode is GenerationMode.POSITIVE and isinstance(case.body, dict):
                case.body = plausible(case.body)
            with self._client() as client:
                response = case.call(session=client, headers=self.headers)
            self.statuses[f"{operation.label} {response.status_code}"] += 1
            case.validate_response(response, headers=self.headers)

        with suppress(Unsatisfiable):  # some calls cannot be made in a wrong way
            call()

    @contextmanager
    def _client(self) -> Iterator[Any]:
        with asgi.get_client(self.app) as client:
            yield client
