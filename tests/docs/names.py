"""What pages and public comments mention exists: files, folders, headers, names, options, commands, links and their anchors.

names.py ROOT prints what is nowhere. A name is what stands between backticks and looks like one; a file is what has a known ending or lies
in a folder of the repository. Three more things are checked of pages: no line has over 140 columns outside of tables and code; a block of
Python is a part of a program of the repository, word for word; and what a table spells in a column "engram" stands in the program below it.
"""
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(sys.argv[1])
SELF = "tests/docs/names.py"
WIDTH = 140
CODE = (".hpp", ".cpp", ".py", ".cmake", ".txt", ".json", ".toml", ".sh", ".in")
NAMED_FILE = re.compile(r"(?<![\w./-])[\w./-]*\w\.(?:hpp|cpp|py|cmake|md|sh)\b")
# What users write, what only stands for a name, and names of other libraries and systems.
FOREIGN_FILES = {"main.cpp", "program.cpp", "model.cpp"}
PLACEHOLDER = re.compile("NAME|NNNN")
FOREIGN_NAMES = {"snake_case", "CamelCase", "member_", "perf", "inverse", "azmul", "F_SETLK", "F_OFD_SETLK"}
FOREIGN_OPTIONS = {"--log_level"}
# Pages on other projects: names and files there are theirs.
FOREIGN_PAGES = {"docs/comparison.md", "docs/moving.md"}
# Pages on tests.
TEST_PAGES = {"CONTRIBUTING.md"}


def tracked():
    out = subprocess.run(["git", "-C", ROOT, "ls-files", "-co", "--exclude-standard"], capture_output=True, text=True)
    if out.returncode == 0 and out.stdout:
        return [p for p in out.stdout.split("\n") if p and (ROOT / p).is_file()]
    return [str(p.relative_to(ROOT)) for p in ROOT.rglob("*") if p.is_file() and "build" not in p.parts[:1]]


def without_comments(path, text):
    if path.endswith((".hpp", ".cpp")):
        text = re.sub(r"^\s*#include.*$", "", text, flags=re.M)
        return re.sub(r"//.*$", "", text, flags=re.M)
    return text if path.endswith((".py", ".json")) else re.sub(r"#.*$", "", text, flags=re.M)


class Repository:
    def __init__(self):
        self.files = tracked()
        self.folders = {str(p) for f in self.files for p in Path(f).parents}
        self.tops = {f.split("/")[0] for f in self.files if "/" in f}
        self.texts = {f: (ROOT / f).read_text(errors="replace") for f in self.files
                      if f == "run" or f.startswith(".ci/") or f.endswith(CODE + (".md",))}
        programs = {f: without_comments(f, t) for f, t in self.texts.items() if not f.endswith(".md") and f != SELF}
        code = "\n".join(programs.values())
        # Tests may name what is gone; only the page on how to write them takes its names from them.
        self.test_words = set(re.findall(r"\w+", code))
        self.words = set(re.findall(r"\w+", "\n".join(t for f, t in programs.items() if not f.startswith("tests/"))))
        self.words |= {"bench_" + d for d in self.folders_of("benchmarks")} | {Path(f).stem for f in self.files if f.startswith("demos/")}
        self.test_words |= self.words
        self.options = set(re.findall(r"--[a-z][\w-]*", code)) | {"--" + w for w in re.findall(r'"-*([a-z][\w-]*)"', code)}
        # A setting that describes itself is an option, too.
        self.options |= {"--" + w.replace("_", "-") for w in re.findall(r'(?:setting|as)\(\s*"(\w+)"', code)}
        self.commands = set(re.findall(r"^  ([a-z| -]+)\)", self.texts["run"], re.M))
        self.commands = {c.strip() for group in self.commands for c in group.split("|")}
        self.experiments = {Path(f).stem for f in self.files if f.startswith("demos/experiment/")}
        self.suites = {Path(f).stem for f in self.files if f.startswith("benchmarks/driver/suites/")}
        self.programs = [t for f, t in self.texts.items() if f.endswith(".py") and f != SELF]

    def folders_of(self, top):
        return {d.split("/")[1] for d in self.folders if d.startswith(top + "/")}

    def names_on(self, page):
        """What a page may name: what the sources have, and what its own programs have."""
        fenced = "\n".join(re.findall(r"^```.*?^```", self.texts[page], re.M | re.S)) if page.endswith(".md") else ""
        words = self.test_words if page in TEST_PAGES else self.words
        return words | FOREIGN_NAMES | set(re.findall(r"\w+", fenced))

    def has_path(self, name, page):
        if PLACEHOLDER.search(name):
            return True
        name = name.rstrip("/").removeprefix("./")
        near = str(Path(page).parent / name)
        return any(f == name or f.endswith("/" + name) for f in self.files) or any(
            d == name or d.endswith("/" + name) for d in self.folders) or near in self.files or near in self.folders


def slug(heading):
    text = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return text.replace(" ", "-")


def anchors(text):
    return {slug(re.sub(r"\[([^]]*)\]\([^)]*\)|`", r"\1", h)) for h in re.findall(r"^#+ (.*)$", text, re.M)}


def code_in(text):
    """What stands between backticks, or in an indented line that is a command of ours."""
    outside = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
    return re.findall(r"`([^`\n]+)`", outside) + re.findall(r"^    (\./run .*)$", outside, re.M)


def wrong_code(r, code, page):
    """What a piece of code names that is nowhere."""
    for option in re.findall(r"(?<![\w-])--[a-z][\w-]*", code):
        if option not in r.options | FOREIGN_OPTIONS:
            yield f"option {option}"
    run = re.match(r"\./run ([a-z]+)(?: ([a-z_0-9]+))?", code)
    if run:
        command, argument = run.groups()
        known = {"experiment": r.experiments, "bench": r.suites, "example": {Path(f).stem for f in r.files} | r.folders_of("demos")}
        if command not in r.commands:
            yield f"command ./run {command}"
        elif argument and command in known and argument not in known[command]:
            yield f"./run {command} {argument}"
        return
    if code in FOREIGN_FILES:
        return
    if re.fullmatch(r"[\w.-]+(/[\w.-]+)*/?", code) and code.split("/")[0] in r.tops - {"build"} and "/" in code:
        if not r.has_path(code, page):
            yield f"path {code}"
        return
    name = re.fullmatch(r"(?:\w+::)*~?(\w+)(?:\(.*\))?", code)
    if name and len(name[1]) > 2 and name[1] not in r.names_on(page):
        yield f"name {name[1]}"


def wrong_files(r, text, page):
    text = re.sub(r"\]\([^)]*\)", "]", text)  # links have a check of their own
    for name in sorted(set(NAMED_FILE.findall(text)) - FOREIGN_FILES):
        if not name.startswith("/") and not r.has_path(name, page):
            yield f"file {name}"


def wrong_links(r, text, page):
    outside = re.sub(r"^```.*?^```|`[^`\n]*`", "", text, flags=re.M | re.S)
    for target in re.findall(r"\]\(([^)\s]+)\)", outside):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        path = (ROOT / page).parent / name if name else ROOT / page
        if not path.exists():
            yield f"link {target}"
        elif anchor and anchor not in anchors(path.read_text()):
            yield f"anchor {target}"


def wrong_lines(text):
    fenced = False
    for number, line in enumerate(text.split("\n"), 1):
        fenced ^= line.startswith("```")
        if len(line) > WIDTH and not fenced and not line.startswith("|"):
            yield f"line {number} has {len(line)} columns; at most {WIDTH} outside of tables"


def wrong_python(r, text):
    for block in re.findall(r"^```python\n(.*?)^```", text, re.M | re.S):
        if not any(block in program for program in r.programs):
            yield f"a block of Python that is in no program: {block.splitlines()[0]}"


def wrong_spellings(text):
    """Code in the last column of a table whose heading is engram that is not in the next program."""
    for table in re.finditer(r"^\|[^\n]*\| engram \|\n\|[- |]*\|\n((?:\|.*\n)+)", text, re.M):
        program = re.search(r"^```cpp\n(.*?)^```", text[table.end():], re.M | re.S)
        code = re.sub(r"\s+", " ", program[1]) if program else ""
        for row in table[1].splitlines():
            for spelling in re.findall(r"`([^`]+)`", row.rstrip(" |").rpartition(" | ")[2]):
                if spelling not in code:
                    yield f"{spelling}, which the program below the table does not have"


def main():
    r = Repository()
    found = 0

    def tell(page, what):
        nonlocal found
        found += 1
        print(f"{page}: {what}")

    for page, text in sorted(r.texts.items()):
        if page.endswith(".md"):
            for check in (wrong_links(r, text, page), wrong_lines(text), wrong_python(r, text), wrong_spellings(text)):
                for what in check:
                    tell(page, what)
            if page in FOREIGN_PAGES:
                continue
            for what in wrong_files(r, text, page):
                tell(page, what)
            for code in code_in(text):
                for what in wrong_code(r, code, page):
                    tell(page, what)
        elif "/include/" in page and page.endswith(".hpp"):
            comments = "\n".join(re.findall(r"//+(.*)$", text, re.M))
            for what in wrong_files(r, comments, page):
                tell(page, what)
            for code in re.findall(r"`([^`\n]+)`", comments):
                for what in wrong_code(r, code, page):
                    tell(page, what)
    sys.exit(1 if found else 0)


main()
