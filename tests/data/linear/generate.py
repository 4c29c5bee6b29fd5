#!/usr/bin/env python3
"""Writes values.txt beside it: linear algebra on ill-conditioned matrices to 50 digits, by mpmath (Debian: python3-mpmath).

Lines are `matrix NAME rows columns entries`, `value FUNCTION NAME entries` and `gradient FUNCTION NAME entries`. Entries of matrices are
hexadecimal, so that they are exact. A function with several results has them all in one line, each row by row. The gradient is that of
the sum of all these entries e(k), each times weight(k). It is a central difference with 120 digits and a step of 1e-40, so it rests on
no rule of differentiation.
"""
import math
import os

import mpmath
from mpmath import mp, mpf

mp.dps = 120
STEP = mpf(10) ** -40


def weight(k):
    return mpf((7 * k) % 11 - 5) / 4


def matrix(rows, columns, entry):
    return mpmath.matrix([[mpf(float(entry(i, j))) for j in range(columns)] for i in range(rows)])


def symmetric(a):
    return (a + a.T) / 2


def entries(*results):
    return [m[i, j] for m in results for i in range(m.rows) for j in range(m.cols)]


def turned(vectors, *partners):
    """Each vector positive where it is largest, its partner with it."""
    for k in range(vectors.cols):
        largest = max(range(vectors.rows), key=lambda i: abs(vectors[i, k]))
        if vectors[largest, k] < 0:
            for m in (vectors, *partners):
                for i in range(m.rows):
                    m[i, k] = -m[i, k]


def right_side(a):
    return mpmath.matrix([[1 + mpf(i % 3)] for i in range(a.rows)])


def qr(a):
    q, r = mpmath.qr(a, mode="skinny")
    for k in range(r.rows):
        if r[k, k] < 0:
            for i in range(q.rows):
                q[i, k] = -q[i, k]
            for j in range(r.cols):
                r[k, j] = -r[k, j]
    return entries(q, r)


def eigh(a):
    values, vectors = mpmath.eigsy(symmetric(a))
    order = sorted(range(a.rows), key=lambda k: values[k])
    vectors = mpmath.matrix([[vectors[i, k] for k in order] for i in range(a.rows)])
    turned(vectors)
    return [values[k] for k in order] + entries(vectors)


def svd(a):
    u, s, vt = mpmath.svd_r(a, full_matrices=False)
    v = vt.T
    turned(v, u)
    return entries(u) + list(s) + entries(v)


FUNCTIONS = {
    "cholesky": lambda a: entries(mpmath.cholesky(symmetric(a))),
    "solve": lambda a: entries(mpmath.lu_solve(a, right_side(a))),
    "solve_positive": lambda a: entries(mpmath.lu_solve(symmetric(a), right_side(a))),
    "solve_triangular": lambda a: entries(mpmath.lu_solve(
        mpmath.matrix([[a[i, j] if j <= i else 0 for j in range(a.cols)] for i in range(a.rows)]), right_side(a))),
    "solve_banded": lambda a: entries(mpmath.lu_solve(
        mpmath.matrix([[a[i, j] if abs(i - j) <= 3 else 0 for j in range(a.cols)] for i in range(a.rows)]), right_side(a))),
    "inverse": lambda a: entries(mpmath.inverse(a)),
    "log_det": lambda a: [mpmath.log(abs(mpmath.det(a)))],
    "log_det_positive": lambda a: [mpmath.log(mpmath.det(symmetric(a)))],
    "det": lambda a: [mpmath.det(a)],
    "qr": qr,
    "eigh": eigh,
    "svd": svd,
    "expm": lambda a: entries(mpmath.expm(a)),
}
POSITIVE = ("cholesky", "solve_positive", "log_det_positive")
THIN = ("qr", "svd")
MATRICES = {
    "hilbert": matrix(8, 8, lambda i, j: 1 / (i + j + 1)),
    "vandermonde": matrix(7, 7, lambda i, j: (0.25 * (i + 1)) ** j),
    "tall": matrix(8, 5, lambda i, j: (0.125 * (i + 1)) ** j),
    "differences": matrix(32, 32, lambda i, j: (-1) ** (i - j) * math.comb(6, 3 + i - j) if abs(i - j) <= 3 else 0),
    "frank": matrix(6, 6, lambda i, j: 0 if j < i - 1 else 6 - max(i, j)),
}


def gradient(f, a):
    result = []
    for i in range(a.rows):
        for j in range(a.cols):
            sides = []
            for sign in (1, -1):
                moved = a.copy()
                moved[i, j] += sign * STEP
                sides.append(sum(weight(k) * v for k, v in enumerate(f(moved))))
            result.append((sides[0] - sides[1]) / (2 * STEP))
    return result


def digits(values):
    return " ".join(mpmath.nstr(v, 50, strip_zeros=True) for v in values)


def lines():
    for name, a in MATRICES.items():
        yield f"matrix {name} {a.rows} {a.cols} " + " ".join(float(v).hex() for v in entries(a))
        for function, f in FUNCTIONS.items():
            if (function in POSITIVE and name != "hilbert") or (function not in THIN and a.rows != a.cols):
                continue
            if (name == "differences") != (function == "solve_banded"):
                continue
            if function == "log_det" and name == "frank":
                continue  # the logarithm of 1 has no relative error
            yield f"value {function} {name} {digits(f(a))}"
            yield f"gradient {function} {name} {digits(gradient(f, a))}"


with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "values.txt"), "w") as file:
    file.write("# written by generate.py, which says what is what\n")
    file.writelines(line + "\n" for line in lines())
