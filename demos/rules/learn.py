"""A rule file used without engram: two moons learned from 10 labels. learn.py RULE.json [SEED]; needs numpy only."""
import json, sys
import numpy as np

PHI = {"tanh": np.tanh, "relu": lambda z: np.maximum(z, 0), "identity": lambda z: z}

def forward(rule, W, x):  # the signals z and x of every layer; a bias neuron stands last in all but the top one
    bias = lambda v: np.hstack([v, np.ones((len(v), 1))]) if rule["bias_neuron"] else v
    zs = xs = [bias(x)]
    for l, w in enumerate(W):
        z = xs[-1] @ w
        keep = bias if l + 1 < len(W) else lambda v: v
        zs, xs = zs + [keep(z)], xs + [keep(PHI[rule["activation"]](z))]
    return zs, xs

def ask(rule, p, z, z_bar, z_lat):  # one row per example, one column per neuron; seven such outputs
    h = np.tanh(np.stack([z, z_bar, z_lat], -1) @ p["A"] + p["a"])
    if rule["batch_accumulation"]:
        h = np.concatenate([h, np.broadcast_to(h.mean(0), h.shape)], -1)
    return np.moveaxis(np.tanh(h @ p["B"] + p["b"]) @ p["C"] + p["c"], -1, 0)

def step(rule, p, W, W_bar, W_lat, x, targets, mask):  # all weights after one mini-batch; mask is 1 where labelled
    L, (zs, xs), signals = len(W), forward(rule, W, x), {}
    feedback, lateral = rule["feedback"], rule["lateral"]
    for l in range(L, -1, -1):
        e = np.exp(zs[l] - zs[l].max(1, keepdims=True))
        if l == L: z_bar = (e / e.sum(1, keepdims=True) - targets) * mask
        elif feedback == "none": z_bar = np.zeros_like(zs[l])
        else: z_bar = signals[l + 1][0][:, :W_bar[l].shape[0]] @ W_bar[l]
        signals[l] = ask(rule, p, zs[l], z_bar, xs[l] @ W_lat[l] if lateral else np.zeros_like(zs[l]))
    def moved(w, s, before, behind, is_forward=False):
        (r, c), scale = w.shape, rule["update_scale"]
        d = r * c ** .5 if scale == "published" and is_forward else (r * c if scale == "symmetric" else r) ** .5
        return w + np.exp(p["s"][s]) / (len(x) * L * d) * (before[:, :r].T @ behind[:, :c])
    return ([moved(W[l], 0, signals[l][1], signals[l + 1][2], True) for l in range(L)],
            [moved(W_bar[l], 1, signals[l + 1][3], signals[l][4]) if feedback == "plastic" else W_bar[l] for l in range(L)],
            [moved(W_lat[l], 2, signals[l][5], signals[l][6]) if lateral else W_lat[l] for l in range(L + 1)])

def load(path):
    file = json.load(open(path))
    assert file["format"] == "engram-rule-1" and file["rule"]["kind"] == "learned", "this program reads learned rules, engram-rule-1"
    return file["rule"], {name: np.array(values) for name, values in file["theta"].items()}

if __name__ == "__main__":
    rule, p = load(sys.argv[1])
    random = np.random.default_rng(int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    def moons(n):  # n points, classes in turn
        t, c = random.uniform(0, np.pi, n), np.arange(n) % 2
        x = np.where(c[:, None] == 0, np.c_[np.cos(t) - .5, np.sin(t) - .25], np.c_[.5 - np.cos(t), .25 - np.sin(t)])
        return x + .1 * random.normal(size=x.shape), np.eye(2)[c]
    N = [2 + rule["bias_neuron"], 20 + rule["bias_neuron"], 2]  # neurons, bias neurons included
    normal = lambda r, c: random.normal(size=(r, c)) / r ** .5
    W, W_bar = [normal(N[0], 20), normal(N[1], 2)], [normal(20, N[0]), normal(2, N[1])]
    W_lat = [normal(n, n) for n in N]
    labelled, mask = moons(10), np.r_[np.ones(10), np.zeros(10)][:, None]
    for t in range(50):
        batch = [np.vstack(pair) for pair in zip(labelled, moons(10))]
        W, W_bar, W_lat = step(rule, p, W, W_bar, W_lat, *batch, mask)
    x, y = moons(1000)
    print(f"accuracy {np.mean(forward(rule, W, x)[0][-1].argmax(1) == y.argmax(1)):.3f}")
