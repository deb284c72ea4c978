"""Hints for simple language."""

from __future__ import annotations

import pytest

from bot.domain.plain_language import Hint, Hurdle, hints


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("Rufen Sie uns an. Wir helfen Ihnen gern.", []),
        ("eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn.", []),
        ("Wort " * 16, [(Hurdle.LONG_SENTENCE, ("Wort " * 16).strip())]),
        ("Der Antrag wird geprüft.", [(Hurdle.PASSIVE, "Der Antrag wird geprüft.")]),
        ("Hilfe wurde angeboten.", [(Hurdle.PASSIVE, "Hilfe wurde angeboten.")]),
        ("Es wird kalt. Sie werden gehen.", []),
        ("Sie werden gut beraten.", []),
        ("Der Wohnberechtigungsschein hilft.", [(Hurdle.LONG_WORD, "Wohnberechtigungsschein")]),
        ("Der Wohn-Berechtigungs-Schein hilft.", []),
        ("Siehe www.wohnberechtigungsschein.de/antragstellungen", []),
        ("Bringen Sie z. B. Ihren Ausweis mit.", [(Hurdle.ABBREVIATION, "z.B.")]),
        ("Fragen Sie den ASD.", [(Hurdle.ABBREVIATION, "ASD")]),
        ("Der ASD (Allgemeiner Sozialer Dienst) hilft. Fragen Sie den ASD.", []),
        ("Der Allgemeine Soziale Dienst (ASD) hilft. Das WC ist rechts.", []),
        ("ASD und ASD", [(Hurdle.ABBREVIATION, "ASD")]),
    ],
)
def test_what_is_hard_to_read_is_told(text: str, found: list[tuple[Hurdle, str]]) -> None:
    assert hints(text) == [Hint(*one) for one in found]
