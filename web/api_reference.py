"""The API's own description turned into what a reader needs: calls by subject, fields in words, an example."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

LETTERS = {"string": "text", "integer": "whole number", "number": "number", "boolean": "yes or no", "null": "null"}
SAMPLES = {"uuid": "0199a1c2-7b1e-7c3d-9a41-6d2f5b8e9c10", "date-time": "2026-11-23T15:30:00Z", "date": "2026-11-23"}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a schema, or one parameter. ``link`` is the schema it leads to."""

    name: str
    kind: str
    link: str
    required: bool
    note: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """One operation."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    parameters: list[Field]
    body: Field | None
    answers: list[tuple[str, str, Field | None]]
    signed_in: bool
    curl: str

    def speaks_of(self, text: str) -> bool:
        """True when every word searched for is in its address or its words."""
        whole = f"{self.method} {self.path} {self.summary} {self.description} {self.id}".lower()
        return all(word in whole for word in text.lower().split())


@dataclass(frozen=True, slots=True)
class Schema:
    """One named shape."""

    name: str
    description: str
    fields: list[Field]


def calls(document: Mapping[str, Any], base: str) -> dict[str, list[Call]]:
    """Every call by its subject, in the order of the routes."""
    found: dict[str, list[Call]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            call = _call(document, base, path, method.upper(), operation)
            found.setdefault(operation["tags"][0], []).append(call)
    return found


def schemas(document: Mapping[str, Any]) -> list[Schema]:
    """Every named shape."""
    return [
        Schema(name, schema.get("description", ""), list(_fields(schema)))
        for name, schema in document["components"]["schemas"].items()
    ]


def _call(document: Mapping[str, Any], base: str, path: str, method: str, operation: Mapping[str, Any]) -> Call:
    parameters = [
        _field(p["name"], p["schema"], required=p.get("required", False), where=p["in"])
        for p in operation.get("parameters", [])
    ]
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    answers = []
    for status, answer in operation["responses"].items():
        content = answer.get("content", {}).get("application/json")
        answers.append((status, answer["description"], _field("", content["schema"], required=True) if content else None))
    signed_in = bool(operation.get("security"))
    return Call(
        operation["operationId"], method, path, operation["summary"], operation.get("description", ""), parameters,
        _field("", body, required=True) if body else None, answers, signed_in,
        _curl(document, base, path, method, body, signed_in=signed_in),
    )  # fmt: skip


def _fields(schema: Mapping[str, Any]) -> Iterator[Field]:
    required = schema.get("required", [])
    for name, shape in schema.get("properties", {}).items():
        yield _field(name, shape, required=name in required)
    if "enum" in schema:
        yield Field("", " | ".join(map(str, schema["enum"])), "", required=True, note="")


def _field(name: str, shape: Mapping[str, Any], *, required: bool, where: str = "") -> Field:
    kind, link = _kind(shape)
    limits = [
        f"{words} {shape[key]}"
        for key, words in (("minLength", "at least"), ("maxLength", "at most"), ("minimum", "from"), ("maximum", "to"),
                           ("maxItems", "at most"), ("pattern", "like"))
        if key in shape
    ]  # fmt: skip
    if "default" in shape and shape["default"] not in (None, "", [], {}):
        limits.append(f"default {shape['default']}")
    note = " · ".join([str(shape.get("description", "")), *limits]).strip(" ·")
    return Field(name, kind, link, required, note, where)


def _kind(shape: Mapping[str, Any]) -> tuple[str, str]:
    if "$ref" in shape:
        name = str(shape["$ref"]).rsplit("/", 1)[1]
        return name, name
    if "anyOf" in shape:
        kinds = [_kind(one) for one in shape["anyOf"]]
        return " or ".join(kind for kind, _ in kinds), next((link for _, link in kinds if link), "")
    if "enum" in shape:
        return " | ".join(map(str, shape["enum"])), ""
    if "const" in shape:
        return str(shape["const"]), ""
    if shape.get("type") == "array":
        kind, link = _kind(shape.get("items", {}))
        return f"list of {kind}", link
    kind = LETTERS.get(str(shape.get("type")), str(shape.get("type", "anything")))
    return f"{kind} ({shape['format']})" if "format" in shape else kind, ""


def _curl(
    document: Mapping[str, Any], base: str, path: str, method: str, body: Mapping[str, Any] | None, *, signed_in: bool
) -> str:
    lines = [f"curl {base}{path.replace('{', '$').replace('}', '')}"]
    if method != "GET":
        lines[0] = f"curl -X {method} {base}{path.replace('{', '$').replace('}', '')}"
    if signed_in:
        lines.append("-b cookies.txt")
        if method != "GET":
            lines.append('-H "X-CSRF-Token: $csrf"')
    if body is not None:
        lines.append('-H "Content-Type: application/json"')
        lines.append(f"-d '{json.dumps(_sample(document, body), ensure_ascii=False)}'")
    return " \\\n  ".join(lines)


def _sample(document: Mapping[str, Any], shape: Mapping[str, Any]) -> Any:
    if "$ref" in shape:
        return _sample(document, document["components"]["schemas"][str(shape["$ref"]).rsplit("/", 1)[1]])
    if "properties" in shape:
        required = shape.get("required", list(shape["properties"]))
        return {name: _sample(document, shape["properties"][name]) for name in required}
    if "anyOf" in shape:
        return _sample(document, shape["anyOf"][0])
    if "enum" in shape:
        return shape["enum"][0]
    if "format" in shape:
        return SAMPLES.get(shape["format"], "…")
    plain: dict[str, Any] = {"integer": shape.get("minimum", 1), "number": 1, "boolean": False, "array": [], "object": {}}
    return plain.get(str(shape.get("type")), "…")
