"""Peers: programs that compute the same and are timed in turns. The protocol is told in support/peer.hpp."""
import json
import math
import os
import statistics
import subprocess


AGREE = 1e-4  # Gradients in float that are further apart are not the same computation.


class Failed(Exception):
    """A peer ended without doing what it should; the text is for the user."""


def processors(threads):
    """The processors that a peer with so many threads is tied to: always the same, the last ones."""
    allowed = sorted(os.sched_getaffinity(0))
    return set(allowed[-threads:])


class Peer:
    """A running program. `skipped` says why it cannot take part, if so; `greeting` what it computed."""

    def __init__(self, name, command, threads=1, clock=""):
        self.name, self.threads = name, threads
        # One thread: the time that it was on the processor, which other programs on the machine do not lengthen.
        self.clock = clock or ("processor_ms" if threads == 1 else "wall_ms")
        environment = dict(os.environ, OMP_NUM_THREADS=str(threads), JAX_PLATFORMS="cpu")
        if threads == 1:
            environment["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
        # Its own session: Ctrl-C is for the driver, which ends its peers itself.
        self.process = subprocess.Popen([str(c) for c in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True, env=environment, start_new_session=True,
                                        preexec_fn=lambda: os.sched_setaffinity(0, processors(threads)))
        try:
            self.greeting = self._answer()
        except BaseException:
            self.stop()
            raise
        self.skipped = self.greeting.get("skipped")

    def _answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise Failed(f"{self.name} ended early: {' '.join(map(str, self.process.args))}\n{self.process.stderr.read()}")
        return json.loads(line)

    def run(self, repetitions):
        """The median time of so many repetitions, in ms."""
        print(repetitions, file=self.process.stdin, flush=True)
        return statistics.median(self._answer()[self.clock])

    def stop(self):
        self.process.kill()
        self.process.communicate()


def distance(a, b):
    """The relative l2 distance of two gradients, as flat lists."""
    if len(a) != len(b):
        raise Failed(f"gradients of {len(a)} and {len(b)} numbers are compared")
    return math.dist(a, b) / math.hypot(*b)


def alternate(starters, rounds, seconds, agree=True):
    """Starts all peers, then lets them run in turns, `rounds` times, each time each for about `seconds`.

    `starters` are functions without arguments that return a Peer, the first being the one that the others are compared
    with. Returns its records: for each name {"ms": [one per round]}, whatever else it said, and, if they are to `agree`,
    how far its loss and gradient are from the first one's; or {"skipped": why}.
    """
    peers, records = [], {}
    try:
        for start in starters:
            peer = start()
            if peer.skipped:
                records[peer.name] = {"skipped": peer.skipped}
                peer.stop()
            else:
                peers.append(peer)
        first = peers[0].greeting
        for peer in peers:
            g = peer.greeting
            records[peer.name] = {"ms": [], "threads": peer.threads, **{k: v for k, v in g.items() if k != "gradient"}}
            if agree:
                apart = distance(g["gradient"], first["gradient"])
                if not apart <= AGREE:
                    raise Failed(f"{peer.name} does not compute what {peers[0].name} does: their gradients are {apart:.1e} apart")
                records[peer.name] |= {"loss_apart": abs(g["loss"] / first["loss"] - 1), "gradient_apart": apart}
        warm = {peer.name: peer.run(2) for peer in peers}
        repetitions = {name: max(1, min(50, round(seconds * 1e3 / ms))) for name, ms in warm.items()}
        for _ in range(rounds):
            for peer in peers:
                records[peer.name]["ms"].append(peer.run(repetitions[peer.name]))
    finally:
        for peer in peers:
            peer.stop()
    return records
