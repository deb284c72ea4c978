"""How much a word says that it is a name, by itself."""

from __future__ import annotations

import re
from enum import IntEnum

SHORTEST_STEM = 3
"""Letters that are left of a word when an ending is taken off."""

_FAMILY = re.compile(
    r"[a-z]{2,}(?:oglu|gil|ovic|evic|ivic|jevic|incic|ov|ova|eva|iev|sky|ski|ska|skyi|skaya|skaja|cki|cka|dzki|dzka|skiej|ckiej"
    r"|skiego|ckiego|owa|enko|chuk|tschuk|czuk|yuk|iuk|czyk|wicz|czak|iak|escu|eanu|idis|opoulos|opoulou|akis|shvili|schwili"
    r"|adze|mann|ullah|zade|pour|nejad)"
    # Keys have no й, ї, ё: "ский" is "скии" here.
    r"|[а-яіє]{2,}(?:[ое]в|[ое]в[ауые]|[ое]вым|[ое]вои|[ое]вых|ин|ина|инои|ину|ск(?:ии?|а|ая|ои|ую|ого|ому|им|их)"
    r"|ськ(?:а|ии?|им|ого|ою)|[цз]к(?:ии?|а|ая|ои)|енко|[чщ]ук|[нсдл]юк|[ршж]ук|ович|евич|ишин|ян|швили|аило|еико)"
)
_PATRONYMIC = re.compile(r"[а-яіє]{3,}(?:ович|евич|ьич|иович|овн[аыеиу]|евн[аыеиу]|[ое]внои|ична|івна|івни|івну)")
_NOUN = re.compile(
    r"[a-z]{2,}(?:ung|ungen|heit|heiten|keit|keiten|schaft|schaften|tion|tionen|tat|ismus|ment|kurse?|hilfen?|geld|gelder"
    r"|amt|amter|platze?|scheine?|buros?|stellen?|zeit|zeiten|karten?|pflege|schutz|kassen?|raume?|treff|dienste?|arbeit|rechte?"
    r"|pflicht|kosten|antrage?|vertrage?|nummern?|zimmer|wohnung|wohnungen|schulen?|gruppen?|vereine?|feste?|feier|markt|stunden?"
    r"|innen|erin|haus|hauser|leiter|berater|termine?|garten|kreis|programm|projekt|fonds|laden|anlage|unterlagen|pass|ausweis)"
)
_PERSON = ("er", "in", "ist", "ent", "ant", "ling", "iker", "mann", "frau", "kraft", "lose")
# Family names in the second case, Slavic and Romanian cases, Turkish suffixes, as `key_of` writes them.
_ENDINGS = re.compile(
    r"s|es|n|en|ns|e|a|u|y|i|o|ie|em|om|owi?|e[ki]|k[aeuo]|kiem|kow|i?i|ului?|nun|nin|in|y[aieu]|d[ae]|dan|den|l[ae]"
    r"|yl[ae]|t[ae]|ov[ae]?|im|ego|emu|iej|ia|iu|iem"
    r"|[аеиоуыьюяі]|[аеиоыі]м|[оеи]и|и[ії]|[оеє]ю|[ео]ві|ого|ому|[иы]х|ую|ами|ах|[ео]в|ину|инои"
)
_LONGEST_ENDING = 4


class Ground(IntEnum):
    """How much there is to say that a word is a name."""

    NONE = 0
    AMBIGUOUS = 1
    """It is a name, and an ordinary word as well."""
    SURE = 2


def is_family_by_ending(key: str) -> bool:
    """Whether a word ends like a family name: "-enko", "-oğlu", "-mann"."""
    return _FAMILY.fullmatch(key) is not None


def is_patronymic(key: str) -> bool:
    """Whether a word is a father's name, as Russian and Ukrainian have it."""
    return _PATRONYMIC.fullmatch(key) is not None


def is_noun_by_ending(key: str) -> bool:
    """Whether a word ends like a common noun of German, which has a capital as names do."""
    return _NOUN.fullmatch(key) is not None


def is_person_by_ending(key: str) -> bool:
    """Whether a word ends as German words for people do: "Busfahrer", "Altenpflegerin"."""
    return key.endswith(_PERSON)


def stems(key: str) -> set[str]:
    """The word, and what is left of it without each ending it may have."""
    cuts = (size for size in range(1, _LONGEST_ENDING + 1) if len(key) - size >= SHORTEST_STEM)
    return {key, *(key[:-size] for size in cuts if _ENDINGS.fullmatch(key, len(key) - size))}
