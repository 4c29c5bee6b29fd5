"""Programs that users write, one thread, each beside the same by hand in Eigen: a value and its derivative, or a Hessian."""
from plot import dots
from spread import Spread, interval, number, ratio, table

CASES = {  # by the name that the programs know
    "logistic_hessian": "logistic regression, Hessian, 5000 x 40",
    "gaussian_process": "Gaussian process, 150 points",
    "kalman_filter": "Kalman filter, 500 steps",
    "lotka_volterra": "Lotka-Volterra, 2000 steps, everything kept",
    "lotka_volterra_carries": "Lotka-Volterra, carries kept",
    "lotka_volterra_snapshots": "Lotka-Volterra, ten snapshots",
    "lotka_volterra_by_lift": "Lotka-Volterra by lift, 50 steps an operation",
    "lotka_volterra_lifted_steps": "Lotka-Volterra by lift, a step an operation",
    "camera_jacobians": "Jacobians of 100,000 observations by lift",
    "camera_jacobians_in_columns": "the same, rewritten in columns",
    "adaptive_steps": "Lotka-Volterra, adaptive steps",
    "hierarchical_model": "hierarchical model for HMC, 600 examples",
    "heat_equation": "heat equation, 50 implicit steps, 100 points",
    "equilibrium": "equilibrium of 20 units, gradient and Hessian-vector product",
    "running_sum": "running sum of 2000",
    "parameter_sets": "1000 parameter sets",
    "solve": "solve, 1000 of 4x4",
    "inverse": "inverse, 1000 of 4x4",
    "cholesky": "cholesky, 1000 of 4x4",
}
SMALL_MATRICES = ["solve", "inverse", "cholesky"]  # their target is for the worst of them


def cases(context):
    def case(name):
        return context.compare(context.peer("engram", context.program("bench_programs"), name),
                               context.peer("by hand", context.program("bench_programs_by_hand"), name))

    return [(name, lambda name=name: case(name)) for name in CASES]


def microseconds(peer):
    """Of one computation: a run is several."""
    return Spread.of(peer["ms"]) * (1e3 / peer["calls"])


def compared(record):
    return Spread.ratio(record["engram"]["ms"], record["by hand"]["ms"])


def report(records):
    rows = []
    for name, record in records.items():
        r, hand = compared(record), record["by hand"]
        rows.append([CASES[name], number(microseconds(record["engram"]).median), number(microseconds(hand).median), ratio(r.median),
                     interval(r), f"{max(hand['loss_apart'], hand['gradient_apart']):.1e}"])
    return table(["program", "engram us", "by hand us", "engram / by hand", "min .. max", "results apart"], rows)


def measured(records):
    ratios = {name: compared(record) for name, record in records.items()}
    small = [ratios.pop(name) for name in SMALL_MATRICES if name in ratios]
    if len(small) == len(SMALL_MATRICES):
        ratios["small_matrices"] = max(small, key=lambda s: s.median)
    return ratios


def plot(records):
    return dots("Programs that users write", "us", [(f"{peer}: {CASES[name]}", microseconds(r))
                                                    for name, record in records.items() for peer, r in record.items()])
