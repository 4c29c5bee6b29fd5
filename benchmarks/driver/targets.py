"""The targets: what engram promises about its speed. This is the only place that lists them."""
from dataclasses import dataclass

from spread import interval, number, ratio, table


@dataclass(frozen=True)
class Target:
    key: str  # under which a suite reports what it measured
    suite: str
    text: str
    at_most: float
    unit: str = ""  # none: a ratio, or a number

    def show(self, x):
        return number(x, self.unit) if self.unit else ratio(x)


TARGETS = [
    Target("hand_written", "meta_gradient", "W1, one thread: engram / hand-written, everything stored", 1.5),
    Target("pytorch", "meta_gradient", "W1, one thread: engram / PyTorch eager", 1 / 28),
    Target("jax_one_thread", "meta_gradient", "W1, one thread: engram / JAX jit", 1 / 3),
    Target("jax_two_threads", "meta_gradient", "W1, two threads: engram / JAX jit", 1 / 3),
    Target("jax_other_shapes", "meta_gradient", "other shapes, one thread: engram / JAX jit, worst", 1 / 2),
    Target("two_threads", "meta_gradient", "W1: two threads / one thread, 16 tasks", 0.55),
    Target("long_loop", "scaling", "time per step, 3200 steps / 50 steps, default policy", 1.3),
    Target("carry_memory", "scaling", "memory per further step, policy carries / the carry's bytes", 1.1),
    Target("two_ranks", "scaling_out", "an outer step of 32 tasks: two ranks of one thread / one rank", 0.55),
    Target("ranks_or_threads", "scaling_out", "the same: two ranks of one thread / one rank of two threads", 1.1),
    Target("share_of_mpi", "scaling_out", "MPI's share of an outer step, 16 tasks per rank", 0.02),
    Target("replayed_op", "small_ops", "replayed op, all in, 10x20 float", 40, "ns"),
    Target("replayed_scalar", "small_ops", "replayed op, 1x1 double, with its derivative", 3, "ns"),
    Target("scan_step", "small_ops", "step of a scan, 30 operations on 1x1 and their derivative", 150, "ns"),
    Target("recorded_op", "small_ops", "recorded op, 1x1, eager, with its derivative", 60, "ns"),
    Target("loop_adjoint", "small_ops", "50-step 32-unit loop, double: replayed gradient / hand-written in Eigen", 1.3),
    Target("allocations", "small_ops", "allocations per replay", 0),
    Target("logistic_hessian", "programs", "logistic regression's Hessian: engram / by hand", 1.5),
    Target("gaussian_process", "programs", "Gaussian process: engram / by hand", 1.2),
    Target("kalman_filter", "programs", "Kalman filter: engram / by hand", 2),
    Target("lotka_volterra", "programs", "Lotka-Volterra, everything kept: engram / by hand", 3),
    Target("lotka_volterra_carries", "programs", "Lotka-Volterra, carries kept: engram / by hand", 4),
    Target("lotka_volterra_snapshots", "programs", "Lotka-Volterra, ten snapshots: engram / by hand", 8),
    Target("lotka_volterra_by_lift", "programs", "Lotka-Volterra by lift, 50 steps an operation: engram / by hand", 2),
    Target("camera_jacobians", "programs", "Jacobians of Ceres' template by lift: engram / a scalar of 15 derivatives", 1 / 3),
    Target("adaptive_steps", "programs", "Lotka-Volterra, adaptive steps: engram / by hand", 2),
    Target("hierarchical_model", "programs", "hierarchical model for HMC: engram / by hand", 0.7),
    Target("heat_equation", "programs", "heat equation, implicit steps: engram / by hand", 3),
    Target("equilibrium", "programs", "equilibrium, gradient and Hessian-vector product: engram / by hand", 1.5),
    Target("running_sum", "programs", "running sum: engram / by hand", 2),
    Target("parameter_sets", "programs", "1000 parameter sets as a stack: engram / by hand", 0.5),
    Target("small_matrices", "programs", "solve, inverse, cholesky of 1000 4x4 matrices: engram / by hand, worst", 1.5),
    Target("sparse_jacobian", "sparsity", "sparse Jacobian of 10^5 unknowns / the function", 8),
    Target("compile", "meta_gradient", "compiling W1's meta-gradient, to its first result", 1, "s"),
    Target("consumer", "small_ops", "a consumer's file with the umbrella header", 1.5, "s"),
]


def verdicts(measured):
    """Of the targets that were measured: {key: (target, spread, met)}. Met means that the median is."""
    return {t.key: (t, measured[t.key], measured[t.key].median <= t.at_most) for t in TARGETS if t.key in measured}


def targets_table(measured, suites):
    """All targets of these suites, also those that nothing was measured for. Empty if these suites have none."""
    found = verdicts(measured)
    rows = []
    for t in (t for t in TARGETS if t.suite in suites):
        if t.key in found:
            _, spread, met = found[t.key]
            rows.append([t.text, t.show(t.at_most), t.show(spread.median), interval(spread, t.show), "met" if met else "MISSED"])
        else:
            rows.append([t.text, t.show(t.at_most), "-", "-", "not measured"])
    return table(["target", "at most", "median", "min .. max", ""], rows) if rows else ""
