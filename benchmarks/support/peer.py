"""What support/peer.hpp is, for peers in Python."""
import json
import sys
import time


def serve(greeting, compute):
    """Prints the greeting, then times `compute()` n times for every number n that is read."""
    print(json.dumps(greeting), flush=True)
    for line in sys.stdin:
        wall, processor = [], []
        for _ in range(int(line)):
            w, p = time.perf_counter(), time.process_time()
            compute()
            processor.append((time.process_time() - p) * 1e3)
            wall.append((time.perf_counter() - w) * 1e3)
        print(json.dumps({"wall_ms": wall, "processor_ms": processor}), flush=True)


def skip(reason):
    print(json.dumps({"skipped": reason}))
    sys.exit()
