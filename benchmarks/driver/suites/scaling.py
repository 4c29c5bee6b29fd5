"""How time and memory grow, under each policy of what the inner loop keeps. One thread, float."""
from plot import COLOURS, block
from spread import Spread, number, table

POLICIES = ["automatic", "everything", "carries", "binomial"]
STEPS = [50, 100, 200, 400, 800, 1600, 3200]
HIDDEN = [8, 16, 32, 64, 128, 256, 512]
TASKS = [1, 4, 16, 64, 256]
LONG_LOOP = "3200 steps and 50, in turns"


def cases(context):
    program = context.program("bench_scaling")

    def peers(tasks=1, steps=50, hidden=20, policies=POLICIES):
        options = ["--tasks", tasks, "--steps", steps, "--hidden", hidden]
        return context.compare(*(context.peer(p, program, *options, "--keep", p) for p in policies))

    def long_loop(long):
        return context.compare(*(context.peer(str(n), program, "--tasks", 1, "--steps", n) for n in (long, 50)), agree=False)

    steps, hidden, tasks, long = (STEPS[:3], HIDDEN[:2], TASKS[:2], 200) if context.quick else (STEPS, HIDDEN, TASKS, 3200)
    return ([(f"steps {n}", lambda n=n: peers(steps=n)) for n in steps]
            + [(f"hidden {n}", lambda n=n: peers(hidden=n)) for n in hidden]
            + [(f"tasks {n}", lambda n=n: peers(tasks=n, policies=["automatic"])) for n in tasks]
            + [(LONG_LOOP, lambda: long_loop(long))])


def series(records, what):
    """{n: record} of the cases of one kind."""
    return {int(name.split()[1]): record for name, record in records.items() if name.startswith(f"{what} ")}


def microseconds(record, policy, n, what):
    """Per task and step."""
    times = {"steps": n, "hidden": 50, "tasks": 50 * n}[what]
    return Spread.of(record[policy]["ms"]).median * 1e3 / times


def report(records):
    parts = []
    for what, text in (("steps", "inner steps (hidden 20, 1 task)"), ("hidden", "hidden neurons (50 steps, 1 task)"),
                       ("tasks", "tasks (50 steps, hidden 20)")):
        of = series(records, what)
        rows = [[n, p, number(microseconds(r, p, n, what)), number(r[p]["workspace_bytes"] / 1e6), number(r[p]["process_bytes"] / 1e6)]
                for n, r in of.items() for p in POLICIES if p in r]
        if rows:
            parts.append(f"{text}\n\n{table([what, 'policy', 'us per task and step', 'workspace MB', 'process MB, peak'], rows)}")
    apart = max((r[p]["gradient_apart"] for r in records.values() for p in r if p in POLICIES), default=0)
    parts.append(f"The gradients of the policies are apart by {apart:.1e} at most.")
    return "\n\n".join(parts)


def measured(records):
    found = {}
    if LONG_LOOP in records:
        (long, a), (short, b) = records[LONG_LOOP].items()
        found["long_loop"] = Spread.ratio([x / int(long) for x in a["ms"]], [x / int(short) for x in b["ms"]])
    of = series(records, "steps")
    if len(of) > 1:
        m, n = sorted(of)[-2:]
        per_step = (of[n]["carries"]["workspace_bytes"] - of[m]["carries"]["workspace_bytes"]) / (n - m)
        found["carry_memory"] = Spread.of([per_step / of[n]["carries"]["carry_bytes"]])
    return found


def plot(records):
    of = series(records, "steps"), series(records, "hidden")
    if not all(of):
        return ""
    script = ("set multiplot layout 2,2\nset logscale xy\nset grid xtics ytics lc rgb '#dddddd'\n"
              "set key inside top left vertical samplen 2\nset offsets graph 0.05, graph 0.05, graph 0.35, graph 0\n")
    for what, some, label in (("steps", of[0], "inner steps"), ("hidden", of[1], "hidden neurons")):
        script += block(what, [(n, *(x for p in POLICIES for x in (microseconds(r, p, n, what), r[p]["workspace_bytes"] / 1e6)))
                               for n, r in some.items()])
        for offset, quantity in ((2, "time per step, us"), (3, "workspace, MB")):
            # The default, last, as rings around the policy that it chose.
            marks = {"automatic": "points pt 6 ps 2 lw 2 lc rgb 'black'"}
            lines = ", ".join(f"${what} using 1:{offset + 2 * i} with "
                              + marks.get(p, f"linespoints pt 7 lw 2 lc rgb '{COLOURS[i]}'") + f" title '{p}'"
                              for i, p in reversed(list(enumerate(POLICIES))))
            script += f"set xlabel '{label}'\nset ylabel '{quantity}'\nplot {lines}\n"
    return script + "unset multiplot\n"
