"""What Schemathesis can't know of a request: cursors are made by the service alone, and a period has an end after its
beginning. Each would be refused with 400, as documented."""

import schemathesis


@schemathesis.hook
def map_query(context, query):
    if query:
        query = {name: value for name, value in query.items() if name != "cursor"}
        for first, last in [("from", "to"), ("submitted_from", "submitted_to"), ("paid_from", "paid_to")]:
            if isinstance(query.get(first), str) and isinstance(query.get(last), str) and query[first] > query[last]:
                query[first], query[last] = query[last], query[first]
    return query
