"""OpenAPI 3.1 from the route tables: there is no second description of any endpoint."""

from collections.abc import Iterable
from typing import Any

from pydantic import TypeAdapter

from kit.errors import DomainError, Forbidden, InvalidRequest, NotFound, Unauthenticated
from kit.http.endpoint import UNSAFE, Endpoint
from kit.http.routes import Routes

REF = "#/components/schemas/{model}"
PROBLEM = {
    "type": "object",
    "description": "RFC 9457. `code` is stable and never translated; `title` and `detail` are for people.",
    "required": ["type", "title", "status", "code", "detail", "instance"],
    "properties": {
        "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"},
        "code": {"type": "string"}, "detail": {"type": "string"}, "instance": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object", "required": ["in", "field", "code", "message"],
                "properties": {key: {"type": "string"} for key in ("in", "field", "code", "message")},
            },
        },
    },
}  # fmt: skip


def document(title: str, version: str, tables: Iterable[Routes]) -> dict[str, Any]:
    """The whole document."""
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = {"Problem": PROBLEM}
    for table in tables:
        for endpoint in table.endpoints:
            operation = _operation(table.tag, endpoint, schemas)
            paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version},
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": "access"},
                "csrf": {"type": "apiKey", "in": "header", "name": "X-CSRF-Token"},
            },
        },
    }


def _operation(tag: str, endpoint: Endpoint, schemas: dict[str, Any]) -> dict[str, Any]:
    summary, _, description = (endpoint.handler.__doc__ or endpoint.handler.__name__).strip().partition("\n")
    success: dict[str, Any] = {"description": "Success"}
    if endpoint.response is not None:
        success["content"] = {"application/json": {"schema": _schema(endpoint.response, schemas, "serialization")}}
    status = endpoint.status if endpoint.response is not None or endpoint.status != 200 else 204
    operation: dict[str, Any] = {
        "operationId": f"{tag}_{endpoint.handler.__name__}",
        "tags": [tag],
        "summary": summary,
        "responses": {str(status): success} | _problems(endpoint),
    }
    if description.strip():
        operation["description"] = " ".join(description.split())
    if parameters := _parameters(endpoint, schemas):
        operation["parameters"] = parameters
    if endpoint.body is not None:
        schema = _schema(endpoint.body, schemas, "validation")
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    if not endpoint.auth.public_scope:
        operation["security"] = [{"session": [], "csrf": []} if endpoint.method in UNSAFE else {"session": []}]
    return operation


def _parameters(endpoint: Endpoint, schemas: dict[str, Any]) -> list[dict[str, Any]]:
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": _schema(adapter, schemas, "validation")}
        for name, adapter in endpoint.path_params.items()
    ]
    if endpoint.query is not None:
        query = endpoint.query.model_json_schema(ref_template=REF)
        schemas.update(query.pop("$defs", {}))
        required = query.get("required", [])
        parameters += [
            {"name": name, "in": "query", "required": name in required, "schema": schema}
            for name, schema in query["properties"].items()
        ]
    return parameters


def _problems(endpoint: Endpoint) -> dict[str, Any]:
    """The refusals an endpoint may answer with: those of its guards, and those it declares."""
    kinds: list[type[DomainError]] = list(endpoint.problems)
    if not endpoint.auth.public_scope:
        kinds += [Unauthenticated, Forbidden]
    if endpoint.path_params:
        kinds.append(NotFound)
    if endpoint.body is not None or endpoint.query is not None or endpoint.path_params:
        kinds.append(InvalidRequest)
    answers: dict[str, Any] = {}
    for kind in kinds:
        answer = answers.setdefault(
            str(kind.status),
            {
                "description": "",
                "content": {"application/problem+json": {"schema": {"$ref": REF.format(model="Problem")}}},
            },
        )
        words = f"`{kind.code}`: {kind.title}"
        answer["description"] = f"{answer['description']}; {words}" if answer["description"] else words
    return dict(sorted(answers.items()))


def _schema(adapter: TypeAdapter[Any], schemas: dict[str, Any], mode: Any) -> dict[str, Any]:
    schema: dict[str, Any] = adapter.json_schema(mode=mode, ref_template=REF)
    schemas.update(schema.pop("$defs", {}))
    title = schema.get("title")
    if schema.get("type") == "object" and title:
        schemas[title] = schema
        return {"$ref": REF.format(model=title)}
    return schema
