#!/usr/bin/env python3
"""Writes the tables beside it: all elementwise functions and their derivatives to 50 digits, by mpmath (Debian: python3-mpmath).

unary.txt has lines `function x f f' f''`, binary.txt `function a b f fa fb faa fab fbb` with the partial derivatives. Arguments are
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


def softplus(x):
    return mpmath.log1p(mpmath.exp(x)) if x < 0 else x + mpmath.log1p(mpmath.exp(-x))


def density(x):
    return mpmath.npdf(x)


def cdf(x):
    return mpmath.erfc(-x / mpmath.sqrt(2)) / 2


def hazard(x):
    return density(x) / cdf(x)


def quantile(p):
    """Newton's method on the logarithm of the smaller tail."""
    tail = min(p, 1 - p)
    x = mpf(-0.5) if tail > 0.1 else -mpmath.sqrt(-2 * mpmath.log(tail))
    for _ in range(40):
        step = (mpmath.log(cdf(x)) - mpmath.log(tail)) / hazard(x)
        x -= step
        if abs(step) < mpf(10) ** (-mp.dps // 2 - 10):
            break
    return x if p < 0.5 else -x if p > 0.5 else mpf(0)


def quantile_slope(p):
    return 1 / density(quantile(p))


def erfcx(k):
    """The k-th derivative of exp(x²) erfc(x)."""
    def derivative(x):
        before, y = 2 / mpmath.sqrt(mpmath.pi), mpmath.exp(x * x) * mpmath.erfc(x)
        for n in range(1, k + 1):
            before, y = y, (before - 2 * x * y) / (2 * n)
        return (-2) ** k * mpmath.factorial(k) * y
    return derivative


def bessel(f, sign, n, k):
    """The k-th derivative of Bessel's J (sign -1) or I (sign 1) of order n."""
    def term(i, x):
        order = n - k + 2 * i
        return sign**i * mpmath.binomial(k, i) * (sign**order if order < 0 else 1) * f(abs(order), x)
    return lambda x: sum(term(i, x) for i in range(k + 1)) / 2**k


def bessel_i_scaled(n, k):
    def derivative(x):
        s = -mpmath.sign(x)
        return mpmath.exp(-abs(x)) * sum(mpmath.binomial(k, j) * s ** (k - j) * bessel(mpmath.besseli, 1, n, j)(x) for j in range(k + 1))
    return derivative


def sinc(k):
    def derivative(x):
        if x == 0:
            return (1, 0, -mpmath.pi**2 / 3)[k]
        t = mpmath.pi * x
        sines = (mpmath.sinpi(x), mpmath.cospi(x), -mpmath.sinpi(x))
        y = 0
        for i in range(k + 1):
            y = (sines[i] - i * y) / t
        return mpmath.pi**k * y
    return derivative


def three(f):
    return f(0), f(1), f(2)


def digits_to_spare(derivatives, decimals):
    """The same with so many decimals, for formulas that cancel."""
    def spared(f):
        def g(x):
            with mpmath.workdps(decimals):
                return +f(x)
        return g
    return tuple(spared(f) for f in derivatives)


LN2, LN10, INV_SQRT_PI = mpmath.log(2), mpmath.log(10), 1 / mpmath.sqrt(mpmath.pi)


UNARY = {  # the function, its first and second derivative
    "negate": (lambda x: -x, lambda x: -1, lambda x: 0),
    "square": (lambda x: x * x, lambda x: 2 * x, lambda x: 2),
    "sqrt": (mpmath.sqrt, lambda x: x ** mpf(-0.5) / 2, lambda x: -(x ** mpf(-1.5)) / 4),
    "exp": (mpmath.exp, mpmath.exp, mpmath.exp),
    "expm1": (mpmath.expm1, mpmath.exp, mpmath.exp),
    "log": (mpmath.log, lambda x: 1 / x, lambda x: -1 / x**2),
    "log1p": (mpmath.log1p, lambda x: 1 / (1 + x), lambda x: -1 / (1 + x) ** 2),
    "tanh": (mpmath.tanh, sech2, lambda x: -2 * mpmath.tanh(x) * sech2(x)),
    "sigmoid": (logistic, logistic_slope, lambda x: -logistic_slope(x) * mpmath.tanh(x / 2)),
    "softplus": (softplus, logistic, logistic_slope),
    "relu": (lambda x: max(x, 0), lambda x: int(x > 0), lambda x: 0),
    "abs": (abs, mpmath.sign, lambda x: 0),
    "sign": (mpmath.sign, lambda x: 0, lambda x: 0),
    "floor": (mpmath.floor, lambda x: 0, lambda x: 0),
    "ceil": (mpmath.ceil, lambda x: 0, lambda x: 0),
    "round": (mpmath.nint, lambda x: 0, lambda x: 0),
    "trunc": (lambda x: mpmath.sign(x) * mpmath.floor(abs(x)), lambda x: 0, lambda x: 0),
    "clamp": (lambda x: min(max(x, -1), 2), lambda x: int(-1 <= x <= 2), lambda x: 0),
    "sin": (mpmath.sin, mpmath.cos, lambda x: -mpmath.sin(x)),
    "cos": (mpmath.cos, lambda x: -mpmath.sin(x), lambda x: -mpmath.cos(x)),
    "tan": (mpmath.tan, lambda x: mpmath.sec(x) ** 2, lambda x: 2 * mpmath.tan(x) * mpmath.sec(x) ** 2),
    "asin": (mpmath.asin, lambda x: (1 - x * x) ** mpf(-0.5), lambda x: x * (1 - x * x) ** mpf(-1.5)),
    "acos": (mpmath.acos, lambda x: -((1 - x * x) ** mpf(-0.5)), lambda x: -x * (1 - x * x) ** mpf(-1.5)),
    "atan": (mpmath.atan, lambda x: 1 / (1 + x**2), lambda x: -2 * x / (1 + x**2) ** 2),
    "sinh": (mpmath.sinh, mpmath.cosh, mpmath.sinh),
    "cosh": (mpmath.cosh, mpmath.sinh, mpmath.cosh),
    "asinh": (mpmath.asinh, lambda x: (1 + x * x) ** mpf(-0.5), lambda x: -x * (1 + x * x) ** mpf(-1.5)),
    "acosh": (mpmath.acosh, lambda x: (x * x - 1) ** mpf(-0.5), lambda x: -x * (x * x - 1) ** mpf(-1.5)),
    "atanh": (mpmath.atanh, lambda x: 1 / (1 - x * x), lambda x: 2 * x / (1 - x * x) ** 2),
    "log2": (lambda x: mpmath.log(x) / LN2, lambda x: 1 / (x * LN2), lambda x: -1 / (x * x * LN2)),
    "log10": (mpmath.log10, lambda x: 1 / (x * LN10), lambda x: -1 / (x * x * LN10)),
    "exp2": (lambda x: mpf(2) ** x, lambda x: LN2 * mpf(2) ** x, lambda x: LN2**2 * mpf(2) ** x),
    "cbrt": (lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x)), lambda x: abs(x) ** (mpf(-2) / 3) / 3,
             lambda x: -2 * mpmath.sign(x) * abs(x) ** (mpf(-5) / 3) / 9),
    "erf": (mpmath.erf, gauss, lambda x: -2 * x * gauss(x)),
    "erfc": (mpmath.erfc, lambda x: -gauss(x), lambda x: 2 * x * gauss(x)),
    "erfcx": digits_to_spare(three(erfcx), 400),
    "normal_cdf": (cdf, density, lambda x: -x * density(x)),
    "log_normal_cdf": digits_to_spare(
        (lambda x: mpmath.log1p(-cdf(-x)) if x > 0 else mpmath.log(cdf(x)), hazard, lambda x: -hazard(x) * (x + hazard(x))), 400),
    "normal_quantile": (quantile, quantile_slope, lambda p: quantile(p) * quantile_slope(p) ** 2),
    "lgamma": (lambda x: mpmath.log(abs(mpmath.gamma(x))) if x < 0 else mpmath.loggamma(x), lambda x: mpmath.psi(0, x),
               lambda x: mpmath.psi(1, x)),
    "digamma": three(lambda k: lambda x: mpmath.psi(k, x)),
    "polygamma(2)": three(lambda k: lambda x: mpmath.psi(2 + k, x)),
    "logit": digits_to_spare((lambda p: mpmath.log(p) - mpmath.log1p(-p), lambda p: 1 / (p * (1 - p)),
                              lambda p: (2 * p - 1) / (p * (1 - p)) ** 2), 400),
    "log_sigmoid": (lambda x: -softplus(-x), lambda x: logistic(-x), lambda x: -logistic_slope(x)),
    "sinc": digits_to_spare(three(sinc), 1200),
    "bessel_j(0)": digits_to_spare(three(lambda k: bessel(mpmath.besselj, -1, 0, k)), 200),
    "bessel_j(1)": digits_to_spare(three(lambda k: bessel(mpmath.besselj, -1, 1, k)), 200),
    "bessel_j(3)": digits_to_spare(three(lambda k: bessel(mpmath.besselj, -1, 3, k)), 200),
    "bessel_i(0)": digits_to_spare(three(lambda k: bessel(mpmath.besseli, 1, 0, k)), 200),
    "bessel_i(1)": digits_to_spare(three(lambda k: bessel(mpmath.besseli, 1, 1, k)), 200),
    "bessel_i(3)": digits_to_spare(three(lambda k: bessel(mpmath.besseli, 1, 3, k)), 200),
    "bessel_i_scaled(0)": digits_to_spare(three(lambda k: bessel_i_scaled(0, k)), 260),
    "bessel_i_scaled(1)": digits_to_spare(three(lambda k: bessel_i_scaled(1, k)), 260),
    "bessel_i_scaled(3)": digits_to_spare(three(lambda k: bessel_i_scaled(3, k)), 260),
}
POSITIVE = ("sqrt", "log", "log2", "log10")
# Few arguments will do.
SIMPLE = ("negate", "square", "relu", "abs", "sign", "floor", "ceil", "round", "trunc", "clamp")


def log_beta(a, b):
    with mpmath.workdps(250):
        psi, c = mpmath.psi, a + b
        return [+v for v in (mpmath.loggamma(a) + mpmath.loggamma(b) - mpmath.loggamma(c), psi(0, a) - psi(0, c), psi(0, b) - psi(0, c),
                             psi(1, a) - psi(1, c), -psi(1, c), psi(1, b) - psi(1, c))]


def logaddexp(a, b):
    p = logistic(a - b)
    q = logistic(b - a)
    return max(a, b) + mpmath.log1p(mpmath.exp(-abs(a - b))), p, q, p * q, -p * q, p * q


def atan2(a, b):
    r = a * a + b * b
    return mpmath.atan2(a, b), b / r, -a / r, -2 * a * b / r**2, (a - b) * (a + b) / r**2, 2 * a * b / r**2


def hypot(a, b):
    r = mpmath.sqrt(a * a + b * b)
    return r, a / r, b / r, b * b / r**3, -a * b / r**3, a * a / r**3


def fmod(a, b):
    n = mpmath.floor(abs(a / b)) * mpmath.sign(a * b)
    return a - n * b, 1, -n, 0, 0, 0


BINARY = {  # f, fa, fb, faa, fab, fbb
    "add": lambda a, b: (a + b, 1, 1, 0, 0, 0),
    "subtract": lambda a, b: (a - b, 1, -1, 0, 0, 0),
    "multiply": lambda a, b: (a * b, b, a, 0, 1, 0),
    "divide": lambda a, b: (a / b, 1 / b, -a / b**2, 0, -1 / b**2, 2 * a / b**3),
    "pow": lambda a, b: (a**b, b * a ** (b - 1), a**b * mpmath.log(a), b * (b - 1) * a ** (b - 2),
                         a ** (b - 1) * (1 + b * mpmath.log(a)), a**b * mpmath.log(a) ** 2),
    "maximum": lambda a, b: (max(a, b), int(a >= b), int(a < b), 0, 0, 0),
    "minimum": lambda a, b: (min(a, b), int(a <= b), int(a > b), 0, 0, 0),
    "atan2": atan2,
    "hypot": hypot,
    "fmod": fmod,
    "logaddexp": logaddexp,
    "log_beta": log_beta,
    "xlogy": lambda x, y: (x * mpmath.log(y), mpmath.log(y), x / y, 0, 1 / y, -x / y**2),
    "xlog1py": lambda x, y: (x * mpmath.log1p(y), mpmath.log1p(y), x / (1 + y), 0, 1 / (1 + y), -x / (1 + y) ** 2),
}

MODERATE = [0.011, 0.13, 0.34, 0.5, 0.77, 1, 1.4, 2, 3.1, 4.7, 6.3, 8, 9.2, 11, 14, 17.5, 23, 31, 40, 52, 69, 86.5]
LARGE = [120, 250, 369.5, 512, 690, 707.5]


def magnitudes(exponents):
    return [float(f"{1 + (7 * i) % 9}.{(3 * i) % 10}7e{e}") for i, e in enumerate(exponents)]


def arguments(name):
    """Floats, then doubles."""
    positive = magnitudes(range(-37, 38, 5)) + MODERATE
    doubles = magnitudes(range(-307, 308, 41)) + LARGE + [x * 1.000000123456789 for x in MODERATE]
    if list(UNARY).index(name) > list(UNARY).index("cos"):
        positive, doubles = positive[::2], doubles[::3]
    below_one = [x for x in positive if x < 1] + [1 - 2.0**-k for k in (2, 5, 11, 17, 23)]
    near_one = [1 - 2.0**-k for k in (30, 41, 52)] + [x for x in doubles if x < 1]
    symmetric = [0.0] + positive + [-x for x in positive], doubles + [-x for x in doubles]
    if name in ("asin", "acos", "atanh"):
        return below_one + [-x for x in below_one], near_one + [-x for x in near_one]
    if name in ("logit", "normal_quantile"):
        return below_one, near_one
    if name == "acosh":
        return [1 + 2.0**-k for k in (2, 5, 11, 17, 22)] + [x for x in positive if x > 1], [x for x in doubles if x > 1]
    if name in ("lgamma", "digamma", "polygamma(2)"):
        return positive + [-0.3, -1.5, -2.7, -10.2, -33.3], doubles
    if name in ("erfc", "erfcx", "normal_cdf", "log_normal_cdf"):
        return [x for x in symmetric[0] if x < 1e4 and (name != "erfcx" or x > -40)], [
            x for x in symmetric[1] if name in ("erfcx", "log_normal_cdf") and -40 < x < 1e70]
    if name == "cbrt":
        return symmetric[0][1:], symmetric[1]
    if name.startswith("bessel"):
        few = [x for x in positive if x < 1e4 and x != 8] + [120.0, 250.0, 512.0]
        return few + [-x for x in few[::3]], [x for x in doubles if 1e-100 < x < (1e70 if "scaled" in name else 690)]
    if name == "log1p":
        positive += [-1 + 2.0**-k for k in (2, 5, 11, 17, 23)] + [-x for x in positive if x < 1]
        doubles += [-1 + 2.0**-k for k in (30, 41, 52)]
        return positive, doubles
    if name in ("log", "log2", "log10"):
        positive += [1 + s * 2.0**-k for k in (3, 9, 17, 22) for s in (1, -1)]
    if name in ("sin", "cos", "tan"):
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
    if name == "fmod":
        numbers = [-7.3, 0.4, 2.0, 1e3, -2.5e11]
        return [(a, b) for a in numbers for b in numbers[:3] if a % b], []
    if name == "logaddexp":
        numbers = [-85.0, -30.0, -3.1, -0.2, 0.0, 0.4, 2.0, 17.0, 86.0]
        return [(a, b) for a in numbers for b in numbers], [(a, b) for a in (-650.0, 3.3, 700.1) for b in (-699.9, -2.0, 650.0)]
    if name == "log_beta":
        numbers = [1e-30, 1.1e-12, 0.3, 0.7, 1.6, 3.0, 8.0, 12.0, 50.0, 2.5e3, 1e11, 1.9e30]
        return [(a, b) for a in numbers for b in numbers], []
    if name in ("xlogy", "xlog1py"):
        return [(a, b) for a in (-1.3e-30, 1.1e-12, 0.7, -3.0, 1.9e30) for b in (1.1e-12, 0.2, 1.7, 30.0, 2.5e11)], []
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


write("unary.txt", "function x f f' f''", unary_lines())
write("binary.txt", "function a b f fa fb faa fab fbb", binary_lines())
