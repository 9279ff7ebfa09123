"""What Schemathesis is told for one role: `fuzz.toml`, and more by what `openapi/access.txt` says that the role may use.

    python3 fuzz_config.py finance FOLDER

writes FOLDER/fuzz.toml.

- What the role may not use answers every request in the same way, before anything of it is looked at: 403, or 401 without
  a token. One request is as good as many: that of the document's example, and no other status passes.
- What a request must look like is the same for everyone. So the requests at every limit of a schema (the phase
  "coverage") are shared out: each operation is left to one of the roles that may use it, evenly.
- Two volunteers are known, and neither may be shown what is the other's (the check `object_level_authorization`).

With FUZZ_WHOLE=1 every role sends everything to every operation."""

import json
import os
import pathlib
import sys

HERE = pathlib.Path(__file__).parent
# Roles, with their columns in the table.
COLUMNS = {"lead": "lead", "staff": "staff", "finance": "finance", "volunteer": "volunteer", "none": "public"}


def operations():
    """The roles that may use each operation."""
    head, *rows = (HERE.parent / "openapi" / "access.txt").read_text().splitlines()
    columns = head.split()
    for row in rows:
        _method, _path, *words = row.split()
        assert len(words) == len(columns), row
        told = dict(zip(columns, words))
        yield told["operation"], [role for role, column in COLUMNS.items() if told[column] != "-"]


def shared_out(known):
    """The role that is left with all the cases of each operation: of those that may use it, the one with the fewest."""
    shares = {role: [] for role in COLUMNS}
    for operation, may in sorted(known, key=lambda it: len(it[1])):
        shares[min(may, key=lambda role: len(shares[role]))].append(operation)
    return shares


def section(names, settings):
    """A table of TOML for some operations."""
    return "\n".join(["", "[[operations]]", f"include-operation-id = {json.dumps(names)}", *settings, ""])


def narrowed(role):
    known = list(operations())
    mine = shared_out(known)[role]
    refused = [operation for operation, may in known if role not in may]
    others = [operation for operation, may in known if role in may and operation not in mine]
    status = 401 if role == "none" else 403
    yield section(refused, [
        "warnings = false",
        "phases.examples.fill-missing = true",
        "phases.coverage.enabled = false",
        "phases.fuzzing.enabled = false",
        "phases.stateful.enabled = false",
        f"checks.positive_data_acceptance.expected-statuses = [{status}]",
    ])
    yield section(others, ["phases.coverage.enabled = false"])


def two_volunteers(folder):
    tokens = {"grace": os.environ["GRACE"], "idris": os.environ["IDRIS"]}
    headers = {name: [{"name": "Authorization", "value": f"Bearer {token}"}] for name, token in tokens.items()}
    people = {"auth": [{"name": name, "fixedHeaders": fixed} for name, fixed in headers.items()]}
    path = folder / "volunteers.json"
    path.write_text(json.dumps(people))
    peers = json.dumps(list(tokens))
    return f'\n[auth.wfc]\npath = {json.dumps(str(path))}\nuser = "grace"\npeers = {peers}\n'


def main(role, folder):
    told = (HERE / "fuzz.toml").read_text()
    if role == "volunteer":
        told += two_volunteers(folder)
    if not os.environ.get("FUZZ_WHOLE"):
        told += "".join(narrowed(role))
    (folder / "fuzz.toml").write_text(told)


if __name__ == "__main__":
    main(sys.argv[1], pathlib.Path(sys.argv[2]).resolve())
