"""What Schemathesis can't know of a request, because it lies between its parameters, or between requests. Each would be
refused with 400, or 422, as documented, and nothing behind it would be met:

- a key of idempotency is for one request: a key that was sent before is made another one;
- cursors are made by the service alone, and so is a place in the feed of events;
- a period has an end after its beginning;
- a list of changes has its own order, and none of what becomes overdue without a change;
- ids of support contacts don't go with agreements that are overdue;
- a CSV has all rows, and a layout is one of pages."""

import re

import schemathesis
from schemathesis.core.parameters import ParameterLocation

KEY = "Idempotency-Key"
sent_before = set()

A_CURSOR = re.compile(r"[A-Za-z0-9_-]{32}([A-Za-z0-9_-]{11})?")
PERIODS = [("from", "to"), ("submitted_from", "submitted_to"), ("paid_from", "paid_to"), ("amount_from", "amount_to")]


def choose_another_key(case):
    key = (case.headers or {}).get(KEY)
    if not isinstance(key, str):
        return
    # What is wrong with the headers of a case must stay so: Schemathesis judges them anew where one was changed.
    if key in sent_before and not is_wrong(case, ParameterLocation.HEADER):
        key = case.headers[KEY] = f"another-key-{len(sent_before):08}"
    sent_before.add(key)


def is_wrong(case, location):
    # Cases that are right as a whole are marked as wrong in their headers at times.
    meta = case.meta
    return meta is not None and meta.generation.mode.is_negative and meta.is_negative_at(location)


@schemathesis.hook
def before_call(context, case, kwargs):
    choose_another_key(case)
    query = case.query
    # What is to be refused is refused with whatever stands beside it.
    if not isinstance(query, dict) or is_wrong(case, ParameterLocation.QUERY):
        return
    cursor = query.get("cursor")
    if isinstance(cursor, str) and A_CURSOR.fullmatch(cursor):
        del query["cursor"]
    if "overdue" in query or "induction_overdue" in query:
        query.pop("updated_since", None)
        query.pop("id", None)
    if "updated_since" in query:
        query.pop("order", None)
    if query.get("format") == "csv":
        query.pop("limit", None)
    if query.get("format") in ("text", "poster", "slip"):
        query.pop("layout", None)
    if case.operation.path == "/v1/events":
        query.pop("after", None)
    for first, last in PERIODS:
        both = (query.get(first), query.get(last))
        if all(isinstance(it, str) for it in both) or all(isinstance(it, int) for it in both):
            query[first], query[last] = sorted(both)
