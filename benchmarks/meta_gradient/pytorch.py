#!/usr/bin/env python3
"""The same meta-gradient in PyTorch, eager: a peer for engram's benchmark.

usage: pytorch.py INPUTS.json [repetitions] [threads]     (inputs: written by bench_meta_gradient --write)
Tasks are batched (one leading axis), as one would write it in a framework. Prints loss, gradient norm and ms as JSON.
"""
import json, math, sys, time
import torch

repetitions = int(sys.argv[2]) if len(sys.argv) > 2 else 5
threads = int(sys.argv[3]) if len(sys.argv) > 3 else 1
torch.set_num_threads(threads)
case = json.load(open(sys.argv[1]))
sizes, steps, every = case["sizes"], case["steps"], case["objective_every"]
layers = len(sizes) - 1
theta = {k: torch.tensor(v, requires_grad=True) for k, v in case["theta"].items()}
leaves = [torch.stack([torch.tensor(e[i]) for e in case["episodes"]]) for i in range(len(case["episodes"][0]))]
W0, F0, S0 = leaves[:layers], leaves[layers:2 * layers], leaves[2 * layers:3 * layers + 1]
X, Y, M, _, _, QX, QY = leaves[3 * layers + 1:]
tasks, batch = X.shape[0], X.shape[1] // steps
X, Y, M = (v.reshape(tasks, steps, batch, -1) for v in (X, Y, M))


def forward(W, x):
    z, out = [x], [x]
    for l, w in enumerate(W):
        z.append(out[-1] @ w)
        out.append(torch.relu(z[-1]))
    return z, out


def rule(z, z_bar, z_lat):
    h = torch.tanh(torch.stack([z, z_bar, z_lat], -1) @ theta["A"] + theta["a"])
    h = torch.cat([h, h.mean(1, keepdim=True).expand_as(h)], -1)
    return (torch.tanh(h @ theta["B"] + theta["b"]) @ theta["C"] + theta["c"]).unbind(-1)


def step(W, F, S, x, y, mask):
    z, out = forward(W, x)
    o = [None] * (layers + 1)
    z_bar = (torch.softmax(z[-1], -1) - y) * mask
    for l in range(layers, -1, -1):
        if l < layers:
            z_bar = o[l + 1][0] @ F[l]
        o[l] = rule(z[l], z_bar, out[l] @ S[l])
    gain = torch.exp(theta["s"]).reshape(3)
    move = lambda w, g, pre, post: w + g * (pre.transpose(1, 2) @ post) / (batch * layers * math.sqrt(w.shape[1] * w.shape[2]))
    return ([move(w, gain[0], o[l][1], o[l + 1][2]) for l, w in enumerate(W)],
            [move(w, gain[1], o[l + 1][3], o[l][4]) for l, w in enumerate(F)],
            [move(w, gain[2], o[l][5], o[l][6]) for l, w in enumerate(S)])


def meta_loss():
    W, F, S, losses = W0, F0, S0, []
    for t in range(steps):
        W, F, S = step(W, F, S, X[:, t], Y[:, t], M[:, t])
        if (t + 1) % every == 0 or t + 1 == steps:
            losses.append(-(QY * torch.log_softmax(forward(W, QX)[0][-1], -1)).sum(-1).mean())
    return torch.stack(losses).mean()


times = []
for r in range(repetitions + 1):
    for v in theta.values():
        v.grad = None
    start = time.perf_counter()
    loss = meta_loss()
    loss.backward()
    times.append((time.perf_counter() - start) * 1e3)
times = sorted(times[1:])
norm = math.sqrt(sum((v.grad.double() ** 2).sum().item() for v in theta.values()))
print(json.dumps({"peer": f"PyTorch {torch.__version__}", "loss": loss.item(), "gradient_norm": norm, "ms": times[len(times) // 2],
                  "ms_min": times[0], "threads": threads}))
