"""A receiver of webhooks: checks the signature with the official library, answers at once, and prints what it took.

    pip install standardwebhooks
    WEBHOOK_SECRET=whsec_… python receiver.py 8090

It keeps the ids that it has seen, because an event may come again. A real receiver keeps them where they outlive it, and
does its work after it has answered.
"""

import json
import os
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

# While a secret is being changed, either of two signatures fits: one secret is enough here at any time.
WEBHOOK = Webhook(os.environ["WEBHOOK_SECRET"])
MOST_BYTES = 64 * 1024
SEEN: set[str] = set()


class Receiver(BaseHTTPRequestHandler):
    """Takes one event at a time."""

    def do_POST(self) -> None:  # noqa: N802 (the name is the library's)
        length = int(self.headers.get("content-length", "0"))
        if length > MOST_BYTES:
            self.answer(413)
            return
        body = self.rfile.read(length)
        try:
            # The bytes as they came: JSON that was read and written again has another signature.
            WEBHOOK.verify(body, dict(self.headers.items()))
        except WebhookVerificationError as error:
            print(f"refused: {error}", file=sys.stderr, flush=True)
            self.answer(401)
            return
        event = json.loads(body)
        if event["id"] not in SEEN:
            SEEN.add(event["id"])
            print(event["sequence"], event["type"], event["subject"], flush=True)
        self.answer(204)

    def answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Nothing beside what was taken."""


if __name__ == "__main__":
    server = HTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver)
    print(f"listening on port {server.server_address[1]}", flush=True)
    server.serve_forever()
