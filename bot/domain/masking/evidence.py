"""What the words of one message say of themselves and of their neighbours, before any rule is asked."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from bot.domain.masking.ground import Ground, is_family_by_ending, is_noun_by_ending, is_patronymic, stems
from bot.domain.masking.lexicon import Cue, Lexicon
from bot.domain.masking.reading import Word

_LONGEST_NAME = 4
"""Words of a name."""
_LONGEST_UNKNOWN = 15
"""Letters of a word that may be a name though no list has it; longer ones are compounds of German."""
_CLOSE = re.compile(r"[ \u2060]{1,3}\Z|\. ?\Z")
"""Between two words of one name; the full stop belongs to "Peter M. Lange"."""
_WITHIN_CUE = re.compile(r"[ ,.'\u2060-]{1,3}\Z")
_BESIDE_PLACE = re.compile(r"[ .-]{1,2}\Z")
_SENTENCE_END = re.compile(r"[.!?:;\n\"„“”«»]")
_MOST_JOINTS = 3
"""Words between two parts of a name: "Jürgen von der Heide"."""
_AND = "و"
"""Arabic "and", written as one with the next word."""
_UNCASED = "ء"
"""From this letter on there are no capitals."""


class Evidence:
    """The words of a message, which are spoken of by their place, and what is known of each."""

    def __init__(self, words: Sequence[Word], lexicon: Lexicon, keep: Collection[str]) -> None:
        self.words, self.lexicon, self.keep = words, lexicon, keep
        self._in_saying: set[int] = set()
        self._in_saying.update(
            place for cue, first, end in self.cues() if cue.kind == "sayings" for place in range(first, end)
        )

    def cues(self) -> Iterator[tuple[Cue, int, int]]:
        """Each cue that stands in the message, the place of its first word, and the place behind its last."""
        for place, word in enumerate(self.words):
            first = word.key if word.key in self.lexicon.cues else word.key.removeprefix(_AND)
            for cue in self.lexicon.cues.get(first, ()):
                behind = place + len(cue.keys)
                more = self.words[place + 1 : behind]
                if tuple(w.key for w in more) == cue.keys[1:] and all(_WITHIN_CUE.match(w.gap) for w in more):
                    yield cue, place, behind

    # --- a word by itself --------------------------------------------------------------------------------------------

    def given(self, place: int) -> Ground:
        """How far the word is a given name."""
        word = self.words[place]
        if "-" in word.key:
            return self._double(word)
        ground = self.lexicon.given_ground(word.key)
        if ground is Ground.NONE and word.capital and word.key >= "а":
            return self.lexicon.given_by_stem(stems(word.key))
        return ground

    def family(self, place: int) -> Ground:
        """How far the word is a family name, or a father's."""
        word = self.words[place]
        if is_patronymic(word.key):
            return Ground.SURE
        ground = self._double(word) if "-" in word.key else self.lexicon.family_ground(word.key)
        return ground or (Ground.AMBIGUOUS if is_family_by_ending(word.key) else Ground.NONE)

    def name(self, place: int) -> Ground:
        """How far the word is a name of either kind."""
        return max(self.given(place), self.family(place))

    def _double(self, word: Word) -> Ground:
        """Of a double name ("Anna-Lena", "Müller-Lüdenberg") every part has to be one, and none a place."""
        parts = [part for part in word.key.split("-") if part not in self.lexicon.inside]
        if not self.lexicon.places.isdisjoint(parts):
            return Ground.NONE
        grounds = [max(self.lexicon.given_ground(part), self.lexicon.family_ground(part)) for part in parts]
        return max(grounds) if grounds and all(grounds) else Ground.NONE

    def is_grammar(self, place: int) -> bool:
        """Whether it is a word of grammar, or part of a saying."""
        return place in self._in_saying or (
            self.words[place].key in self.lexicon.functions and not self._is_written_as_name(place)
        )

    def _is_written_as_name(self, place: int) -> bool:
        """Whether it is a given name with a capital within a sentence: "Can" is not the English verb there."""
        word = self.words[place]
        begins = place == 0 or _SENTENCE_END.search(word.gap) is not None
        return word.capital and not begins and self.lexicon.given.get(word.key) is Ground.SURE

    def is_plain(self, place: int) -> bool:
        """Whether it is a word that is no name where a name might stand."""
        if self.is_grammar(place):
            return True
        return self.words[place].key in self.lexicon.plain and not self._is_written_as_name(place)

    def is_kept(self, place: int) -> bool:
        """Whether it belongs to the town."""
        return self.words[place].text.lower() in self.keep or self.is_place(place)

    def is_place(self, place: int) -> bool:
        """Whether it makes a place of the name beside it."""
        key = self.words[place].key
        return key in self.lexicon.places or key.endswith(self.lexicon.place_endings)

    def is_in(self, group: str, place: int) -> bool:
        """Whether there is such a place, and its word belongs to a group of cues.yaml."""
        return 0 <= place < len(self.words) and self.words[place].key in self.lexicon.groups[group]

    def is_uncased(self, place: int) -> bool:
        """Whether its script has no capitals."""
        return self.words[place].text >= _UNCASED

    def may_be_name(self, place: int) -> bool:
        """Whether a word that no list has can be a name: it has a capital and is no common noun of German."""
        word = self.words[place]
        common = self.is_plain(place) or self.is_kept(place) or is_noun_by_ending(word.key)
        return word.capital and len(word.key) <= _LONGEST_UNKNOWN and not common

    # --- a word and its neighbours -----------------------------------------------------------------------------------

    def is_close(self, place: int) -> bool:
        """Whether there is a word that follows the one before it as in a name."""
        return place < len(self.words) and _CLOSE.match(self.words[place].gap) is not None

    def is_beside_place(self, first: int, end: int) -> bool:
        """Whether the words from `first` to `end` are part of a place: "Anne Frank Schule", "St. Josef"."""
        before = first > 0 and self.is_place(first - 1) and _BESIDE_PLACE.match(self.words[first].gap)
        after = end < len(self.words) and self.is_place(end) and _BESIDE_PLACE.match(self.words[end].gap)
        return bool(before or after)

    def end_of_name(self, first: int, *, trusting: bool) -> int:
        """The place behind a name that begins at `first`; when `trusting`, words that no list has belong to it too."""
        place = first + 1
        while place < len(self.words) and place - first < _LONGEST_NAME:
            length = self._next_part(first, place, trusting=trusting)
            if not length:
                break
            place += length
        return place

    def _next_part(self, first: int, place: int, *, trusting: bool) -> int:
        """How many of the words at `place` go on with a name."""
        before, word = self.words[place - 1], self.words[place]
        initial = len(before.text) == 1
        if word.gap == "'" and initial and word.capital:  # O'Brien
            return 1
        if not self.is_close(place) or ("." in word.gap and not initial):
            return 0
        joints = self._joints(place)
        if joints:
            child = self.is_in("child of", place) and self.given(place + joints) > Ground.NONE
            if child or self._continues(first, place + joints, trusting=trusting):
                return joints + 1
        return 1 if self._continues(first, place, trusting=trusting) else 0

    def _joints(self, place: int) -> int:
        """How many words like "von der" stand at `place` before another word."""
        for count in range(_MOST_JOINTS + 1):
            if not self.is_close(place + count):
                return 0
            if self.words[place + count].key not in self.lexicon.inside:
                return count
        return 0

    def _continues(self, first: int, place: int, *, trusting: bool) -> bool:
        word, ground = self.words[place], self.name(place)
        cased = self.words[first].capital
        if self.is_plain(place):
            named = word.capital and self.family(place) > Ground.NONE
            return named and not self.is_grammar(place) and word.key not in self.lexicon.kin
        if ground is Ground.SURE or (ground is Ground.AMBIGUOUS and (word.capital or not cased)):
            return True
        if not trusting or self.may_be_name(place):
            return trusting
        second = place == first + 1
        if self.is_uncased(place):
            return second and word.text.startswith("ال")
        return second and not cased and len(word.key) > 2 and not self.is_kept(place)
