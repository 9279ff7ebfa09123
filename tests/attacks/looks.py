"""Who looked at whom: a person with a marker in every field, read by everybody in every way. Whoever got a marker that is more
than a name is in the person's own record of looks, with the kind of look that the reading is, and no marker is in any record: of
looks, of changes, in figures, in the log.
"""

import collections
import pathlib
import re
import urllib.parse

# The service's own list of the kinds of look, and of those that are written once a day.
KINDS = pathlib.Path(__file__).resolve().parents[2] / "src" / "work" / "access_log.rs"
# The readings that leave each kind of look. A reading that shows a marker and stands nowhere here is a finding.
READINGS = {
    "agreement": ("list_agreements", "read_agreement"),
    "agreement_document": ("read_agreement_document", "read_blank_claim_form"),
    "attendance": ("read_attendance",),
    "caseload": ("report_link_person",),
    "claim": ("list_claims", "read_claim"),
    "claim_document": ("read_claim_form",),
    "clearances": ("list_clearance_reminders", "list_clearances", "read_clearance", "report_clearances"),
    "delivery": ("list_deliveries", "list_letters"),
    "experiences": ("list_experiences",),
    "export": ("export_volunteer",),
    "export_release": ("list_export_releases",),
    "expression": ("list_expressions", "list_opportunity_expressions", "read_expression"),
    "feedback": ("read_feedback",),
    "induction": ("read_induction",),
    "match": ("match_volunteers",),
    "payee": ("read_payee",),
    "payment": ("list_payments", "read_payment"),
    "payment_file": ("export_payment_run",),
    "plan_comment": ("list_plan_comments",),
    "plan_member": ("list_plan_members",),
    "profile": ("list_volunteers", "read_volunteer"),
    "receipt": ("read_receipt_content",),
    "recovery": ("list_recoveries", "read_recovery"),
    "run_sheet": ("read_run_sheet",),
    "support_contact": ("list_agreement_support_contacts", "list_support_contacts", "read_support_contact"),
}
KIND_OF = {reading: kind for kind, readings in READINGS.items() for reading in readings}
# What is sensitive in itself is told by its own kind of look, or by that of everything at once.
OWN_KINDS = {"eligibility": ("clearances", "export"), "experience": ("experiences", "export")}

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
    plan = member_of(world, lead, services["crisis-cafe"], volunteer)
    theirs = {
        "volunteers": [volunteer], "clearance_id": clearance, "expressions-of-interest": [], "opportunities": [], "plans": [plan],
    }
    said = {"volunteer_id": volunteer, "statement": MARKERS["statement"], "adjustments": MARKERS["adjustments"]}
    for one in world.all_of("/v1/opportunities?status=published", lead):
        answer = world.call("POST", f"/v1/opportunities/{one['id']}/expressions-of-interest", lead, said)
        if answer.status == 201:
            theirs["expressions-of-interest"].append(answer.json()["id"])
            theirs["opportunities"].append(one["id"])
    if not theirs["expressions-of-interest"]:
        raise SystemExit("no opportunity takes an expression of interest")
    return volunteer, own, theirs


def member_of(world, lead, service, volunteer):
    """An open plan of a service, of which somebody becomes a member."""
    plans = world.all_of("/v1/plans", lead)
    for one in plans:
        if one["service_id"] == service and one["status"] in ("draft", "submitted", "approved"):
            made(world.call("POST", f"/v1/plans/{one['id']}/members", lead, {"volunteer_id": volunteer}))
            return one["id"]
    raise SystemExit("no plan takes a member")


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
        if "format" in known:
            yield f"{path}?format=csv"
            yield f"{path}?format=html"


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
    calls, got = 0, collections.defaultdict(set)
    export = f"/v1/volunteers/{volunteer}/export"
    daily, wrong = kinds_of_look(operations)
    for operation in operations:
        if not operation.reads:
            continue
        for path in addresses(operation, theirs):
            for reader, token in readers.items():
                before = looks_of(world, export, own, reader)
                answer = world.call("GET", path, token)
                calls += 1
                seen = {name for name, marker in MARKERS.items() if marker in answer.text}
                if not seen:
                    continue
                got[reader] |= seen
                if reader in ("looks.elsewhere", "looks.other", "nobody"):
                    wrong.append(f"{reader} got {seen} by GET {path}")
                    continue
                kind = KIND_OF.get(operation.name)
                if any(kind not in OWN_KINDS.get(name, (kind,)) for name in seen):
                    wrong.append(f"{reader} got {seen} by GET {path}, of which a look of the kind {kind} does not tell")
                # Of what is read all day long there is one look a day, which may be there already.
                if looks_of(world, export, own, reader)[kind] <= (0 if kind in daily else before[kind]):
                    wrong.append(f"{reader} got {seen} by GET {path} and left no look of the kind {kind}")
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
    """How many looks of each kind a reader has in the person's own record."""
    if reader == "nobody":
        return collections.Counter()
    return collections.Counter(one["what"] for one in world.call("GET", export, own).json()["looks"] if one["actor"] == reader)


def kinds_of_look(operations):
    """The kinds that are written once a day; and what of the table above is not the service's any more."""
    text = KINDS.read_text(encoding="utf-8")
    words = dict(re.findall(r'(\w+) = "(\w+)",', text))
    once_a_day = re.search(r"fn once_a_day\b.*?matches!\((.*?)\n    }", text, re.DOTALL)
    daily = {words[name] for name in re.findall(r"Self::(\w+)", once_a_day[1])}
    wrong = [f"the service knows no look of the kind {kind}" for kind in READINGS if kind not in words.values()]
    known = {one.name for one in operations}
    wrong += [f"{reading} is no operation" for reading in KIND_OF if reading not in known]
    return daily, wrong
