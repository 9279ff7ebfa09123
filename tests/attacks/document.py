"""The service's own OpenAPI document: its operations, an example of each body, and who may do what."""

import json
import re
from dataclasses import dataclass, field


@dataclass
class Operation:
    """An operation of the document."""

    method: str
    path: str
    name: str
    reach: dict
    media: str | None
    examples: list
    schema: dict
    parameters: list = field(default_factory=list)

    @property
    def reads(self):
        return self.method == "GET"

    def names(self):
        return re.findall(r"\{(\w+)\}", self.path)


def reaches(text):
    """The table of openapi/access.txt: for each operation, what each kind of caller reaches."""
    lines = text.splitlines()
    columns = lines[0].split()[:-1]
    found = {}
    for line in lines[1:]:
        words = line.split()
        if len(words) == len(columns) + 3:
            found[words[-1]] = dict(zip(columns, words[2:-1], strict=True))
    return found


def operations(document, table):
    """Every operation of the document with its row of the table; one without a row is a finding."""
    found = []
    for path, methods in document["paths"].items():
        for method, it in methods.items():
            if method not in ("get", "post", "put", "patch", "delete"):
                continue
            content = it.get("requestBody", {}).get("content", {})
            media = next(iter(content), None)
            body = content.get(media, {})
            examples = [one["value"] for one in body.get("examples", {}).values()]
            if "example" in body:
                examples.append(body["example"])
            found.append(
                Operation(
                    method.upper(), path, it["operationId"], table[it["operationId"]], media, examples,
                    body.get("schema", {}), [one for one in it.get("parameters", []) if "name" in one],
                )
            )
    return found


def resolved(document, schema):
    while "$ref" in schema:
        at = document
        for part in schema["$ref"].removeprefix("#/").split("/"):
            at = at[part]
        schema = at
    return schema


def example(document, schema, depth=0):
    """A value that a schema allows, as far as its examples and limits tell."""
    schema = resolved(document, schema)
    if "example" in schema:
        return schema["example"]
    if "const" in schema:
        return schema["const"]
    if schema.get("enum"):
        return schema["enum"][0]
    for choice in ("oneOf", "anyOf"):
        if schema.get(choice):
            return example(document, schema[choice][0], depth)
    if schema.get("allOf"):
        whole = {}
        for part in schema["allOf"]:
            value = example(document, part, depth)
            whole.update(value if isinstance(value, dict) else {})
        return whole
    kind = schema.get("type")
    kind = next((one for one in kind if one != "null"), None) if isinstance(kind, list) else kind
    if kind == "object" or "properties" in schema:
        wanted = schema.get("required", []) if depth > 3 else schema.get("properties", {})
        return {name: example(document, schema["properties"][name], depth + 1) for name in wanted}
    if kind == "array":
        return [example(document, schema.get("items", {}), depth + 1)] if depth < 4 else []
    return {"integer": schema.get("minimum", 1), "number": 1.5, "boolean": True, "null": None}.get(kind, "text")


def body_of(document, operation):
    """A body that this operation would take: its own example, or one made of its schema."""
    if operation.media is None:
        return None
    if operation.examples:
        return json.loads(json.dumps(operation.examples[0]))
    return example(document, operation.schema)
