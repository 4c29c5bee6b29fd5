"""What one operation costs; a small loop against its adjoint in Eigen; what a user's compiler has to do."""
import json
import os
import shlex
import subprocess
import time

from peers import Failed, processors
from plot import dots
from spread import Spread, number, table

OPERATIONS, LOOP, CONSUMER = "operations", "loop", "consumer"
WHAT = {
    "recorded": "engram: scalar chain, recorded, with its gradient",
    "adolc_recorded": "ADOL-C: the same",
    "PyTorch": "PyTorch eager: the same",
    "compiled": "engram: scalar chain and its gradient, compiled",
    "replayed_scalar": "engram: scalar chain and its gradient, replayed",
    "adolc_replayed": "ADOL-C: the same, from its recording",
    "scan_step/everything": "engram: step of a scan of 30 scalar operations and its derivative",
    "scan_step/carries": "engram: the same, carries kept",
    "replayed/elementwise": "engram: replayed, 10x20 float, y * a + b",
    "replayed/reduced": "engram: replayed, 10x20 float, y * a + sum(y * b, 0)",
    "replayed/multiplied": "engram: replayed, 10x20 times 20x20 float",
}


def google_benchmark(program, seconds):
    """{name: {"ns": per operation, "allocations": in all runs}}"""
    run = subprocess.run([program, "--benchmark_format=json", f"--benchmark_min_time={seconds}"], capture_output=True, text=True,
                         preexec_fn=lambda: os.sched_setaffinity(0, processors(1)))
    if run.returncode:
        raise Failed(f"{program} failed:\n{run.stderr}")
    return {b["name"]: {"ns": b["cpu_time"] / b["operations"], "allocations": b.get("allocations", 0)}
            for b in json.loads(run.stdout)["benchmarks"]}


def operations(context):
    """One round after the other: engram, ADOL-C, PyTorch."""
    programs = [p for p in map(context.program, ("bench_small_ops", "bench_adolc")) if p.exists()]
    start_pytorch = context.python("PyTorch", "small_ops/pytorch.py")
    pytorch = start_pytorch() if start_pytorch else None
    record = {}
    try:
        for _ in range(context.rounds):
            for program in programs:
                for name, values in google_benchmark(program, 0.01 if context.quick else 0.2).items():
                    entry = record.setdefault(name, {"ns": [], "allocations": 0})
                    entry["ns"].append(values["ns"])
                    entry["allocations"] += values["allocations"]
            if pytorch:
                entry = record.setdefault("PyTorch", {"ns": [], "version": pytorch.greeting["version"]})
                entry["ns"].append(pytorch.run(1 if context.quick else 20) * 1e6 / pytorch.greeting["operations"])
    finally:
        if pytorch:
            pytorch.stop()
    return record


def consumer(context):
    """Compiles a user's file as the build does, again and again, without a compiler cache."""
    commands = json.loads((context.build / "compile_commands.json").read_text())
    entry = next(c for c in commands if c["file"].endswith("small_ops/consumer.cpp"))
    command = [word for word in shlex.split(entry["command"]) if not word.endswith("ccache")]
    seconds = []
    for _ in range(context.rounds):
        start = os.times()
        subprocess.run(command, cwd=entry["directory"], check=True)
        end = os.times()
        seconds.append(end.children_user - start.children_user + end.children_system - start.children_system)
    return {"seconds": seconds}


def cases(context):
    loop = lambda: context.compare(context.peer("engram", context.program("bench_loop")),
                                   context.peer("by hand", context.program("bench_loop_by_hand")))
    found = [(LOOP, loop), (CONSUMER, lambda: consumer(context))]
    return [(OPERATIONS, lambda: operations(context))] * context.program("bench_small_ops").exists() + found


def report(records):
    parts = []
    if OPERATIONS in records:
        record = records[OPERATIONS]
        rows = [[text, number((s := Spread.of(record[name]["ns"])).median), f"{number(s.min)} .. {number(s.max)}"]
                for name, text in WHAT.items() if name in record]
        parts.append(table(["one operation", "ns", "min .. max"], rows))
        if "adolc_recorded" not in record:
            parts.append("ADOL-C is skipped: it was not found (apt-get install libadolc-dev)")
    else:
        parts.append("Single operations are skipped: Google Benchmark was not found (apt-get install libbenchmark-dev)")
    parts.append("CppAD is skipped: Debian 12 has no package of it")
    if LOOP in records:
        a, b = records[LOOP]["engram"], records[LOOP]["by hand"]
        us = lambda peer: number(Spread.of(peer["ms"]).median * 1e3, "us")
        parts.append(f"50-step loop: engram {us(a)}, by hand {us(b)}; gradients apart by {b['gradient_apart']:.1e}")
    return "\n\n".join(parts)


def measured(records):
    found = {}
    if OPERATIONS in records:
        record = records[OPERATIONS]
        found["recorded_op"] = Spread.of(record["recorded"]["ns"])
        found["replayed_scalar"] = Spread.of(record["replayed_scalar"]["ns"])
        found["scan_step"] = Spread.of(record["scan_step/everything"]["ns"])
        found["replayed_op"] = max((Spread.of(record[f"replayed/{kind}"]["ns"]) for kind in ("elementwise", "reduced")),
                                   key=lambda s: s.median)
        found["allocations"] = Spread.of([sum(r.get("allocations", 0) for r in record.values())])
    if LOOP in records:
        found["loop_adjoint"] = Spread.ratio(records[LOOP]["engram"]["ms"], records[LOOP]["by hand"]["ms"])
    if CONSUMER in records:
        found["consumer"] = Spread.of(records[CONSUMER]["seconds"])
    return found


def plot(records):
    if OPERATIONS not in records:
        return ""
    record = records[OPERATIONS]
    return dots("Cost of one operation", "ns", [(text, Spread.of(record[name]["ns"])) for name, text in WHAT.items() if name in record])
