"""Stories of the whole program: every door, a sudden death, an orderly end."""

from __future__ import annotations

import json
import socket
import time
from collections import Counter
from itertools import groupby
from pathlib import Path

import pytest

from tests.fakes.bot_api import BotApi
from tests.fakes.bot_api_chats import Heard
from tests.fakes.bot_api_people import Resident
from tests.journeys.conftest import Program

SENTENCES = {"sofa": "Rufen Sie die EDG an.", "kita": "Im Kita-Portal.", "rad": "Beim Radkurs."}
BY_SENTENCE = {sentence: entry_id for entry_id, sentence in SENTENCES.items()}
QUESTIONS = {"altes sofa": "sofa", "kitaplatz": "kita", "radkurs": "rad", "matratze loswerden": "sofa"}


def answers(resident: Resident) -> list[str]:
    """The entries that a resident was given, in order; the privacy notice and the like do not count."""
    texts = [heard.text for heard in resident.heard]
    return [entry_id for text in texts for sentence, entry_id in BY_SENTENCE.items() if sentence in text]


def asks(resident: Resident, question: str) -> Heard:
    """A resident asks; the first thing that is heard then."""
    before = len(resident.heard)
    resident.writes(question)
    with resident.account.changed:
        assert resident.account.changed.wait_for(lambda: len(resident.heard) > before, 10)
    return resident.heard[before]


def test_every_door_names_the_same_entry(program: Program, telegram: BotApi) -> None:
    program.starts()
    for question, entry_id in (
        ("altes soffa loswerden", "sofa"),
        ("KINDERGARTEN für mein Kind", "kita"),
        ("fahrad fahren lernen", "rad"),
    ):
        web = program.asks(question)["replies"]
        asked = program.does("ask", question, "--json")
        assert asked.returncode == 0, asked.stderr
        heard = asks(telegram.resident(7), question)
        assert isinstance(web, list)
        assert web[0]["entry_id"] == entry_id
        assert json.loads(asked.stdout)["replies"][0]["entry_id"] == entry_id
        assert SENTENCES[entry_id] in heard.text
        assert SENTENCES[entry_id] in web[0]["text"]


def test_sudden_death_in_the_middle_of_200_messages_loses_none(program: Program, telegram: BotApi) -> None:
    program.starts()
    questions = list(QUESTIONS)
    residents = [telegram.resident(number) for number in range(1, 21)]
    telegram.fails("sendMessage", "slow", times=None, seconds=0.05)  # so that death finds it in the middle
    for turn in range(10):
        for resident in residents:
            resident.writes(questions[turn % len(questions)])
    while len(telegram.calls("sendMessage")) < 60:
        time.sleep(0.01)
    program.is_killed()
    in_flight = sum(not call.is_accepted for call in telegram.calls("sendMessage"))
    before = sum(len(answers(resident)) for resident in residents)
    assert before < 200
    program.starts()
    for resident in residents:
        with telegram.changed:
            assert telegram.changed.wait_for(lambda resident=resident: len(answers(resident)) >= 10, 60)
    time.sleep(0.5)  # whatever is sent twice would come now
    heard = sum(len(answers(resident)) for resident in residents)
    assert 200 <= heard <= 200 + 20, f"{heard} answers, {in_flight} in flight"
    # Each resident's answers come in the order of the questions; a repeated one stands beside its twin.
    for resident in residents:
        kinds = answers(resident)
        wanted = [QUESTIONS[question] for question in (questions * 3)[:10]]
        assert [kind for kind, _ in groupby(kinds)] == [kind for kind, _ in groupby(wanted)]
    assert program.stops() == 0


def test_it_stops_when_asked_and_says_so(program: Program) -> None:
    program.starts()
    assert program.stops() == 0
    log = program.log.read_text()
    assert "Stopping." in log
    assert "Traceback" not in log
    assert "ERROR" not in log


def test_strange_messages_get_a_kind_reply_and_leave_no_traceback(program: Program, telegram: BotApi) -> None:
    program.starts()
    strange = [
        "asdkjh qwelkj zzz", "🙂🙂🙂", "'; DROP TABLE entry; --", "<script>alert(1)</script>", "a\x00b\x1b[31m\u202e",
        "x" * 10_000, " \n\t ", "%s %d {0} {{7*7}}", "ﷺ ﷺ", "א" * 500, "?", "der die das",
    ]  # fmt: skip
    session = None
    for text in strange:
        answer = program.asks(text, session)
        session = str(answer["session"])
        replies = answer["replies"]
        assert isinstance(replies, list)
        assert replies
        assert replies[0]["text"].strip()
    resident = telegram.resident(7)
    for text in strange:
        if text.strip() and len(text) <= 4096:
            resident.writes(text.replace("\x00", ""))
            resident.waits_for(1)
    assert "Traceback" not in program.log.read_text()


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"LOTSE_BIND": "8080"}, "LOTSE_BIND: it must be host:port, for example 127.0.0.1:8080."),
        ({"LOTSE_TIMEZONE": "Europe/Dortmund"}, "LOTSE_TIMEZONE: there is no such time zone"),
        ({"LOTSE_DATABASE_URL": "mysql://localhost/x"}, "LOTSE_DATABASE_URL: only SQLite and PostgreSQL are supported"),
        ({"LOTSE_TELEGRAM_TOKEN": "secret"}, "LOTSE_TELEGRAM_TOKEN: it does not look like a token"),
        ({"LOTSE_DATA_DIR": "/dev/null/data"}, "LOTSE_DATA_DIR: cannot use /dev/null/data"),
    ],
)
def test_a_wrong_setting_ends_the_start_with_one_plain_sentence(
    tmp_path: Path, settings: dict[str, str], sentence: str
) -> None:
    done = Program(tmp_path, **settings).does("run")
    assert done.returncode == 1
    assert done.stderr.startswith(sentence)
    assert done.stderr.count("\n") == 1
    assert settings.get("LOTSE_TELEGRAM_TOKEN", "-") not in done.stderr.replace("LOTSE_TELEGRAM_TOKEN", "")


def test_a_token_that_telegram_does_not_know_ends_the_start(program: Program, tmp_path: Path, telegram: BotApi) -> None:
    done = Program(tmp_path, LOTSE_TELEGRAM_TOKEN="123456:wrong", LOTSE_TELEGRAM_API_URL=telegram.url).does("run")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "LOTSE_TELEGRAM_TOKEN: Telegram does not accept this token"
    assert "Traceback" not in done.stderr
    telegram.complaints.clear()


def test_a_taken_port_ends_the_start_and_loses_nothing(program: Program, telegram: BotApi) -> None:
    host, _, port = program.address.rpartition(":")
    with socket.create_server((host, int(port))):
        done = program.does("run")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(f"LOTSE_BIND: cannot listen on {program.address}")
    assert "Traceback" not in done.stderr
    counted = Counter(line.split(":")[0] for line in program.does("import", "town.yaml").stdout.splitlines())
    assert counted["Imported"] == 1
    assert "3 unchanged" in program.does("import", "town.yaml").stdout
