#!/usr/bin/env python3
"""Attacks the service from outside: the real binary with demonstration data, started here, on loopback.

Usage: python3 tests/attacks [CASE…]; without a case, all of them: foreign looks fuzz slow.
INVOLVEMENT names the binary, FUZZED the number of fuzzed calls, SEED where their chance begins. Python's standard library
is enough. Everything lies in one temporary folder, and is ended and removed at the end.
"""

import importlib
import os
import pathlib
import sys
import time

from document import operations, reaches
from world import World

CASES = ("foreign", "looks", "fuzz", "slow")
ROOT = pathlib.Path(__file__).resolve().parents[2]


def main():
    cases = sys.argv[1:] or CASES
    if unknown := set(cases) - set(CASES):
        raise SystemExit(f"no such case: {', '.join(sorted(unknown))}; there are {', '.join(CASES)}")
    built = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug" / "involvement"
    world = World(os.environ.get("INVOLVEMENT", str(built)))
    failed = False
    try:
        world.ready()
        document = world.call("GET", "/openapi.json").json()
        table = reaches((ROOT / "openapi" / "access.txt").read_text(encoding="utf-8"))
        for case in cases:
            began = time.monotonic()
            lines, wrong = importlib.import_module(case).play(world, document, operations(document, table))
            failed = failed or bool(wrong)
            print(f"{case}: {'FAILED' if wrong else 'ok'}, {time.monotonic() - began:.1f} s. " + "\n".join(lines), flush=True)
            for one in wrong[:40]:
                print(f"  WRONG {one}")
            if len(wrong) > 40:
                print(f"  WRONG … and {len(wrong) - 40} more")
    finally:
        world.end()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
