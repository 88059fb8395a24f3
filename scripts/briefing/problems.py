"""Problems: what is wrong with a file, said so that an editor can mend it; never a traceback."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong, and where.

    `file` is relative to the project, `line` and `column` count from 1 (0: the whole file, or
    unknown), `record` names the record and field ("flood, killed"), `message` says what is
    wrong and what to write instead.
    """

    file: str
    line: int
    record: str
    message: str
    column: int = 0

    def __str__(self) -> str:
        """`file:line[:column]: record: message`, the form editors and terminals link to."""
        place = f"{self.file}:{self.line}" + (f":{self.column}" if self.column else "")
        return ": ".join(part for part in (place, self.record, self.message) if part)


class BriefingError(Exception):
    """The briefing can't be published; carries every problem found, in order of file and line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep `problems` sorted and each once."""
        self.problems = tuple(sorted(set(problems)))
        super().__init__(report(self.problems))


def report(problems: Iterable[Problem]) -> str:
    """All `problems`, a line each, and a line that counts them."""
    lines = [str(problem) for problem in problems]
    count = "1 problem" if len(lines) == 1 else f"{len(lines)} problems"
    return "\n".join([*lines, f"{count}. Nothing was published."])


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The end of a sentence about an unknown `word`: the nearest of `known`, or all of them."""
    options = sorted(known)
    if near := difflib.get_close_matches(word, options, n=1, cutoff=0.6):
        return f'; did you mean "{near[0]}"?'
    if not options:
        return ""
    return "; write " + ("one of " if len(options) > 1 else "") + ", ".join(options[:12])
