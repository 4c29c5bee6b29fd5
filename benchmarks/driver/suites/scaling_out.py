"""Outer steps by several processes on this machine, of one thread each, against threads of one process; and what MPI costs."""
import json
import os
import shutil
import statistics
import subprocess

from context import warn
from peers import Failed, processors
from spread import Spread, number, table

PER_RANK = 16
BATCH = 32  # the tasks that one rank, two ranks and two threads share
MPIRUN = ["mpirun", "--quiet", "--oversubscribe", "--bind-to", "none", "-n"]


def measure(context, ranks, threads, tasks):
    """One run: what its program says, step by step."""
    steps = 4 if context.quick else 40
    command = [context.program("bench_scaling_out"), "--threads", threads, "--tasks", tasks, "--steps", steps]
    if ranks > 1:
        command = [*MPIRUN, ranks, *command]
    environment = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
    run = subprocess.run([str(c) for c in command], capture_output=True, text=True, env=environment,
                         preexec_fn=lambda: os.sched_setaffinity(0, processors(ranks * threads)))
    if run.returncode:
        raise Failed(f"bench_scaling_out failed:\n{run.stderr}")
    return json.loads(run.stdout)


def in_turns(context, ways):
    """{name: the runs of all rounds}; all ways that have the same tasks end with the same bits."""
    runs = {name: [] for name in ways}
    for _ in range(context.rounds):
        for name, (ranks, threads, tasks) in ways.items():
            runs[name].append(measure(context, ranks, threads, tasks))
    for name, (_, _, tasks) in ways.items():
        same = {r["norm"] for other, (_, _, t) in ways.items() if t == tasks for r in runs[other]}
        if len(same) > 1:
            raise Failed(f"{name}: the parameters are not those of the other ways: {same}")
    return {name: {"step_ms": [statistics.median(r["step_ms"]) for r in rounds],
                   "gather_ms": [statistics.median(r["gather_ms"]) for r in rounds], "bytes": rounds[0]["bytes"]}
            for name, rounds in runs.items()}


def has_mpi(context):
    program = context.program("bench_scaling_out")
    return program.exists() and b"MPI_Init" in program.read_bytes() and shutil.which("mpirun") is not None


def cases(context):
    if not has_mpi(context):
        warn("scaling_out is skipped: this build is without MPI, or there is no mpirun (apt-get install libopenmpi-dev openmpi-bin)")
        return []
    shared = {"one rank, one thread": (1, 1, BATCH), "two ranks of one thread": (2, 1, BATCH), "one rank of two threads": (1, 2, BATCH)}
    sizes = [1, PER_RANK] if context.quick else [1, 4, PER_RANK, 64, 256]
    growing = {f"{n} tasks per rank": (2, 1, 2 * n) for n in sizes}
    return [("shared", lambda: in_turns(context, shared)), ("growing", lambda: in_turns(context, growing))]


def report(records):
    rows = [[name, number(s.median), f"{number(s.min)} .. {number(s.max)}", number(Spread.of(r["gather_ms"]).median * 1e3), r["bytes"]]
            for record in records.values() for name, r in record.items() for s in [Spread.of(r["step_ms"])]]
    return (f"{BATCH} tasks shared out, then more and more tasks for each of two ranks of one thread\n\n"
            + table(["an outer step", "ms", "min .. max", "MPI, us", "bytes gathered"], rows))


def measured(records):
    found = {}
    if shared := records.get("shared"):
        one, two, threads = (shared[name]["step_ms"] for name in
                             ("one rank, one thread", "two ranks of one thread", "one rank of two threads"))
        found["two_ranks"] = Spread.ratio(two, one)
        found["ranks_or_threads"] = Spread.ratio(two, threads)
    if (usual := records.get("growing", {}).get(f"{PER_RANK} tasks per rank")):
        found["share_of_mpi"] = Spread.ratio(usual["gather_ms"], usual["step_ms"])
    return found


def plot(records):
    return ""
