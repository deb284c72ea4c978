"""Ten thousand calls of the API: what its description allows, and what it does not.

Prints what came back how often. Ends with the first answer that is not as described, and the call that gave it.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from schemathesis import GenerationMode

from bot.domain.staff import Role
from bot.server import create_app
from bot.storage import migrations
from bot.storage.database import Database
from bot.storage.keys import Keys
from tests.api.fuzzing import Fuzzer, furnish
from tests.api.office import shows
from tests.conftest import TestTown, ToldTime

CALLS = 10_000


def measure() -> None:
    """Make the calls, as many for each operation; prints the counts."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'lotse.sqlite3'}", Keys(b"a secret for this run"))
        migrations.migrate(database)
        town = TestTown(database, Path(folder), ToldTime())
        asyncio.run(furnish(town))
        fuzzer = Fuzzer(create_app(town.desk, "bench"), shows(town, Role.ADMIN), is_repeatable=False)
        started = time.perf_counter()
        while (missing := CALLS - fuzzer.statuses.total()) > 0:
            _call_everything(fuzzer, missing)
        _report(fuzzer.statuses, time.perf_counter() - started)
        database.close()


def _call_everything(fuzzer: Fuzzer, missing: int) -> None:
    operations = list(fuzzer.operations())
    examples = max(2, missing // (len(operations) * len(GenerationMode)))
    for operation in operations:
        for mode in GenerationMode:
            fuzzer.calls(operation, mode, examples)
            print(f"\r{fuzzer.statuses.total():>6} calls", end="", file=sys.stderr)


def _report(statuses: Counter[str], seconds: float) -> None:
    print(file=sys.stderr)
    for label, count in sorted(statuses.items()):
        print(f"{count:>6}  {label}")
    broken = sum(count for label, count in statuses.items() if label.rpartition(" ")[2].startswith("5"))
    print(f"{statuses.total()} calls in {seconds:.0f} s, {broken} of them answered with 5xx")
