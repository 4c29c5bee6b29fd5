"""Figures, drawn by gnuplot."""
import shutil
import subprocess

STYLE = """set terminal pngcairo size 1100,650 noenhanced font ',12'
set grid ytics lc rgb '#dddddd'
set border 3
set tics nomirror
set key outside top center horizontal
"""
COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"]


def draw(path, script):
    """Writes the script, and draws it with gnuplot. Returns why there is no figure, if there is none."""
    path.with_suffix(".gp").write_text(f"{STYLE}set output '{path.name}'\n{script}")
    if not shutil.which("gnuplot"):
        return "there is no gnuplot"
    run = subprocess.run(["gnuplot", path.with_suffix(".gp").name], cwd=path.parent, capture_output=True, text=True)
    return run.stderr.strip() if run.returncode else ""


def block(name, rows):
    """A table inside a script, to be plotted as $name."""
    def cell(c):
        return f'"{c}"' if isinstance(c, str) else "NaN" if c is None else str(c) if isinstance(c, int) else f"{c:.6g}"

    return f"${name} << END\n" + "\n".join("\t".join(map(cell, row)) for row in rows) + "\nEND\n"


def bars(title, unit, spreads):
    """A script: horizontal bars with their ranges, on a logarithmic scale, from [(text, Spread), ...]; engram's blue."""
    rows = [(i, text, s.median, s.min, s.max, int(COLOURS[0 if text.startswith("engram") else 4][1:], 16))
            for i, (text, s) in enumerate(reversed(spreads))]
    least = min(s.min for _, s in spreads)
    return (block("d", rows) + "set style fill solid\nset logscale x\nset grid xtics noytics lc rgb '#dddddd'\nunset key\n"
            f"set rmargin 6\nset lmargin {max(len(text) for text, _ in spreads)}\n"
            f"set title '{title} (median and range)'\nset xlabel '{unit}'\n"
            f"set xrange [10**floor(log10({least} / 2)):*]\nset yrange [-0.6:{len(rows) - 0.4}]\n"
            "plot $d using ($3/2):1:(1e-9):3:($1-0.35):($1+0.35):6:ytic(2) with boxxyerror lc rgbcolor variable, "
            "$d using 3:1:4:5 with xerrorbars pt 0 lw 1.5 lc rgb 'black'\n")
