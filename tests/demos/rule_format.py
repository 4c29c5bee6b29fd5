"""rule_format.py EXAMPLE_FOLDER FOLDER: what the example learn.py makes of the rule files that rule_steps wrote."""
import glob, json, sys

sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
import learn
import numpy as np

files = [f for f in sorted(glob.glob(sys.argv[2] + "/*.json")) if not f.endswith("_steps.json")]
assert len(files) == 8, files
for file in files:
    rule, p = learn.load(file)
    data = json.load(open(file.replace(".json", "_steps.json")))
    arrays = lambda sets: [[np.array(w) for w in s] for s in sets]
    weights, worst, moved = arrays(data["start"]), 0, 0
    for batch, expected in zip(data["batches"], data["steps"]):
        before, weights = weights, learn.step(rule, p, *weights, *[np.array(b) for b in batch])
        for found, wanted, old in zip(weights, arrays(expected), before):
            for a, b, c in zip(found, wanted, old):
                worst = max(worst, np.abs(a - b).max() / (1 + np.abs(b).max()))
                moved = max(moved, np.abs(a - c).max())
    print(f"{file}: differs by {worst:.1e}, moved by {moved:.1e}")
    assert worst < 1e-12 and moved > 1e-4
