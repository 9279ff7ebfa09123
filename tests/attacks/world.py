"""A service of its own to attack: the real binary with demonstration data, on loopback, with a PostgreSQL of its own."""

import base64
import hashlib
import hmac
import http.client
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time

ISSUER = "involvement"


class World:
    """The running service, its folder, and tokens for it."""

    def __init__(self, binary):
        self.folder = tempfile.mkdtemp(prefix="involvement-attacks.")
        os.chmod(self.folder, 0o755)
        self.secret = secrets.token_hex(32)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.log = os.path.join(self.folder, "log")
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("JWT_", "DATABASE_"))},
            "BIND": f"127.0.0.1:{self.port}",
            "DATA_DIR": os.path.join(self.folder, "data"),
            "JWT_HS256_SECRET": self.secret,
            # The limit of anonymous writes has its own tests; here it would hide what is behind it.
            "ANONYMOUS_WRITE_LIMIT": "100000",
            "RUST_LOG": "info,actix_server=warn",
        }
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen([binary, "demo"], env=environment, stdout=subprocess.DEVNULL, stderr=log)
        self.here = threading.local()

    def ready(self, seconds=180):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self.process.poll() is not None:
                raise SystemExit("the service ended: " + self.logged()[-2000:])
            try:
                if self.call("GET", "/health/ready").status == 200:
                    return
            except OSError:
                pass
            time.sleep(0.2)
        raise SystemExit(f"the service was not ready within {seconds} s: " + self.logged()[-2000:])

    def end(self):
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def logged(self):
        with open(self.log, encoding="utf-8", errors="replace") as log:
            return log.read()

    def memory(self):
        """What the process holds in memory, in MiB."""
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            line = next(line for line in status if line.startswith("VmRSS"))
        return int(line.split()[1]) // 1024

    def connections(self):
        """How many connections of clients the process holds, as the kernel knows them."""
        held = set()
        for name in os.listdir(f"/proc/{self.process.pid}/fd"):
            try:
                target = os.readlink(f"/proc/{self.process.pid}/fd/{name}")
            except OSError:
                continue
            if target.startswith("socket:["):
                held.add(target[8:-1])
        with open("/proc/net/tcp", encoding="ascii") as table:
            rows = [line.split() for line in table][1:]
        port = f":{self.port:04X}"
        return sum(row[1].endswith(port) and row[3] != "0A" and row[9] in held for row in rows)

    def token(self, role, sub, services=(), volunteer=None, scope=None, audience=ISSUER, life=3600):
        now = int(time.time())
        claims = {"iss": ISSUER, "aud": audience, "sub": sub, "iat": now - 7200, "exp": now + life, "roles": [role]}
        if services:
            claims["services"] = list(services)
        if volunteer:
            claims["volunteer_id"] = volunteer
        if scope is not None:
            claims["scope"] = scope
        return self.signed(claims)

    def signed(self, claims):
        part = lambda value: base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=")
        said = part({"alg": "HS256", "typ": "JWT"}) + b"." + part(claims)
        mark = hmac.new(self.secret.encode(), said, hashlib.sha256).digest()
        return (said + b"." + base64.urlsafe_b64encode(mark).rstrip(b"=")).decode()

    def call(self, method, path, token=None, body=None, headers=None, timeout=30):
        """One request on a connection that is kept for each thread. A dict is sent as JSON."""
        headers = dict(headers or {})
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            headers.setdefault("Content-Type", "application/json")
        for attempt in (1, 2):
            connection = getattr(self.here, "connection", None)
            fresh = connection is None
            if fresh:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
                self.here.connection = connection
            try:
                connection.request(method, path, body=body, headers=headers)
                return Answer(connection.getresponse())
            except TimeoutError:
                self.forget()
                raise
            except (OSError, http.client.HTTPException):
                # The service may have closed a kept connection; a second time, on a new one, is a finding.
                self.forget()
                if fresh or attempt == 2:
                    raise

    def forget(self):
        connection = getattr(self.here, "connection", None)
        if connection is not None:
            connection.close()
        self.here.connection = None

    def all_of(self, path, token):
        """Every item of a list, over all its pages."""
        items, cursor = [], ""
        while True:
            joined = path + ("&" if "?" in path else "?") + "limit=100"
            answer = self.call("GET", joined + (f"&cursor={cursor}" if cursor else ""), token)
            if answer.status != 200:
                raise SystemExit(f"GET {path}: {answer.status} {answer.text[:300]}")
            page = answer.json()
            items += page["items"]
            cursor = page.get("next_cursor")
            if not cursor:
                return items


class Answer:
    """What came back."""

    def __init__(self, response):
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.bytes = response.read()
        self.text = self.bytes.decode("utf-8", "replace")

    def json(self):
        return json.loads(self.bytes)

    def told(self):
        """What a caller can learn from it, without what differs from one request to the next."""
        try:
            value = self.json()
        except ValueError:
            return self.status, self.text
        if isinstance(value, dict):
            value = {name: held for name, held in value.items() if name not in ("instance", "request_id")}
        return self.status, json.dumps(value, sort_keys=True)
