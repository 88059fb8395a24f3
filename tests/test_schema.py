"""The schema that editors' programs use, the data dictionary, and the loader say the same."""

from __future__ import annotations

import json
import os
from typing import Any

import jinja2
import jsonschema
import pytest
import yaml

from briefing import model
from briefing.records import EVENTS_FILE, load_records
from briefing.schema import fields_described, schema_of
from conftest import FICTIONAL, ROOT

SCHEMA = ROOT / "data/events.schema.json"
COLUMNS = ROOT / "scripts/exports/columns.json"
DICTIONARY = (ROOT / "data/README.md").read_text(encoding="utf-8")


def plain(file: str) -> Any:
    """A data file as an editor's program reads it: YAML 1.2, so dates and `yes` are text."""

    class Loader(yaml.SafeLoader):
        pass

    keep = {key: [pair for pair in pairs if pair[0] not in ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool")]
            for key, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()}  # fmt: skip
    Loader.yaml_implicit_resolvers = keep
    return yaml.load(file, Loader)


def test_the_schema_is_what_the_records_make() -> None:
    measures = load_records(ROOT)[0].measures
    made = json.dumps(schema_of(DICTIONARY, measures), ensure_ascii=False, indent=1) + "\n"
    if os.environ.get("UPDATE_CASES"):
        SCHEMA.write_text(made, encoding="utf-8")
    assert SCHEMA.read_text(encoding="utf-8") == made, "run the tests once with UPDATE_CASES=1"


def test_the_events_file_names_it_in_its_first_line() -> None:
    first = (ROOT / EVENTS_FILE).read_text(encoding="utf-8").splitlines()[0]
    assert first == f"# yaml-language-server: $schema={SCHEMA.name}"


@pytest.mark.parametrize("briefing", [ROOT, FICTIONAL])
def test_both_briefings_are_valid_by_a_validator_of_others(briefing: Any) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(plain((briefing / EVENTS_FILE).read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("at_most: 5", "at_mots: 5"),
        ("at_most: 5", "at_most: five"),
        ("at_most: 5", "at_most: -5"),
        ("{at_most: 5,", "{at_most: 5, at_least: 2,"),
        ("attribution: alleged", "attribution: rumoured"),
        ("near: skerry", "nere: skerry"),
        ("killed: {between", "injured: {between"),
        ("    title: A flood of tea\n", ""),
    ],
)
def test_an_editors_program_underlines_the_mistake_too(old: str, new: str) -> None:
    text = (FICTIONAL / EVENTS_FILE).read_text(encoding="utf-8")
    assert old in text
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert not jsonschema.Draft202012Validator(schema).is_valid(plain(text.replace(old, new, 1)))


def test_no_field_is_undocumented_and_none_is_invented() -> None:
    records: list[type[model.Record]] = [
        model.Event,
        model.Place,
        model.Position,
        model.Bound,
        model.Report,
        model.Figure,
        model.Actor,
        model.Where,
        model.Link,
        model.Correction,
    ]
    fields = {
        (record.__name__, field.alias or name)
        for record in records
        for name, field in record.model_fields.items()
        if name in record.__annotations__  # what a record inherits is described once
    }
    columns = json.loads(jinja2.Template(COLUMNS.read_text(encoding="utf-8")).render())
    fields |= {(table.capitalize(), column) for table in columns for column in columns[table]}
    assert fields_described(DICTIONARY).keys() == fields
