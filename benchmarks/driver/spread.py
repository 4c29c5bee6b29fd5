"""A quantity measured several times: median, smallest, largest; and how it is printed."""
import statistics
from dataclasses import dataclass


@dataclass(frozen=True)
class Spread:
    median: float
    min: float
    max: float

    @staticmethod
    def of(values):
        return Spread(statistics.median(values), min(values), max(values))

    @staticmethod
    def ratio(a, b):
        """Of each pair of runs that stood next to each other."""
        return Spread.of([x / y for x, y in zip(a, b)])

    def __mul__(self, factor):
        return Spread(self.median * factor, self.min * factor, self.max * factor)


def number(x, unit=""):
    """Three digits or so."""
    size = abs(x)
    text = f"{x:.0f}" if x == int(x) or size >= 100 else f"{x:.3g}" if size < 1 else f"{x:.2f}" if size < 10 else f"{x:.1f}"
    return f"{text} {unit}".strip()


def ratio(x):
    """What is much smaller than 1 is easier read as 1/n."""
    return f"1/{1 / x:.1f}" if 0 < x <= 0.5 else number(x)


def interval(spread, show=ratio):
    return f"{show(spread.min)} .. {show(spread.max)}"


def table(header, rows):
    """Columns as wide as they need to be; the first to the left, numbers to the right."""
    rows = [[str(c) for c in row] for row in [header, *rows]]
    widths = [max(len(row[i]) for row in rows) for i in range(len(header))]
    lines = ["  ".join(c.ljust(w) if i == 0 else c.rjust(w) for i, (c, w) in enumerate(zip(row, widths))).rstrip() for row in rows]
    lines.insert(1, "  ".join("-" * w for w in widths))
    return "\n".join(lines)
