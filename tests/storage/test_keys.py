"""Sealing, pseudonyms, and the file that holds the secret."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.storage.keys import KeyFault, Keys, load_keys

ONE, OTHER = Keys(b"1" * 32), Keys(b"2" * 32)
ROOT = Path(__file__).resolve().parents[2]

LOAD = """
import sys
from pathlib import Path
from bot.storage.keys import load_keys
print("ready", flush=True)
sys.stdin.readline()
print(load_keys(Path(sys.argv[1])).name("web", "probe"))
"""


@given(st.text())
def test_what_was_sealed_can_be_opened(words: str) -> None:
    assert ONE.open(ONE.seal(words)) == words


def test_a_sealed_text_does_not_show_what_it_says() -> None:
    assert b"Zwergpinguin" not in ONE.seal("Zwergpinguin")
    assert ONE.seal("Zwergpinguin") != ONE.seal("Zwergpinguin")


def test_another_key_cannot_open_it() -> None:
    with pytest.raises(KeyFault):
        OTHER.open(ONE.seal("Zwergpinguin"))


@pytest.mark.parametrize(
    "sealed",
    [b"", b"nonsense", b"\xff\x00", ONE.seal("a")[:-1], ONE.seal("a")[:-5] + b"AAAA="],
    ids=["empty", "nonsense", "no text", "cut short", "forged"],  # the same in every process of a test run
)
def test_what_was_changed_cannot_be_opened(sealed: bytes) -> None:
    with pytest.raises(KeyFault):
        ONE.open(sealed)


def test_a_resident_keeps_the_pseudonym_on_a_channel() -> None:
    assert ONE.name("telegram", "7") == ONE.name("telegram", "7") == Keys(b"1" * 32).name("telegram", "7")


def test_a_pseudonym_is_64_digits_without_the_address() -> None:
    name = ONE.name("telegram", "4711")
    assert len(name) == 64
    assert set(name) <= set("0123456789abcdef")


def test_channels_residents_and_keys_have_different_pseudonyms() -> None:
    names = {keys.name(*who) for keys in (ONE, OTHER) for who in (("telegram", "7"), ("web", "7"), ("web", "8"))}
    assert len(names) == 6


def test_the_key_file_is_made_once_and_for_this_user_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        first = load_keys(tmp_path)
    finally:
        os.umask(before)
    (file,) = tmp_path.iterdir()  # and no draft stays behind
    content = file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o600
    assert load_keys(tmp_path).open(first.seal("x")) == "x"
    assert file.read_bytes() == content


def test_two_installations_have_different_keys(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    assert load_keys(tmp_path / "one").name("web", "7") != load_keys(tmp_path / "two").name("web", "7")


@pytest.mark.parametrize("content", [b"", b"short", b"QUJD", b"\xff\xfe\x00", b"!" * 44, b"A" * 64, b"A" * 43])
def test_a_damaged_key_file_is_named_and_not_replaced(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "secret.key"
    file.write_bytes(content)
    with pytest.raises(KeyFault, match=r"secret\.key"):
        load_keys(tmp_path)
    assert file.read_bytes() == content


def test_a_folder_that_is_missing_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="missing"):
        load_keys(tmp_path / "missing")


def test_a_draft_left_by_a_crash_does_not_stop_the_next_start(tmp_path: Path) -> None:
    # In a container every start has the same process id.
    (tmp_path / f"secret.{os.getpid()}").write_bytes(b"half")
    assert load_keys(tmp_path).name("web", "7") == load_keys(tmp_path).name("web", "7")


def test_threads_that_race_for_the_first_key_agree(tmp_path: Path) -> None:
    for attempt in range(5):
        folder = tmp_path / str(attempt)
        folder.mkdir()
        start = threading.Barrier(8)

        def load(folder: Path = folder, start: threading.Barrier = start) -> str:
            start.wait()
            return load_keys(folder).name("web", "probe")

        with ThreadPoolExecutor(8) as threads:
            names = [loading.result() for loading in [threads.submit(load) for _ in range(8)]]
        assert len(set(names)) == 1


def test_processes_that_race_for_the_first_key_agree(tmp_path: Path) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", LOAD, str(tmp_path)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    names = {process.communicate(timeout=30)[0].strip() for process in processes}
    assert names == {load_keys(tmp_path).name("web", "probe")}
    assert [file.name for file in tmp_path.iterdir()] == ["secret.key"]
