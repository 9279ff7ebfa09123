"""Random and nearly right requests: none ends in a fault of the service, none is left hanging, each refusal is a problem.

The seed is fixed, so that a run can be repeated: SEED and FUZZED in the environment change it and the number of calls.
"""

import collections
import concurrent.futures
import http.client
import json
import os
import random
import socket
import string
import urllib.parse
import uuid

from document import body_of

CALLS = int(os.environ.get("FUZZED", "40000"))
SEED = int(os.environ.get("SEED", "11"))
THREADS = 8
# A call that takes longer is left hanging.
PATIENCE = 30

STRANGE = [
    "", " ", "\x00", "\x1f", "\x7f", "\u0085", "\u200b", "\u202e", "\u2066", "\ufeff", "\ufffe", "\U0001f469\u200d\U0001f9b0",
    "a\u0301" * 40, "\u0130\u00df\u03a3\u03c2", "\U000e0041", "'; DROP TABLE claims; --", "{{7*7}}", "${jndi:x}", "<script>",
    "../../etc/passwd", "%00", "%ff", "=1+1", "a" * 70_000, "null", "-0", "NaN", "\r\nSet-Cookie: a=b", "1e400",
]
NUMBERS = [0, -1, 1, 2**31 - 1, 2**31, 2**53, 2**63 - 1, 2**63, 2**64, -(2**63) - 1, 10**400, 0.1, 1e308, -0.0, 1e-320, 23.456789]
DATES = ["2026-02-30", "0000-01-01", "9999-12-31", "+010000-01-01", "2026-10-25", "2026-03-29T01:30:00Z", "2026-06-15T10:00:00+99:00"]
MEDIA = [
    "application/json", "application/merge-patch+json", "text/plain", "text/csv", "application/xml", "multipart/form-data",
    "multipart/form-data; boundary=x", "application/json; charset=utf-16", "", "nonsense", "application/json, text/csv", "*/*",
]
HEADERS = {
    "If-Match": ['"1"', "*", '"0"', '"-1"', 'W/"1"', "1", '"99999999999999999999"', '"1", "2"', ""],
    "If-None-Match": ['"1"', "*", "x"],
    "Idempotency-Key": ["short", "a-key-of-the-fuzzer-1", "k" * 128, "k" * 129, "with space in the key"],
    "Accept": ["*/*", "application/json", "text/html", "text/csv", "image/png", "application/json;q=0", ",", "x/y;q=9"],
    "X-Request-Id": ["1", str(uuid.UUID(int=1)), "x" * 3000, "a b"],
    "Accept-Language": ["de", "*", "x" * 500],
    "Range": ["bytes=0-1", "bytes=-1", "x"],
    "X-Forwarded-For": ["127.0.0.1", "x", "::1, 10.0.0.1"],
    "Forwarded": ["for=1.2.3.4", 'for="[::1]"', "=;="],
    "Expect": ["100-continue"],
    "Content-Encoding": ["gzip", "identity"],
    "traceparent": ["00-" + "0" * 32 + "-" + "0" * 16 + "-00", "x"],
}


class Fuzzer:
    """A source of requests that begins with its own seed."""

    def __init__(self, chance, document, operations, ids):
        self.chance, self.document, self.operations, self.ids = chance, document, operations, ids

    def text(self):
        pick = self.chance.random()
        if pick < 0.5:
            return self.chance.choice(STRANGE)
        if pick < 0.6:
            return self.chance.choice(DATES)
        if pick < 0.7:
            return self.chance.choice(self.ids)
        letters = string.printable + "äßéΣшא漢\u200b\u202e"
        return "".join(self.chance.choices(letters, k=self.chance.randrange(40)))

    def value(self, depth=0):
        pick = self.chance.random()
        if pick < 0.35:
            return self.text()
        if pick < 0.6:
            return self.chance.choice(NUMBERS)
        if pick < 0.7:
            return self.chance.choice([None, True, False, [], {}])
        if depth > 3:
            return 1
        if pick < 0.85:
            return [self.value(depth + 1) for _ in range(self.chance.randrange(4))]
        return {self.text()[:20]: self.value(depth + 1) for _ in range(self.chance.randrange(4))}

    def near(self, value):
        """A body that is right but for a few places."""
        if isinstance(value, dict):
            made = {}
            for name, held in value.items():
                pick = self.chance.random()
                if pick < 0.05:
                    continue
                made[name] = self.value() if pick < 0.15 else self.near(held)
            if self.chance.random() < 0.05:
                made[self.text()[:30]] = self.value()
            return made
        if isinstance(value, list):
            return [self.near(one) for one in value] * (self.chance.choice([1, 1, 1, 0, 2, 30]))
        if isinstance(value, str) and len(value) == 36 and self.chance.random() < 0.6:
            return self.chance.choice(self.ids)
        return self.value() if self.chance.random() < 0.08 else value

    def body(self, operation):
        pick = self.chance.random()
        if pick < 0.55:
            whole = body_of(self.document, operation)
            made = json.dumps(self.near(whole if whole is not None else {"a": 1}), ensure_ascii=self.chance.random() < 0.5)
        elif pick < 0.8:
            made = json.dumps(self.value())
        elif pick < 0.85:
            depth = self.chance.choice([10, 100, 1_000, 60_000])
            made = "[" * depth + "]" * depth
        elif pick < 0.9:
            made = '{"a":' * self.chance.choice([50, 5_000]) + "1"
        elif pick < 0.93:
            made = '{"name":"a","name":"b","version":1e999999}'
        elif pick < 0.95:
            made = "x" * self.chance.choice([1, 262_143, 262_145, 400_000])
        else:
            return self.chance.randbytes(self.chance.randrange(2_000))
        sent = made.encode("utf-8", "surrogatepass")
        return sent[: self.chance.randrange(len(sent) + 1)] if self.chance.random() < 0.08 else sent

    def path(self, operation):
        path = operation.path
        for name in operation.names():
            pick = self.chance.random()
            filled = self.chance.choice(self.ids) if pick < 0.7 else urllib.parse.quote(self.text()[:200], safe="")
            path = path.replace("{" + name + "}", filled or "x")
        known = [one["name"] for one in operation.parameters if one.get("in") == "query"]
        asked = []
        while known and self.chance.random() < 0.5:
            value = self.text()[:300] if self.chance.random() < 0.7 else str(self.chance.choice(NUMBERS))[:300]
            asked.append((self.chance.choice(known), value))
        if self.chance.random() < 0.1:
            asked.append((self.text()[:20], self.text()[:50]))
        if asked:
            path += "?" + urllib.parse.urlencode(asked, errors="surrogatepass")
        if self.chance.random() < 0.03:
            path += self.chance.choice(["/", "//", "/..", "%2e%2e", ";a=b", "?%ff=%fe", "?cursor=%F0%9F"])
        return path

    def request(self):
        operation = self.chance.choice(self.operations)
        method = operation.method if self.chance.random() < 0.95 else self.chance.choice(["PUT", "DELETE", "HEAD", "TRACE", "X"])
        headers = {}
        for name, values in HEADERS.items():
            if self.chance.random() < (0.5 if name == "If-Match" else 0.06):
                headers[name] = self.chance.choice(values)
        body = None
        if operation.media or self.chance.random() < 0.05:
            body = self.body(operation)
            media = operation.media if self.chance.random() < 0.9 else self.chance.choice(MEDIA)
            if media:
                headers["Content-Type"] = media
        return method, self.path(operation), headers, body


def one_run(world, seed, calls, document, operations, ids, tokens):
    """A thread's share of the calls."""
    fuzzer = Fuzzer(random.Random(seed), document, operations, ids)
    figures, wrong = collections.Counter(), []
    for _ in range(calls):
        method, path, headers, body = fuzzer.request()
        token = fuzzer.chance.choice(tokens)
        what = f"{method} {path[:200]!r} {headers} {(body or b'')[:300]!r}"
        try:
            answer = world.call(method, path, token, body, headers, timeout=PATIENCE)
        except (TimeoutError, socket.timeout):
            wrong.append(f"left hanging: {what}")
            continue
        except (http.client.HTTPException, OSError, ValueError, UnicodeError) as why:
            # Of a body that is refused before it has arrived, the connection is cut: that is what a client sees.
            figures[f"cut ({type(why).__name__})"] += 1
            if body is None or len(body) < 262_144:
                wrong.append(f"cut with {why!r}: {what}")
            continue
        figures[answer.status] += 1
        if answer.status >= 500:
            wrong.append(f"{answer.status}: {what}: {answer.text[:300]}")
        elif answer.status >= 400 and method != "HEAD":
            media = answer.headers.get("content-type", "")
            # People who follow the address in a message get a page in place of a problem.
            is_page = path.startswith("/v1/public/replies/") and headers.get("Accept") == "text/html"
            if media != ("text/html; charset=utf-8" if is_page else "application/problem+json"):
                wrong.append(f"{answer.status} as {media!r}: {what}: {answer.text[:100]}")
    return figures, wrong


def broken_off(world, times):
    """Requests that end in the middle; the service must go on, and keep no connection."""
    chance = random.Random(SEED)
    whole = b"POST /v1/plans HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{\"title\": "
    for _ in range(times):
        with socket.create_connection(("127.0.0.1", world.port), timeout=PATIENCE) as connection:
            connection.sendall(whole[: chance.randrange(1, len(whole))])
            if chance.random() < 0.5:
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(4096):
                    pass


def play(world, document, operations):
    """Plays the case; returns its figures and what is wrong."""
    lead, finance = world.token("involvement_lead", "fuzz.lead"), world.token("finance", "fuzz.finance")
    people = [one["id"] for one in world.all_of("/v1/volunteers?status=active", lead)]
    ids = [one["id"] for kind in ("plans", "opportunities", "agreements", "claims", "sessions", "volunteers", "services")
           for one in world.all_of(f"/v1/{kind}", lead)] + [str(uuid.UUID(int=7)), "not-an-id"]
    tokens = [
        lead, lead, lead, finance, world.token("staff", "fuzz.staff", ["crisis-cafe", "community-rehab"]),
        world.token("volunteer", "fuzz.volunteer", volunteer=people[0]), None, "rubbish",
    ]
    share = CALLS // THREADS
    with concurrent.futures.ThreadPoolExecutor(THREADS) as pool:
        runs = [pool.submit(one_run, world, SEED * 1_000 + n, share, document, operations, ids, tokens) for n in range(THREADS)]
        broken_off(world, 200)
        done = [run.result() for run in runs]
    figures = sum((figures for figures, _ in done), collections.Counter())
    wrong = [one for _, found in done for one in found]
    if world.call("GET", "/health/ready").status != 200:
        wrong.append("the service is not ready afterwards")
    panics = [line for line in world.logged().splitlines() if "panicked" in line]
    wrong += [f"panicked: {line[:200]}" for line in panics]
    said = ", ".join(f"{status}: {count}" for status, count in sorted(figures.items(), key=str))
    return [f"seed {SEED}, {sum(figures.values())} calls and 200 that were broken off: {said}"], wrong
