"""Nobody can reckon from the numbers of a period how few people stand behind one of them."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.figures import NOTHING_NEAR, OUTCOMES, WHOLE, Figure
from bot.domain.secrecy import Cell, is_few
from bot.services.disclosing import THINGS, Disclosed, Divided, Topics, disclose

LANGUAGES = ("de", "tr", "ar", "uk")
ENTRIES = ("buecherei", "kita", "schulden", "sperrmuell", NOTHING_NEAR)
FIELDS = ("geld", "kinder", "wohnen")
COUNT = st.one_of(st.just(0), st.integers(1, 12), st.just(40))


@st.composite
def months(draw: st.DrawFn) -> tuple[Divided, Topics]:
    """What was counted of questions and answers in some month, and the topics of the entries."""
    sums: dict[Figure, dict[str, int]] = {}

    def add(figure: Figure, part: str, count: int, with_total: bool = True) -> None:
        mine = sums.setdefault(figure, {})
        for name in (part, WHOLE) if with_total else (part,):
            mine[name] = mine.get(name, 0) + count

    for figure, code in product(OUTCOMES, LANGUAGES):
        if count := draw(COUNT):
            add(figure, code, count)
            add(Figure.QUESTIONS, code, count)
    topics = {entry: draw(st.lists(st.sampled_from(FIELDS), unique=True, max_size=2)) for entry in ENTRIES[:-1]}
    topics[NOTHING_NEAR] = []
    for (shown, by_field), entry in product(
        ((Figure.GIVEN, Figure.FIELD), (Figure.UNMET, Figure.UNMET_FIELD)), ENTRIES
    ):
        if count := draw(COUNT):
            add(shown, entry, count, with_total=shown is Figure.UNMET)
            for topic in topics[entry]:
                add(by_field, topic, count, with_total=False)
    return sums, topics


@settings(max_examples=400, deadline=None)
@given(months())
def test_no_small_number_follows_from_those_that_are_shown(month: tuple[Divided, Topics]) -> None:
    sums, topics = month
    told = disclose(sums, topics, is_divided=True)
    for cell in _reckoned(_known(told, sums), _sums(sums, topics, told)):
        assert not is_few(sums.get(cell[0], {}).get(cell[1], 0)), cell


@settings(max_examples=400, deadline=None)
@given(months())
def test_what_is_shown_is_true_and_never_of_few(month: tuple[Divided, Topics]) -> None:
    sums, topics = month
    told = disclose(sums, topics, is_divided=True)
    for figure, parts in told.parts.items():
        for part, count in parts.items():
            assert count is None or (count == sums[figure][part] and not is_few(count))


@settings(max_examples=400, deadline=None)
@given(months())
def test_the_rest_of_a_total_is_never_of_few(month: tuple[Divided, Topics]) -> None:
    sums, topics = month
    told = disclose(sums, topics, is_divided=True)
    for figure, parts in told.parts.items():
        if parts and (total := told.totals.get(figure)):
            assert not is_few(total - sum(count or 0 for count in parts.values()))


@given(st.sampled_from(THINGS), st.dictionaries(st.sampled_from("123"), COUNT))
def test_of_notices_and_events_the_total_is_hidden_where_it_tells(figure: Figure, parts: dict[str, int]) -> None:
    told = disclose({figure: parts}, {}, is_divided=True)
    total, shown = told.totals[figure], told.parts.get(figure, {})
    assert shown.keys() == parts.keys()
    hidden = [parts[part] for part in shown if shown[part] is None]
    assert not any(is_few(count) for count in shown.values() if count)
    assert total is None or not hidden or (len(hidden) > 1 and not is_few(sum(hidden)))


def test_one_person_is_not_named_by_what_nothing_else_is_beside() -> None:
    sums = {
        Figure.QUESTIONS: {WHOLE: 1, "tr": 1},
        Figure.DECLINED: {WHOLE: 1, "tr": 1},
        Figure.UNMET: {WHOLE: 1, "schulden": 1},
        Figure.UNMET_FIELD: {"geld": 1},
    }
    told = disclose(sums, {"schulden": ["geld"]}, is_divided=True)
    assert told.parts == {}


def test_what_became_of_questions_is_hidden_with_what_it_could_be_reckoned_from() -> None:
    sums = {
        Figure.QUESTIONS: {WHOLE: 103, "de": 94, "tr": 9},
        Figure.ANSWERED: {WHOLE: 102, "de": 94, "tr": 8},
        Figure.DECLINED: {WHOLE: 1, "tr": 1},
    }
    assert disclose(sums, {}, is_divided=True).parts == {Figure.QUESTIONS: {"de": 94, "tr": 9}}
    alone = {figure: {WHOLE: parts["tr"], "tr": parts["tr"]} for figure, parts in sums.items()}
    assert disclose(alone, {}, is_divided=True).parts == {}  # all wrote Turkish, so also who got no answer


def test_of_languages_that_few_residents_speak_not_even_many_questions_are_told() -> None:
    sums = {Figure.QUESTIONS: {WHOLE: 150, "de": 90, "tr": 40, "ar": 20},
            Figure.REACHED_MONTH: {WHOLE: 42, "de": 30, "tr": 10, "ar": 2}}  # fmt: skip
    told = disclose(sums, {}, is_divided=True)
    assert told.parts[Figure.QUESTIONS] == {"de": 90, "tr": None, "ar": None}
    assert told.parts[Figure.REACHED_MONTH] == {"de": 30, "tr": None, "ar": None}


def test_topics_do_not_tell_of_an_entry() -> None:
    topics = {"schulden": ["geld"], "kita": ["geld"], "buecherei": ["lesen"], "sperrmuell": ["wohnen"]}
    sums = {
        Figure.GIVEN: {"schulden": 2, "kita": 18, "buecherei": 9, "sperrmuell": 30},
        Figure.FIELD: {"geld": 20, "lesen": 9, "wohnen": 30},
    }
    told = disclose(sums, topics, is_divided=True)
    assert told.parts[Figure.GIVEN] == {"schulden": None, "kita": None, "buecherei": 9, "sperrmuell": 30}
    assert told.parts[Figure.FIELD] == sums[Figure.FIELD]


def test_days_that_anybody_can_shift_have_totals_alone() -> None:
    sums = {Figure.QUESTIONS: {WHOLE: 70, "de": 40, "tr": 30}, Figure.STOPS: {"7": 12}, Figure.HELD: {"3": 1}}
    told = disclose(sums, {}, is_divided=False)
    assert told.parts == {Figure.TEXTS: {}}
    assert told.totals == {Figure.QUESTIONS: 70, Figure.STOPS: None, Figure.HELD: 1}


# --- What a reader can reckon, by other code: the sums are solved as fractions ---------------------------------------


def _known(told: Disclosed, sums: Divided) -> set[Cell]:
    """The cells whose number the reader sees; what no name stands for where others do, is 0."""
    seen = {(figure, WHOLE) for figure, total in told.totals.items() if total is not None}
    for figure, parts in told.parts.items():
        hidden = {part for part, count in parts.items() if count is None}
        seen |= {(figure, part) for part in (*LANGUAGES, *ENTRIES, *FIELDS) if parts and part not in hidden}
    absent = {part for part in LANGUAGES if (Figure.QUESTIONS, part) in seen and not sums[Figure.QUESTIONS].get(part)}
    return seen | {(figure, part) for figure in OUTCOMES for part in absent}


def _sums(sums: Divided, topics: Topics, told: Disclosed) -> list[dict[Cell, int]]:
    """What everybody knows to add up to nothing."""
    names = dict.fromkeys((Figure.QUESTIONS, *OUTCOMES), LANGUAGES)
    names |= dict.fromkeys((Figure.GIVEN, Figure.UNMET), ENTRIES)
    names |= dict.fromkeys((Figure.FIELD, Figure.UNMET_FIELD), FIELDS)
    totals = [{(figure, WHOLE): -1} | {(figure, part): 1 for part in names[figure]} for figure in names
              if figure in told.totals]  # fmt: skip
    spoken = [{(Figure.QUESTIONS, code): -1} | {(one, code): 1 for one in OUTCOMES if one in sums}
              for code in LANGUAGES]  # fmt: skip
    within = [
        {(fields, topic): -1} | {(entries, one): 1 for one in ENTRIES if topic in topics[one]}
        for entries, fields in ((Figure.GIVEN, Figure.FIELD), (Figure.UNMET, Figure.UNMET_FIELD))
        if entries in told.totals
        for topic in FIELDS
    ]
    return [*totals, *(spoken if Figure.QUESTIONS in sums else []), *within]


def _reckoned(known: set[Cell], sums: list[dict[Cell, int]]) -> list[Cell]:
    """The hidden cells that have one solution alone: Gauss and Jordan's way."""
    cells = sorted({cell for one in sums for cell in one} - known)
    rows = [[Fraction(one.get(cell, 0)) for cell in cells] for one in sums]
    done = 0
    for column in range(len(cells)):
        pivot = next((row for row in range(done, len(rows)) if rows[row][column]), None)
        if pivot is None:
            continue
        rows[done], rows[pivot] = rows[pivot], rows[done]
        rows[done] = [value / rows[done][column] for value in rows[done]]
        for row, values in enumerate(rows):
            if row != done and values[column]:
                rows[row] = [value - values[column] * other for value, other in zip(values, rows[done], strict=True)]
        done += 1
    alone = [[place for place, value in enumerate(row) if value] for row in rows[:done]]
    return [cells[places[0]] for places in alone if len(places) == 1]
