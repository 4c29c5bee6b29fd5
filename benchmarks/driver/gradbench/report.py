"""Tables and figures."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

import plot  # noqa: E402
from evals import EVALS, size_of  # noqa: E402
from measure import median  # noqa: E402
from place import ENGRAM  # noqa: E402
from spread import Spread, interval, number, ratio, table  # noqa: E402


def good(m):
    return m is not None and m.valid and bool(m.turns)


def interrupted(m):
    return m.valid is None and not m.error


def time_text(nanoseconds):
    for unit, factor in (("ns", 1), ("us", 1e3), ("ms", 1e6), ("s", 1e9)):
        if nanoseconds < 1000 * factor or unit == "s":
            return number(nanoseconds / factor, unit)
    return ""


def rows(evaluation, found, tools):
    """(size, description, {tool: derivative}, {tool: primal}) by size."""
    derivative, primal = found.get(evaluation.derivative, {}), found.get(evaluation.primal, {})
    return sorted((size_of(evaluation, d), d, {t: of.get(t) for t in tools}, {t: primal.get(d, {}).get(t) for t in tools})
                  for d, of in derivative.items()) if derivative else []


def over_primal(m, primal):
    return median(m) / median(primal) if good(m) and good(primal) and median(primal) else None


def text(results, tools):
    """The table of derivatives: engram's time, its multiple of the primal, and the ratio to each peer."""
    peers = [t for t in tools if t != ENGRAM]
    lines = []
    for evaluation in EVALS:
        for _, description, of, primal in rows(evaluation, results.get(evaluation.name, {}), tools):
            ours = of[ENGRAM]
            if ours is None or interrupted(ours):
                continue
            line = [f"{evaluation.name} {description}".strip(), time_text(median(ours)) if good(ours) else "not valid"]
            multiple = over_primal(ours, primal[ENGRAM])
            line.append(number(multiple) if multiple else "")
            for peer in peers:
                line.append(compared(ours, of[peer]))
            lines.append(line)
    return table(["eval and size", "engram", "/ primal", *[f"engram / {p}" for p in peers]], lines)


def compared(ours, theirs):
    if theirs is None or interrupted(theirs):
        return ""
    if not good(theirs):
        return "too long" if "more than" in theirs.error else "failed"
    if not good(ours):
        return ""
    r = Spread.ratio(ours.turns, theirs.turns)
    return f"{ratio(r.median)} ({interval(r)})"


SYMBOLS = [7, 9, 5, 11, 13, 4]  # gnuplot's: discs, triangles, squares, ...


def multiplot(title, unit, panels, tools):
    """A script: a panel for each eval, a curve for each tool. panels: [(name, {tool: [(size, value), ...]}), ...]; units of 1000 and
    1/1000 have letters."""
    script = f"set multiplot layout {(len(panels) + 3) // 4},4 title '{title}'\nset logscale xy\n"
    script += f"unset key\nset format x '%.0s%c'\nset format y '{'%.0s %cs' if unit == 's' else '%g'}'\n"
    for i, tool in enumerate(tools):  # a key of all panels
        script += (f"set label {i + 1} '{tool}' at screen {0.02 + 0.09 * i},0.97 point pt {SYMBOLS[i % 6]} lc rgb '{plot.COLOURS[i % 6]}' "
                   "offset 1,0\n")
    for at, (name, curves) in enumerate(panels):
        parts = []
        for i, tool in enumerate(tools):
            points = curves.get(tool)
            if points:
                script += plot.block(f"p{at}_{i}", sorted(points))
                parts.append(f"$p{at}_{i} using 1:2 with linespoints pt {SYMBOLS[i % 6]} lw 1.5 lc rgb "
                             f"'{plot.COLOURS[i % 6]}'")
        if not parts:
            continue
        sizes = [s for c in curves.values() for s, _ in c]
        script += f"set title '{name}'\nset xrange [{min(sizes) / 2}:{max(sizes) * 2}]\n"
        script += "plot " + ", ".join(parts) + "\nunset label\n"
    return script + "unset multiplot\n"


def draw(out, results, tools):
    """gradient_time and gradient_over_primal as SVG and PNG. Returns why not, if there is no figure."""
    times, multiples = [], []
    for evaluation in EVALS:
        found = rows(evaluation, results.get(evaluation.name, {}), tools)
        of_time = {t: [(s, median(of[t]) / 1e9) for s, _, of, _ in found if good(of[t])] for t in tools}
        of_multiple = {t: [(s, multiple) for s, _, of, primal in found if (multiple := over_primal(of[t], primal[t]))] for t in tools}
        times += [(evaluation.name, of_time)] if any(of_time.values()) else []
        multiples += [(evaluation.name, of_multiple)] if any(of_multiple.values()) else []
    for name, title, unit, panels in (("gradient_time", "Time of a gradient against size", "s", times),
                                      ("gradient_over_primal", "Gradient / primal against size", "", multiples)):
        for ending in (".png", ".svg"):
            why = plot.draw(out / f"{name}{ending}", multiplot(title, unit, panels, tools)) if panels else "nothing to draw"
            if why:
                return why
    return ""
