"""Every operation, as every kind of caller, with ids of records that are not theirs: nobody reads or changes any.

What belongs to whom is worked out here, from what a lead sees (the service and the person that each record names), not from
what the caller is shown. A refusal must say the same of a foreign id as of an invented one.
"""

import collections
import concurrent.futures
import json

from asking import MOST, Findings, ask, fill, invented, kind_of, narrowed
from books import Books, Caller
from document import body_of
from finance import Money, webhook, webhooks


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


def try_one(world, document, operation, books, money, caller, found):
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
            ids = books.foreign(kind_of(operation), caller)
            narrowed(world, document, operation, books, caller, ids, found)
        else:
            referring(world, document, operation, books, caller, found)
    elif caller.column == "finance" and operation.reach["public"] == "-":
        money.judge(world, document, operation, books, caller, found)
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
    kept["webhooks"] = webhooks(world, lead)
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
    hooks = [webhook(world, token) for token in (lead, finance)]
    books, before = snapshot(world, lead, finance)
    money = Money(world, lead, books, *hooks)
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
            pool.submit(try_one, world, document, operation, books, money, caller, found)
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
