#!/usr/bin/env python3
"""Times engram's meta-gradient against PyTorch's, in alternating runs, and prints the ratio with its spread.

usage: compare.py BINARY_FOLDER [--rounds N] [--json FILE]     (./run bench calls it)
Both programs compute the same gradient from the same inputs; the table shows that they agree. One thread each.
"""
import argparse, json, os, statistics, subprocess, sys, tempfile

here = os.path.dirname(os.path.abspath(__file__))
parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("binaries")
parser.add_argument("--rounds", type=int, default=5, help="alternating runs of each (default 5)")
parser.add_argument("--json", help="write all runs here")
arguments = parser.parse_args()

workloads = {
    "W1: 16 tasks x 50 steps, 2-20-2, rule 16": [],
    "hidden 64": ["--hidden", "64"],
    "depth 3": ["--depth", "3"],
    "rule width 32": ["--rule-width", "32"],
    "batch 64": ["--labelled", "32", "--unlabelled", "32"],
}
engram = os.path.join(arguments.binaries, "bench_meta_gradient")


def run(command):
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


records = []
print(f"{'workload':42} {'engram ms':>10} {'PyTorch ms':>11} {'engram/PyTorch':>15}  {'min ... max':17} {'gradients differ by':>20}")
for name, options in workloads.items():
    with tempfile.NamedTemporaryFile(suffix=".json") as inputs:
        subprocess.run([engram, "--write", inputs.name, *options], check=True)
        pairs = []
        for _ in range(arguments.rounds):
            ours = run([engram, *options])
            theirs = run([sys.executable, os.path.join(here, "meta_gradient", "pytorch.py"), inputs.name, "2"])
            pairs.append((ours, theirs))
        ratios = sorted(a["ms"] / b["ms"] for a, b in pairs)
        apart = max(abs(a["gradient_norm"] / b["gradient_norm"] - 1) for a, b in pairs)
        median = lambda i: statistics.median(p[i]["ms"] for p in pairs)
        ratio = statistics.median(ratios)
        print(f"{name:42} {median(0):10.1f} {median(1):11.1f} {'1/%.1f' % (1 / ratio):>15}  1/{1 / ratios[-1]:.1f} ... 1/{1 / ratios[0]:.1f}"
              f"   {apart:17.1e}", flush=True)
        records.append({"workload": name, "ratio": ratio, "ratios": ratios, "runs": pairs})
if arguments.json:
    with open(arguments.json, "w") as f:
        json.dump(records, f, indent=1)
