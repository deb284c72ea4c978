"""The days that a message speaks of, and whether it asks what is on then; in every language at once.

The words are in lexicon/dates, a file for each language; the conventions of the calendar are in reckon.py.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce

from knowledge.dates.lexicon import Lexicon, labels, lexicons, plain, units
from knowledge.dates.phrases import NO_DAY, Found, Keys, Table, corrected, find, readings
from knowledge.dates.pieces import Piece, pieces, told_apart
from knowledge.dates.reckon import Said, Span, from_to, joined, neighbours, reckon
from knowledge.dates.spelling import spelled
from knowledge.normalize import stop_words

MOST_WORDS = 16
"""A message of more words asks for more than what is on."""

MOST_READ = 1000
"""Letters of a message that are read."""

_DASHES = ("-", "–", "—", "‐", "‑")


@dataclass(frozen=True, slots=True)
class DatesHeard:
    """Days that a message speaks of."""

    span: Span
    """The days."""
    start: int
    """Index of the first word that says so, among `knowledge.normalize.words` of the message."""
    end: int
    """Index behind the last one: all other words say something else."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A phrase about days, or several that belong together."""

    start: int
    """Index of its first piece."""
    end: int
    """Index behind its last piece."""
    said: Said
    """The last phrase."""
    span: Span | None
    """The days; None where it names none, or none that a calendar has."""
    is_deadline: bool = False
    """Whether it says until when, which in a word of parting is no question: "bis Dienstag"."""


@dataclass(frozen=True, slots=True)
class _Speech:
    """A message as speakers of one language read it."""

    lexicon: Lexicon
    spoken: Sequence[Piece]
    read: Sequence[Keys]
    today: date

    def parts(self, *tables: Table) -> list[_Part]:
        """The phrases about days; those of several that belong together are one."""
        parts: list[_Part] = []
        for found in find(self.read, tables):
            part = self._part(found)
            if parts and (linked := self._linked(parts[-1], part)):
                parts[-1] = linked
            else:
                parts.append(self._unbounded(part))
        return parts

    def _part(self, found: Found) -> _Part:
        span = None if found.said.meaning in NO_DAY else reckon(found.said, self.today)
        return _Part(found.start, found.end, found.said, span)

    def _unbounded(self, part: _Part) -> _Part:
        """ "Bis Sonntag" are all days until then, "ab Sonntag" all from then on; Turkish says it behind the day."""
        if part.span is None:
            return part
        before, behind = part.start - 1, part.end
        for side, place, start, end in (("", before, before, part.end), ("_behind", behind, part.start, behind + 1)):
            if self._links(f"until{side}", place) and part.span.last >= self.today:
                return _Part(start, end, part.said, Span(self.today, part.span.last), is_deadline=True)
            if self._links(f"since{side}", place):
                return _Part(start, end, part.said, Span(part.span.first, date.max))
        return part

    def _linked(self, before: _Part, part: _Part) -> _Part | None:
        """Two parts as one: "3.5. - 5.5.", "Freitag bis Sonntag", "heute und morgen", "cumadan pazara kadar"."""
        if before.span is None or part.span is None:
            return None
        gap = part.start - before.end
        is_closed = gap == 0 and self._links("to_behind", part.end)
        if is_closed or (gap == 0 and self._has_dash(before.end - 1)) or (gap == 1 and self._links("to", before.end)):
            span = from_to(before.said, part.said, self.today)
            return _Part(before.start, part.end + is_closed, part.said, span)
        if gap == 1 and self._links("and", before.end) and (both := self._both(before, part, before.span, part.span)):
            return _Part(before.start, part.end, part.said, both)
        return None

    def _both(self, before: _Part, part: _Part, one: Span, other: Span) -> Span | None:
        """Neighbouring days; said on the Sunday, "Saturday and Sunday" are what is left of them."""
        if neighbours(one, other):
            return joined(one, other)
        later = reckon(part.said, one.first)
        return from_to(before.said, part.said, self.today) if later and neighbours(one, later) else None

    def _has_dash(self, place: int) -> bool:
        return self.spoken[place].after.strip(" .").startswith(_DASHES)

    def _links(self, link: str, place: int) -> bool:
        return place >= 0 and not self.lexicon.links[link].isdisjoint(self.read[place])


def hear_dates(text: str, today: date) -> DatesHeard | None:
    """The days that `text` speaks of, wherever they stand in it; None where it names none that a calendar has.

    Of several the first counts, and in several languages the longest. "Jeden Dienstag" and "guten Morgen" name no day,
    nor do prices, times, versions and phone numbers; what names none in one language ("last weekend") names none in
    the others. For the conventions see reckon.py.
    """
    parts = [
        (speech.spoken[part.start].start, speech.spoken[part.end - 1].end, part)
        for speech in _speeches(text, today)
        for part in speech.parts(speech.lexicon.anywhere)
    ]
    no_days = [(start, end) for start, end, part in parts if part.said.meaning in NO_DAY]
    heard = [
        DatesHeard(part.span, start, end)
        for start, end, part in parts
        if part.span and not any(first <= start and end <= last for first, last in no_days)
    ]
    return min(heard, key=lambda each: (each.start, -each.end), default=None)


def read_period(text: str, today: date) -> Span | None:
    """The days that are all that `text` says, as after the command /events; None where it says anything else.

    Here short forms count too that mean something else in a sentence: "Mo", "3.5", "Mai". A bare "week" is the seven
    days from today, while "this week" ends on Sunday.
    """
    for speech in _speeches(text, today):
        lexicon = speech.lexicon
        parts = speech.parts(lexicon.anywhere, lexicon.with_cue, lexicon.alone)
        if len(parts) == 1 and parts[0].start == 0 and parts[0].end == len(speech.spoken) and parts[0].span:
            return parts[0].span
    return None


def asks_for_events(text: str, today: date, places: Collection[str] = ()) -> Span | None:
    """The days for which `text` asks what is on; all days to come (`is_open`) where it asks without naming any.

    It does so where it says nothing else: words that ask what is on, days, function words, and `places`, folded names
    of the quarter. Days alone ask too ("und am Dienstag?"), but not a greeting ("Morgen!"). None for everything else.
    """
    folded_places = frozenset(places)
    spans = (_asked(speech, folded_places) for speech in _short_speeches(text, today))
    return next((span for span in spans if span), None)


def languages_asking(text: str, today: date, places: Collection[str] = ()) -> tuple[str, ...]:
    """The languages in whose words `text` asks what is on; none where it only names days, as foreigners do too."""
    folded_places = frozenset(places)
    return tuple(
        speech.lexicon.language
        for speech in _short_speeches(text, today)
        if _has_cue(speech, speech.parts(speech.lexicon.anywhere), folded_places) and _asked(speech, folded_places)
    )


def _short_speeches(text: str, today: date) -> Iterator[_Speech]:
    return (speech for speech in _speeches(text, today) if len(speech.spoken) <= MOST_WORDS)


def _speeches(text: str, today: date) -> Iterator[_Speech]:
    found = told_apart(pieces(text[:MOST_READ]), units(), labels())
    if found:
        for lexicon in lexicons():
            spoken = spelled(found, lexicon)
            yield _Speech(lexicon, spoken, readings(spoken, lexicon), today)


# --- What is on ------------------------------------------------------------------------------------------------------


def _asked(speech: _Speech, places: Collection[str]) -> Span | None:
    """With a cue, days may be named in more ways, so the message is read again then."""
    lexicon = speech.lexicon
    parts = speech.parts(lexicon.anywhere)
    has_cue = _has_cue(speech, parts, places)
    if has_cue:
        parts = speech.parts(lexicon.anywhere, lexicon.with_cue)
    days = [part for part in parts if part.said.meaning != "hello"]
    spans = [part.span for part in days if part.span]
    if len(spans) < len(days) or not (spans or has_cue):
        return None
    rest = _rest(speech, parts, places)
    if not (
        _asks(rest, lexicon, with_date=bool(spans))
        or (_is_short(rest, speech) and not any(part.is_deadline for part in days))
    ):
        return None
    return reduce(joined, spans) if spans else Span(speech.today, date.max)


def _has_cue(speech: _Speech, parts: Sequence[_Part], places: Collection[str]) -> bool:
    return bool(_cue_words(_rest(speech, parts, places), speech.lexicon.cues))


def _rest(speech: _Speech, parts: Sequence[_Part], places: Collection[str]) -> list[str]:
    """The words besides days and places, with slips put right."""
    lexicon = speech.lexicon
    taken = {place for part in parts for place in range(part.start, part.end)}
    others = (piece.text for place, piece in enumerate(speech.spoken) if place not in taken)
    folded = (plain(word, lexicon.language) for word in others)
    return [corrected(word, lexicon) for word in folded if word not in places]


def _is_short(rest: Sequence[str], speech: _Speech) -> bool:
    """Whether words besides days add nothing ("und", "wie sieht es aus"), unless it is a greeting.

    "Morgen!" called out alone is one; with a question mark or none it is tomorrow.
    """
    only = speech.spoken[0]
    is_called = len(speech.spoken) == 1 and "!" in only.after and "?" not in only.after
    is_greeting = is_called and not speech.lexicon.greetings.isdisjoint(speech.read[0])
    return set(rest) <= speech.lexicon.beside_date and not is_greeting


def _asks(rest: Sequence[str], lexicon: Lexicon, *, with_date: bool) -> bool:
    """Whether words besides days and places ask what is on, and nothing else."""
    cue_words = _cue_words(rest, lexicon.cues + lexicon.cues_with_date if with_date else lexicon.cues)
    functional = (stop_words(lexicon.language) | lexicon.beside_cue) - lexicon.other_matters
    return bool(cue_words) and set(rest) <= functional | cue_words


def _cue_words(rest: Sequence[str], cues: Sequence[tuple[str, ...]]) -> set[str]:
    """The words of all cues that stand among these in their order."""
    return {word for cue in cues if _in_order(cue, rest) for word in cue}


def _in_order(cue: Sequence[str], rest: Sequence[str]) -> bool:
    following = iter(rest)
    return all(word in following for word in cue)
