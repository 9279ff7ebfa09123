"""How an operation is asked for a record by its id: for one that is there, and for one that nobody has. A refusal must say the
same of both.
"""

import collections
import json
import uuid

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


def narrowed(world, document, operation, books, caller, ids, found):
    """An operation that reaches some records, asked for others."""
    body = body_of(document, operation)
    for one in ids[:MOST]:
        real = ask(world, operation, fill(operation, books, one), caller.token, body)
        guess = ask(world, operation, fill(operation, books, invented()), caller.token, body)
        found.note(caller, "a foreign id", real)
        if real.status < 400:
            found.wrong.append(f"{caller.name} {operation.method} {operation.path} {one}: {real.status}")
        elif real.told() != guess.told():
            found.wrong.append(f"{caller.name} {operation.name}: tells {one} apart: {real.told()} {guess.told()}")
