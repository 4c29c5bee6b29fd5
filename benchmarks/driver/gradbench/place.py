"""Where the evals run: a folder with what GradBench's programs expect in a checkout, so that nothing is written into the user's."""
import hashlib
import os
import pathlib
import shutil
import subprocess

HERE = pathlib.Path(__file__).resolve()
TOOL = HERE.parents[2] / "gradbench"
OWN = HERE.parent / "peers"  # programs for evals that a tool of GradBench has none for
ENGRAM = "engram"


def obstacle(checkout):
    """Why this folder is no checkout of GradBench; empty if it is one."""
    if not checkout.is_dir():
        return f"there is no folder {checkout}"
    missing = [part for part in ("cpp/gradbench/main.hpp", "python/gradbench/gradbench/cpp.py", "tools/manual", "evals")
               if not (checkout / part).exists()]
    return f"{checkout} is no checkout of GradBench: it has no {missing[0]}" if missing else ""


class Place:
    def __init__(self, checkout, folder, python, environment):
        # What is built stays there for the next time.
        folder = folder.resolve() / hashlib.sha256(str(checkout).encode()).hexdigest()[:8]
        self.folder, self.python = folder, python
        self.environment = {**os.environ, **environment, "PYTHONPATH": str(folder / "python/gradbench")}
        (folder / "tools").mkdir(parents=True, exist_ok=True)
        for part in ("python", "evals"):
            if not (folder / part).is_symlink():
                (folder / part).symlink_to(checkout / part)
        shutil.copytree(checkout / "cpp", folder / "cpp", dirs_exist_ok=True)
        if not (folder / "cpp/json.hpp").exists():  # GradBench downloads it
            (folder / "cpp/json.hpp").write_text("#include <nlohmann/json.hpp>\n")
        self.checkout = checkout

    def add(self, tool):
        """The sources of a tool; returns why not, if not."""
        source = TOOL if tool == ENGRAM else self.checkout / "tools" / tool
        if not (source / "Makefile").exists():
            return f"the checkout has no tool {tool}"
        shutil.copytree(source, self.folder / "tools" / tool, dirs_exist_ok=True, ignore=shutil.ignore_patterns("bin", "*.o"))
        if tool == ENGRAM:  # make knows the sources, and not the library that they are linked with
            shutil.rmtree(self.folder / "tools" / tool / "bin", ignore_errors=True)
        if (OWN / tool).is_dir():
            shutil.copytree(OWN / tool, self.folder / "tools" / tool, dirs_exist_ok=True)
        return ""

    def evals_of(self, tool):
        """The evals that a tool says it has (a line may end in how it is expected to fail), and those we have programs for."""
        names = [line.split()[0] for line in (self.folder / "tools" / tool / "evals.txt").read_text().splitlines() if len(line.split()) == 1]
        return set(names) | {p.stem for p in (OWN / tool).glob("*.cpp")}

    def build(self, tool, name):
        """Builds a program as GradBench does; returns the first error, if there is one."""
        try:
            run = subprocess.run(["make", "-C", f"tools/{tool}", f"bin/{name}"], cwd=self.folder, env=self.environment,
                                 capture_output=True, text=True)
        except OSError as e:
            return str(e)
        if run.returncode == 0:
            return ""
        lines = [line for line in run.stderr.splitlines() if "error" in line.lower()] or run.stderr.splitlines() or ["make failed"]
        return lines[0].strip()
