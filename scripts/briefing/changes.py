"""What changed from edition to edition: cells of the records that differ, and paragraphs that read otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from briefing.editions import KeptEdition, Rows
from briefing.model import NOT_GIVEN
from briefing.problems import Problem
from briefing.wording import say

if TYPE_CHECKING:
    from briefing.model import Correction
    from briefing.records import Records

# What is compared, under the name that the id of its change ends with: the cells, and the one that says them in words.
# The first of each table is the one that is told where the whole row is new or gone.
_EVENT = {
    "date": ("date_edtf", "date_in_words"),
    "title": ("event_title", "event_title"),
    "place": ("place_relation", "place", "place_in_words"),
    "actors": ("actors", "actors"),
    "after": ("after", "after_attribution", "after_in_words"),
    "in_retaliation_for": ("in_retaliation_for", "in_retaliation_for_attribution", "in_retaliation_for_in_words"),
    "remark": ("remark", "remark"),
    "sources": ("source_keys", "source_keys"),
}
_FIGURE = {
    "count": ("bound", "value_min", "value_max", "said", "value_in_words"),
    "counted": ("counted", "counted"),
    "sources": ("source_keys", "source_keys"),
}
_TEXTS = ("title", "remark", "paragraph")  # no values: they are announced, but need no reason


@dataclass(frozen=True)
class Change:
    """Something that reads otherwise in `edition` than in the one before; both readings are in words.

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
    sources: tuple[str, ...] = ()
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
    rows = [_rows_now(table, now) for table in (*(edition.rows for edition in editions), today)]
    texts = [*(edition.paragraphs for edition in editions), said]
    for former, (old, new), (old_text, new_text) in zip(editions, pairwise(rows), pairwise(texts), strict=True):
        for row_id in {**new, **old}:
            for change in _of_row(row_id, former, old.get(row_id, {}), new.get(row_id, {}), records.measures):
                yield replace(change, correction=reasons.get((change.edition, change.id)))
        yield from _of_paragraphs(former, old_text, new_text)


def missing_reasons(found: Iterable[Change], edition: int) -> list[str]:
    """The lines to paste into data/corrections.yml for each value that `edition` corrects without a reason.

    Where the value has a source, the correction names one too.
    """
    lines = []
    for change in found:
        given = change.correction
        if change.edition == edition and change.corrects and (not given or (change.sources and not given.sources)):
            lines.append(
                f"# {change.title}: {change.before or NOT_GIVEN} -> {change.after or NOT_GIVEN}\n- edition: {edition}\n"
                f"  value: {change.id}\n  reason:\n  sources:{'' if change.sources else ' ' + NOT_GIVEN}\n"
            )
    return lines


def mistaken_corrections(found: Iterable[Change], records: Records, kept: int) -> Iterator[Problem]:
    """A correction is of a value that changes in its edition, is given once, and stays; `kept` editions there are."""
    found, seen = list(found), set()
    given = [change.correction for change in found if change.correction]
    for number, correction in enumerate(records.corrections):
        if (key := (correction.edition, correction.value)) in seen:
            yield records.problem("the same correction is given twice; keep one", "corrections", number, "value")
        elif correction not in given and 2 <= correction.edition <= kept + 1:
            what = f"this value does not change in edition {correction.edition}; correct the two, or remove the entry"
            yield records.problem(what, "corrections", number, "value")
        seen.add(key)
    for change in found:
        if change.edition <= kept and change.corrects and not change.correction:
            what = f"edition {change.edition} corrected {change.id}, and its reason is gone; put the entry back"
            yield records.problem(what, "corrections")


def _of_row(
    row_id: str, former: KeptEdition, old: Mapping[str, str], new: Mapping[str, str], measures: Mapping[str, str]
) -> Iterator[Change]:
    """What differs in the row of an event or figure; only that it is new or gone, where one edition has none."""
    columns = _FIGURE if "_" in row_id else _EVENT
    either, measure = new or old, (new or old).get("measure", "")
    sources = tuple(key for key in new.get("source_keys", NOT_GIVEN).split("; ") if key != NOT_GIVEN)
    for name, (*cells, words) in columns.items() if old and new else [*columns.items()][:1]:
        shared = [cell for cell in cells if all(cell in row for row in (old, new) if row)]  # a later version has more
        before, after = ([row.get(cell, "") for cell in shared] for row in (old, new))
        if before != after or not (old and new):
            is_count = name == "count"
            yield Change(
                row_id if is_count else f"{row_id}_{name}",
                former.number + 1,
                former,
                measure if is_count else name,
                say(f"changes.{name}", event=either["event_title"], measure=measures.get(measure, measure)),
                old.get(words, ""),
                new.get(words, ""),
                is_new=bool(new) and {*before} <= {"", NOT_GIVEN},
                sources=sources,
            )


def _of_paragraphs(former: KeptEdition, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Change]:
    for name in {**new, **old}:
        before, after = old.get(name, ""), new.get(name, "")
        if before != after:
            title = say("changes.paragraph", address=name)
            yield Change(name, former.number + 1, former, "paragraph", title, before, after, is_new=not before)


def _rows_now(rows: Rows, now: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """The rows of an edition with the present ids and keys in the place of former ones."""
    listing = ("source_keys", "after", "in_retaliation_for")
    return {
        _id_now(name, now): {
            column: "; ".join(now.get(key, key) for key in cell.split("; ")) if column in listing else cell
            for column, cell in row.items()
        }
        for name, row in rows.items()
    }


def _id_now(value_id: str, now: Mapping[str, str]) -> str:
    """The id of a value today, whatever its event was called before."""
    event_id, sign, kind = value_id.partition("_")
    return now.get(event_id, event_id) + sign + kind
