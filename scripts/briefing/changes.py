"""What changed from edition to edition: cells of the records that differ, and paragraphs that read otherwise."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from briefing.editions import KeptEdition, Rows
from briefing.fields import NOT_GIVEN
from briefing.model import Correction
from briefing.problems import Problem
from briefing.records import Records
from briefing.rows import Row
from briefing.wording import say

_COMPARED: dict[
    str, dict[str, tuple[str, ...]]
] = {  # by the first column of a row: the columns that each kind of change is of
    "event_id": {
        "date": ("date_edtf",),
        "title": ("event_title",),
        "place": ("place_relation", "place"),
        "actors": ("actors",),
        "after": ("after", "after_attribution"),
        "in_retaliation_for": ("in_retaliation_for", "in_retaliation_for_attribution"),
        "remark": ("remark",),
        "sources": ("source_keys",),
    },
    "figure_id": {
        "value": ("bound", "value_min", "value_max", "said"),
        "counted": ("counted",),
        "sources": ("source_keys",),
    },
    "address": {"paragraph": ("text",)},
}
_NAMING = ("source_keys", "after", "in_retaliation_for")  # columns of ids and keys, which may be former ones
_TEXTS = ("title", "remark", "paragraph")  # no values: they are announced, but need no reason


@dataclass(frozen=True)
class Change:
    """Something that reads otherwise in `edition` than in the one before, `former`; both readings are in words.

    `kind` is what of an event changed ("date", "actors"), the measure of a count, or "paragraph".
    """

    id: str
    edition: int
    former: KeptEdition
    kind: str
    title: str
    before: str
    after: str
    is_new: bool
    sources: tuple[str, ...]
    correction: Correction | None = None

    @property
    def event_id(self) -> str:
        """The event it belongs to, which may be gone; empty for a paragraph."""
        return "" if self.kind == "paragraph" else self.id.partition("_")[0]

    @property
    def corrects(self) -> bool:
        """Whether it corrects a value, which needs a reason: what is new, or a mere text, does not."""
        return not self.is_new and self.kind not in _TEXTS


def changes(
    editions: Sequence[KeptEdition], today: Rows, said: Mapping[str, str], records: Records, now: Mapping[str, str]
) -> Iterator[Change]:
    """Every change from edition to edition, and from the last one to the rows of `today` and what is `said` today.

    `said` has the text of each paragraph by its address, `now` the present id of each event and key of each source
    that had others before.
    """
    reasons = {(c.edition, _id_now(c.value, now)): c for c in reversed(records.corrections)}
    states = [*((edition.rows, edition.paragraphs) for edition in editions), (today, said)]
    rows = [_rows_now(*state, now) for state in states]
    for former, (old, new) in zip(editions, pairwise(rows), strict=True):
        for name in {**new, **old}:
            for change in _differences(*name, old.get(name, {}), new.get(name, {}), former, records.measures):
                yield replace(change, correction=reasons.get((change.edition, change.id)))


def missing_reasons(found: Collection[Change], edition: int) -> list[str]:
    """The lines to paste into data/corrections.yml for each value that `edition` corrects without a reason.

    Where the value has a source, the correction names one too.
    """
    return [
        f"# {change.title}: {change.before or NOT_GIVEN} -> {change.after or NOT_GIVEN}\n- edition: {edition}\n"
        f"  value: {change.id}\n  reason:\n  sources:{'' if change.sources else ' ' + NOT_GIVEN}\n"
        for change in found
        if change.edition == edition and change.corrects
        if not change.correction or (change.sources and not change.correction.sources)
    ]


def mistaken_corrections(found: Collection[Change], records: Records, kept: int) -> Iterator[Problem]:
    """A correction is of a value that changes in its edition, and it stays; `kept` editions there are."""
    given = [change.correction for change in found]
    for number, correction in enumerate(records.corrections):
        if correction not in given:
            what = f"this value does not change in edition {correction.edition}, or an entry above corrects it"
            yield records.problem(f"{what}; correct the two, or remove the entry", "corrections", number, "value")
    for change in found:
        if change.edition <= kept and change.corrects and not change.correction:
            what = f"edition {change.edition} corrected {change.id}, and its reason is gone; put the entry back"
            yield records.problem(what, "corrections")


def _differences(
    column: str, name: str, old: Row, new: Row, former: KeptEdition, measures: Mapping[str, str]
) -> Iterator[Change]:
    """What differs in a row; only that it is new or gone, where one of the two editions has none."""
    either, keys = new or old, new.get("source_keys", NOT_GIVEN)
    measure = either.get("measure", "")
    for kind, cells in _COMPARED[column].items():
        shared = [cell for cell in cells if cell in old and cell in new]  # a later version of the tables has more
        if old and new and all(old[cell] == new[cell] for cell in shared):
            continue
        before, after = (row.get(f"{kind}_in_words", row.get(cells[0], "")) for row in (old, new))
        yield Change(
            id=name if kind in ("value", "paragraph") else f"{name}_{kind}",
            edition=former.number + 1,
            former=former,
            kind=measure if kind == "value" else kind,
            title=say(f"changes.{kind}", of=either.get("event_title", name), measure=measures.get(measure, measure)),
            before=before,
            after=after,
            is_new=bool(new) and {old.get(cell, "") for cell in cells} <= {"", NOT_GIVEN},
            sources=() if keys == NOT_GIVEN else tuple(keys.split("; ")),
        )
        if not (old and new):
            return


def _rows_now(rows: Rows, texts: Mapping[str, str], now: Mapping[str, str]) -> dict[tuple[str, str], Row]:
    """The rows of an edition by their first column and id, present ids and keys in them; its `texts` are rows too."""
    found = {}
    for name, row in rows.items():
        known = {column: row[column].split("; ") for column in _NAMING if column in row}
        named = {column: "; ".join(now.get(key, key) for key in keys) for column, keys in known.items()}
        found[next(iter(row)), _id_now(name, now)] = {**row, **named}
    return found | {("address", name): {"text": text} for name, text in texts.items()}


def _id_now(value_id: str, now: Mapping[str, str]) -> str:
    """The id of a value today, whatever its event was called before."""
    event_id, sign, kind = value_id.partition("_")
    return now.get(event_id, event_id) + sign + kind
