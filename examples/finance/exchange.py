"""A scheduled exchange between the service and a ledger or payroll: released runs go out as files, results come back.

    INVOLVEMENT_URL=https://involvement.trust.example INVOLVEMENT_TOKEN_FILE=/run/token python exchange.py /srv/exchange

The folder has:

    state.json    how far the feed of events was read
    out/          a file for each released run, for the ledger, and beside it what it was checked against (.json)
    in/           results from the ledger: RUN-2026-000007.csv, or RUN-2026-000007-second.csv; write them elsewhere,
                  then rename them into it
    done/         results that the service took, each with its answer
    refused/      results that the service refused, each with the problem

It may be stopped anywhere and started again, also twice at the same time: a file of a run appears whole or not at all and
never changes, the place in the feed is noted after the files are there, and the same results under the same key are taken
once. Results that the service could not take at the time, or not from this token, stay in `in/`. It ends with 0 if all is
well, 1 if something needs a person, 75 if the service could not be reached or had a fault: try again later.

It needs nothing but Python 3.9. The token needs the role finance; the scope `webhooks:read payments:write` is enough.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import os
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

RELEASED = "involvement.payment_run.released.v1"
CSV_OF = {"accounts_payable": ("ap-csv", "LINE_AMOUNT"), "payroll": ("payroll-csv", "AMOUNT")}
TRY_LATER = 75
# Seconds for which a file must have been left alone before it is sent.
SETTLED = 60


class Later(Exception):
    """The service can't be reached, is busy or has a fault: nothing is wrong here, and the same may be sent again."""


class Wrong(Exception):
    """Something that a person must look at."""


class Service:
    """The service, asked over HTTP."""

    def __init__(self, home: str, token: str) -> None:
        self.home, self.token = home.rstrip("/"), token

    def ask(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None):
        """Asks once; answers the status, the headers and all bytes. A break-off is an exception."""
        request = urllib.request.Request(self.home + path, data=body, method=method)
        request.add_header("authorization", f"Bearer {self.token}")
        for name, value in (headers or {}).items():
            request.add_header(name, value)
        try:
            try:
                answer = urllib.request.urlopen(request, timeout=60)
            except urllib.error.HTTPError as error:
                answer = error
            with answer:
                status, said, content = answer.code, answer.headers, answer.read()
        except OSError as error:
            raise Later(f"{method} {path}: {error}") from error
        except Exception as error:  # http.client.IncompleteRead and its like
            raise Later(f"{method} {path}: {error!r}") from error
        # What is neither a success nor a problem of the service's own is from something between.
        is_problem = said.get_content_type() == "application/problem+json"
        if status in (408, 429) or status >= 500 or not (status == 200 or is_problem):
            raise Later(f"{method} {path}: {status}")
        return status, said, content

    def read(self, path: str):
        """The headers and bytes of what must be there."""
        status, headers, body = self.ask("GET", path)
        if status != 200:
            raise Wrong(f"GET {path}: {status} {body[:300].decode(errors='replace')}")
        return headers, body

    def json(self, path: str):
        headers, body = self.read(path)
        if headers.get_content_type() != "application/json":
            raise Later(f"GET {path}: the answer is not the service's")
        return json.loads(body)


def write(path: Path, content: bytes) -> None:
    """Writes a file so that it is there whole or not at all, also after a power cut."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def keep(path: Path, content: bytes) -> None:
    """Writes a file that never changes once it is there."""
    if path.exists():
        if path.read_bytes() != content:
            raise Wrong(f"{path} is there with other contents: somebody changed it, or it is another service's")
        return
    write(path, content)


def checked(service: Service, path: str) -> bytes:
    """An export whose bytes are those that its digest says."""
    headers, body = service.read(path)
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    if headers.get("content-digest") != f"sha-256=:{digest}:":
        raise Wrong(f"GET {path}: the bytes are not those of the digest")
    return body


def fetch(service: Service, run_id: str, out: Path) -> str | None:
    """Fetches the files of a run, checks them against each other and against the run, and keeps them."""
    run = service.json(f"/v1/payment-runs/{run_id}")
    reference, (kind, amount) = run["reference"], CSV_OF[run["route"]]
    if (out / f"{reference}.json").exists():
        return None
    status, _, body = service.ask("GET", f"/v1/payment-runs/{run_id}/export?format=json")
    if status == 410:
        print(f"{reference}: its files are gone, because somebody in it was erased; see its payments", file=sys.stderr)
        return None
    if status != 200:
        raise Wrong(f"{reference}: {status} {body[:300].decode(errors='replace')}")
    control = checked(service, f"/v1/payment-runs/{run_id}/export?format=json")
    ledger = checked(service, f"/v1/payment-runs/{run_id}/export?format={kind}")
    if hashlib.sha256(ledger).hexdigest() != run["export_sha256"]:
        raise Wrong(f"{reference}: the file is not the one that was released")
    rows = list(csv.DictReader(io.StringIO(ledger.decode("utf-8"), newline="")))
    # Pounds with two decimals, as pence: no floating point. Credits begin with a minus sign.
    pence = sum(int(row[amount].replace(".", "")) for row in rows)
    counted = (len({row["INVOICE_NUM"] for row in rows}), pence)
    said = json.loads(control)["control"]
    totals = [counted, (said["count"], said["total_pence"]), (run["payment_count"], run["total_pence"])]
    if len(set(totals)) != 1:
        raise Wrong(f"{reference}: count and pence differ: file, control and run say {totals}")
    keep(out / f"{reference}.csv", ledger)
    # The last, since it says that the run is done.
    keep(out / f"{reference}.json", control)
    return reference


def fetch_released(service: Service, folder: Path) -> list[str]:
    """Fetches every run that was released since the last time."""
    state = folder / "state.json"
    after = json.loads(state.read_text())["after"] if state.exists() else 0
    fetched: list[str] = []
    while True:
        page = service.json(f"/v1/events?after={after}&type={RELEASED}")
        # A run is one event; what is there already is left alone.
        found = (fetch(service, event["data"]["resource_id"], folder / "out") for event in page["items"])
        fetched += [reference for reference in found if reference]
        if page["after"] != after:
            after = page["after"]
            write(state, json.dumps({"after": after}).encode())
        if not page["more"]:
            return fetched


def run_of(file: Path, out: Path) -> str:
    """The id of the run whose results a file has, by its name."""
    control = out / ("-".join(file.stem.split("-")[:3]) + ".json")
    if not control.exists():
        raise Wrong(f"{file.name}: there is no such run in out/; begin the name with the run's reference")
    return json.loads(control.read_text())["run"]["id"]


def send_file(service: Service, folder: Path, file: Path) -> str | None:
    """Sends the results of one file: whether they were taken or refused; None if the file is left for another time."""
    try:
        if time.time() - file.stat().st_mtime < SETTLED:
            print(f"{file.name}: perhaps still being written; it is left for the next time", file=sys.stderr)
            return None
        content = file.read_bytes()
    except FileNotFoundError:
        # Another copy of this script was faster.
        return None
    run_id = run_of(file, folder / "out")
    # The same file for the same run has the same key, whenever and wherever it is sent.
    key = "exchange-" + hashlib.sha256(run_id.encode() + b"\n" + content).hexdigest()[:48]
    headers = {"content-type": "text/csv", "idempotency-key": key}
    status, said, answer = service.ask("POST", f"/v1/payment-runs/{run_id}/results", content, headers)
    if status == 409 and json.loads(answer).get("code") == "idempotency-in-progress":
        raise Later(f"{file.name}: somebody else is sending it")
    if status == 200 and said.get_content_type() != "application/json":
        raise Later(f"{file.name}: the answer is not the service's")
    if status in (401, 403, 404):
        # The results may be right: the token, its rights or the address are wrong.
        raise Wrong(f"{file.name}: {status} {answer[:300].decode(errors='replace')}")
    what = "taken" if status == 200 else "refused"
    where = folder / ("done" if status == 200 else "refused")
    write(where / f"{file.stem}.answer.json", answer)
    try:
        os.replace(file, where / file.name)
    except FileNotFoundError:
        # Another copy of this script was faster; the service took it once.
        pass
    return what


def send_results(service: Service, folder: Path, report: dict[str, list[str]]) -> None:
    """Sends the results that the ledger left. What is wrong or must wait stays; the others are sent all the same."""
    for file in sorted((folder / "in").glob("*.csv")):
        try:
            what = send_file(service, folder, file)
            if what:
                report[what].append(file.name)
        except Later as later:
            report.setdefault("later", []).append(str(later))
        except Wrong as wrong:
            report.setdefault("wrong", []).append(str(wrong))


def main(folder: Path) -> int:
    for name in ("out", "in", "done", "refused"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    token = os.environ.get("INVOLVEMENT_TOKEN") or Path(os.environ["INVOLVEMENT_TOKEN_FILE"]).read_text().strip()
    service = Service(os.environ["INVOLVEMENT_URL"], token)
    report: dict[str, list[str]] = {"fetched": [], "taken": [], "refused": []}
    try:
        report["fetched"] = fetch_released(service, folder)
        send_results(service, folder, report)
    except Later as later:
        report["later"] = [str(later)]
    except Wrong as wrong:
        report["wrong"] = [str(wrong)]
    print(json.dumps(report))
    if report["refused"] or report.get("wrong"):
        return 1
    return TRY_LATER if report.get("later") else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
