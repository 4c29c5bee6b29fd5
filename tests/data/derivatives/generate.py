#!/usr/bin/env python3
"""Writes the tables beside it: derivatives of all elementwise functions to 50 digits, by mpmath (Debian: python3-mpmath).

unary.txt has lines `function x f'(x) f''(x)`, binary.txt `function a b fa fb faa fab fbb` with the partial derivatives. Arguments are
hexadecimal, so that they are exact; those of a table are normal floats and, where a line follows for doubles only, normal doubles.
"""
import os
import struct

import mpmath
from mpmath import mp, mpf

mp.dps = 80  # of the results: all formulas below are free of cancellation, or have digits to spare


def as_float(x):
    return struct.unpack("f", struct.pack("f", x))[0]


def sech2(x):
    return mpmath.sech(x) ** 2


def logistic(x):
    return 1 / (1 + mpmath.exp(-x))


def logistic_slope(x):
    return sech2(x / 2) / 4


def gauss(x):
    return 2 / mpmath.sqrt(mpmath.pi) * mpmath.exp(-x * x)


UNARY = {  # first and second derivative
    "negate": (lambda x: -1, lambda x: 0),
    "square": (lambda x: 2 * x, lambda x: 2),
    "sqrt": (lambda x: x ** mpf(-0.5) / 2, lambda x: -(x ** mpf(-1.5)) / 4),
    "exp": (mpmath.exp, mpmath.exp),
    "expm1": (mpmath.exp, mpmath.exp),
    "log": (lambda x: 1 / x, lambda x: -1 / x**2),
    "log1p": (lambda x: 1 / (1 + x), lambda x: -1 / (1 + x) ** 2),
    "tanh": (sech2, lambda x: -2 * mpmath.tanh(x) * sech2(x)),
    "sigmoid": (logistic_slope, lambda x: -logistic_slope(x) * mpmath.tanh(x / 2)),
    "softplus": (logistic, logistic_slope),
    "relu": (lambda x: int(x > 0), lambda x: 0),
    "abs": (mpmath.sign, lambda x: 0),
    "sign": (lambda x: 0, lambda x: 0),
    "sin": (mpmath.cos, lambda x: -mpmath.sin(x)),
    "cos": (lambda x: -mpmath.sin(x), lambda x: -mpmath.cos(x)),
    "atan": (lambda x: 1 / (1 + x**2), lambda x: -2 * x / (1 + x**2) ** 2),
    "erf": (gauss, lambda x: -2 * x * gauss(x)),
}
POSITIVE = ("sqrt", "log")
SIMPLE = ("negate", "square", "relu", "abs", "sign")  # few arguments will do

BINARY = {  # fa, fb, faa, fab, fbb
    "add": lambda a, b: (1, 1, 0, 0, 0),
    "subtract": lambda a, b: (1, -1, 0, 0, 0),
    "multiply": lambda a, b: (b, a, 0, 1, 0),
    "divide": lambda a, b: (1 / b, -a / b**2, 0, -1 / b**2, 2 * a / b**3),
    "pow": lambda a, b: (b * a ** (b - 1), a**b * mpmath.log(a), b * (b - 1) * a ** (b - 2),
                         a ** (b - 1) * (1 + b * mpmath.log(a)), a**b * mpmath.log(a) ** 2),
    "maximum": lambda a, b: (int(a >= b), int(a < b), 0, 0, 0),
    "minimum": lambda a, b: (int(a <= b), int(a > b), 0, 0, 0),
}

MODERATE = [0.011, 0.13, 0.34, 0.5, 0.77, 1, 1.4, 2, 3.1, 4.7, 6.3, 8, 9.2, 11, 14, 17.5, 23, 31, 40, 52, 69, 86.5]
LARGE = [120, 250, 369.5, 512, 690, 707.5]


def magnitudes(exponents):
    return [float(f"{1 + (7 * i) % 9}.{(3 * i) % 10}7e{e}") for i, e in enumerate(exponents)]


def arguments(name):
    """Floats, then doubles."""
    positive = magnitudes(range(-37, 38, 5)) + MODERATE
    doubles = magnitudes(range(-307, 308, 41)) + LARGE + [x * 1.000000123456789 for x in MODERATE]
    if name == "log1p":
        positive += [-1 + 2.0**-k for k in (2, 5, 11, 17, 23)] + [-x for x in positive if x < 1]
        doubles += [-1 + 2.0**-k for k in (30, 41, 52)]
        return positive, doubles
    if name == "log":
        positive += [1 + s * 2.0**-k for k in (3, 9, 17, 22) for s in (1, -1)]
    if name in ("sin", "cos"):
        multiples = [n * float(mpmath.pi) / 2 for n in (1, 2, 3, 4, 99, 1000, 6366)]
        positive += multiples
        doubles += multiples
    if name in POSITIVE:
        return positive, doubles
    if name in SIMPLE:
        positive, doubles = positive[::6], doubles[::6]
    return [0.0] + positive + [-x for x in positive], doubles + [-x for x in doubles]


def digits(v):
    return mpmath.nstr(mpf(v), 50, strip_zeros=True)


def unary_lines():
    for name, derivatives in UNARY.items():
        floats, doubles = arguments(name)
        for x in [as_float(float(x)) for x in floats] + [float(x) for x in doubles]:
            yield name, x.hex(), *(digits(f(mpf(x))) for f in derivatives)


def pairs(name):
    """Floats, then doubles."""
    if name in ("maximum", "minimum"):
        return [(1.0, 2.0), (2.0, 1.0), (3.0, 3.0), (-1e30, 1e-30), (1e-30, -1e30)], []
    if name == "pow":
        bases = [1e-37, 3.1e-20, 1e-4, 0.3, 0.99, 1.01, 2, 7.3, 1e5, 2.2e18, 3e37]
        exponents = [-1.9, -0.9, -0.3, -1e-3, 1e-6, 0.1, 0.25, 0.49, 0.5, 0.7, 1, 1.3, 2, 3]
        far = [(a, b) for a in (1e-300, 1e-90, 1e100, 1e290) for b in (-0.7, -0.01, 0.05, 0.3, 0.6, 1.01)]
    else:
        bases = exponents = [-1.3e-30, 1.1e-12, 0.7, -3.0, 2.5e11, 1.9e30]
        far = [(a, b**3) for a in bases for b in exponents]
    floats = [(a, b) for a in bases for b in exponents]
    return floats, [(a * 1.000000123456789, b) for a, b in floats] + far


def binary_lines():
    smallest, largest = mpf(2) ** -1022, mpf(2) ** 1023
    for name, derivatives in BINARY.items():
        floats, doubles = pairs(name)
        for a, b in [(as_float(float(a)), as_float(float(b))) for a, b in floats] + [(float(a), float(b)) for a, b in doubles]:
            exact = [mpf(v) for v in derivatives(mpf(a), mpf(b))]
            if any(v != 0 and not smallest < abs(v) < largest for v in exact):
                continue  # beyond what doubles hold
            if name == "pow":
                term = b * mpmath.log(a)
                if abs(1 + term) < (1 + abs(term)) / 10:
                    continue  # fab has a zero nearby, where no rounded argument determines it
            yield name, a.hex(), b.hex(), *(digits(v) for v in exact)


def write(name, columns, lines):
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), name), "w") as file:
        file.write(f"# {columns}; written by generate.py\n")
        file.writelines(" ".join(line) + "\n" for line in lines)


write("unary.txt", "function x f' f''", unary_lines())
write("binary.txt", "function a b fa fb faa fab fbb", binary_lines())
