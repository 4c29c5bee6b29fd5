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

    def each(self, f):
        """For monotonic f."""
        low, high = sorted((f(self.min), f(self.max)))
        return Spread(f(self.median), low, high)


def number(x, unit=""):
    """A ratio without a unit is printed as 1/n below a half."""
    if not unit and 0 < x < 0.5:
        return f"1/{1 / x:.1f}"
    text = f"{x:.0f}" if x == int(x) or abs(x) >= 100 else f"{x:.3g}" if abs(x) < 1 else f"{x:.2f}" if abs(x) < 10 else f"{x:.1f}"
    return f"{text} {unit}".strip()


def interval(spread, unit=""):
    return f"{number(spread.min)} .. {number(spread.max)}" if not unit else f"{number(spread.min, unit)} .. {number(spread.max, unit)}"


def table(header, rows):
    """Columns as wide as they need to be; the first to the left, numbers to the right."""
    rows = [[str(c) for c in row] for row in [header, *rows]]
    widths = [max(len(row[i]) for row in rows) for i in range(len(header))]
    lines = ["  ".join(c.ljust(w) if i == 0 else c.rjust(w) for i, (c, w) in enumerate(zip(row, widths))).rstrip() for row in rows]
    lines.insert(1, "  ".join("-" * w for w in widths))
    return "\n".join(lines)
