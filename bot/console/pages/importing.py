"""Entries from files and into files: first what would change, then all of it or nothing."""

from __future__ import annotations

import asyncio
import json
import re
import zlib
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from bot.console import entry_words
from bot.console.entry_form import ANYTHING, DAY, sentence
from bot.console.forms import Filled, Form, fill
from bot.console.page import Console, Visit
from bot.console.pages.entries import address
from bot.domain.changes import differences
from bot.domain.errors import Overtaken
from bot.domain.staff import Right
from bot.services import library
from bot.services.library import Imported
from bot.storage.keys import KeyFault
from knowledge.entry import DEFAULT_LANGUAGE, Entry, EntryError, FaultyFile
from knowledge.files import ENDINGS, Remark, read_entries, remarks, write_entries
from knowledge.record import LOCAL_PHRASES, LOCAL_TEXTS, write_record

PATH = "/console/exchange"

LISTED = 200
"""Mistakes, and entries, that are named one by one."""

LONGEST_KEPT = 900_000
"""Characters of a file that travels with the form; a longer one is chosen again."""

MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "yaml": "application/yaml",
    "jsonl": "application/jsonl",
}


class Upload(Form):
    """A file to look at, or the one that was looked at."""

    kept: str = ""
    """The file that was looked at, sealed."""
    sure: str = ""
    """Set where it is to be imported."""


@dataclass(frozen=True, slots=True)
class Given:
    """A file as somebody brought it."""

    name: str
    data: bytes
    revision: int | None = None
    """The knowledge that it was compared with, where it was looked at before."""


@dataclass(frozen=True, slots=True)
class DryRun:
    """What an import would do."""

    added: Sequence[tuple[str, str]]
    """Id and title."""
    changed: Sequence[tuple[str, str, Sequence[tuple[str, str]]]]
    """Id, title, and the fields that change, with their languages."""
    unchanged: int
    remarks: Sequence[Remark]
    revision: int


def router(console: Console) -> APIRouter:
    """The page of import and export."""
    routes = APIRouter()
    reader = Depends(console.allowed(Right.READ))
    writer = Depends(console.allowed(Right.WRITE))

    @routes.get(PATH)
    async def show(visit: Visit = reader) -> Response:
        return _page(visit, Filled())

    @routes.get(PATH + "/entries.{ending}")
    async def export(ending: str, visit: Visit = reader) -> Response:
        if ending not in MEDIA_TYPES:
            return visit.to(PATH)
        entries = await visit.change(("entry", "export", ending), library.all_entries)
        data = await asyncio.to_thread(write_entries, f"entries.{ending}", entries)
        name = f'attachment; filename="eintraege.{ending}"'
        return Response(data, media_type=MEDIA_TYPES[ending], headers={"Content-Disposition": name})

    @routes.post(PATH)
    async def bring(request: Request, visit: Visit = writer) -> Response:
        filled = await fill(request, Upload, visit.tr)
        given = _given(visit, filled)
        if given is None:
            filled.faults.setdefault("file", visit.tr("Please choose a file."))
            return _page(visit, filled, status=422)
        try:
            entries = await asyncio.to_thread(read_entries, given.name, given.data)
        except FaultyFile as faulty:
            filled.faults["file"] = visit.tr("The file has mistakes. Nothing was imported.")
            return _page(visit, filled, status=422, mistakes=_mistakes(visit, given.name, faulty.faults))
        dry = await visit.read(dry_run, entries)
        if not filled.form or not filled.form.sure:
            return _page(visit, filled, dry=dry, given=given)
        try:
            imported = await visit.change(
                ("entry", "import", given.name[-100:]),
                library.import_entries,
                entries,
                visit.now,
                visit.actor.name,
                compared_with=given.revision,
            )
        except Overtaken as fault:
            filled.faults["file"] = visit.tr(fault.reason)
            return _page(visit, filled, status=409, dry=dry, given=given)
        return visit.to("/console/entries", await visit.taken_up(_done(visit, imported)))

    return routes


def dry_run(db: Session, entries: Sequence[Entry]) -> DryRun:
    """What an import of entries would do, without doing it."""
    known = {entry.id: entry for entry in library.all_entries(db)}
    changed = [
        (entry.id, _title(entry), tuple((one.field, one.language) for one in found))
        for entry in entries
        if entry.id in known and (found := differences(write_record(known[entry.id]), write_record(entry)))
    ]
    added = [(entry.id, _title(entry)) for entry in entries if entry.id not in known]
    unchanged = len(entries) - len(added) - len(changed)
    return DryRun(added, changed, unchanged, remarks(entries, known), library.revision(db))


def _title(entry: Entry) -> str:
    return entry.title.get(DEFAULT_LANGUAGE) or entry.id


def _given(visit: Visit, filled: Filled[Upload]) -> Given | None:
    """The file that somebody chose, or the one that travelled with the form."""
    if file := filled.files.get("file"):
        name = file.name.replace("\\", "/").rsplit("/", 1)[-1]
        return Given(name if name.lower().endswith(ENDINGS) else f"{name}?", file.data)
    if not filled.form or not filled.form.kept:
        return None
    try:
        packed = visit.desk.database.keys.open(filled.form.kept.encode())
    except KeyFault:
        return None
    kept = json.loads(zlib.decompress(b64decode(packed)))
    return Given(kept["name"], b64decode(kept["data"]), kept["revision"])


def _kept(visit: Visit, given: Given, revision: int) -> str:
    """The file as it travels with the form; empty where it is too long for that."""
    content = {"name": given.name, "data": b64encode(given.data).decode(), "revision": revision}
    packed = b64encode(zlib.compress(json.dumps(content).encode())).decode()
    sealed = visit.desk.database.keys.seal(packed).decode()
    return sealed if len(sealed) <= LONGEST_KEPT else ""


def _page(
    visit: Visit,
    filled: Filled[Upload],
    *,
    status: int = 200,
    dry: DryRun | None = None,
    given: Given | None = None,
    mistakes: Sequence[dict[str, str]] = (),
) -> Response:
    return visit.page(
        "entries/exchange.html",
        status,
        form=filled,
        dry=dry,
        name=given.name if given else "",
        kept=_kept(visit, given, dry.revision) if given and dry else "",
        mistakes=mistakes[:LISTED],
        more=max(0, len(mistakes) - LISTED),
        most=LISTED,
        remark=lambda one: visit.tr(one.reason, **one.values),
        field=lambda name, language: entry_words.field(visit, name, language),
        address=address,
    )


def _mistakes(visit: Visit, name: str, faults: Sequence[EntryError]) -> list[dict[str, str]]:
    """Where each mistake is, and what would be right."""
    return [
        {
            "row": str(fault.line or ""),
            "column": _column(name, fault.field or ""),
            "entry": fault.entry or "",
            "reason": _reason(visit, fault),
        }
        for fault in faults
    ]


def _column(name: str, place: str) -> str:
    """A field as the first row of a table calls it: "title.de" is "title_de"."""
    part, _, rest = place.partition(".")
    if not name.lower().endswith((".xlsx", ".csv")):
        return place
    return f"{part}_{rest.partition('.')[0]}" if part in (*LOCAL_TEXTS, *LOCAL_PHRASES) and rest else part


def _reason(visit: Visit, fault: EntryError) -> str:
    if fault.field == "id" and (twice := re.search(r"line (\d+)", fault.reason)):
        return visit.tr("This id stands in row {row} already.", row=twice[1])
    if fault.field == "id":
        return visit.tr("Each row needs an id of at most 200 characters.")
    if fault.field == "state":
        return visit.tr("Please write draft, published or archived.")
    if fault.field:
        right, given = sentence(fault.field), re.search(r'\(it is "?(.*?)"?\)$', fault.reason)
        if right == DAY:  # a file is read to the letter, a form is not
            right = "In files a date is written like this: 2026-12-24."
        told = given[1] if given and right != ANYTHING else fault.reason
        return f"{visit.tr(right)} ({told})"
    return visit.tr("The file cannot be read: {reason}", reason=fault.reason)


def _done(visit: Visit, imported: Imported) -> str:
    return visit.tr(
        "Imported: {added} new, {changed} changed, {unchanged} unchanged.",
        added=len(imported.added),
        changed=len(imported.changed),
        unchanged=imported.unchanged,
    )
