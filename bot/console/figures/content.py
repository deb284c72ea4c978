"""What a report says: its sections with their tables and charts, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent

from bot.console.figures.report import Cell, Chart, Report, Section, Table
from bot.console.forms import Translate
from bot.domain.figures import (
    NOTHING_NEAR,
    OUTCOMES,
    STANDS,
    Figure,
    Period,
    Scale,
    Shown,
    in_steps,
    largest,
    scale_of,
)
from bot.services.naming import Dated, Names
from bot.services.statistics import Counts
from bot.texts.cards import language_name

MOST_LISTED = 10
"""Rows of a table of topics and entries: the most frequent ones."""

MOST_DRAWN = 8


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes a report in one language."""

    counts: Counts
    names: Names
    tr: Translate
    language: str

    def report(self) -> Report:
        """The whole report."""
        tr = self.tr
        sections = (
            self.questions(),
            self.languages(),
            self.topics(),
            self.unmet(),
            self.people(),
            self.notices(),
            self.meetings(),
            self.access(),
        )
        notes = (
            tr("Numbers are counted every day. They hold no names and no words of residents."),
            tr("Who had everything deleted before their day was counted is not in the numbers."),
            tr("Numbers from 1 to 4 are not shown where a total is divided, so that nobody is recognised."),
            tr("If such a number could be reckoned from the others, the next larger one is not shown either."),
            tr("Numbers are divided for whole months, quarters and years that are over, not for days of your choice."),
            tr("Whoever writes on Telegram and in the web chat counts as two residents."),
        )
        period = self.period(self.counts.period)
        how = tr("How it was counted")
        return Report(tr("Report on the chat bot"), period, self.language, sections, how, notes, tr("not shown"))

    def period(self, period: Period) -> str:
        """A period in words: "1. Oktober 2026 bis 31. Dezember 2026"."""
        first, last = (format_date(day, "long", locale=self.language) for day in (period.first, period.last))
        return self.tr("{first} to {last}", first=first, last=last) if first != last else first

    def questions(self) -> Section:
        """What was asked, and what became of it."""
        tr, counts = self.tr, self.counts
        words = self._outcomes()
        rows: list[Sequence[Cell]] = [(tr("Questions"), counts.total(Figure.QUESTIONS), "")]
        rows += [(words[figure], counts.total(figure), self._share(figure)) for figure in OUTCOMES]
        rows += [
            (tr("Said that an answer helped"), counts.total(Figure.HELPED), ""),
            (tr("Said that an answer did not help"), counts.total(Figure.NOT_HELPED), ""),
            (tr("Residents who wrote for the first time"), counts.total(Figure.NEW), ""),
        ]
        if self._reached:
            rows.append((tr("Different residents who wrote"), counts.total(self._reached), ""))
        whole = Table(tr("Questions and answers"), (tr("What"), tr("Count"), tr("Share")), rows)
        columns = {Figure.QUESTIONS: tr("Questions")} | words
        if scale_of(counts.period) is Scale.DAY:  # who wrote on two days cannot be told from two people
            columns[Figure.ACTIVE] = tr("Residents who wrote")
        steps, chart = self._over_time(tr("Questions over time"), columns, OUTCOMES)
        about = tr("A question is a message that asks something in words. What was only tapped does not count.")
        return Section("questions", tr("What was asked"), (about,), (whole, steps), chart)

    @property
    def _reached(self) -> Figure | None:
        """What counts each resident of the period once; None where nobody counted these at its end."""
        figure = self.counts.period.reached
        return figure if figure in self.counts.totals else None

    def _outcomes(self) -> dict[Figure, str]:
        tr = self.tr
        texts = (
            tr("Answered"),
            tr("Asked back"),
            tr("No answer known"),
            tr("Emergency numbers given"),
            tr("A person was wanted"),
        )
        return dict(zip(OUTCOMES, texts, strict=True))

    def _share(self, figure: Figure) -> str:
        asked = self.counts.total(Figure.QUESTIONS)
        return format_percent(self.counts.total(figure) / asked, locale=self.language) if asked else ""

    def _over_time(self, caption: str, words: Mapping[Figure, str], drawn: Sequence[Figure]) -> tuple[Table, Chart]:
        """Figures by the steps of a chart, some of them drawn."""
        scale = scale_of(self.counts.period)
        steps = in_steps(self.counts.days, self.counts.period)
        labels = [
            format_date(day, _PATTERNS[scale], locale=self.language).replace(" ", "\N{NO-BREAK SPACE}") for day in steps
        ]
        rows: list[Sequence[Cell]] = [
            [label, *(step.get(figure, 0) for figure in words)]
            for label, step in zip(labels, steps.values(), strict=True)
        ]
        series = {words[figure]: [step.get(figure, 0) for step in steps.values()] for figure in drawn}
        return Table(caption, (_titles(self.tr)[scale], *words.values()), rows), Chart(caption, labels, series)

    def languages(self) -> Section:
        """In which languages."""
        tr, counts = self.tr, self.counts
        asked, reached = counts.part(Figure.QUESTIONS), counts.part(self._reached) if self._reached else {}
        named = {code: language_name(code, self.language) for code in {*asked, *reached}}
        ranked = sorted(named, key=lambda code: (-(asked.get(code) or 0), named[code]))
        header = [tr("Language"), tr("Questions")] + ([tr("Residents")] if self._reached else [])
        counted = [[each.get(code, 0 if each else None) for each in (asked, reached)] for code in ranked]
        rows = [(named[code], *numbers)[: len(header)] for code, numbers in zip(ranked, counted, strict=True)]
        about = tr("In which languages residents asked.")
        title = tr("Questions by language")
        return Section("languages", tr("Languages"), (about,), (Table(title, header, rows, self._why_empty()),),
                       self._bars(title, asked, named))  # fmt: skip

    def topics(self) -> Section:
        """What was answered."""
        tr, counts = self.tr, self.counts
        fields, given = counts.part(Figure.FIELD), counts.part(Figure.GIVEN)
        title = tr("Answers by topic")
        tables = (
            self._ranked(title, tr("Topic"), fields, self._topic_names(fields)),
            self._ranked(tr("Entries that were shown most often"), tr("Entry"), given, self._entry_names(given)),
        )
        about = tr("Answers that were shown, also from the menu. An entry can belong to several topics.")
        return Section(
            "topics", tr("What was answered"), (about,), tables, self._bars(title, fields, self._topic_names(fields))
        )

    def unmet(self) -> Section:
        """What people needed and did not find."""
        tr, counts = self.tr, self.counts
        fields, near = counts.part(Figure.UNMET_FIELD), counts.part(Figure.UNMET)
        title = tr("Questions without an answer by topic")
        names = {code: self._entry_names(near)[code] for code in near}
        tables = (
            self._ranked(title, tr("Topic"), fields, self._topic_names(fields)),
            self._ranked(tr("What comes nearest to them"), tr("Entry"), near, names),
        )
        total = format_decimal(counts.total(Figure.UNMET), locale=self.language)
        about = (
            tr(
                "Questions that no entry answered: {count}. Their words are not kept, only what comes nearest.",
                count=total,
            ),
            tr("What we did about it:"),
        )
        return Section("unmet", tr("What people needed and did not find"), about, tables,
                       self._bars(title, fields, self._topic_names(fields)))  # fmt: skip

    def people(self) -> Section:
        """Conversations with a person."""
        tr, counts = self.tr, self.counts
        minutes = counts.answer_minutes
        rows = [
            (tr("Conversations with a person that began"), counts.total(Figure.CASES)),
            (tr("Conversations that were answered"), counts.total(Figure.CASES_ANSWERED)),
            (tr("Minutes until the first answer (median, in opening hours)"), minutes),
        ]
        words = {Figure.CASES: tr("Began"), Figure.CASES_ANSWERED: tr("Answered")}
        steps, chart = self._over_time(tr("Conversations with a person over time"), words, (Figure.CASES,))
        title = tr("Conversations with a person")
        whole = Table(title, (tr("What"), tr("Count")), rows)
        about = tr(
            "How often a person of the office took over. Time outside the opening hours does not count as waiting."
        )
        return Section("people", title, (about,), (whole, steps), chart)

    def notices(self) -> Section:
        """Notices and their reach."""
        tr, counts = self.tr, self.counts
        sent, arrived, stops = (counts.part(each) for each in (Figure.RECIPIENTS, Figure.ARRIVED, Figure.STOPS))
        rows: list[Sequence[Cell]] = [
            (name, day, sent[part], arrived.get(part), stops.get(part))
            for part, day, name in self._dated(sent, self.names.notices)
        ]
        totals = (counts.sum(each) for each in (Figure.RECIPIENTS, Figure.ARRIVED, Figure.STOPS))
        rows.append((tr("All together"), "", *totals))
        header = (tr("Notice"), tr("Day"), tr("Recipients"), tr("Arrived"), tr("Ended all notices"))
        fields = counts.part(Figure.SUBSCRIBERS)
        tables = (
            Table(tr("Notices and how far they reached"), header, rows),
            self._ranked(tr("Subscriptions by topic"), tr("Topic"), fields, self._topic_names(fields)),
        )
        subscribers = format_decimal(counts.total(Figure.SUBSCRIBERS), locale=self.language)
        about = tr("Residents who get notices because they asked for them: {count}.", count=subscribers)
        title = tr("Subscriptions by topic")
        return Section("notices", tr("Notices and their reach"), (about,), tables,
                       self._bars(title, fields, self._topic_names(fields)))  # fmt: skip

    def meetings(self) -> Section:
        """Events and who came."""
        tr, counts = self.tr, self.counts
        held, seats, came = (counts.part(each) for each in (Figure.HELD, Figure.SEATS, Figure.ATTENDANCE))
        dated = self._dated(held, self.names.events)
        rows: list[Sequence[Cell]] = [(name, day, seats.get(part), came.get(part, "")) for part, day, name in dated]
        rows.append((tr("All together"), "", counts.sum(Figure.SEATS), counts.sum(Figure.ATTENDANCE)))
        header = (tr("Event"), tr("Day"), tr("Signed up"), tr("Came"))
        numbers = [
            (tr("Events that took place"), counts.total(Figure.HELD)),
            (tr("Events that were moved, as those who had signed up were told"), counts.total(Figure.MOVED)),
            (tr("Events that were cancelled"), counts.total(Figure.CANCELLED)),
            (tr("Registrations"), counts.total(Figure.SIGN_UPS)),
            (tr("Reminders that arrived"), counts.total(Figure.REMINDERS)),
        ]
        tables = (
            Table(tr("Events in numbers"), (tr("What"), tr("Count")), numbers),
            Table(tr("Events and who came"), header, rows),
        )
        about = tr("How many came is noted by the office: a number, never a list.")
        shown = [(part, name) for part, _, name in dated if came.get(part)]
        chart = Chart(
            tr("How many came"), [name for _, name in shown][:MOST_DRAWN],
            {tr("Came"): [came[part] or 0 for part, _ in shown][:MOST_DRAWN]}, lies=True,
        )  # fmt: skip
        return Section("meetings", tr("Meetings and participation"), (about,), tables, chart)

    def access(self) -> Section:
        """What the town knows, and in which languages."""
        tr, counts = self.tr, self.counts
        texts = counts.part(Figure.TEXTS)
        named = {code: language_name(code, self.language) for code in texts}
        rows: list[Sequence[Cell]] = [
            (tr("Published entries"), counts.total(Figure.ENTRIES)),
            (tr("Entries that nobody looked at when it was time"), counts.total(Figure.OVERDUE)),
        ]
        title = tr("Published entries with a text, by language")
        tables = (
            Table(tr("Entries in numbers"), (tr("What"), tr("Count")), rows),
            self._ranked(title, tr("Language"), texts, named),
        )
        on = counts.stand
        about = (
            tr("As it was on {day}.", day=format_date(on, "long", locale=self.language))
            if on
            else tr("How it was at the end of this time is not known.")
        )
        return Section("access", tr("Knowledge and accessibility"), (about,), tables, self._bars(title, texts, named))

    def _ranked(self, caption: str, what: str, shown: Shown, names: Mapping[str, str]) -> Table:
        """The most frequent parts, and in how many others something is."""
        rows: list[Sequence[Cell]] = [(names[part], count) for part, count in largest(shown, MOST_LISTED)]
        rows += [(names[part], None) for part in sorted(shown) if shown[part] is None][: MOST_LISTED - len(rows)]
        return Table(caption, (what, self.tr("Count")), rows, self._why_empty())

    def _why_empty(self) -> str:
        """Why a number is not divided."""
        if self.counts.is_divided:
            return self.tr("There are none, or too few to divide them without telling of single people.")
        return self.tr("This is shown for whole months, quarters and years, once they are over.")

    def _bars(self, title: str, shown: Shown, names: Mapping[str, str]) -> Chart:
        drawn = largest(shown, MOST_DRAWN)
        series = {self.tr("Count"): [count for _, count in drawn]}
        return Chart(title, [names[part] for part, _ in drawn], series, lies=True)

    def _topic_names(self, shown: Shown) -> dict[str, str]:
        return {code: self.names.topics.get(code, code.replace("-", " ").capitalize()) for code in shown}

    def _entry_names(self, shown: Shown) -> dict[str, str]:
        gone = {code: self.names.entries.get(code, code) for code in shown}
        return gone | {NOTHING_NEAR: self.tr("Nothing comes near")}

    def _dated(self, shown: Shown, names: Mapping[str, Dated]) -> list[tuple[str, str, str]]:
        """Part, day and name of notices or events, in the order of their days."""
        ranked = sorted(shown, key=lambda part: (names[part].day.isoformat() if part in names else "", int(part)))
        return [
            (part, format_date(names[part].day, "medium", locale=self.language), names[part].name)
            if part in names
            else (part, "", self.tr("Number {number}, deleted meanwhile", number=part))
            for part in ranked
        ]


_PATTERNS = {Scale.DAY: "d. MMM", Scale.WEEK: "d. MMM", Scale.MONTH: "MMM y"}


def _titles(tr: Translate) -> dict[Scale, str]:
    return {Scale.DAY: tr("Day"), Scale.WEEK: tr("Week from"), Scale.MONTH: tr("Month")}


def is_empty(counts: Counts) -> bool:
    """Whether nothing happened in a period: then there is nothing to draw."""
    return not any(value for figure, value in counts.totals.items() if figure not in STANDS)
