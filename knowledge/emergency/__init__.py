"""Whether a message tells of an emergency, where somebody must act now: asked before any ranking."""

from knowledge.emergency.detect import detect
from knowledge.emergency.kinds import Alarm, Emergency

__all__ = ["Alarm", "Emergency", "detect"]
