"""The suites. Each module has

    cases(context)    [(name, function without arguments that measures and returns a record), ...]
    report(records)   text: tables of the records {name: record}, which may be only some of them
    measured(records) {target's key: Spread}
    plot(records)     a gnuplot script, or "" if there is nothing to draw
"""
