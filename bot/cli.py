"""The command `lotse` (contract: commands), one function each.

Exit status: 0 done, 1 the work failed (one plain sentence on stderr), 2 wrong usage.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from bot import office
from bot.domain.errors import EnquiryError
from bot.settings import Settings, SettingsError, read_settings
from knowledge import FaultyFile, Report, build_index, evaluate, files, read_entries, read_questions
from knowledge.entry import Entry, EntryError, GoldenQuestion

Read = TypeVar("Read")


class Failure(click.ClickException):
    """The work failed: one plain sentence on stderr, exit status 1."""

    def show(self, file: Any = None) -> None:
        """Print the sentence, without a traceback."""
        click.echo(self.message, file=file or sys.stderr)


@contextmanager
def plainly() -> Iterator[None]:
    """Turn what can go wrong into one plain sentence each."""
    try:
        yield
    except (SettingsError, EnquiryError, FaultyFile, EntryError) as fault:
        raise Failure(str(fault)) from fault


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="quartierslotse", prog_name="lotse")
def main() -> None:
    """Quartierslotse: residents ask in their messenger and read what staff published."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    for chatty in ("httpx", "alembic", "telegram", "uvicorn"):
        # httpx would log addresses with the bot's token in them.
        logging.getLogger(chatty).setLevel(logging.WARNING)
    # A tick that takes longer than its interval is normal, and bot.clock logs those that fail.
    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)


@main.command()
@click.option("--only", metavar="ROLES", help="Run some roles: web, telegram, worker (separated by commas).")
def run(only: str | None) -> None:
    """Migrate, load the starter knowledge into an empty database, and serve until Ctrl-C."""
    from bot import main as program

    roles = frozenset(only.split(",")) if only else frozenset(program.ROLES)
    if unknown := roles - set(program.ROLES):
        raise click.BadParameter(
            f"{', '.join(sorted(unknown))}: there is only {', '.join(program.ROLES)}", param_hint="--only"
        )
    with plainly():
        asyncio.run(program.run(_settings(), roles, click.echo))


@main.command()
@click.argument("text")
@click.option("--lang", help="Language of the question, like de; found out where it is not given.")
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON.")
@click.option("--explain", is_flag=True, help="Show what spoke for each entry.")
def ask(text: str, lang: str | None, as_json: bool, explain: bool) -> None:
    """Answer one question on the terminal."""
    from bot import main as program
    from bot import terminal

    with plainly():
        settings = _settings()
    with plainly(), program.open_furnished(settings) as database, program.open_desk(settings, database) as desk:
        asyncio.run(desk.refresh())
        asked = terminal.ask(desk.snapshot, text, lang, time.perf_counter, program.now())
        if as_json:
            click.echo(json.dumps(asked.record(), ensure_ascii=False))
            return
        for reply in asked.replies:
            click.echo(terminal.form(reply))
        if explain:
            click.echo("\n" + terminal.explanation(asked, desk.snapshot.index))


@main.command(name="evaluate")
@click.option(
    "--knowledge", required=True, type=click.Path(path_type=Path), help="Entries: .jsonl, .yaml, .csv or .xlsx."
)
@click.option("--questions", required=True, type=click.Path(path_type=Path), help="Golden questions: .jsonl.")
@click.option("--output", type=click.Path(path_type=Path), help="Write one line of JSON for each question.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
def evaluate_command(knowledge: Path, questions: Path, output: Path | None, as_json: bool) -> None:
    """Measure matching on any knowledge and question files, without touching the database."""
    with plainly():
        entries = _read_entries(knowledge)
        golden = _read_questions(questions, entries)
        started = time.perf_counter()
        index = build_index(entry for entry in entries if entry.state.value == "published")
        built = time.perf_counter() - started
        with _progress(golden) as steps:
            report = evaluate(index, steps, time.perf_counter, build_seconds=built)
    if output:
        lines = "".join(json.dumps(verdict.record(), ensure_ascii=False) + "\n" for verdict in report.verdicts)
        _write(output, lines.encode())
    click.echo(json.dumps(report.summary() | {"calibration": report.calibration}) if as_json else _report(report))


@main.command(name="import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
def import_command(file: Path, dry_run: bool) -> None:
    """Put the entries of a file into the database: new ones are added, known ids replaced, or nothing at all."""
    from bot import main as program
    from bot.office.opening import mark
    from bot.services import audit, library

    noted = mark("entry", "import", file.name, lambda made: {"added": len(made.added), "changed": len(made.changed)})
    with plainly():
        entries = _read_entries(file)
        with program.open_migrated(_settings()) as database, database.writing() as db:
            remarks = files.remarks(entries, library.entry_ids(db))
            imported = audit.record(db, noted, program.now(), library.import_entries, entries, program.now())
            if dry_run:
                db.rollback()
    for sentence in remarks:
        click.echo(sentence)
    for word, ids in (("new", imported.added), ("changed", imported.changed)):
        for entry_id in ids:
            click.echo(f"{word}: {entry_id}")
    counts = f"{len(imported.added)} new, {len(imported.changed)} changed, {imported.unchanged} unchanged"
    click.echo(f"Nothing was written; the import would give {counts}." if dry_run else f"Imported: {counts}.")


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
def export(file: Path) -> None:
    """Write all entries of the database to a file: .yaml, .jsonl, .xlsx or .csv."""
    from bot import main as program
    from bot.services import library

    with plainly(), program.open_migrated(_settings()) as database, database.reading() as db:
        entries = library.all_entries(db)
        data = files.write_entries(file.name, entries)
    _write(file, data)
    click.echo(f"Exported {len(entries)} entries to {file}.")


@main.command()
def doctor() -> None:
    """Check settings, database, migrations, Telegram, disk and clock; exit status 1 on a fault."""
    from bot import doctor as checks

    with plainly():
        settings = _settings()
    findings = asyncio.run(checks.examine(settings))
    width = max(len(finding.subject) for finding in findings)
    for finding in findings:
        click.echo(f"{'ok   ' if finding.is_fine else 'FAULT'} {finding.subject:{width}} {finding.detail}")
    if not all(finding.is_fine for finding in findings):
        raise SystemExit(1)


for command in (
    *(office.user, office.token, office.topic, office.event, office.broadcast, office.recurring, office.report),
):
    main.add_command(command)


def _settings() -> Settings:
    return read_settings()


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as fault:
        raise Failure(f"{file}: {fault.strerror}") from fault


def _write(file: Path, data: bytes) -> None:
    try:
        file.write_bytes(data)
    except OSError as fault:
        raise Failure(f"{file}: {fault.strerror}") from fault


def _read_entries(file: Path) -> list[Entry]:
    return _name_faults(file, lambda: read_entries(file.name, _read(file)))


def _name_faults(file: Path, read: Callable[[], Read]) -> Read:
    """What `read` gives; its mistakes are told with the file's name, one a line."""
    try:
        return read()
    except FaultyFile as faults:
        raise Failure("\n".join(f"{file}: {fault}" for fault in faults.faults)) from faults


def _read_questions(file: Path, entries: list[Entry]) -> list[GoldenQuestion]:
    questions = _name_faults(file, lambda: read_questions(_read(file)))
    known = {entry.id for entry in entries}
    strangers = {name for question in questions for name in question.accepted} - known
    if strangers:
        listed = ", ".join(sorted(strangers)[:5])
        click.echo(f"{file}: {len(strangers)} expected entries are not in the knowledge file ({listed})", err=True)
    return questions


@contextmanager
def _progress(questions: list[GoldenQuestion]) -> Iterator[Iterator[GoldenQuestion]]:
    """The questions, with a bar on a terminal and quietly in a pipe."""
    with click.progressbar(questions, file=sys.stderr, hidden=not sys.stderr.isatty(), label="asking") as steps:
        yield iter(steps)


def _report(report: Report) -> str:
    summary = report.summary()
    lines = [f"{name:>15}  {value}" for name, value in summary.items()]
    lines.append(f"{'wrong':>15}  {report.wrong_share()}  (answered at once and wrong, of all)")
    languages = report.by(lambda verdict: verdict.question.lang or verdict.finding.language)
    if len(languages) > 1:
        lines.append("\nlanguage  questions  top1    top3    answered  wrong")
        for language, part in languages.items():
            figures = part.summary()
            lines.append(
                f"{language:<8}  {figures['questions']:>9}  {figures['top1']:<6}  {figures['top3']:<6}  "
                f"{figures['answered']:<8}  {part.wrong_share()}"
            )
    if confusions := report.confusions():
        lines.append("\nexpected -> found instead")
        lines += [f"{count:>3}  {expected} -> {got}" for expected, got, count in confusions[:30]]
    return "\n".join(lines)
