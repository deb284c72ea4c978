"""What the town knows, and how a question finds it. Pure: no database, network, files of the user, clock or chance.

index = build_index(entries)
finding = match(index, "Mein altes Sofa muss weg")
decision = decide(finding)        # Answer, Clarify or Unknown
"""

from knowledge.decide import Answer, Clarify, Decision, Thresholds, Unknown, decide
from knowledge.entry import Entry, EntryError, FaultyFile, GoldenQuestion, State
from knowledge.evaluate import Report, evaluate
from knowledge.files import read_entries, read_questions, write_entries
from knowledge.index import Index, build_index
from knowledge.match import Finding, Match, match

__all__ = [
    "Answer",
    "Clarify",
    "Decision",
    "Entry",
    "EntryError",
    "FaultyFile",
    "Finding",
    "GoldenQuestion",
    "Index",
    "Match",
    "Report",
    "State",
    "Thresholds",
    "Unknown",
    "build_index",
    "decide",
    "evaluate",
    "match",
    "read_entries",
    "read_questions",
    "write_entries",
]
