"""Three hundred senders that are slow and a hundred readers that do not read: what the process holds in memory before,
meanwhile and afterwards, how long a good caller waits, and that every connection is ended by the service."""

import socket
import statistics
import time

SENDERS = 300
READERS = 100
# A body may take 10 s to arrive, and a client may take nothing of its answer for 20 s; then some time to look.
LONGEST = 45
# What the process may hold more, in MiB: connections and what is on its way to them, not an answer for each.
MOST_GROWTH = 100


def senders(world):
    """Connections that send a head slowly, a body slowly, or nothing."""
    token = world.token("involvement_lead", "slow.lead")
    head = (f"POST /v1/plans HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n"
            "Content-Length: 200000\r\n\r\n").encode()
    for n in range(SENDERS):
        connection = socket.create_connection(("127.0.0.1", world.port))
        if n % 3 == 0:
            connection.sendall(head)
            yield connection, b"x"
        elif n % 3 == 1:
            connection.sendall(b"GET /v1/plans HTTP/1.1\r\nHost: a\r\n")
            yield connection, b"X-A: b\r\n"
        else:
            yield connection, b""


def readers(world):
    """Connections that ask for the longest answer, several times, and read none of it."""
    for _ in range(READERS):
        connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        connection.connect(("127.0.0.1", world.port))
        connection.sendall(b"GET /openapi.json HTTP/1.1\r\nHost: a\r\n\r\n" * 3)
        yield connection


def good(world, token):
    began = time.monotonic()
    answer = world.call("GET", "/v1/plans?limit=20", token)
    return answer.status, (time.monotonic() - began) * 1_000


def drip(connection, drop):
    try:
        connection.send(drop)
    except OSError:
        pass


def play(world, _document, _operations):
    """Plays the case; returns its figures and what is wrong."""
    token = world.token("involvement_lead", "good.lead")
    quiet = sorted(good(world, token)[1] for _ in range(200))
    before = world.memory()
    slow = list(senders(world))
    deaf = list(readers(world))
    for connection, _ in slow:
        connection.setblocking(False)
    began, times, most, wrong = time.monotonic(), [], before, []
    # Beside them there is the good caller's connection.
    while world.connections() > 1 and time.monotonic() - began < LONGEST:
        for _ in range(5):
            status, took = good(world, token)
            times.append(took)
            if status != 200:
                wrong.append(f"a good caller got {status}")
        for connection, drop in slow:
            drip(connection, drop)
        time.sleep(0.2)
        most = max(most, world.memory())
    took, left = time.monotonic() - began, world.connections() - 1
    if left > 0:
        wrong.append(f"after {LONGEST} s {left} of them are still connected")
    for connection in [one for one, _ in slow] + deaf:
        connection.close()
    time.sleep(1)
    after = world.memory()
    times.sort()
    if most - before > MOST_GROWTH:
        wrong.append(f"memory grew from {before} to {most} MiB")
    if times[len(times) // 2] > 10 * max(statistics.median(quiet), 5):
        wrong.append("a good caller waited")
    line = (f"{SENDERS} slow senders and {READERS} readers that do not read, all ended after {took:.1f} s; memory {before} MiB "
            f"before, {most} meanwhile, {after} afterwards; a good caller waited {middle(quiet)} ms before (half, and 99 of 100), "
            f"{middle(times)} ms meanwhile")
    return [line], wrong


def middle(times):
    return f"{times[len(times) // 2]:.1f} and {times[len(times) * 99 // 100]:.1f}"
