"""From a resident's message to the reply, inside the process: web chat over its whole stack, and the desk alone."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
import numpy as np

from bot import main, server
from bot.domain.messages import Incoming
from bot.services.starter import CONTENT
from bot.settings import Settings
from knowledge import read_questions

ROUNDS = 300


def measure() -> None:
    """Print the times of answering the quarter's golden questions on SQLite."""
    asyncio.run(_measure())


async def _measure() -> None:
    questions = [question.text for question in read_questions((CONTENT / "golden" / "de.jsonl").read_bytes())][:ROUNDS]
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(_env_file=None, data_dir=Path(folder))
        with main.open_furnished(settings) as database, main.open_desk(settings, database) as desk:
            await desk.refresh()

            async def ask_desk(text: str) -> None:
                await desk.receive(Incoming("web", "somebody in a browser", f"{text}/{time.perf_counter()}", text=text))

            transport = httpx.ASGITransport(server.create_app(desk, "0"))
            async with httpx.AsyncClient(transport=transport, base_url="http://lotse") as client:

                async def ask_web(text: str) -> None:
                    (await client.post("/api/v1/chat", json={"text": text})).raise_for_status()

                print(f"{'way':<20} {'p50 ms':>7} {'p99 ms':>7}")
                await _time("desk", ask_desk, questions)
                await _time("POST /api/v1/chat", ask_web, questions)


async def _time(name: str, ask: Callable[[str], Awaitable[None]], questions: list[str]) -> None:
    times = []
    for text in questions:
        started = time.perf_counter()
        await ask(text)
        times.append((time.perf_counter() - started) * 1000)
    print(f"{name:<20} {np.percentile(times, 50):>7.2f} {np.percentile(times, 99):>7.2f}")
