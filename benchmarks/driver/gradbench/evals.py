"""GradBench's evals: what is measured of each, and in which sizes, such that the whole takes minutes."""
import re
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Eval:
    name: str
    primal: str  # the function without derivatives; empty: there is none
    derivative: str  # the one that the table compares; the others of the eval are validated and written down, too
    arguments: list = field(default_factory=list)  # of GradBench's program
    quick: list = field(default_factory=list)  # the same with --quick
    size: str = r"\d+"  # what of its description tells the size: the product of these numbers
    needs: str = ""  # a file that some copies of GradBench lack


EVALS = [
    Eval("hello", "square", "double"),
    Eval("ba", "objective", "jacobian", ["--max", "5"], ["--max", "1"], r"(?<=_p)\d+"),
    Eval("det", "primal", "gradient", ["-l", "5", "6", "7", "8", "9", "10"], ["-l", "5"]),
    Eval("gmm", "objective", "jacobian", ["-d", "2", "20", "64", "-k", "5", "25"], ["-d", "2", "-k", "5"]),
    Eval("ht", "objective", "jacobian", ["--max", "6"], ["--max", "1"], r"(?<=_c)\d+"),
    Eval("kmeans", "cost", "dir", ["-k", "10", "100", "1000", "-n", "1000", "-d", "8"], ["-k", "10", "-n", "1000", "-d", "8"]),
    Eval("llsq", "primal", "gradient", ["-n", "16", "128", "1024", "16392"], ["-n", "16"]),
    Eval("lse", "primal", "gradient", ["-n", "2500", "40000", "1280000"], ["-n", "2500"]),
    Eval("lstm", "objective", "jacobian", ["-l", "2", "6", "-c", "1024", "4096"], ["-l", "2", "-c", "1024"],
         needs="evals/lstm/data/lstm_full.txt"),
    Eval("ode", "primal", "gradient", ["-n", "1000", "10000", "-s", "10", "100"], ["-n", "1000", "-s", "10"]),
    Eval("particle", "", "rr"),
    Eval("saddle", "", "rr"),
]


def size_of(evaluation, description):
    """A number that grows with the work; 1 if the eval has one size only."""
    product = 1
    for n in re.findall(evaluation.size, description):
        product *= max(1, int(n))
    return product
