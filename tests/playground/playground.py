"""The playground in a headless Chromium.

playground.py PAGE NATIVE RULES FOLDER BROWSER [--look]: PAGE is what `./run playground` builds, NATIVE the same engine as a native program.
The page opens from disk and requests nothing; learns what the native program learns; points are dragged by mouse and keys; a broken rule
file is refused in the native program's words; many random things that people do raise no error and leave no memory behind; roles,
names and contrast are as they should be. Prints how long 50 steps take. With --look, screenshots are left in FOLDER.
"""
import base64
import copy
import gzip
import json
import random
import statistics
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True
from browser import Browser  # noqa: E402

page, native, rules, folder = map(Path, sys.argv[1:5])
browser = Browser(sys.argv[5], folder / "profile")
url = page.resolve().as_uri()
wrong = []


def require(ok, what):
    if not ok:
        wrong.append(what)
        print("wrong:", what)


def natively(request):
    path = folder / "request.json"
    path.write_text(json.dumps(request))
    out = subprocess.run([native, path, f"two_moons={rules / 'two_moons.json'}", f"general={rules / 'general.json'}"], capture_output=True,
                         text=True, check=True)
    return json.loads(out.stdout)


def same_as_native(request):
    """Every curve of the page's result and of the native one's, and the end of what `evaluate` learns."""
    told, expected = browser.run("return playground.result()"), natively(request)
    for mine, its in zip(told["learners"], expected["learners"], strict=True):
        worst = max(abs(a - b) for a, b in zip(mine["accuracy"], its["accuracy"], strict=True))
        end = abs(mine["accuracy"][-1] - its.get("evaluated", its["accuracy"][-1]))
        losses = max(abs(a - b) for a, b in zip(mine["loss"], its["loss"], strict=True))
        what = f"{request['family']}, {request['learners'][0]['rule']}: accuracy differs by {worst:.1e}, at the end by {end:.1e}, loss by {losses:.1e}"
        require(worst <= 1e-5 and end <= 1e-5 and losses <= 1e-5, what)
        print(what)


def act(code):
    return browser.run(code)


def drag(steps):
    """Drags the first labelled point; returns where it was and where it is."""
    browser.run("document.getElementById('plane-0').scrollIntoView({block: 'center'})")
    place = """const r = playground.result(), c = document.getElementById('plane-0').getBoundingClientRect(), b = r.box;
        return [c.left + (r.labelled[0] - b[0]) / (b[1] - b[0]) * c.width, c.top + (b[3] - r.labelled[1]) / (b[3] - b[2]) * c.height]"""
    before, (x, y) = act("return playground.result().labelled.slice(0, 2)"), act(place)
    browser.mouse("mousePressed", x, y)
    for k in range(steps):
        browser.mouse("mouseMoved", x + 2 * k, y + k)
    browser.mouse("mouseReleased", x + 2 * steps, y + steps)
    return before, act("return playground.result().labelled.slice(0, 2)")


# How big it is, and that it asks nobody.
size = len(gzip.compress(page.read_bytes(), 9))
require(size < 1_000_000, f"the page has {size} bytes, compressed")
browser.look(1280, 900)
browser.open(url)
require([r for r in browser.requests if not r.startswith(("file:", "data:", "about:", "blob:"))] == [], f"requests leave: {browser.requests}")
require(sum(r.startswith("file:") for r in browser.requests) == 1, f"it is not one file: {browser.requests}")
print(f"{size} bytes compressed")

# It computes what the product computes.
for rule in ("two_moons", "general"):
    for family in ("two_moons", "two_gaussians", "circles"):
        browser.open(f"{url}#" + json.dumps({"rule": rule, "family": family, "seed": 7}).replace('"', "%22"))
        same_as_native(act("return playground.request()"))
for changes in ({"cut": True}, {"without": True, "kind": "hebb", "size": 0.03}, {"shuffle_at": 10, "kind": "feedback_alignment", "size": 1},
                {"layers": 2, "kind": "entropy", "steps": 20}, {"moved": [[0, 0.5, 0.5]], "kind": "sgd", "size": 0.3},
                {"family": "drawn", "drawn": [[0, 0, 0], [1, 1, 1], [0.5, 0, 2], [0.2, 0.1, 2]]}):
    browser.open(f"{url}#" + json.dumps(changes).replace('"', "%22"))
    same_as_native(act("return playground.request()"))

# A draft, which single precision computes while something is dragged, is close to what is shown in the end.
for rule in ("two_moons", "general"):
    for family in ("two_moons", "two_gaussians", "circles"):
        browser.open(f"{url}#" + json.dumps({"rule": rule, "family": family, "seed": 7}).replace('"', "%22"))
        learned = "playground.learn({ ...playground.request(), draft: %s }).learners[0]"
        draft, final = act("return " + learned % "true"), act("return " + learned % "false")
        worst = max(abs(a - b) for a, b in zip(draft["accuracy"], final["accuracy"], strict=True))
        losses = max(abs(a - b) / (abs(a) + 1e-3) for a, b in zip(draft["loss"], final["loss"], strict=True))
        print(f"{family}, {rule}, draft: accuracy differs by {worst:.1e}, loss by {losses:.1e} of itself")
        require(worst <= 0.02 and losses <= 0.05, f"a draft differs: {rule}, {family}")

# Dragging, by mouse and by keys; what is dragged is learned, and stands in the address.
browser.open(url)
before, after = drag(10)
require(before != after, "a drag does not move a point")
require("moved" in act("return decodeURIComponent(location.hash)"), "the address does not hold the moved point")
same_as_native(act("return playground.request()"))
act("document.getElementById('plane-0').focus()")
for key in ("n", "ArrowRight", "ArrowUp"):
    browser.key(key)
require(after != act("return playground.result().labelled.slice(2, 4)"), "keys do not move a point")
address = act("return location.href")
shown = act("return document.getElementById('status').textContent")
browser.open(address)
require(act("return document.getElementById('status').textContent") == shown, "a link does not show what was seen")

# Rule files: one that is as it should be, and broken ones, refused in the same words.
text = (rules / "two_moons.json").read_text()
act(f"await playground.takeRule(new File([{json.dumps(text)}], 'mine.json'))")
require(act("return playground.state.rule") == "dropped", "a good rule file is not taken")
broken = {"cut.json": text[:500], "kind.json": text.replace('"kind":"learned"', '"kind":"wished"'), "shape.json": text.replace('"width":16', '"width":17'),
          "key.json": text.replace('"theta"', '"thetas"'), "empty.json": ""}
for name, content in broken.items():
    (folder / name).write_text(content)
    out = subprocess.run([native, folder / "request.json", f"x={name}"], capture_output=True, text=True, cwd=folder)
    sentence = out.stderr.strip().removeprefix("playground: ")
    act(f"await playground.takeRule(new File([{json.dumps(content)}], {json.dumps(name)}))")
    said = act("return document.getElementById('problem').textContent")
    require(out.returncode != 0 and said == sentence and len(said) > 20, f"{name}: the page says '{said}', the program '{sentence}'")

# Roles and names; nothing is wider than the window; contrast, in the light and in the dark.
audit = """
  const wrong = [], all = what => [...document.querySelectorAll(what)];
  const name = e => e.getAttribute('aria-label') || e.labels?.[0]?.textContent || e.textContent || e.querySelector?.('title')?.textContent || '';
  if (document.documentElement.scrollWidth > innerWidth) wrong.push('wider than the window: ' + document.documentElement.scrollWidth);
  if (document.documentElement.lang !== 'en' || !document.title) wrong.push('no language or title');
  if (all('main').length !== 1 || all('h1').length !== 1) wrong.push('not one main part and one heading');
  if (all('[aria-live=polite][role=status]').length !== 1 || !/[0-9]/.test(document.getElementById('status').textContent)) wrong.push('no live accuracy');
  for (const e of all('button, input, select, canvas, svg[role], [role=button]')) if (!name(e).trim()) wrong.push('nameless ' + e.outerHTML.slice(0, 60));
  for (const e of all('[aria-labelledby]')) if (!document.getElementById(e.getAttribute('aria-labelledby'))?.textContent) wrong.push('names nothing: ' + e.className);
  for (const e of all('canvas')) if (!e.getAttribute('role')) wrong.push('a canvas without a role');
  const ids = all('[id]').map(e => e.id);
  if (new Set(ids).size !== ids.length) wrong.push('ids stand twice');
  const light = c => { const [r, g, b] = c.match(/[0-9.]+/g).map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
                       return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const ground = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor; if (!/, 0\\)$/.test(c)) return c; } return 'rgb(255,255,255)'; };
  for (const e of all('body *')) {
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()) || e.closest('[hidden]') || ['SCRIPT', 'STYLE', 'TITLE', 'OPTION'].includes(e.tagName.toUpperCase())) continue;
    const s = getComputedStyle(e), ink = e instanceof SVGElement ? s.fill : s.color;
    if (e.disabled) continue;
    const [a, b] = [light(ink), light(ground(e))].sort((x, y) => y - x), contrast = (a + 0.05) / (b + 0.05);
    if (contrast < 4.5) wrong.push(`contrast ${contrast.toFixed(2)} of '${e.textContent.trim().slice(0, 40)}'`);
  }
  if (innerWidth < 500) for (const e of all('button')) if (!e.closest('[hidden]') && e.getBoundingClientRect().height < 30) wrong.push('too small to touch: ' + e.id);
  return wrong"""
for width, height in ((390, 844), (1280, 900)):
    for dark in (False, True):
        browser.look(width, height, dark)
        browser.open(url)
        act("document.getElementById('tour-start').click()")
        require((found := act(audit)) == [], f"at {width}, {'dark' if dark else 'light'}: {found}")
        if "--look" in sys.argv:
            act("document.getElementById('tour-end').click(); playground.state.step = 50; document.activeElement.blur(); scrollTo(0, 0)")
            shot = browser("Page.captureScreenshot", captureBeyondViewport=True)
            (folder / f"look_{width}_{'dark' if dark else 'light'}.png").write_bytes(base64.b64decode(shot["data"]))

# The tour, step by step, and what is kept.
browser.look(1280, 900)
browser.open(url)
act("document.getElementById('tour-start').click()")
titles = []
for k in range(7):
    titles.append(act("return document.getElementById('tour-title').textContent"))
    act("document.getElementById('tour-next').click()")
require(len(set(titles)) == 7 and act("return document.getElementById('tour-card').hidden"), f"the tour goes {titles}")
lines = act("return playground.csv()").splitlines()
require(len(lines) == 52 and all(len(line.split(",")) == 5 for line in lines), f"the numbers are {lines[:3]}")
require(act("return new DOMParser().parseFromString(playground.picture(), 'image/svg+xml').querySelector('parsererror') === null"), "the picture is no SVG")

# What people do, at random: no error, and the memory does not grow once all has been there.
dice = random.Random(16)
doings = ["const e = document.getElementById('{0}'); e.value = {1}; e.dispatchEvent(new Event('change'))",
          "document.getElementById('{0}').click()", "const e = document.getElementById('step'); e.value = {1}; e.dispatchEvent(new Event('input'))",
          "const e = document.getElementById('{0}'); e.selectedIndex = {1} % (e.options.length - ({0!r} === 'family' ? 1 : 0)); e.dispatchEvent(new Event('change'))"]
numbers = {"labelled": (1, 30), "unlabelled": (0, 20), "seed": (0, 99), "hidden": (1, 30), "layers": (0, 3), "steps": (1, 60), "noise": (-1, 2), "size": (0, 2)}


def something():
    kind = dice.choice(("number", "button", "step", "choice", "drag", "draw"))
    if kind == "number":
        name = dice.choice(sorted(numbers))
        act(doings[0].format(name, dice.randint(*numbers[name])))
    elif kind == "button":
        act(doings[1].format(dice.choice(("without", "cut", "shuffle", "before", "after", "play", "tour-start", "tour-next", "tour-back", "tour-end"))))
    elif kind == "step":
        act(doings[2].format("", dice.randint(0, 60)))
    elif kind == "choice":
        act(doings[3].format(dice.choice(("family", "rule", "kind")), dice.randint(0, 20)))
    else:
        act(f"document.getElementById('tool').selectedIndex = {dice.randint(1, 4) if kind == 'draw' else 0}; "
            "document.getElementById('plane-0').scrollIntoView({block: 'center'})")
        x, y, w = act("const c = document.getElementById('plane-0').getBoundingClientRect(); return [c.left, c.top, c.width]")
        x, y = x + dice.uniform(0.02, 0.98) * w, y + dice.uniform(0.02, 0.98) * w
        for event in ("mousePressed", "mouseMoved", "mouseReleased"):
            browser.mouse(event, x, y)
            x += 5


times, heaps = int(dict(a.split("=") for a in sys.argv if a.startswith("--times=")).get("--times", 1000)), []
for k in range(times):
    something()
    heaps.append(act("return playground.heap()"))
# It grows in steps to what the largest settings want; a leak of a result for each thing done would show in the second half.
print(f"{times} random things; heap {heaps[0] >> 20} MiB at first, {heaps[times // 2] >> 20} MiB in the middle, {heaps[-1] >> 20} MiB at the end")
browser.open(url)
at_first = act("for (let i = 0; i < 20; ++i) playground.relearn(true); return playground.heap()")
at_last = act("for (let i = 0; i < 200; ++i) playground.relearn(true); return playground.heap()")
require(at_first == at_last, f"200 learnings let the heap grow from {at_first} to {at_last}")
require(heaps[-1] < 1 << 29, f"the heap has {heaps[-1]} bytes")

# How long it takes: told, not asserted.
def median(what):
    return statistics.median(act(f"return Array.from({{length: 60}}, () => {{ const s = performance.now(); {what}; return performance.now() - s }})"))


def rule_alone(draft, changes=""):
    return median(f"playground.learn({{ ...playground.request({draft}), {changes} learners: playground.request().learners.slice(0, 1) }})")


frame, few = median("playground.relearn(true)"), "query: 2,"
steps = {draft: (rule_alone(draft, few) - rule_alone(draft, few + "steps: 1,")) * 50 / 49 for draft in ("true", "false")}
print(f"50 steps of the rule alone: {steps['true']:.1f} ms in single precision, {steps['false']:.1f} ms in double; with the drawing of the task, the judging "
      f"after each step and the telling: {rule_alone('true'):.1f} ms as while a point is dragged, {rule_alone('false'):.1f} ms else")
print(f"a frame of a drag, rule and comparison learned and all drawn: {frame:.1f} ms, so {1000 / frame:.0f} in a second (medians of 60)")
require(browser.errors == [], f"errors: {browser.errors[:3]}")
browser.close()
print("all is well" if not wrong else f"{len(wrong)} things are wrong")
sys.exit(bool(wrong))
