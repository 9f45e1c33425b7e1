"""The API's description: valid, and the one that is committed."""

import json
from pathlib import Path

from openapi_spec_validator import validate

from api import app

PAGE = Path(__file__).resolve().parents[2] / "docs" / "openapi.json"


def test_the_document_is_valid() -> None:
    validate(json.loads(app.as_text()))


def test_it_is_the_committed_one() -> None:
    assert PAGE.read_text(encoding="utf-8") == app.as_text(), "run: make openapi"


def test_each_call_has_a_name_of_its_own() -> None:
    document = json.loads(app.as_text())
    names = [operation["operationId"] for path in document["paths"].values() for operation in path.values()]
    assert len(names) == len(set(names)) > 20
