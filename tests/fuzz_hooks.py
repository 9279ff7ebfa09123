"""What Schemathesis can't know of a request: cursors are made by the service alone, and a period has an end after its
beginning. Each would be refused with 400, as documented."""

import re

import schemathesis

A_CURSOR = re.compile(r"[A-Za-z0-9_-]{32}")
PERIODS = [("from", "to"), ("submitted_from", "submitted_to"), ("paid_from", "paid_to"), ("amount_from", "amount_to")]


@schemathesis.hook
def before_call(context, case, kwargs):
    query = case.query
    if not isinstance(query, dict):
        return
    cursor = query.get("cursor")
    if isinstance(cursor, str) and A_CURSOR.fullmatch(cursor):
        del query["cursor"]
    for first, last in PERIODS:
        both = (query.get(first), query.get(last))
        if all(isinstance(it, str) for it in both) or all(isinstance(it, int) for it in both):
            query[first], query[last] = sorted(both)
