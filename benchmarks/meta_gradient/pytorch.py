#!/usr/bin/env python3
"""The meta-gradient in PyTorch, eager: a peer (see support/peer.hpp).

usage: pytorch.py INPUTS.json THREADS     (inputs: bench_meta_gradient --write)
Tasks are batched (one leading axis).
"""
import json
import pathlib
import sys
from types import SimpleNamespace

import torch

sys.path.append(str(pathlib.Path(__file__).parents[1] / "support"))
import peer
from network import Network

LIBRARY = SimpleNamespace(concatenate=torch.cat, ones_like=torch.ones_like, exp=torch.exp, softmax=torch.softmax,
                          relu=torch.relu, tanh=torch.tanh)


class Model(Network):
    """A case's inputs, and its meta-loss as a function of theta."""

    def __init__(self, case):
        super().__init__(case, LIBRARY)
        self.start, self.batches, self.query_x, self.query_y = self.parts(
            [torch.stack([torch.tensor(leaf) for leaf in leaves]) for leaves in zip(*case["episodes"])])

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

    def meta_loss(self, theta):
        synapses, losses = self.start, []
        for t in range(self.steps):
            synapses = self.step(theta, synapses, [v[:, t] for v in self.batches])
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
