"""What every suite is given."""
import pathlib
import sys
from dataclasses import dataclass

from peers import Peer, alternate


@dataclass
class Context:
    build: pathlib.Path  # CMake's folder
    out: pathlib.Path
    quick: bool
    rounds: int
    pytorch: str = ""  # a Python that has it; empty: none
    jax: str = ""

    @property
    def sources(self):
        return pathlib.Path(__file__).parents[1]

    def program(self, name):
        return self.build / "bin" / name

    def peer(self, name, program, *arguments, threads=1, clock=""):
        """A function that starts it."""
        return lambda: Peer(name, [program, *arguments], threads, clock)

    def python(self, which, script, *arguments, name="", threads=1):
        """A starter for a peer in Python, or None, which is said once at the beginning, if there is no such Python."""
        python = {"PyTorch": self.pytorch, "JAX": self.jax}[which]
        return self.peer(name or which, python, self.sources / script, *arguments, threads=threads) if python else None

    def compare(self, *starters, agree=True):
        """Rounds of all these in turns; the first is engram. With `agree` they compute the same."""
        return alternate([s for s in starters if s], self.rounds, 0.01 if self.quick else 0.3, agree)

    def missing(self):
        """One line for each peer that will not take part."""
        advice = {"PyTorch": "apt-get install python3-torch", "JAX": "build/jax.log tells why it could not be installed"}
        return [f"{name} is skipped: no Python here has it ({advice[name]})"
                for name, python in (("PyTorch", self.pytorch), ("JAX", self.jax)) if not python]


def warn(text):
    print(text, file=sys.stderr, flush=True)
