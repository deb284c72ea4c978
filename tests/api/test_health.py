"""Whether this process lives, and whether it can serve."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from bot.desk import Desk
from bot.services.indexing import ShelfCache, build_here
from bot.storage import migrations
from bot.storage.database import Database
from bot.storage.keys import Keys
from tests.api.conftest import client_of
from tests.conftest import BERLIN, TestTown, ToldTime


def desk_over(database: Database, folder: Path, now: ToldTime) -> Desk:
    return Desk(database, BERLIN, ShelfCache(folder / "cache", build_here), now)


def broken_urls(folder: Path) -> dict[str, str]:
    """Databases that cannot be used."""
    (folder / "directory").mkdir()
    (folder / "damaged").write_bytes(b"this is no database " * 1_000)
    return {
        "a directory": f"sqlite:///{folder / 'directory'}",
        "a damaged file": f"sqlite:///{folder / 'damaged'}",
        "no server": f"postgresql+psycopg://nobody@/lotse?host={folder}",
    }


async def test_a_process_that_serves_is_alive_and_ready(client: httpx.AsyncClient) -> None:
    alive, ready = await client.get("/healthz"), await client.get("/readyz")
    assert (alive.status_code, alive.json()) == (200, {"status": "alive"})
    checks = {"database": "ok", "migrations": "ok", "index": "ok", "telegram": "off"}
    assert (ready.status_code, ready.json()) == (200, {"status": "ready", "checks": checks})


async def test_before_the_first_refresh_it_is_alive_but_not_ready(town: TestTown) -> None:
    async with client_of(town.desk) as client:
        assert (await client.get("/healthz")).status_code == 200
        ready = await client.get("/readyz")
        assert (ready.status_code, ready.json()["checks"]["index"]) == (503, "not loaded")
        await town.desk.refresh()
        assert (await client.get("/readyz")).status_code == 200


@pytest.mark.parametrize("kind", ["a directory", "a damaged file", "no server"])
async def test_with_a_broken_database_it_is_alive_but_not_ready(
    tmp_path: Path, keys: Keys, now: ToldTime, kind: str
) -> None:
    database = Database(broken_urls(tmp_path)[kind], keys)
    async with client_of(desk_over(database, tmp_path, now)) as client:
        assert (await client.get("/healthz")).status_code == 200
        ready = await client.get("/readyz")
        assert (ready.status_code, ready.json()["checks"]["database"]) == (503, "out of reach")
        assert str(tmp_path) not in ready.text
    database.close()


async def test_a_database_that_is_behind_is_not_ready(sqlite_database: Database, tmp_path: Path, now: ToldTime) -> None:
    desk = desk_over(sqlite_database, tmp_path, now)
    await desk.refresh()
    migrations.migrate(sqlite_database, "base")
    async with client_of(desk) as client:
        ready = await client.get("/readyz")
        assert (ready.status_code, ready.json()["checks"]["migrations"]) == (503, "pending")


async def test_a_database_that_comes_back_is_ready_again(client: httpx.AsyncClient, town: TestTown) -> None:
    file = Path(str(town.database.engine.url.database))
    town.database.close()
    away = file.rename(file.with_suffix(".away"))
    file.mkdir()
    assert (await client.get("/readyz")).status_code == 503
    file.rmdir()
    away.rename(file)
    assert (await client.get("/readyz")).status_code == 200
