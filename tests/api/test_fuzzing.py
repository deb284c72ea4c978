"""Some hundred calls that the API's description allows, and as many that it does not."""

from __future__ import annotations

import pytest
from schemathesis import GenerationMode

from bot.domain.staff import Role
from bot.server import create_app
from tests.api.fuzzing import Fuzzer, furnish
from tests.api.office import shows
from tests.conftest import TestTown

EXAMPLES = 4
"""Of each call; bench/fuzz.py makes ten thousand."""


@pytest.fixture
async def fuzzer(town: TestTown) -> Fuzzer:
    await furnish(town)
    return Fuzzer(create_app(town.desk, "1.2.3"), shows(town, Role.ADMIN), is_repeatable=True)


@pytest.mark.parametrize("mode", GenerationMode, ids=lambda mode: mode.value)
def test_every_answer_is_as_described(fuzzer: Fuzzer, mode: GenerationMode) -> None:
    for operation in fuzzer.operations():
        fuzzer.calls(operation, mode, EXAMPLES)
    assert sum(fuzzer.statuses.values()) > 50
    assert {status.partition(" ")[0] for status in fuzzer.statuses} == {"GET", "POST", "PUT", "PATCH", "DELETE"}
