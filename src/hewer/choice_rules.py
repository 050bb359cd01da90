"""The rules by which workers choose among works that are ready (rule 4), each declared once.

The document, the checks, the compiler and the exact engines read the declarations; what a rule compares in a
run stands in ``engine/kernel/people/choose.py``.
"""

from __future__ import annotations

from enum import Enum, IntEnum, auto, unique
from typing import NamedTuple

__all__ = ["CHOICE_RULES", "Choice", "ChoiceRule", "Reads", "reads"]


@unique
class Choice(IntEnum):
    """What the kernel calls the rules. AUTOMATIC is the group of works that need nobody."""

    OLDEST = 0
    LISTED = 1
    LONGEST_QUEUE = 2
    NEAREST = 3
    AUTOMATIC = 4
    SHORTEST_PROCESSING_TIME = 5
    EARLIEST_DUE = 6
    RANDOM = 7
    WEIGHTED = 8
    OWN = 9  # a rule of the user's own
    LONGEST_PROCESSING_TIME = 10


class Reads(Enum):
    """What a rule looks at, where not every model has it at hand."""

    EXPECTED_TIME = auto()  # of a work, for a worker: compiled only where a rule looks at it
    DUE = auto()  # the attribute `due` of items
    WEIGHTS = auto()  # of the role, for each activity


class ChoiceRule(NamedTuple):
    """A rule that `choice` names.

    Attributes
    ----------
    choice : Choice
    reads : tuple of Reads
    in_chain : bool
        Whether the Markov chain knows it: what it looks at is part of the state.
    """

    choice: Choice
    reads: tuple[Reads, ...] = ()
    in_chain: bool = False

    @property
    def name(self) -> str:
        """The word of the document."""
        return self.choice.name.lower()


CHOICE_RULES: dict[str, ChoiceRule] = {
    rule.name: rule
    for rule in (
        ChoiceRule(Choice.OLDEST, in_chain=True),
        ChoiceRule(Choice.LISTED, in_chain=True),
        ChoiceRule(Choice.LONGEST_QUEUE, in_chain=True),
        ChoiceRule(Choice.NEAREST, in_chain=True),  # there nobody has far to walk
        ChoiceRule(Choice.SHORTEST_PROCESSING_TIME, (Reads.EXPECTED_TIME,)),
        ChoiceRule(Choice.LONGEST_PROCESSING_TIME, (Reads.EXPECTED_TIME,)),
        ChoiceRule(Choice.EARLIEST_DUE, (Reads.DUE,)),
        ChoiceRule(Choice.RANDOM),
        ChoiceRule(Choice.WEIGHTED, (Reads.WEIGHTS,)),
    )
}
"""The rules by the words of the document, as ``docs/language.md`` lists them."""


def reads(choice: object, what: Reads) -> bool:
    """Tell whether a word names a rule that looks at `what`; a rule of the user's own is not asked."""
    rule = CHOICE_RULES.get(choice) if isinstance(choice, str) else None
    return rule is not None and what in rule.reads
