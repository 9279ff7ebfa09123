"""Every operation, as every kind of caller, with ids of records that are not theirs: nobody reads or changes any.

What belongs to whom is worked out here, from what a lead sees (the service and the person that each record names), not from
what the caller is shown. A refusal must say the same of a foreign id as of an invented one.
"""

import collections
import concurrent.futures
import json
import uuid

from books import Books, Caller
from document import body_of

# Of each kind, so many ids are tried.
MOST = 12


def kind_of(operation):
    """The word that stands before the first id of a path."""
    return operation.path.split("{")[0].strip("/").split("/")[-1] if "{" in operation.path else None


def invented():
    return str(uuid.uuid4())


def fill(operation, books, first):
    """The path with an id in its first place, and what really belongs to it in the second."""
    rest = operation.names()[1:]
    path = operation.path.replace("{" + operation.names()[0] + "}", first, 1)
    inner = {
        "number": ["1"], "clearance_id": books.clearances.get(first), "comment_id": books.comments.get(first),
        "item_id": books.items.get(first), "volunteer_id": books.members.get(first),
    }
    for name in rest:
        path = path.replace("{" + name + "}", (inner.get(name) or [invented()])[0])
    return path


def with_ids(value, books, caller, foreign):
    """A body whose references name records that are not the caller's, or that nobody has."""
    kinds = {
        "plan_id": "plans", "opportunity_id": "opportunities", "agreement_id": "agreements", "session_id": "sessions",
        "volunteer_id": "volunteers", "claim_id": "claims", "expression_id": "expressions-of-interest",
        "expression_of_interest_id": "expressions-of-interest", "receipt_id": "receipts", "replaces_id": "agreements",
    }
    if isinstance(value, list):
        return [with_ids(one, books, caller, foreign) for one in value]
    if not isinstance(value, dict):
        return value
    made = {}
    for name, held in value.items():
        made[name] = with_ids(held, books, caller, foreign)
        if name in kinds and isinstance(held, str):
            ids = books.foreign(kinds[name], caller)
            made[name] = ids[0] if foreign and ids else invented()
    return made


def ask(world, operation, path, token, body):
    headers = {"Content-Type": operation.media} if operation.media else {}
    if not operation.reads:
        headers["If-Match"] = '"1"'
    sent = json.dumps(body).encode() if body is not None else None
    if operation.media == "multipart/form-data":
        edge = "edge"
        sent = (f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n'
                f"Content-Type: application/pdf\r\n\r\n%PDF-1.7\r\n--{edge}--\r\n").encode()
        headers["Content-Type"] = f"multipart/form-data; boundary={edge}"
    return world.call(operation.method, path, token, sent, headers)


class Findings:
    """What was asked, what came, and what must not have come."""

    def __init__(self):
        self.figures = collections.Counter()
        self.wrong = []

    def note(self, caller, what, answer):
        self.figures[caller.name, what, answer.status] += 1
        if answer.status >= 500:
            self.wrong.append(f"{caller.name}: {what}: {answer.status} {answer.text[:200]}")


def narrowed(world, document, operation, books, caller, found):
    """An operation that reaches a caller's own records, asked for records of others."""
    kind = kind_of(operation)
    ids = books.foreign(kind, caller)[:MOST]
    body = body_of(document, operation)
    for one in ids:
        real = ask(world, operation, fill(operation, books, one), caller.token, body)
        guess = ask(world, operation, fill(operation, books, invented()), caller.token, body)
        found.note(caller, "a foreign id", real)
        if real.status < 400:
            found.wrong.append(f"{caller.name} {operation.method} {operation.path} {one}: {real.status}")
        elif real.told() != guess.told():
            found.wrong.append(f"{caller.name} {operation.name}: tells {one} apart: {real.told()} {guess.told()}")


def referring(world, document, operation, books, caller, found):
    """An operation without an id in its path, whose body names records of others."""
    body = body_of(document, operation)
    # What names no record can only make one of the caller's own.
    if operation.reads or operation.media is None or "_id" not in json.dumps(body):
        return
    real = ask(world, operation, operation.path, caller.token, with_ids(body, books, caller, True))
    guess = ask(world, operation, operation.path, caller.token, with_ids(body, books, caller, False))
    found.note(caller, "a foreign id in a body", real)
    if real.status < 400:
        found.wrong.append(f"{caller.name} {operation.name}: took a foreign id in its body: {real.status}")
    elif real.told() != guess.told():
        found.wrong.append(f"{caller.name} {operation.name}: tells ids of a body apart: {real.told()} {guess.told()}")


def refused(world, document, operation, books, caller, status, found):
    """An operation that a caller may not use at all: the same refusal, whatever id."""
    body = body_of(document, operation)
    ids = [one["id"] for one in books.records.get(kind_of(operation), [])[:2]] if "{" in operation.path else [None]
    for one in ids or [invented()]:
        path = fill(operation, books, one) if one else operation.path
        answer = ask(world, operation, path, caller.token, body)
        found.note(caller, "an operation that is not theirs", answer)
        if answer.status != status:
            found.wrong.append(f"{caller.name} {operation.method} {path}: {answer.status}, not {status}")


def try_one(world, document, operation, books, caller, found):
    reach = operation.reach["public" if caller.column in ("none", "scope") else caller.column]
    if caller.column == "none":
        if reach == "-":
            refused(world, document, operation, books, caller, 401, found)
    elif caller.column == "scope":
        if reach == "-" and operation.reach["lead"] != "-" and not read_scopes(document, operation):
            refused(world, document, operation, books, caller, 403, found)
    elif reach == "-":
        if operation.reach["public"] == "-":
            refused(world, document, operation, books, caller, 403, found)
    elif reach in ("services", "own"):
        if "{" in operation.path:
            narrowed(world, document, operation, books, caller, found)
        else:
            referring(world, document, operation, books, caller, found)
    elif operation.reads and "{" in operation.path:
        for one in books.records.get(kind_of(operation), [])[:MOST]:
            found.note(caller, "what is theirs", ask(world, operation, fill(operation, books, one["id"]), caller.token, None))


def snapshot(world, lead, finance):
    """Everything that a lead and a finance officer can read, to be compared."""
    books = Books(world, lead, finance)
    kept = {}
    for kind, records in books.records.items():
        for one in records:
            kept[kind, one["id"]] = json.dumps(one, sort_keys=True)
    for kind in ("claims", "agreements", "plans", "volunteers", "opportunities", "expressions-of-interest", "sessions"):
        for one in books.records[kind]:
            kept["whole", kind, one["id"]] = world.call("GET", f"/v1/{kind}/{one['id']}", lead).text
    for name in ("members", "clearances", "comments"):
        kept[name] = json.dumps(getattr(books, name), sort_keys=True)
    return books, kept


def play(world, document, operations):
    """Plays the case; returns its figures and what is wrong."""
    lead, finance = world.token("involvement_lead", "attack.lead"), world.token("finance", "attack.finance")
    people = [one["id"] for one in world.all_of("/v1/volunteers?status=active", lead)]
    made = world.call("POST", "/v1/volunteers", lead, {
        "legal_name": "Nia Newcome", "email": "nia.newcome@example.org", "preferred_contact": "email",
    })
    other = world.call("POST", "/v1/services", lead, {
        "code": "attack-elsewhere", "name": "Elsewhere", "domain": "community", "cost_centre": "C99999",
        "subjective_expense": "73105", "subjective_payment": "73110", "contact_email": "elsewhere@trust.example",
    })
    if made.status != 201 or other.status != 201:
        raise SystemExit(f"could not prepare: {made.text} {other.text}")
    nia = made.json()["id"]
    books, before = snapshot(world, lead, finance)
    busiest = sorted(people, key=lambda one: -len(books.engaged[one]))[:2]
    scope = " ".join(sorted({word for o in operations for word in read_scopes(document, o)}))
    callers = [
        Caller("staff of another service", "staff", world.token("staff", "attack.b", ["attack-elsewhere"]), ["attack-elsewhere"]),
        Caller("staff of a service", "staff", world.token("staff", "attack.a", ["childrens-therapies"]), ["childrens-therapies"]),
        Caller("lead", "lead", lead),
        Caller("finance", "finance", finance),
        Caller("volunteer A", "volunteer", world.token("volunteer", "attack.va", volunteer=busiest[0]), volunteer=busiest[0]),
        Caller("volunteer B", "volunteer", world.token("volunteer", "attack.vb", volunteer=busiest[1]), volunteer=busiest[1]),
        Caller("volunteer with nothing", "volunteer", world.token("volunteer", "attack.vc", volunteer=nia), volunteer=nia),
        Caller("no token", "none", None),
        Caller("expired token", "none", world.token("involvement_lead", "attack.lead", life=-3600)),
        Caller("wrong audience", "none", world.token("involvement_lead", "attack.lead", audience="elsewhere")),
        Caller("scope of reading", "scope", world.token("involvement_lead", "attack.lead", scope=scope)),
    ]
    found = Findings()
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        tasks = [
            pool.submit(try_one, world, document, operation, books, caller, found)
            for caller in callers
            for operation in operations
        ]
        for task in tasks:
            task.result()
    _, after = snapshot(world, lead, finance)
    # What the clock writes meanwhile is nobody's change.
    reminders = {key for key in after.keys() - before.keys() if "clearance_expiring" in after[key]}
    changed = [key for key in (before.keys() | after.keys()) - reminders if before.get(key) != after.get(key)]
    found.wrong += [f"changed: {key}: {differs(before.get(key), after.get(key))}" for key in changed]
    return told(found, operations, callers, before), found.wrong


def read_scopes(document, operation):
    it = document["paths"][operation.path][operation.method.lower()]
    words = [word for one in it.get("security", []) for held in one.values() for word in held]
    return [word for word in words if word.endswith(":read")]


def differs(before, after):
    """Where two texts begin to differ."""
    at = next((n for n, (a, b) in enumerate(zip(before or "", after or "")) if a != b), 0)
    return f"{(before or '')[max(at - 80, 0):at + 60]!r} -> {(after or '')[max(at - 80, 0):at + 60]!r}"


def told(found, operations, callers, before):
    lines = [f"{sum(found.figures.values())} calls; {len(operations)} operations, {len(callers)} callers; "
             f"{len(before)} readings compared before and after"]
    for caller in callers:
        held = collections.Counter()
        for (name, what, status), count in found.figures.items():
            if name == caller.name:
                held[what, status] += count
        said = ", ".join(f"{what} {status}: {count}" for (what, status), count in sorted(held.items()))
        lines.append(f"  {caller.name}: {said}")
    return lines
