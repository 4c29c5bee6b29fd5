"""W1's meta-gradient and that of other shapes, in float, against what else computes it."""
import tempfile
import subprocess

from plot import COLOURS, block
from spread import Spread, interval, number, ratio, table

W1 = "W1"
W1_IS = ("W1: 16 tasks of 50 inner steps in float; a 2-20-2 network, 10 labelled and 10 unlabelled points, a rule of width 16.\\n"
         "The other cases change one thing each.")
TWO_THREADS = "W1, two threads"
SHAPES = {
    "hidden 8": ["--hidden", 8],
    "hidden 33": ["--hidden", 33],
    "hidden 64": ["--hidden", 64],
    "hidden 128": ["--hidden", 128],
    "depth 3": ["--depth", 3],
    "rule width 8": ["--rule-width", 8],
    "rule width 24": ["--rule-width", 24],
    "rule width 32": ["--rule-width", 32],
    "batch 7": ["--labelled", 4, "--unlabelled", 3],
    "batch 64": ["--labelled", 32, "--unlabelled", 32],
}
SMALL = ["--tasks", 2, "--steps", 10]
STORED, RECOMPUTED = "hand-written, stored", "hand-written, recomputed"
PEERS = [STORED, RECOMPUTED, "PyTorch", "JAX"]
MARKS = [7, 6, 9, 5]  # gnuplot's point types: disc, ring, triangle, square


def greeting(start):
    peer = start()
    peer.stop()
    return peer.greeting


def cases(context):
    def case(name, options):
        options = [str(o) for o in options + (SMALL if context.quick else [])]
        engram = context.program("bench_meta_gradient")
        start = lambda name, threads, clock="": context.peer(name, engram, *options, "--threads", threads, threads=threads, clock=clock)
        with tempfile.NamedTemporaryFile(suffix=".json") as inputs:
            subprocess.run([engram, "--write", inputs.name, *options], check=True)
            threads = 2 if name == TWO_THREADS else 1
            pytorch = context.python("PyTorch", "meta_gradient/pytorch.py", inputs.name, threads, threads=threads)
            jax = context.python("JAX", "meta_gradient/jax_scan.py", inputs.name, threads=threads)
            peers = [start("engram", threads)]
            if name == W1 and context.program("bench_hand_written").exists():
                by_hand = context.program("bench_hand_written")
                peers += [context.peer(STORED, by_hand, inputs.name), context.peer(RECOMPUTED, by_hand, inputs.name, "--store-weights")]
            if name == TWO_THREADS:
                peers.append(start("engram, one thread", 1, "wall_ms"))  # by the same clock as two
            record = context.compare(*peers, pytorch, jax)
            if name == W1:
                record["engram"]["first_result_ms"] = [greeting(peers[0])["first_result_ms"] for _ in range(context.rounds)]
            return record

    chosen = {W1: [], TWO_THREADS: [], **SHAPES}
    if context.quick:
        chosen = {name: chosen[name] for name in (W1, TWO_THREADS, "hidden 33")}
    return [(name, lambda name=name, options=options: case(name, options)) for name, options in chosen.items()]


def ran(records):
    """Peers that were measured beside engram: (case, peer, its record, engram's)."""
    return [(case, name, peer, record["engram"]) for case, record in records.items()
            for name, peer in record.items() if name != "engram" and "ms" in peer]


def first_results(record):
    """How long each peer that compiles took until the first result: {peer: Spread in ms}."""
    times = {name: peer["first_result_ms"] for name, peer in record.items() if "first_result_ms" in peer}
    return {name: Spread.of(ms if isinstance(ms, list) else [ms]) for name, ms in times.items()}


def report(records):
    rows = [[case, name, number(Spread.of(ours["ms"]).median), number(Spread.of(peer["ms"]).median),
             ratio((r := Spread.ratio(ours["ms"], peer["ms"])).median), interval(r), f"{peer['gradient_apart']:.1e}"]
            for case, name, peer, ours in ran(records)]
    first = "; ".join(f"{name} {number(s.median / 1e3, 's')}" for name, s in first_results(records.get(W1, {})).items())
    skipped = sorted({f"{name} is skipped: {peer['skipped']}" for record in records.values()
                      for name, peer in record.items() if "skipped" in peer})
    header = ["case", "peer", "engram ms", "peer ms", "engram / peer", "min .. max", "gradients apart"]
    return "\n".join([table(header, rows), "", f"compiling W1, to the first result: {first}", *skipped])


def measured(records):
    ratios = {(case, name): Spread.ratio(ours["ms"], peer["ms"]) for case, name, peer, ours in ran(records)}
    found = {"hand_written": ratios.get((W1, STORED)), "pytorch": ratios.get((W1, "PyTorch")),
             "jax_one_thread": ratios.get((W1, "JAX")), "jax_two_threads": ratios.get((TWO_THREADS, "JAX")),
             "jax_other_shapes": max((r for (case, name), r in ratios.items() if case in SHAPES and name == "JAX"),
                                     key=lambda r: r.median, default=None),
             "two_threads": ratios.get((TWO_THREADS, "engram, one thread"))}
    if W1 in records:
        found["compile"] = first_results(records[W1])["engram"] * 1e-3
    return {key: spread for key, spread in found.items() if spread}


def plot(records):
    of = {(case, name): Spread.ratio(peer["ms"], ours["ms"]) for case, name, peer, ours in ran(records)}
    peers = [p for p in PEERS if any((case, p) in of for case in records)]
    if not peers:
        return ""
    # One row for each case, the first on top; a peer's marks lie above each other inside it.
    cases = list(reversed(records))
    place = lambda case, k: cases.index(case) + 0.5 * ((len(peers) - 1) / 2 - k) / len(peers)
    data = [block(f"peer{k}", [(place(case, k), s.median, s.min, s.max) for (case, name), s in of.items() if name == peer])
            for k, peer in enumerate(peers)]
    marks = ", ".join(f"$peer{k} using 2:1:3:4 with xerrorbars pt {mark} ps 1.4 lw 1.5 lc rgb '{COLOURS[k + 1]}' title '{peer}'"
                      for k, (peer, mark) in enumerate(zip(peers, MARKS)))
    names = ", ".join(f"'{case}' {i}" for i, case in enumerate(cases))
    return ("".join(data) + f"set logscale x\nset grid xtics noytics lc rgb '#dddddd'\nset ytics ({names})\nset rmargin 6\n"
            f"set yrange [-0.6:{len(cases) - 0.4}]\n"
            f"set title \"Meta-gradient: the peer's time / engram's (median and range of the pairs)\"\n"
            f"set xlabel \"times engram\\n\\n{W1_IS}\"\nset arrow from first 1, graph 0 to first 1, graph 1 nohead dt 2 lc rgb '#444444'\n"
            f"plot {marks}\n")
