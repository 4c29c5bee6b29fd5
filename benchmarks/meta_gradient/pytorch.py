#!/usr/bin/env python3
"""The meta-gradient in PyTorch, eager: a peer (see support/peer.hpp).

usage: pytorch.py INPUTS.json THREADS     (inputs: bench_meta_gradient --write)
Tasks are batched (one leading axis).
"""
import json
import math
import pathlib
import sys

import torch

sys.path.append(str(pathlib.Path(__file__).parents[1] / "support"))
import peer


class Model:
    """A case's inputs, and its meta-loss as a function of theta."""

    def __init__(self, case):
        self.sizes, self.steps, self.every = case["sizes"], case["steps"], case["objective_every"]
        self.activate, self.bias_neuron = {"relu": torch.relu, "tanh": torch.tanh}[case["activation"]], case["bias_neuron"]
        layers = len(self.sizes) - 1
        leaves = [torch.stack([torch.tensor(e[i]) for e in case["episodes"]]) for i in range(len(case["episodes"][0]))]
        self.start = leaves[:layers], leaves[layers:2 * layers], leaves[2 * layers:3 * layers + 1]
        x, y, mask, _, _, self.query_x, self.query_y = leaves[3 * layers + 1:]
        self.batch = x.shape[1] // self.steps
        self.batches = [v.reshape(len(x), self.steps, self.batch, -1) for v in (x, y, mask)]

    def with_bias(self, x):
        return torch.cat([x, torch.ones_like(x[..., :1])], -1) if self.bias_neuron else x

    def forward(self, W, x):
        z = [self.with_bias(x)]
        out = [z[0]]
        for l, w in enumerate(W):
            inner = out[-1] @ w
            last = l == len(W) - 1
            z.append(inner if last else self.with_bias(inner))
            out.append(self.activate(inner) if last else self.with_bias(self.activate(inner)))
        return z, out

    def rule(self, theta, z, z_bar, z_lat):
        # As fast as eager PyTorch allows: one row per neuron and example, biases inside the products, and [h, m] B as
        # h B_h + m B_m, with the mean m multiplied once per neuron.
        shape, width = z.shape, theta["A"].shape[1]
        signals = torch.stack([z, z_bar, z_lat], -1).reshape(-1, 3)
        h = torch.tanh(torch.addmm(theta["a"], signals, theta["A"]))
        m = h.view(*shape, width).mean(1).reshape(-1, width)
        same = torch.addmm(theta["b"], m, theta["B"][width:]).view(shape[0], 1, shape[2], width)
        g = torch.tanh((h @ theta["B"][:width]).view(*shape, width) + same)
        return torch.addmm(theta["c"], g.view(-1, width), theta["C"]).view(*shape, 7).unbind(-1)

    def step(self, theta, synapses, x, y, mask):
        W, F, S = synapses
        z, out = self.forward(W, x)
        layers = len(W)
        o = [None] * (layers + 1)
        z_bar = (torch.softmax(z[-1], -1) - y) * mask
        for l in range(layers, -1, -1):
            if l < layers:
                z_bar = o[l + 1][0][..., :self.sizes[l + 1]] @ F[l]
            o[l] = self.rule(theta, z[l], z_bar, out[l] @ S[l])
        gain = torch.exp(theta["s"]).reshape(3)

        def moved(w, g, before, behind):
            rows, columns = w.shape[1:]
            change = before[..., :rows].transpose(1, 2) @ behind[..., :columns]
            return w + g * change / (self.batch * layers * math.sqrt(rows * columns))

        return ([moved(w, gain[0], o[l][1], o[l + 1][2]) for l, w in enumerate(W)],
                [moved(w, gain[1], o[l + 1][3], o[l][4]) for l, w in enumerate(F)],
                [moved(w, gain[2], o[l][5], o[l][6]) for l, w in enumerate(S)])

    def meta_loss(self, theta):
        synapses, losses = self.start, []
        for t in range(self.steps):
            synapses = self.step(theta, synapses, *(v[:, t] for v in self.batches))
            if (t + 1) % self.every == 0 or t + 1 == self.steps:
                logits = self.forward(synapses[0], self.query_x)[0][-1]
                losses.append(-(self.query_y * torch.log_softmax(logits, -1)).sum(-1).mean())
        return torch.stack(losses).mean()


def main(inputs, threads):
    torch.set_num_threads(int(threads))
    case = json.load(open(inputs))
    model = Model(case)
    theta = {k: torch.tensor(v, requires_grad=True) for k, v in case["theta"].items()}

    def compute():
        for v in theta.values():
            v.grad = None
        loss = model.meta_loss(theta)
        loss.backward()
        return loss

    loss = compute().item()
    gradient = [x for k in "AaBbCcs" for x in theta[k].grad.flatten().tolist()]
    peer.serve({"version": torch.__version__, "loss": loss, "gradient": gradient}, compute)


if __name__ == "__main__":
    main(*sys.argv[1:])
