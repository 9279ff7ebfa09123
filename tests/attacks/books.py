"""What there is and whose it is, as a lead and a finance officer see it, and who asks for it."""

import collections

# Lists whose items name a service or a person, by the word that stands before an id in a path.
OWNED = (
    "agreements", "claims", "deliveries", "expressions-of-interest", "feedback", "opportunities", "plans", "recoveries",
    "sessions", "support-contacts", "volunteers",
)


class Books:
    """What there is, as a lead and a finance officer see it."""

    def __init__(self, world, lead, finance):
        self.records = {kind: world.all_of(f"/v1/{kind}", lead) for kind in OWNED}
        self.records["payments"] = world.all_of("/v1/payments", finance)
        self.records["payment-runs"] = world.all_of("/v1/payment-runs", finance)
        # Only the whole record says whose it is.
        self.records["feedback"] = [
            world.call("GET", f"/v1/feedback/{one['id']}", lead).json() for one in self.records["feedback"]
        ]
        self.records["services"] = world.all_of("/v1/services", lead)
        self.codes = {one["id"]: one["code"] for one in self.records["services"]}
        whole = {one["id"]: world.call("GET", f"/v1/claims/{one['id']}", lead).json() for one in self.records["claims"]}
        self.records["receipts"] = [
            {"id": receipt["id"], "volunteer_id": claim["volunteer_id"], "service_id": claim["service_id"]}
            for claim in whole.values()
            for receipt in claim.get("receipts", [])
        ]
        self.members, self.clearances, self.comments, self.items = (collections.defaultdict(list) for _ in range(4))
        for plan in self.records["plans"]:
            at = f"/v1/plans/{plan['id']}"
            self.members[plan["id"]] = [one["volunteer_id"] for one in world.all_of(f"{at}/members", lead)]
            self.comments[plan["id"]] = [one["id"] for one in world.all_of(f"{at}/comments", lead)]
        for person in self.records["volunteers"]:
            at = f"/v1/volunteers/{person['id']}/clearances"
            self.clearances[person["id"]] = [one["id"] for one in world.all_of(at, lead)]
        for agreement in self.records["agreements"]:
            told = world.call("GET", f"/v1/agreements/{agreement['id']}/induction", lead).json()
            self.items[agreement["id"]] = [one["id"] for one in told.get("items", [])]
        self.touching = collections.defaultdict(set)
        for kind in ("agreements", "expressions-of-interest", "support-contacts", "claims"):
            for one in self.records[kind]:
                self.touching[one["volunteer_id"]].add(self.codes.get(one.get("service_id")))
        for plan in self.records["plans"]:
            for person in self.members[plan["id"]]:
                self.touching[person].add(self.codes[plan["service_id"]])
        self.engaged = collections.defaultdict(set)
        for kind in ("agreements", "expressions-of-interest"):
            for one in self.records[kind]:
                self.engaged[one["volunteer_id"]].add(one["opportunity_id"])

    def foreign(self, kind, caller):
        """Ids of a kind that are no business of a member of staff or a volunteer."""
        return [one["id"] for one in self.records.get(kind, []) if not self.theirs(kind, one, caller)]

    def theirs(self, kind, one, caller):
        if kind == "services":
            return True
        if caller.volunteer:
            return self.own(kind, one, caller.volunteer)
        if kind == "volunteers":
            return bool(self.touching[one["id"]] & caller.services)
        service = one.get("service_id")
        if kind in ("payments", "payment-runs", "recoveries"):
            return False
        return self.codes.get(service) in caller.services

    def own(self, kind, one, me):
        if kind == "volunteers":
            return one["id"] == me
        if kind == "plans":
            # Plans are shown to those who shape them, and to those who take part.
            taking = {o["plan_id"] for o in self.records["opportunities"] if o["id"] in self.engaged[me]}
            return me in self.members[one["id"]] or one["id"] in taking
        if kind == "opportunities":
            return one["status"] != "draft" or one["id"] in self.engaged[me]
        if kind == "sessions":
            return any(o["id"] == one["opportunity_id"] and self.own("opportunities", o, me)
                       for o in self.records["opportunities"])
        if kind == "feedback":
            # What was published is for everybody.
            return one["status"] == "published" or me in one.get("contributors", [])
        return one.get("volunteer_id") == me


class Caller:
    """Who asks."""

    def __init__(self, name, column, token, services=(), volunteer=None):
        self.name, self.column, self.token = name, column, token
        self.services, self.volunteer = set(services), volunteer
