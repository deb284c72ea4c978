"""The emergency card comes when somebody must act now, and only then."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.emergency import Emergency, detect

LABELLED = sorted(Path(__file__).parent.glob("emergency_*.jsonl"))

Message = tuple[str, Emergency | None]


def messages(path: Path) -> list[Message]:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [(row["text"], Emergency(row["emergency"]) if row["emergency"] else None) for row in rows]


GERMAN = messages(Path(__file__).parent / "emergency_de.jsonl")


@pytest.mark.parametrize("path", LABELLED, ids=lambda path: path.stem)
def test_emergencies_are_found(path: Path) -> None:
    told = [(text, kind) for text, kind in messages(path) if kind]
    missed = [f"{kind}: {text}" for text, kind in told if detect(text) is None]
    print("\n".join(["missed:", *missed]))  # noqa: T201
    assert len(told) >= 250
    assert len(missed) <= 0.02 * len(told)


@pytest.mark.parametrize("path", LABELLED, ids=lambda path: path.stem)
def test_harmless_messages_give_no_alarm(path: Path) -> None:
    harmless = [text for text, kind in messages(path) if not kind]
    alarms = [f"{found}: {text}" for text in harmless if (found := detect(text))]
    print("\n".join(["false alarms:", *alarms]))  # noqa: T201
    assert len(harmless) >= 250
    assert len(alarms) <= 0.02 * len(harmless)


@pytest.mark.parametrize("path", LABELLED, ids=lambda path: path.stem)
def test_the_kind_is_mostly_right(path: Path) -> None:
    found = [(text, kind, detect(text)) for text, kind in messages(path) if kind]
    other = [f"{kind}, not {seen}: {text}" for text, kind, seen in found if seen and seen is not kind]
    print("\n".join(["another kind:", *other]))  # noqa: T201
    assert len(other) <= 0.07 * len(found)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        pytest.param("Es brennt bei uns im Haus!", Emergency.FIRE, id="fire in plain words"),
        pytest.param("bei uns qualmts aus der steckdose", Emergency.FIRE, id="fire without the word"),
        pytest.param("ES BRENNT IM KELLER!!!", Emergency.FIRE, id="shouted"),
        pytest.param("hilfe🔥🔥die küche brennt😱", Emergency.FIRE, id="emoji between the words"),
        pytest.param("Hilfe.Die Küche brennt.Was tun?", Emergency.FIRE, id="no space between sentences"),
        pytest.param("es brennnt in der kueche", Emergency.FIRE, id="a letter too many, no umlaut"),
        pytest.param("mein man schlegt mich", Emergency.VIOLENCE, id="spelled by ear"),
        pytest.param("er hat gesagt er bringt mich um", Emergency.VIOLENCE, id="a threat to kill"),
        pytest.param("Wenn mein Mann mich schlägt, wo kann ich hin?", Emergency.VIOLENCE, id="violence told with if"),
        pytest.param("ich will nicht mehr aufwachen", Emergency.SUICIDE, id="wish to die without the word"),
        pytest.param("mein freund schreibt dass er sich umbringen will", Emergency.SUICIDE, id="about a friend"),
        pytest.param("unsere tochter ist seit heute mittag verschwunden", Emergency.CHILD, id="missing child"),
        pytest.param("mein kleiner hat den abflussreiniger getrunken", Emergency.POISON, id="child drank cleaner"),
        pytest.param("er ist bewustlos", Emergency.MEDICAL, id="unconscious, a letter missing"),
        pytest.param("Einbrecher im Haus!", Emergency.CRIME, id="burglar"),
        pytest.param("Ich will sterben, es brennt hier", Emergency.FIRE, id="of two kinds the more pressing one"),
    ],
)
def test_an_emergency_is_recognised(text: str, kind: Emergency) -> None:
    assert detect(text) is kind


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing written"),
        pytest.param("🙂 ?!", id="no word at all"),
        pytest.param("Welche Nummer hat die Feuerwehr?", id="asks for the number"),
        pytest.param("Wann ist das Feuerwehrfest?", id="a festival"),
        pytest.param("Rauchmelder piept alle 30 Sekunden, Batterie leer", id="an empty battery"),
        pytest.param("Ich hab da mal eine brennende Frage", id="an idiom with burning"),
        pytest.param("Er rennt durch die Wohnung", id="runs is not burns mistyped"),
        pytest.param("Die Straßenlaterne brennt nicht mehr", id="a lamp"),
        pytest.param("mein mann schlägt vor dass wir umziehen", id="suggests, does not beat"),
        pytest.param("Die Miete bringt mich um", id="an idiom with killing"),
        pytest.param("Gewaltprävention Kurs für Jugendliche", id="violence as a topic"),
        pytest.param("Selbstmordattentat Film im Kino", id="a film"),
        pytest.param("ich sterbe vor Langeweile", id="an idiom with dying"),
        pytest.param("Ich will nicht mehr in der Wohnung leben", id="does not want to live there"),
        pytest.param("Bei mir wurde letzte Woche eingebrochen, wo mache ich eine Anzeige?", id="a past burglary"),
        pytest.param("Mein Kind hat Fieber, welcher Arzt hat am Wochenende auf?", id="fever at the weekend"),
        pytest.param("Unser Hund ist weggelaufen", id="a missing dog"),
    ],
)
def test_a_harmless_message_is_left_to_the_ranking(text: str) -> None:
    assert detect(text) is None


around = st.text(alphabet=" \t\n.,;:!?-–…()[]\"'«»„“*#🔥😱", max_size=6)


@given(st.sampled_from(GERMAN), st.sampled_from([str.upper, str.lower, str.title, str.swapcase]), around, around)
def test_case_and_what_stands_around_change_nothing(message: Message, case: object, before: str, after: str) -> None:
    text, _ = message
    assert callable(case)
    assert detect(before + case(text) + after) is detect(text)


@given(st.sampled_from(GERMAN), st.sampled_from(["  ", "\n", ". ", " - ", "...", " 😱 ", ", "]))
def test_what_stands_between_the_words_changes_nothing(message: Message, gap: str) -> None:
    text, _ = message
    assert detect(gap.join(text.split())) is detect(text)


@given(st.text(max_size=300))
def test_any_text_has_an_answer(text: str) -> None:
    assert detect(text) in {None, *Emergency}


@pytest.mark.parametrize(
    "piece", ["a", "brennt ", "licht brennt ", "mein mann schlägt das kind ", "nicht mehr ", "x1y2 "]
)
def test_a_very_long_message_takes_no_long_time(piece: str) -> None:
    detect("")  # reads the rules
    text = (piece * 10_000)[:10_000]
    started = time.perf_counter()
    detect(text)
    assert time.perf_counter() - started < 0.5
