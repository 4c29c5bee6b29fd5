"""On what, of what and with what was measured."""
import os
import pathlib
import platform
import re
import subprocess
import time


def _output(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def cache_entry(build, name):
    """What CMake noted down under this name."""
    found = re.search(rf"^{name}:\w+=(.*)$", (build / "CMakeCache.txt").read_text(), re.MULTILINE)
    return found.group(1) if found else ""


def commit(folder):
    """What is checked out in a folder."""
    name = _output("git", "-C", str(folder), "rev-parse", "--short=12", "HEAD") or "unknown"
    return name + (", with changes" if _output("git", "-C", str(folder), "status", "--porcelain") else "")


def describe(build):
    """{what: text}. `build` is the CMake folder."""
    source = str(pathlib.Path(__file__).parents[2])
    cpu = pathlib.Path("/proc/cpuinfo")
    model = re.search(r"model name\s*: (.*)", cpu.read_text()) if cpu.exists() else None
    processor = model.group(1) if model else platform.processor()
    return {
        "machine": f"{processor}, {os.cpu_count()} processors, {platform.system()} {platform.release()}",
        "commit": commit(source),
        "compiler": _output(cache_entry(build, "CMAKE_CXX_COMPILER"), "--version").split("\n")[0]
                    + ", " + cache_entry(build, "CMAKE_BUILD_TYPE"),
        "date": time.strftime("%Y-%m-%d %H:%M"),
        "load before": "%.1f" % os.getloadavg()[0],
    }
