"""Who looked at whom: a person with a marker in every field, read by everybody in every way. Whoever got a marker that is more
than a name is in the person's own record of looks, and no marker is in any record: of looks, of changes, in figures, in the log.
"""

import collections
import urllib.parse

NAMES = {"legal name": "Zqattacklegal", "preferred name": "Zqattackcalled"}
MARKERS = {
    "e-mail": "zqattackmail@example.org", "address": "Zqattackstreet", "pronouns": "zqattackpronouns", "need": "zqattackneed",
    "skill": "zqattackskill", "experience": "zqattackexperience", "eligibility": "zqattackeligibility",
    "statement": "zqattackstatement", "adjustments": "zqattackadjustments",
}


def made(answer):
    if answer.status != 201:
        raise SystemExit(f"could not prepare: {answer.status} {answer.text}")
    return answer.json()["id"]


def person(world, lead):
    """Somebody with a marker in every field; the ids of what is theirs."""
    services = {one["code"]: one["id"] for one in world.all_of("/v1/services", lead)}
    whole = {
        "legal_name": f"Vera {NAMES['legal name']}", "preferred_name": NAMES["preferred name"], "email": MARKERS["e-mail"],
        "address": f"1 {MARKERS['address']} Road", "pronouns": MARKERS["pronouns"], "preferred_contact": "email",
        "communication_needs": [{"kind": "other", "detail": MARKERS["need"]}], "skills": [MARKERS["skill"]],
    }
    volunteer = made(world.call("POST", "/v1/volunteers", lead, whole))
    at = f"/v1/volunteers/{volunteer}"
    world.call("POST", f"{at}/activate", lead, None, {"If-Match": "*"})
    own = world.token("volunteer", "looks.person", volunteer=volunteer)
    note = {"service_id": services["crisis-cafe"], "perspective": "patient", "note": MARKERS["experience"]}
    made(world.call("POST", f"{at}/experiences", own, note))
    check = {"kind": "dbs_enhanced", "state": "requested", "eligibility_reason": MARKERS["eligibility"]}
    clearance = made(world.call("POST", f"{at}/clearances", lead, check))
    theirs = {"volunteers": [volunteer], "clearance_id": clearance, "expressions-of-interest": [], "opportunities": []}
    said = {"volunteer_id": volunteer, "statement": MARKERS["statement"], "adjustments": MARKERS["adjustments"]}
    for one in world.all_of("/v1/opportunities?status=published", lead):
        answer = world.call("POST", f"/v1/opportunities/{one['id']}/expressions-of-interest", lead, said)
        if answer.status == 201:
            theirs["expressions-of-interest"].append(answer.json()["id"])
            theirs["opportunities"].append(one["id"])
    if not theirs["expressions-of-interest"]:
        raise SystemExit("no opportunity takes an expression of interest")
    return volunteer, own, theirs


def addresses(operation, theirs):
    """The ways to ask an operation for what is this person's."""
    names = operation.names()
    paths = [operation.path]
    if names:
        kind = operation.path.split("{")[0].strip("/").split("/")[-1]
        paths = [operation.path.replace("{" + names[0] + "}", one, 1) for one in theirs.get(kind, [])]
        paths = [path.replace("{clearance_id}", theirs["clearance_id"]) for path in paths]
    for path in paths:
        if "{" in path:
            continue
        yield path
        known = {one["name"] for one in operation.parameters if one.get("in") == "query"}
        if "limit" in known:
            yield f"{path}?limit=100"
        if "q" in known:
            yield f"{path}?{urllib.parse.urlencode({'q': NAMES['legal name']})}"
        if "volunteer_id" in known:
            yield f"{path}?volunteer_id={theirs['volunteers'][0]}"


def play(world, _document, operations):
    """Plays the case; returns its figures and what is wrong."""
    lead = world.token("involvement_lead", "looks.preparing")
    volunteer, own, theirs = person(world, lead)
    readers = {
        "looks.lead": world.token("involvement_lead", "looks.lead"),
        "looks.staff": world.token("staff", "looks.staff", ["crisis-cafe", "community-rehab", "childrens-therapies"]),
        "looks.elsewhere": world.token("staff", "looks.elsewhere", ["nowhere"]),
        "looks.finance": world.token("finance", "looks.finance"),
        "looks.other": world.token("volunteer", "looks.other", volunteer=world.all_of("/v1/volunteers?status=active", lead)[-1]["id"]),
        "nobody": None,
    }
    calls, wrong, got = 0, [], collections.defaultdict(set)
    export = f"/v1/volunteers/{volunteer}/export"
    for operation in operations:
        if not operation.reads:
            continue
        for path in addresses(operation, theirs):
            for reader, token in readers.items():
                known = count(world, export, own, reader) if reader != "nobody" else 0
                answer = world.call("GET", path, token)
                calls += 1
                seen = {name for name, marker in MARKERS.items() if marker in answer.text}
                if not seen:
                    continue
                got[reader] |= seen
                if reader in ("looks.elsewhere", "looks.other", "nobody"):
                    wrong.append(f"{reader} got {seen} by GET {path}")
                elif count(world, export, own, reader) == known and not once_a_day(world, export, own, reader):
                    wrong.append(f"{reader} got {seen} by GET {path} and left no look")
    record = world.call("GET", export, own).json()["looks"]
    audit = "".join(str(one) for one in world.all_of("/v1/audit", lead))
    for where, text in (("the record of looks", str(record)), ("the record of changes", audit), ("the log", world.logged()),
                        ("the figures", world.call("GET", "/metrics").text)):
        for name, marker in {**NAMES, **MARKERS}.items():
            if marker.lower() in text.lower():
                wrong.append(f"the marker of {name} is in {where}")
    said = ", ".join(f"{reader.split('.')[-1]} {len(seen)}" for reader, seen in sorted(got.items()))
    kinds = sorted({one["what"] for one in record})
    return [f"{calls} readings; markers seen, of {len(MARKERS)}: {said}; {len(record)} looks of the kinds {', '.join(kinds)}"], wrong


def looks_of(world, export, own, reader):
    return [one for one in world.call("GET", export, own).json()["looks"] if one["actor"] == reader]


def count(world, export, own, reader):
    return len(looks_of(world, export, own, reader))


def once_a_day(world, export, own, reader):
    """Of what is read all day long there is one look a day, which must be there."""
    daily = {"agreement", "induction", "attendance", "plan_member", "plan_comment", "feedback", "caseload", "claim", "payee",
             "payment", "payment_file", "recovery", "export_release"}
    return any(one["what"] in daily for one in looks_of(world, export, own, reader))
