"""Outer steps by several processes on this machine, of one thread each, against threads of one process; and what MPI costs."""
import json
import math
import os
import shutil
import statistics
import subprocess

from context import warn
from peers import Failed, processors
from spread import Spread, number, table

PER_RANK = 16
LARGE = 512  # tasks of each rank that are more than are gathered one by one
MOST_BLOCKS, BYTES_PER_TASK = 128, 16  # of plasticity/src/block_sums.hpp; a task's loss and norm
BATCH = 32  # the tasks that one rank, two ranks and two threads share
MPIRUN = ["mpirun", "--quiet", "--oversubscribe", "--bind-to", "none", "-n"]


def measure(context, ranks, threads, tasks):
    """One run: what its program says, step by step."""
    steps = 4 if context.quick or tasks > MOST_BLOCKS else 20
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
                   "gather_ms": [statistics.median(r["gather_ms"]) for r in rounds], "bytes": rounds[0]["bytes"],
                   "least_ms": {part: min(min(r[f"{part}_ms"]) for r in rounds) for part in ("step", "gather", "rest", "work")}}
            for name, rounds in runs.items()}


def has_mpi(context):
    program = context.program("bench_scaling_out")
    return program.exists() and b"MPI_Init" in program.read_bytes() and shutil.which("mpirun") is not None


def cases(context):
    if not has_mpi(context):
        warn("scaling_out is skipped: this build is without MPI, or there is no mpirun (apt-get install libopenmpi-dev openmpi-bin)")
        return []
    shared = {"one rank, one thread": (1, 1, BATCH), "two ranks of one thread": (2, 1, BATCH), "one rank of two threads": (1, 2, BATCH)}
    sizes = [1, PER_RANK, LARGE] if context.quick else [1, 4, PER_RANK, 64, LARGE]
    growing = {f"{n} tasks per rank": (2, 1, 2 * n) for n in sizes}
    return [("shared", lambda: in_turns(context, shared)), ("growing", lambda: in_turns(context, growing))]


def line(points):
    """Of (x, y): where the least-squares line is at 0, and how it rises."""
    x, y = zip(*points)
    slope, start = statistics.linear_regression(x, y)
    return start, slope


def blocks(begin, end, largest):
    """How many blocks a share is made of, as in plasticity/src/block_sums.hpp."""
    count = 0
    while begin < end:
        size = largest
        while begin % size or begin + size > end:
            size //= 2
        begin, count = begin + size, count + 1
    return count


def gathered(tasks, ranks):
    """How many sums of blocks the ranks gather: each as many as the one that has most."""
    largest = 1 << (math.ceil(tasks / MOST_BLOCKS) - 1).bit_length()
    return ranks * max(blocks(r * tasks // ranks, (r + 1) * tasks // ranks, largest) for r in range(ranks))


def model(growing):
    """What an outer step is made of, from the smallest times of each size, of computing those on processors: ms, and ms per task, sum or byte.
    Up to MOST_BLOCKS tasks, sums are gradients; what is over with more is the time that each task's loss and norm take."""
    tasks = {name: 2 * int(name.split()[0]) for name in growing}
    least = {name: r["least_ms"] for name, r in growing.items()}
    single = [n for n in growing if tasks[n] <= MOST_BLOCKS]
    fixed, adding = line([(tasks[n], least[n]["rest"]) for n in single])
    _, computing = line([(tasks[n] / 2, least[n]["work"] - least[n]["rest"]) for n in growing])
    latency, byte = line([(growing[n]["bytes"], least[n]["gather"]) for n in single])
    name = max(growing, key=tasks.get)
    over = least[name]["rest"] - fixed - gathered(tasks[name], 2) * adding
    return {"computing": computing, "fixed": max(fixed, 0), "adding": adding, "latency": max(latency, 0), "byte": byte,
            "listing": max(over, 0) / tasks[name], "bytes_per_sum": growing[single[0]]["bytes"] / tasks[single[0]] - BYTES_PER_TASK}


def step(m, nodes, threads, tasks, latency, byte):
    """How long an outer step takes by the model, in ms."""
    sums = gathered(tasks, nodes)
    sent = (sums * m["bytes_per_sum"] + tasks * BYTES_PER_TASK) * byte + 2 * math.ceil(math.log2(nodes)) * latency if nodes > 1 else 0
    return math.ceil(tasks / (nodes * threads)) * m["computing"] + m["fixed"] + sums * m["adding"] + tasks * m["listing"] + sent


def prediction(growing):
    m = model(growing)
    latency, byte = 0.02, 1 / 1.25e6  # 20 us and 10 Gbit/s, in ms and ms per byte
    rows = []
    for threads, per_thread in ((1, 16), (1, 64), (32, 1), (32, 16)):
        for nodes in (1, 10, 100, 1000):
            tasks = nodes * threads * per_thread
            alone, together = step(m, 1, threads, tasks, latency, byte), step(m, nodes, threads, tasks, latency, byte)
            rows.append([f"{nodes} x {threads}, {per_thread} per thread", tasks, gathered(tasks, nodes), number(together),
                         f"{alone / together / nodes:.2f}"])
    return (f"The model: {m['computing']:.3f} ms to compute a task, {m['adding'] * 1e3:.2f} us to add a sum of tasks' gradients, "
            f"{m['listing'] * 1e6:.0f} ns to look at a task's loss and norm,\n{m['fixed'] * 1e3:.0f} us for the rest of a step; here what is "
            f"gathered takes {m['latency'] * 1e3:.0f} us and {m['byte'] * 1e6:.3f} ns per byte,\n{m['bytes_per_sum']:.0f} bytes per sum and "
            f"{BYTES_PER_TASK} per task. On a network of 20 us and 10 Gbit/s:\n\n"
            + table(["nodes x threads, tasks", "tasks", "sums", "ms a step", "efficiency"], rows))


def report(records):
    rows = [[name, number(s.median), f"{number(s.min)} .. {number(s.max)}", number(Spread.of(r["gather_ms"]).median * 1e3), r["bytes"]]
            for record in records.values() for name, r in record.items() for s in [Spread.of(r["step_ms"])]]
    text = (f"{BATCH} tasks shared out, then more and more tasks for each of two ranks of one thread\n\n"
            + table(["an outer step", "ms", "min .. max", "MPI, us", "bytes gathered"], rows))
    return text + ("\n\n" + prediction(records["growing"]) if "growing" in records else "")


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
