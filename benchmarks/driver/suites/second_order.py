"""Derivatives of second order, one thread, against JAX."""
import subprocess
import tempfile

from plot import dots
from spread import Spread, interval, number, ratio, table

CASES = {
    "Hessian-vector product of W1's meta-loss, one task, float": ("hvp", [], ["--steps", "10"]),
    "hypergradient through 200 steps of Adam, double": ("hypergradient", [], ["--steps", "20"]),
}


def cases(context):
    def case(what, options):
        program = context.program("bench_second_order")
        with tempfile.NamedTemporaryFile(suffix=".json") as inputs:
            subprocess.run([program, "--write", inputs.name, what, *options], check=True)
            return context.compare(context.peer("engram", program, what, *options),
                                   context.python("JAX", "second_order/jax_second_order.py", what, inputs.name))

    return [(name, lambda what=what, options=quick if context.quick else full: case(what, options))
            for name, (what, full, quick) in CASES.items()]


def report(records):
    rows = []
    for case, record in records.items():
        ours, theirs = record["engram"], record.get("JAX")
        row = [case, number(Spread.of(ours["ms"]).median)]
        if theirs:
            r = Spread.ratio(ours["ms"], theirs["ms"])
            row += [number(Spread.of(theirs["ms"]).median), ratio(r.median), interval(r), f"{theirs['gradient_apart']:.1e}"]
        rows.append(row + ["-"] * (6 - len(row)))
    return table(["case", "engram ms", "JAX ms", "engram / JAX", "min .. max", "derivatives apart"], rows)


def measured(records):
    return {}


def plot(records):
    return dots("Derivatives of second order", "ms",
                [(f"{peer}: {case}", Spread.of(r["ms"])) for case, record in records.items() for peer, r in record.items()])
