"""Finance, which reaches the financial part of records: what is not of money is as if it were not there, and what it is shown has
neither the fields nor the ids of the rest.
"""

import json
import pathlib
import re

from asking import MOST, ask, fill, invented, kind_of, narrowed
from document import body_of, resolved

# Who sees which field of an answer.
FIELDS = pathlib.Path(__file__).resolve().parents[2] / "openapi" / "fields.txt"
# A claim is finance's business from its approval on.
SEEN_CLAIMS = ("approved", "part_paid", "paid")
# Records that are not of money; their ids stand in no answer to finance.
NOT_OF_MONEY = (
    "agreements", "deliveries", "expressions-of-interest", "feedback", "opportunities", "plans", "receipts", "sessions",
    "support-contacts",
)
ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def hidden_fields(text):
    """By the name of a schema: its fields that finance does not get. What can be done next (`actions`) is each caller's own."""
    found, schema = {}, None
    for line in text.splitlines():
        words = line.split()
        if words[1:] == ["own", "service", "lead", "finance", "public"]:
            schema = words[0]
            found[schema] = []
        elif schema and len(words) == 6 and words[4] == "-" and words[0].rsplit(".", 1)[-1] != "actions":
            found[schema].append(words[0])
    return found


def has(objects, path):
    """Whether one of the objects has the last member of a path."""
    *above, member = path.split(".")
    for part in above:
        held = [one[part] for one in objects if isinstance(one, dict) and one.get(part) is not None]
        objects = [one for value in held for one in (value if isinstance(value, list) else [value])]
    return any(isinstance(one, dict) and member in one for one in objects)


def webhook(world, token):
    """A webhook of this caller, to which nothing is sent."""
    made = world.call("POST", "/v1/webhooks", token, {"url": "https://127.0.0.1:9/hooks"})
    if made.status != 201:
        raise SystemExit(f"could not prepare: {made.text}")
    one = made.json()["id"]
    ended = world.call("POST", f"/v1/webhooks/{one}/disable", token)
    if ended.status != 200:
        raise SystemExit(f"could not prepare: {ended.text}")
    return one


def webhooks(world, lead):
    """What stands of each webhook, as a lead sees them, without what sending changes."""
    names = ("id", "url", "description", "types", "status")
    return json.dumps([[one[name] for name in names] for one in world.all_of("/v1/webhooks", lead)])


class Money:
    """What finance may see, worked out from what a lead sees."""

    def __init__(self, world, lead, books, of_lead, of_finance):
        self.hidden = hidden_fields(FIELDS.read_text(encoding="utf-8"))
        books.records["webhooks"] = [{"id": of_lead}, {"id": of_finance}]
        unseen = [one["id"] for one in books.records["claims"] if one["status"] not in SEEN_CLAIMS]
        self.foreign = {"claims": unseen, "webhooks": [of_lead]}
        # Records and payments of a claim that was approved and then reopened stay where finance reads them.
        changes = world.all_of("/v1/audit?resource_type=claim", lead)
        approved = {one["resource_id"] for one in changes if one["action"] == "approve"}
        self.never = {one["id"] for kind in NOT_OF_MONEY for one in books.records[kind]}
        self.never |= set(unseen) - approved | {of_lead}
        if not self.hidden or not unseen or len(unseen) == len(books.records["claims"]):
            raise SystemExit("there is nothing that finance sees, or nothing that it does not see")

    def judge(self, world, document, operation, books, caller, found):
        """An operation that finance may use, of which some records may be foreign to it."""
        kind, reach = kind_of(operation), operation.reach["finance"]
        foreign = self.foreign.get(kind, []) if reach == "money" else []
        if kind:
            narrowed(world, document, operation, books, caller, foreign, found)
        if operation.reads:
            for path in self.theirs(operation, books, kind, foreign):
                self.look(document, operation, path, ask(world, operation, path, caller.token, None), caller, found)
        elif kind and reach == "all":
            # It changes what it is asked to, so it is asked for nothing that is there.
            path = fill(operation, books, invented())
            answer = ask(world, operation, path, caller.token, body_of(document, operation))
            found.note(caller, "an invented id", answer)
            if answer.status < 400 or answer.status in (401, 403):
                found.wrong.append(f"{caller.name} {operation.name} of an invented id: {answer.status}")

    def theirs(self, operation, books, kind, foreign):
        """The addresses at which finance reads what it may."""
        if kind:
            ids = [one["id"] for one in books.records.get(kind, []) if one["id"] not in foreign]
            return [fill(operation, books, one) for one in ids[:MOST]]
        known = [one["name"] for one in operation.parameters]
        return [operation.path + ("?limit=100" if "limit" in known else "")]

    def look(self, document, operation, path, answer, caller, found):
        """What finance reads is there, and is of money alone."""
        found.note(caller, "what is theirs", answer)
        absent = answer.status == 404 and operation.path.endswith("{id}")
        if absent or answer.status in (401, 403):
            found.wrong.append(f"{caller.name} GET {path}: {answer.status}, though it is theirs")
        if answer.status != 200:
            return
        if ids := self.never.intersection(ID.findall(answer.text)):
            found.wrong.append(f"{caller.name} GET {path}: shows {sorted(ids)[:3]}, which are not of money")
        if fields := self.beyond(document, operation, answer):
            found.wrong.append(f"{caller.name} GET {path}: shows {fields}, which finance does not get")

    def beyond(self, document, operation, answer):
        """The fields of an answer that finance does not get."""
        if not answer.headers.get("content-type", "").startswith("application/json"):
            return []
        content = document["paths"][operation.path]["get"]["responses"]["200"]["content"]
        schema, value = content["application/json"]["schema"], answer.json()
        members = resolved(document, schema).get("properties", {})
        if "next_cursor" in members:
            schema, value = members["items"]["items"], value["items"]
        name = schema.get("$ref", "").rsplit("/", 1)[-1]
        return [field for field in self.hidden.get(name, []) if has(value if isinstance(value, list) else [value], field)]
