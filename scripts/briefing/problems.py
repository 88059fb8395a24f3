"""Problems: what is wrong with a file, said so that an editor can mend it; never a traceback."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Path = tuple[str | int, ...]  # of an entry in a YAML file: the names and numbers that lead to it


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong, and where; what is only `told` stops no build.

    `file` is relative to the project, `line` and `column` count from 1 (0: unknown), `record` names
    the record and field ("flood, killed"), `message` says what is wrong and what to write instead.
    """

    file: str
    line: int
    record: str
    message: str
    column: int = 0
    told: bool = False

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" + (f":{self.column}" if self.column else "")
        return ": ".join(filter(None, (place, self.record, self.message)))

    @property
    def annotation(self) -> str:
        """As GitHub shows it beside the line (docs.github.com, workflow commands)."""
        level = "warning" if self.told else "error"
        text = str(self).partition(": ")[2].replace("%", "%25").replace("\n", "%0A")
        return f"::{level} file={self.file},line={self.line},col={self.column or 1}::{text}"


class BriefingError(Exception):
    """The briefing can't be published; carries every problem found, in order of file and line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join([*map(str, self.problems), self.count]))

    @property
    def count(self) -> str:
        """How many problems there are, in a line."""
        told = sum(problem.told for problem in self.problems)
        number = len(self.problems) - told
        advice = f", and {told} piece{'s' if told > 1 else ''} of advice" if told else ""
        return f"{number} problem{'s' if number > 1 else ''}{advice}. Nothing was published."


def did_you_mean(word: str, known: Iterable[str], now: Mapping[str, str] | None = None) -> str:
    """The end of a sentence about an unknown `word`: what it is called `now`, the nearest `known`, or all."""
    if now and word in now:
        return f'; it is "{now[word]}" now'
    options = sorted(known)
    if near := difflib.get_close_matches(word, options, n=1):
        return f'; did you mean "{near[0]}"?'
    one_of = "one of " if len(options) > 1 else ""
    return f"; write {one_of}{', '.join(options[:16])}" if options else ""


def name_of(path: Path) -> str:
    """A path as an editor reads it: the record's id, then the field."""
    if len(path) > 1 and path[0] in ("events", "places", "corrections"):
        path = (*path[1:2], *(part for part in path[2:] if part != "figures"))
    return ", ".join(f"number {part + 1}" if isinstance(part, int) else part for part in path)
