"""Figures, drawn by gnuplot."""
import shutil
import subprocess

TERMINALS = {".png": "pngcairo size 1100,650 noenhanced font ',12'", ".svg": "svg size 1100,650 dynamic noenhanced font 'sans-serif,12'"}
STYLE = """set grid ytics lc rgb '#dddddd'
set border 3
set tics nomirror
set key outside top center horizontal
"""
COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"]


def draw(path, script):
    """Writes the script, and draws it with gnuplot as PNG or SVG. Returns why there is no figure, if there is none."""
    path.with_suffix(".gp").write_text(f"set terminal {TERMINALS[path.suffix]}\n{STYLE}set output '{path.name}'\n{script}")
    if not shutil.which("gnuplot"):
        return "there is no gnuplot"
    run = subprocess.run(["gnuplot", path.with_suffix(".gp").name], cwd=path.parent, capture_output=True, text=True)
    return run.stderr.strip() if run.returncode else ""


def block(name, rows):
    """A table inside a script, to be plotted as $name."""
    def cell(c):
        return f'"{c}"' if isinstance(c, str) else "NaN" if c is None else str(c) if isinstance(c, int) else f"{c:.6g}"

    return f"${name} << END\n" + "\n".join("\t".join(map(cell, row)) for row in rows) + "\nEND\n"


def quoted(text):
    """A string of gnuplot's, which may have an apostrophe."""
    return "'" + text.replace("'", "''") + "'"


def dots(title, unit, spreads):
    """A script: medians and ranges on a logarithmic scale, from [(text, Spread), ...]; engram's are blue discs."""
    rows = [(i, text, s.median, s.min, s.max) for i, (text, s) in enumerate(reversed(spreads))]
    ours = [row for row in rows if row[1].startswith("engram")]
    marks = [(name, of, mark, colour) for name, of, mark, colour in
             (("ours", ours, 7, COLOURS[0]), ("others", [row for row in rows if row not in ours], 9, COLOURS[1])) if of]
    names = ", ".join(f"{quoted(text)} {i}" for i, text, *_ in rows)
    least = min(s.min for _, s in spreads)
    plots = ", ".join(f"${name} using 3:1:4:5 with xerrorbars pt {mark} ps 1.5 lw 1.5 lc rgb '{colour}'" for name, _, mark, colour in marks)
    return ("".join(block(name, of) for name, of, *_ in marks)
            + "set logscale x\nset grid xtics noytics lc rgb '#dddddd'\nunset key\n"
            f"set rmargin 6\nset lmargin {max(len(text) for text, _ in spreads)}\nset ytics ({names})\n"
            f"set title {quoted(title + ' (median and range)')}\nset xlabel '{unit}'\n"
            f"set xrange [10**floor(log10({least} / 2)):*]\nset yrange [-0.6:{len(rows) - 0.4}]\nplot {plots}\n")
