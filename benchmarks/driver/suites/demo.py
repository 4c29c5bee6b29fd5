"""Meta-training on two moons until a rule answers 0.95 of the validation points right; two threads."""
import json
import subprocess
import tempfile

from peers import Failed
from plot import dots
from spread import Spread, number, table

CASE = "meta-training"
THREADS = {1: "one thread", 2: "two threads"}


def cases(context):
    def case():
        quick = ["--outer-steps", 5] if context.quick else []
        command = [context.program("bench_demo"), "--threads", 2, *quick]
        run = subprocess.run([str(c) for c in command], capture_output=True, text=True)
        if run.returncode:
            raise Failed(f"bench_demo failed:\n{run.stderr}")
        whole = json.loads(run.stdout)
        if not whole["reached"] and not context.quick:
            raise Failed(f"meta-training did not reach the accuracy: {run.stdout}")
        # The trainer's meta-gradient, in PyTorch too.
        options = ["--trainer", *(["--tasks", "2", "--steps", "10"] if context.quick else [])]
        with tempfile.NamedTemporaryFile(suffix=".json") as inputs:
            subprocess.run([context.program("bench_meta_gradient"), "--write", inputs.name, *options], check=True)
            pytorch = lambda threads: context.python("PyTorch", "meta_gradient/pytorch.py", inputs.name, threads,
                                                     name=f"PyTorch, {THREADS[threads]}", threads=threads)
            steps = context.compare(context.peer("engram", context.program("bench_meta_gradient"), *options), pytorch(1), pytorch(2))
        return {"whole": whole, **steps}

    return [(CASE, case)]


def seconds(record):
    """{who: time of the whole training}"""
    whole = record["whole"]
    found = {"engram, two threads, measured": Spread.of([whole["seconds"]])}
    for threads in THREADS.values():
        if (peer := record.get(f"PyTorch, {threads}")):
            found[f"PyTorch, {threads}: its meta-gradient times these steps"] = \
                Spread.of([ms * whole["outer_steps"] / 1e3 for ms in peer["ms"]])
    return found


def report(records):
    record = records[CASE]
    whole = record["whole"]
    rows = [[who, number(s.median), f"{number(s.min)} .. {number(s.max)}"] for who, s in seconds(record).items()]
    return (f"accuracy {whole['accuracy']:.3f} after {whole['outer_steps']} outer steps\n\n"
            + table(["", "seconds", "min .. max"], rows))


def measured(records):
    return {}


def plot(records):
    return dots("Meta-training to an accuracy of 0.95", "s", list(seconds(records[CASE]).items()))
