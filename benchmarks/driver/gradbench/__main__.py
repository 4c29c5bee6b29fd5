"""engram as a tool of GradBench, beside those C++ tools of a checkout that build here.

GradBench's own programs choose the inputs and judge the answers. Tools run in turns. Prints a table; writes it, a JSON file with all that
was measured, and figures. CPATH, LIBRARY_PATH and PKG_CONFIG_PATH tell where the peers' libraries lie, as GradBench's own documentation says.
"""
import argparse
import json
import pathlib
import sys

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent), str(pathlib.Path(__file__).resolve().parents[1])]

import machine  # noqa: E402
import report  # noqa: E402
from evals import EVALS  # noqa: E402
from measure import measure  # noqa: E402
from place import ENGRAM, Place, obstacle  # noqa: E402

PEERS = ["manual", "codipack", "cppad", "adol-c", "adept", "enzyme"]
NAMES = [e.name for e in EVALS]


def arguments():
    parser = argparse.ArgumentParser(prog="./run gradbench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkout", type=pathlib.Path, metavar="CHECKOUT", help="a folder with GradBench: git clone https://github.com/gradbench/gradbench")
    parser.add_argument("evals", nargs="*", metavar="EVAL", help="one of " + ", ".join(NAMES) + " (default: all)")
    parser.add_argument("--peers", default=",".join(PEERS), metavar="TOOL,...", help="C++ tools of the checkout (default %(default)s)")
    parser.add_argument("--turns", type=int, default=5, help="of each tool with each input (default 5)")
    parser.add_argument("--seconds", type=float, default=0.1, help="that a turn repeats a function, at least once (default 0.1)")
    parser.add_argument("--limit", type=float, default=20, help="seconds after which a tool gives up an input (default 20)")
    parser.add_argument("--quick", action="store_true", help="smallest sizes, one turn: shows that all works")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("gradbench_output"), help="folder for results (default ./gradbench_output)")
    for internal in ("--build", "--prefix", "--place"):  # ./run sets them
        parser.add_argument(internal, type=pathlib.Path, default=pathlib.Path(), help=argparse.SUPPRESS)
    a = parser.parse_intermixed_args()  # evals may follow options
    unknown = [e for e in a.evals if e not in NAMES]
    if unknown:
        parser.error(f"no eval '{unknown[0]}'; there are {', '.join(NAMES)}")
    a.peers = [p for p in a.peers.split(",") if p]
    if a.turns < 1:
        parser.error(f"--turns {a.turns}: at least 1 is needed")
    if a.quick:
        a.turns, a.seconds = 1, 0.01
    return a


def say(text):
    print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True) if sys.stderr.isatty() else None


def warn(text):
    print(("\r\033[K" if sys.stderr.isatty() else "") + text, file=sys.stderr, flush=True)


def run_eval(place, evaluation, tools, a, results):
    """Measures one eval; what was found until an interruption is in `results`."""
    having = [t for t in tools if evaluation.name in place.evals_of(t)]
    if evaluation.needs and not (place.folder / evaluation.needs).exists():
        warn(f"{evaluation.name} is skipped: the checkout lacks {evaluation.needs}")
        return
    # GradBench's programs judge most answers by the manual tool's.
    if "manual" not in having and (place.folder / "tools/manual" / f"{evaluation.name}.cpp").exists():
        place.build("manual", evaluation.name)
    found, left = results.start(evaluation.name)
    measure(place, evaluation, having, evaluation.quick if a.quick else evaluation.arguments, a.turns, a.seconds, a.limit, say, found, left)
    for tool, why in left.items():
        warn(f"{evaluation.name}: {tool} is left out: {why}")
    for function, of in found.items():
        for description, by_tool in of.items():
            for tool, m in by_tool.items():
                # Our programs for peers have what the table compares, not each function of the eval.
                if m.valid is False or (m.error and "more than" not in m.error and "Unknown function" not in m.error):
                    warn(f"{evaluation.name} {description}, {function}: {tool} fails: {(m.error or 'not valid').strip().splitlines()[-1]}")


class Results(dict):
    def start(self, name):
        self[name] = {}
        return self[name], {}


def write(a, about, results, tools):
    table = report.text(results, tools)
    print(f"\n{table}")
    (a.out / "gradbench.txt").write_text("".join(f"{k + ':':13}{v}\n" for k, v in about.items()) + f"\n{table}\n")
    records = {name: {f: {d: {t: m.record() for t, m in by_tool.items()} for d, by_tool in of.items()} for f, of in found.items()}
               for name, found in results.items()}
    (a.out / "gradbench.json").write_text(json.dumps({"about": about, "records": records}, indent=1))
    why = report.draw(a.out, results, tools)
    if why:
        warn(f"there are no figures: {why}")
    print(f"\n{a.out}/ holds the table, a JSON file and figures")


def main():
    a = arguments()
    why = obstacle(a.checkout)
    if why:
        warn(f"./run gradbench: {why}; git clone https://github.com/gradbench/gradbench gets one")
        return 2
    try:
        a.out.mkdir(parents=True, exist_ok=True)
    except OSError as e:
        warn(f"--out {a.out}: {e.strerror}; choose another folder")
        return 2
    about = machine.describe(a.build) | {"GradBench": machine.commit(a.checkout)}
    for what, text in about.items():
        print(f"{what + ':':13}{text}")
    place = Place(a.checkout.resolve(), a.place, sys.executable, {"PKG_CONFIG_PATH": f"{a.prefix}/lib/pkgconfig"})
    tools = []
    for tool in [ENGRAM, *a.peers]:
        why = place.add(tool) or place.build(tool, "hello")
        if why:
            warn(f"{tool} is left out: {why}")
        else:
            tools.append(tool)
    if ENGRAM not in tools:
        return 1
    if float(about["load before"]) > 0.5:
        warn("Other programs are running: trust the ratios more than the times.")
    results, status = Results(), 0
    try:
        for evaluation in EVALS:
            if not a.evals or evaluation.name in a.evals:
                run_eval(place, evaluation, tools, a, results)
    except KeyboardInterrupt:
        warn("Interrupted. What was measured until now is kept.")
        status = 130
    write(a, about, results, tools)
    ours = [m for found in results.values() for of in found.values() for by_tool in of.values() for t, m in by_tool.items() if t == ENGRAM]
    return status or (0 if ours and all(m.valid for m in ours) else 1)


sys.exit(main())
