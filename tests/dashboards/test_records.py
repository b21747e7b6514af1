"""The records that server and browser exchange, and the schema that is shipped of them."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from typing import get_args, get_type_hints

import jsonschema
import pytest

from dashboards.questions.question import Column, Question, Tried, default
from dashboards.records import SCHEMA_FILE, SENT, TYPEDEFS_FILE, read_act, schema, schema_text
from dashboards.records.acts import Act, ColumnSent, QuestionSent, TriedSent
from dashboards.records.typedefs import kind, typedefs
from dashboards.records.view import ColumnShown, QuestionShown, TriedShown
from dashboards.session.session import ACTS
from simulation.declared.parameters import InputError

from .exchanged import check_answer


def schema_of(side: str, name: str) -> dict:
    whole = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    return {"$schema": whole["$schema"], "$defs": whole["$defs"]} | whole[side][name]


def test_the_shipped_schema_is_that_of_the_records():
    assert SCHEMA_FILE.read_text(encoding="utf-8") == schema_text(), "`python -m dashboards.records` makes it again"


def test_the_shipped_typedefs_are_those_of_the_schema():
    text = TYPEDEFS_FILE.read_text(encoding="utf-8")
    assert text == typedefs(schema()), "`python -m dashboards.records` makes them again"
    assert set(re.findall(r"@typedef \{.*\} (\w+)", text)) == {*schema()["$defs"], "Act"}
    assert not re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL).strip(), "it has comments only"


def test_a_typedef_says_what_the_schema_says():
    number = {"anyOf": [{"type": "number"}, {"type": "integer"}, {"type": "null"}]}
    pair = {"type": "array", "prefixItems": [{"type": "string"}, number]}
    whole = {"type": "object", "additionalProperties": {"type": "array", "items": pair}}
    assert kind(whole) == "Object<string, Array<[string, (number|null)]>>"
    assert kind({"enum": ["first", "whole"]}) == '("first"|"whole")'
    with pytest.raises(ValueError, match="no typedef for"):
        kind({"type": "date"})


def test_the_shipped_schema_holds_what_a_server_sends(server):
    for address in ("/gs/catalogue.json", "/gs/evidence.json", "/gs/ready.json", "/gs/place.json?place=leeds", "/gs/own.json"):
        sent = server.json(address)
        jsonschema.validate(sent, schema_of("sent", address.partition("?")[0]))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(sent | {"more": 1}, schema_of("sent", "/gs/own.json"))
    jsonschema.validate({"name": "change", "question": default().data(), "run": True}, schema_of("accepted", "act"))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"name": "change"}, schema_of("accepted", "act"))


@pytest.mark.parametrize(
    ("kind", "shown", "sent"),
    [(Question, QuestionShown, QuestionSent), (Column, ColumnShown, ColumnSent), (Tried, TriedShown, TriedSent)],
)
def test_a_question_has_the_same_fields_on_both_sides(kind, shown, sent):
    names = {field.name for field in fields(kind)}
    assert set(shown.__annotations__) == set(sent.__annotations__) == names


def test_a_session_does_every_act_that_there_is_a_record_of_and_no_other():
    records = get_args(get_args(Act)[0])
    assert {get_args(get_type_hints(one)["name"])[0] for one in records} == set(ACTS)


@pytest.mark.parametrize(
    ("act", "where"),
    [
        ({"name": "rename", "id": 5, "title": "x"}, "rename.id"),
        ({"name": "save", "title": "x"}, "save.question"),
        ({"name": "save", "title": "x", "question": {"months": [1]}}, "save.question.months"),
        ({"name": "cancel", "more": 1}, "cancel.more"),
        ({"name": "set", "settings": {"form": None}}, "set.settings.form"),
        ({"name": "change", "question": {"columns": [{"tried": [{"dose": 1}]}]}}, "change.question.columns.0.tried.0.name"),
    ],
)
def test_an_act_that_is_none_is_refused_by_its_field(act, where):
    with pytest.raises(InputError, match=rf"did not understand what this page asked for \({where}"):
        read_act(act)


def test_an_answer_of_another_shape_is_noticed():
    headers = {"content-type": "application/json"}
    with pytest.raises(AssertionError, match="places"):
        check_answer("/gs/own.json?place=x", 200, headers, b'{"days": 1, "most": 2}')
    with pytest.raises(AssertionError, match="no record says"):
        check_answer("/gs/news.json", 200, headers, b"{}")
    with pytest.raises(AssertionError, match="failure"):
        check_answer("/gs/own.json", 400, headers, b'{"wrong": ""}')
    assert len(SENT) > 10
