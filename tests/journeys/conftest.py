"""The whole program as a process of its own, started as an administrator starts it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.fakes.bot_api import BotApi

KNOWLEDGE = """
- id: sofa
  kind: offer
  title: {de: Sperrmüll}
  text: {de: Rufen Sie die EDG an.}
  phrasings: {de: [Mein altes Sofa muss weg, Wer holt alte Möbel ab?, Matratze loswerden]}
- id: kita
  kind: offer
  title: {de: Kita anmelden}
  text: {de: Im Kita-Portal.}
  phrasings: {de: [Wo finde ich einen Kitaplatz?, Kindergarten für meine Tochter, Betreuung ab zwei Jahren]}
- id: rad
  kind: event
  title: {de: Radkurs}
  text: {de: Beim Radkurs.}
  phrasings: {de: [Wo kann ich Fahrrad fahren lernen?, Radeln für Anfänger]}
"""


class Program:
    """`lotse` in a data folder of its own."""

    def __init__(self, folder: Path, **settings: str):
        self.folder = folder
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.address = f"127.0.0.1:{probe.getsockname()[1]}"
        self._environment = {name: value for name, value in os.environ.items() if not name.startswith("LOTSE_")}
        self._environment |= {"LOTSE_DATA_DIR": str(folder / "data"), "LOTSE_BIND": self.address, **settings}
        self._process: subprocess.Popen[bytes] | None = None
        self.log = folder / "log.txt"

    def does(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one command to its end."""
        command = [sys.executable, "-m", "bot", *arguments]
        return subprocess.run(
            command, env=self._environment, cwd=self.folder, capture_output=True, text=True, check=False, timeout=120
        )

    def starts(self, *arguments: str) -> None:
        """Serve, and wait until it can."""
        with self.log.open("ab") as log:
            command = [sys.executable, "-m", "bot", "run", *arguments]
            self._process = subprocess.Popen(command, env=self._environment, cwd=self.folder, stdout=log, stderr=log)
        for _ in range(600):
            if self._process.poll() is not None:
                raise AssertionError(f"it ended with {self._process.returncode}:\n{self.log.read_text()}")
            try:
                if httpx.get(f"http://{self.address}/readyz").status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.05)
        raise AssertionError(f"it was never ready:\n{self.log.read_text()}")

    def is_killed(self) -> None:
        """kill -9: no chance to tidy up."""
        assert self._process
        self._process.kill()
        self._process.wait()
        self._process = None

    def stops(self) -> int:
        """SIGTERM, as a service manager sends it; the exit status."""
        assert self._process
        self._process.send_signal(signal.SIGTERM)
        status = self._process.wait(timeout=30)
        self._process = None
        return status

    def asks(self, text: str, session: str | None = None) -> dict[str, object]:
        """One message to the web chat."""
        body = {"text": text} | ({"session": session} if session else {})
        answer = httpx.post(f"http://{self.address}/api/v1/chat", json=body, timeout=20)
        assert answer.status_code == 200, answer.text
        result: dict[str, object] = answer.json()
        return result

    def ends(self) -> None:
        """Leave nothing running."""
        if self._process:
            self.is_killed()


@pytest.fixture
def program(tmp_path: Path, telegram: BotApi) -> Iterator[Program]:
    """The program with a small knowledge, connected to the fake Telegram; not started."""
    made = Program(tmp_path, LOTSE_TELEGRAM_TOKEN=telegram.token, LOTSE_TELEGRAM_API_URL=telegram.url)
    (tmp_path / "town.yaml").write_text(KNOWLEDGE, encoding="utf-8")
    imported = made.does("import", "town.yaml")
    assert imported.returncode == 0, imported.stderr
    yield made
    made.ends()
