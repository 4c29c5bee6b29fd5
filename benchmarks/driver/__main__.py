"""The benchmarks: engram and its peers, in turns.

Suites: meta_gradient, scaling, scaling_out, second_order, small_ops, programs, sparsity, demo; without a name, all. Prints tables and the
targets, and writes a JSON file and a figure for each suite. What each suite is and how to read it: benchmarks/README.md.
"""
import argparse
import importlib
import json
import os
import pathlib
import sys
import time
from dataclasses import asdict

import machine
import plot
from context import Context, warn
from peers import Failed
from targets import targets_table, verdicts

SUITES = ["meta_gradient", "scaling", "scaling_out", "second_order", "small_ops", "programs", "sparsity", "demo"]


def arguments():
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("suites", nargs="*", metavar="SUITE", help="one of " + ", ".join(SUITES))
    parser.add_argument("--quick", action="store_true", help="small sizes, meaningless figures: shows that all works")
    parser.add_argument("--rounds", type=int, default=7, help="turns of each peer (default 7)")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("benchmark_output"),
                        help="folder for JSON and figures (default ./benchmark_output)")
    for internal in ("--build", "--pytorch", "--jax"):  # ./run sets them
        parser.add_argument(internal, default="", help=argparse.SUPPRESS)
    a = parser.parse_args()
    unknown = [s for s in a.suites if s not in SUITES]
    if unknown:
        parser.error(f"no suite '{unknown[0]}'; there are {', '.join(SUITES)}")
    if a.rounds < 1:
        parser.error(f"--rounds {a.rounds}: at least 1 is needed")
    a.suites = a.suites or SUITES
    return a


def write(path, text):
    """A reader never sees half of it."""
    temporary = path.with_name(path.name + ".new")
    temporary.write_text(text)
    os.replace(temporary, path)


class Progress:
    """One line on a terminal: what is measured, and how long the rest will take."""

    def __init__(self, total):
        self.total, self.done, self.start = total, 0, time.monotonic()

    def show(self, what):
        if not sys.stderr.isatty():
            return
        rest = ""
        if self.done:
            seconds = (time.monotonic() - self.start) / self.done * (self.total - self.done)
            rest = f", about {seconds / 60:.0f} min left" if seconds > 90 else f", about {seconds:.0f} s left"
        print(f"\r\033[K[{self.done + 1}/{self.total}] {what}{rest}", end="", file=sys.stderr, flush=True)

    def clear(self):
        if sys.stderr.isatty():
            print("\r\033[K", end="", file=sys.stderr, flush=True)


def run_suite(name, suite, context, cases, progress, about):
    """Measures; prints, writes and returns what was measured, also of a suite that Ctrl-C cut short."""
    records, interrupted = {}, None
    try:
        for case, measure in cases:
            progress.show(f"{name}: {case}")
            records[case] = measure()
            progress.done += 1
    except (KeyboardInterrupt, Failed) as e:
        interrupted = e
    progress.clear()
    measured = suite.measured(records) if records else {}
    if records:
        print(f"\n{name}\n\n{suite.report(records)}", flush=True)
        found = {key: {"target": t.text, "at_most": t.at_most, "unit": t.unit, **asdict(s), "met": met}
                 for key, (t, s, met) in verdicts(measured).items()}
        write(context.out / f"{name}.json", json.dumps({"about": about, "records": records, "targets": found}, indent=1))
        script = suite.plot(records)
        obstacle = plot.draw(context.out / f"{name}.png", script) if script else ""
        if obstacle:
            warn(f"{name}.png is skipped: {obstacle}")
    if interrupted:
        raise interrupted
    return measured


def main():
    a = arguments()
    context = Context(pathlib.Path(a.build), a.out, a.quick, 2 if a.quick else a.rounds, a.pytorch, a.jax)
    try:
        a.out.mkdir(parents=True, exist_ok=True)
    except OSError as e:
        warn(f"--out {a.out}: {e.strerror}; choose another folder")
        return 2
    about = machine.describe(context.build)
    if a.quick:
        about["quick"] = "these figures mean nothing"
    for what, text in about.items():
        print(f"{what + ':':13}{text}")
    for line in context.missing():
        print(line)
    if float(about["load before"]) > 0.5:
        warn("Other programs are running. Figures of more than one thread will suffer.")
    suites = {name: importlib.import_module(f"suites.{name}") for name in a.suites}
    cases = {name: suite.cases(context) for name, suite in suites.items()}
    progress = Progress(sum(map(len, cases.values())))
    measured, status = {}, 0
    try:
        for name, suite in suites.items():
            measured |= run_suite(name, suite, context, cases[name], progress, about)
    except KeyboardInterrupt:
        warn("Interrupted. What was measured until now is kept.")
        status = 130
    except Failed as e:
        warn(f"{e}")
        status = 1
    targets = targets_table(measured, a.suites)
    if targets:
        print(f"\ntargets\n\n{targets}")
    print(f"\n{a.out}/ holds the JSON files and figures")
    return status


sys.exit(main())
