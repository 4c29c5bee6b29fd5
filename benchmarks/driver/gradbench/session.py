"""One of GradBench's evals, which asks one tool and judges its answers: both speak in lines of JSON."""
import json
import subprocess
import tempfile


class Failed(Exception):
    pass


class Session:
    """An eval's process. It is told what its tool answers."""

    def __init__(self, place, name, arguments):
        self.log = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen([place.python, "-u", f"python/gradbench/gradbench/evals/{name}/run.py", *arguments], cwd=place.folder,
                                        env=place.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log, text=True)

    def receive(self):
        """The next message; None at the end."""
        line = self.process.stdout.readline()
        if line:
            return json.loads(line)
        if self.process.wait():
            self.log.seek(0)
            raise Failed((self.log.read().strip().splitlines() or ["it ended without a word"])[-1])
        return None

    def answer(self, message, **fields):
        self.process.stdin.write(json.dumps({"id": message["id"], **fields}) + "\n")
        self.process.stdin.flush()

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()
        self.log.close()


def run_program(place, tool, name, message, seconds, limit):
    """Runs a tool's program as GradBench does, for so long. Returns its output and its times in ns, those of each run and that of
    preparing. Raises Failed after `limit` seconds, or if it fails."""
    given = message["input"]
    if isinstance(given, dict):
        given = {**given, "min_runs": 1, "min_seconds": seconds}
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(given, file)
        file.flush()
        try:
            run = subprocess.run([f"tools/{tool}/bin/{name}", file.name, message["function"]], cwd=place.folder, capture_output=True, text=True,
                                 timeout=limit)
        except subprocess.TimeoutExpired:
            raise Failed(f"it takes more than {limit:.0f} s")
    if run.returncode:
        raise Failed((run.stderr.strip().splitlines() or [f"it ended with status {run.returncode}"])[-1])
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    times = {"evaluate": [], "prepare": [0]}
    for t in lines[1:]:
        times[t["name"]].append(t["nanoseconds"])
    return lines[0], times["evaluate"], times["prepare"][-1]
