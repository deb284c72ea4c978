"""What became of a notice is known in numbers, also when nothing is stored of residents any more."""

from __future__ import annotations

import csv
import io

import openpyxl

from bot.domain.messages import Incoming
from bot.domain.reports import HEADER, Report
from bot.domain.retention import Retention
from bot.services import privacy, reports
from tests.delivery.office import Office

WORDS = {"de": "=1+1", "tr": "@Avlu\x01"}


def report(office: Office, number: int) -> Report:
    with office.database.reading() as db:
        return reports.report(db, number)


async def sent(office: Office) -> int:
    """A notice that reached two of three who speak German, and one who speaks Turkish."""
    office.readers(3)
    office.subscribes(office.knows(9, "tr"), "parks")
    office.telegram.resident(3).blocks()
    number = office.sends(WORDS)
    await office.works()
    return number


async def test_states_and_languages_are_counted_and_outlive_the_deliveries(office: Office) -> None:
    found = report(office, await sent(office))
    assert found.languages == {"de": {"sent": 2, "failed": 1}, "tr": {"sent": 1}}
    assert {state: count for state, count in found.states.items() if count} == {"sent": 3, "failed": 1}
    office.now.moves(days=91)
    with office.database.writing() as db:
        privacy.apply_retention(db, Retention(), office.now())
    assert report(office, found.id) == found
    assert sum(found.states.values()) == sum(sum(mine.values()) for mine in found.languages.values())


async def test_a_language_is_that_of_the_start(office: Office) -> None:
    office.subscribes(office.knows(1, "tr"), "parks")
    number = office.sends(WORDS)
    office.knows(2, "de")
    await office.works()
    with office.database.writing() as db:
        db.get_one(privacy.ConversationRow, 1).preference = "en"
    assert report(office, number).languages == {"tr": {"sent": 1}}


async def taps_stop(office: Office, key: str, action: str) -> None:
    await office.desk.receive(Incoming("telegram", "1", key, action=action))


async def test_who_stops_below_a_notice_is_counted_once(office: Office) -> None:
    number = await sent(office)
    await office.desk.refresh()
    await taps_stop(office, "a", f"c:stop:{number + 1}")
    assert report(office, number).stop_rate == 0
    office.subscribes(1, "parks")
    rows = office.telegram.resident(1).heard[-1].buttons
    assert f"c:stop:{number}" in [action for row in rows for _, action in row]
    await taps_stop(office, "b", f"c:stop:{number}")
    await taps_stop(office, "c", f"c:stop:{number}")
    found = report(office, number)
    assert (found.stops, found.stop_rate) == (1, 0.3333)


async def test_the_file_for_spreadsheets_runs_nothing(office: Office) -> None:
    found = report(office, await sent(office))
    text = reports.csv_of(found).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert [row["language"] for row in rows] == ["de", "tr", "all"]
    assert (rows[0]["text"], rows[1]["text"]) == ("'=1+1", "'@Avlu\x01")
    assert (rows[2]["sent"], rows[2]["failed"], rows[2]["residents"], rows[2]["stops"]) == ("3", "1", "4", "0")
    sheet = openpyxl.load_workbook(io.BytesIO(reports.excel_of(found))).worksheets[0]
    assert [cell.value for cell in sheet[1]] == list(HEADER)
    last = HEADER.index("text")
    assert (sheet[2][last].value, sheet[2][last].data_type, sheet[3][last].value) == ("=1+1", "s", "@Avlu")
    assert sheet[4][HEADER.index("sent")].value == 3


def test_what_nobody_got_has_no_rate(office: Office) -> None:
    office.readers(1)
    found = report(office, office.drafts())
    assert (found.stop_rate, found.table()[-1][:2]) == (None, ["all", 0])
