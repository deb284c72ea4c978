"""The command `lotse`, run in this process."""

from __future__ import annotations

import json
import re
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from tests.fakes.mail_server import mail_server

TOWN = """- id: bad
  kind: offer
  title: {de: Freibad}
  text: {de: Das Bad hat offen.}
  phrasings: {de: [Wo kann man schwimmen?, Planschbecken für Kinder, Wann macht das Schwimmbad auf?]}
- id: markt
  kind: event
  title: {de: Wochenmarkt}
  text: {de: Der Markt ist am Freitag.}
  phrasings: {de: [Wo gibt es frisches Gemüse?, Wann ist Markt?, Obst und Blumen kaufen]}
"""
QUESTIONS = [
    {"lang": "de", "text": "schwimmen gehen", "expect": "bad"},
    {"text": "gemüse kaufen", "expect": "markt", "also": ["bad"], "style": "plain"},
    {"lang": "de", "text": "wer hat die glühbirne erfunden", "expect": None},
]
LINE_KEYS = ["text", "lang", "detected", "expect", "decision", "answers", "ms"]
SUMMARY_KEYS = [
    "questions", "top1", "top3", "mrr", "answered", "precision", "coverage_at_95", "decline_auroc", "ms_p50", "ms_p99",
    "build_s",
]  # fmt: skip


@pytest.fixture
def lotse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lotse:
    """The command in a folder with a town's knowledge and questions."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "town.yaml").write_text(TOWN, encoding="utf-8")
    (tmp_path / "questions.jsonl").write_text("".join(json.dumps(each) + "\n" for each in QUESTIONS), encoding="utf-8")
    return Lotse(tmp_path)


class Lotse:
    """Runs one command after the other on the same data folder."""

    def __init__(self, folder: Path):
        self._environment = {
            "LOTSE_DATA_DIR": str(folder / "data"),
            "LOTSE_DATABASE_URL": "",
            "LOTSE_TELEGRAM_TOKEN": "",
        }

    def __call__(self, *arguments: str, exits: int = 0) -> Result:
        result = CliRunner().invoke(main, arguments, env=self._environment)
        assert result.exit_code == exits, (result.output, result.exception)
        return result


@pytest.mark.parametrize("command", ["", "run", "ask", "evaluate", "import", "export", "doctor"])
def test_every_command_explains_itself(lotse: Lotse, command: str) -> None:
    shown = lotse(*filter(None, [command]), "--help").stdout
    assert "Usage:" in shown
    assert len(shown.splitlines()) > 3


@pytest.mark.parametrize("arguments", [("fly",), ("ask",), ("run", "--only", "cellar"), ("evaluate",)])
def test_wrong_usage_exits_with_2(lotse: Lotse, arguments: tuple[str, ...]) -> None:
    lotse(*arguments, exits=2)


def test_ask_answers_on_the_terminal_and_explains(lotse: Lotse) -> None:
    lotse("import", "town.yaml")
    shown = lotse("ask", "wo kann ich schwimen", "--explain").stdout
    assert shown.startswith("Freibad\n\nDas Bad hat offen.")
    assert "decision answer" in shown
    assert "nearest: Wo kann man schwimmen?" in shown


def test_ask_gives_json(lotse: Lotse) -> None:
    lotse("import", "town.yaml")
    line = json.loads(lotse("ask", "frisches gemüse", "--json").stdout)
    assert list(line) == [*LINE_KEYS, "replies"]
    assert line["answers"][0]["id"] == "markt"
    (reply,) = line["replies"]
    assert reply["text"].startswith("Wochenmarkt")
    assert (reply["decision"], reply["entry_id"]) == ("answer", "markt")
    assert [button["label"] for button in reply["buttons"]][-2:] == ["Menü", "Mensch fragen"]


@pytest.mark.parametrize(
    ("text", "beginning", "buttons"),
    [
        ("schwimmen gehen", "Freibad\n\nDas Bad hat offen.", ["👍 Hilfreich", "👎 Nicht hilfreich"]),
        ("wer hat die glühbirne erfunden", "Das weiß ich leider nicht.", ["Ja, das Team fragen"]),
        ("Hilfe, es brennt!", "Rufen Sie jetzt an: 112\n", []),
        ("/start", "Guten Tag!", ["🌐 Sprache / Language"]),
        ("/mydata", "Über Sie ist nichts gespeichert.", []),
        ("", "Ich kann nur Text lesen.", []),
    ],
    ids=["answer", "decline", "emergency", "command", "data", "nothing"],
)
def test_ask_prints_what_a_stranger_would_read(lotse: Lotse, text: str, beginning: str, buttons: list[str]) -> None:
    lotse("import", "town.yaml")
    shown = lotse("ask", text).stdout
    assert shown.startswith(beginning)
    assert re.findall(r"^  - (.*)$", shown, re.MULTILINE) == [*buttons, "Menü", "Mensch fragen"]


def test_ask_answers_in_the_language_that_is_named(lotse: Lotse) -> None:
    lotse("import", "town.yaml")
    assert "  - Ask a person" in lotse("ask", "Freibad", "--lang", "en").stdout


def test_asking_on_the_terminal_leaves_nothing_behind(lotse: Lotse, tmp_path: Path) -> None:
    lotse("import", "town.yaml")
    lotse("ask", "wer hat die glühbirne erfunden")
    with sqlite3.connect(tmp_path / "data" / "lotse.sqlite3") as database:
        tables = ("conversation", "turn", "question", "inbox")
        counts = [database.execute(f"SELECT count(*) FROM {table}").fetchone() for table in tables]  # noqa: S608
    database.close()
    assert counts == [(0,)] * len(tables)


def test_evaluate_writes_a_line_a_question_and_a_summary_without_a_database(lotse: Lotse, tmp_path: Path) -> None:
    arguments = ("evaluate", "--knowledge", "town.yaml", "--questions", "questions.jsonl")
    summary = json.loads(lotse(*arguments, "--output", "out.jsonl", "--json").stdout)
    assert [key for key in summary if key != "calibration"] == SUMMARY_KEYS
    assert (summary["questions"], summary["top1"], summary["top3"]) == (3, 1.0, 1.0)
    assert summary["calibration"]["de"]["asked"] == 0
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [list(line) for line in lines] == [LINE_KEYS] * 3
    assert [line["lang"] for line in lines] == ["de", None, "de"]
    assert [line["detected"] for line in lines] == ["de"] * 3
    assert lines[0]["answers"][0]["id"] == "bad"
    assert 0 < lines[0]["answers"][0]["score"] <= 1
    assert {answer["id"] for line in lines for answer in line["answers"]} <= {"bad", "markt"}
    assert not (tmp_path / "data").exists()


def test_evaluate_reads_its_own_export_in_every_format(lotse: Lotse) -> None:
    lotse("import", "town.yaml")
    for name in ("out.yaml", "out.jsonl", "out.csv", "out.xlsx"):
        lotse("export", name)
        shown = lotse("evaluate", "--knowledge", name, "--questions", "questions.jsonl", "--json").stdout
        assert json.loads(shown)["top1"] == 1.0


def test_evaluate_names_questions_whose_entry_is_not_in_the_file(lotse: Lotse, tmp_path: Path) -> None:
    (tmp_path / "more.jsonl").write_text('{"text": "burg", "expect": "castle"}\n')
    result = lotse("evaluate", "--knowledge", "town.yaml", "--questions", "more.jsonl")
    assert "castle" in result.stderr


def test_importing_twice_changes_nothing(lotse: Lotse) -> None:
    assert "Imported: 2 new, 0 changed, 0 unchanged." in lotse("import", "town.yaml").stdout
    assert "Imported: 0 new, 0 changed, 2 unchanged." in lotse("import", "town.yaml").stdout


def test_a_dry_run_says_what_would_change_and_changes_nothing(lotse: Lotse) -> None:
    shown = lotse("import", "town.yaml", "--dry-run").stdout
    assert "new: bad" in shown
    assert "Nothing was written; the import would give 2 new" in shown
    assert "Imported: 2 new" in lotse("import", "town.yaml").stdout


def test_a_file_with_mistakes_is_refused_whole_and_every_mistake_is_named(lotse: Lotse, tmp_path: Path) -> None:
    broken = TOWN + "- id: tag\n  title: {de: Tag}\n  valid_to: morgen\n- title: {de: Ohne Namen}\n"
    (tmp_path / "broken.yaml").write_text(broken, encoding="utf-8")
    result = lotse("import", "broken.yaml", exits=1)
    first, second = result.stderr.splitlines()
    assert first.startswith("broken.yaml: line 11, entry tag, field valid_to:")
    assert second.startswith("broken.yaml: line 14, field id:")
    assert "2 new" in lotse("import", "town.yaml").stdout


def test_what_is_unknown_in_a_file_is_kept_and_named(lotse: Lotse, tmp_path: Path) -> None:
    (tmp_path / "odd.jsonl").write_text('{"id": "x", "kind": "museum", "title": "Zeche", "guide": {"fee": 3}}\n')
    shown = lotse("import", "odd.jsonl").stdout
    assert "kind 'museum' is unknown here; it is kept" in shown
    assert "field 'guide' is unknown here; it is kept" in shown
    lotse("export", "again.jsonl")
    assert json.loads((tmp_path / "again.jsonl").read_text()) == {
        "id": "x", "kind": "museum", "title": {"de": "Zeche"}, "guide": {"fee": 3}
    }  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("import", "missing.yaml"), "missing.yaml: No such file or directory\n"),
        (("import", "questions.txt"), "questions.txt: "),
        (("export", "nowhere/out.yaml"), "nowhere/out.yaml: No such file or directory\n"),
        (("export", "out.pdf"), "cannot tell the format of 'out.pdf'"),
        (("evaluate", "--knowledge", "town.yaml", "--questions", "missing.jsonl"), "missing.jsonl: No such file"),
    ],
)
def test_what_fails_is_one_plain_sentence(lotse: Lotse, arguments: tuple[str, ...], sentence: str) -> None:
    result = lotse(*arguments, exits=1)
    assert result.stderr.startswith(sentence)
    assert "Traceback" not in result.output


def test_doctor_finds_a_new_installation_wanting_and_a_used_one_well(lotse: Lotse) -> None:
    assert "FAULT migrations" in lotse("doctor", exits=1).stdout
    lotse("import", "town.yaml")
    shown = lotse("doctor").stdout
    assert "FAULT" not in shown
    for subject in ("settings", "database", "migrations", "telegram", "mail", "disk", "clock"):
        assert f"ok    {subject}" in shown


def test_doctor_tells_how_the_mail_server_is_reached_and_why_it_is_not(
    lotse: Lotse, monkeypatch: pytest.MonkeyPatch
) -> None:
    lotse("import", "town.yaml")
    with mail_server() as server:
        monkeypatch.setenv("LOTSE_SMTP_URL", server.url)
        assert re.search(f"ok    mail +127.0.0.1:{server.port}, not encrypted, ", lotse("doctor").stdout)
        monkeypatch.setenv("LOTSE_SMTP_URL", server.url.replace("smtp:", "smtps:"))
        shown = lotse("doctor", exits=1).stdout
    assert re.search("FAULT mail +LOTSE_SMTP_URL: 127.0.0.1:[0-9]+ does not encrypt from the start", shown)


def test_the_starter_knowledge_answers_the_readme_question(lotse: Lotse) -> None:
    shown = lotse("ask", "Mein altes Sofa muss weg").stdout
    assert shown.startswith("Sperrmüll")
