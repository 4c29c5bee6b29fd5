"""The sparse Jacobian of a heat equation on a square, one thread, beside the function itself."""
from plot import dots
from spread import Spread, interval, number, ratio, table

SIDES = {"10^3 unknowns": 32, "10^4 unknowns": 100, "10^5 unknowns": 316, "10^6 unknowns": 1000}
MEASURED = "10^5 unknowns"


def cases(context):
    def case(side):
        program = context.program("bench_sparsity")
        return context.compare(context.peer("Jacobian", program, "jacobian", str(side)),
                               context.peer("function", program, "function", str(side)), agree=False)

    chosen = list(SIDES.items())[:2] if context.quick else SIDES.items()
    return [(name, lambda side=side: case(side)) for name, side in chosen]


def compared(record):
    return Spread.ratio(record["Jacobian"]["ms"], record["function"]["ms"])


def report(records):
    rows = []
    for name, record in records.items():
        r = compared(record)
        rows.append([name, number(Spread.of(record["function"]["ms"]).median), number(Spread.of(record["Jacobian"]["ms"]).median),
                     ratio(r.median), interval(r)])
    return table(["heat equation", "function ms", "Jacobian ms", "Jacobian / function", "min .. max"], rows)


def measured(records):
    return {"sparse_jacobian": compared(records[MEASURED])} if MEASURED in records else {}


def plot(records):
    return dots("The sparse Jacobian of a heat equation", "ms",
                [(f"{peer}: {name}", Spread.of(r["ms"])) for name, record in records.items() for peer, r in record.items()])
