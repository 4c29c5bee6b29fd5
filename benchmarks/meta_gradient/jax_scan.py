#!/usr/bin/env python3
"""The meta-gradient in JAX, with jit, scan over the steps and vmap over the tasks: a peer (see support/peer.hpp).

usage: jax_scan.py INPUTS.json     (inputs: bench_meta_gradient --write)
The threads are those of the processors that it may run on.
"""
import json
import math
import pathlib
import sys
import time

import jax
import jax.numpy as jnp

sys.path.append(str(pathlib.Path(__file__).parents[1] / "support"))
import peer


class Model:
    """A case's inputs, and its meta-loss as a function of theta."""

    def __init__(self, case):
        self.sizes, self.steps, self.every = case["sizes"], case["steps"], case["objective_every"]
        self.activate, self.bias_neuron = {"relu": jax.nn.relu, "tanh": jnp.tanh}[case["activation"]], case["bias_neuron"]
        layers = self.layers = len(self.sizes) - 1
        leaves = [jnp.array([e[i] for e in case["episodes"]], jnp.float32) for i in range(len(case["episodes"][0]))]
        start = leaves[:layers], leaves[layers:2 * layers], leaves[2 * layers:3 * layers + 1]
        x, y, mask, _, _, query_x, query_y = leaves[3 * layers + 1:]
        self.batch = x.shape[1] // self.steps
        batches = tuple(v.reshape(len(x), self.steps, self.batch, -1) for v in (x, y, mask))
        self.tasks = start, batches, query_x, query_y
        self.theta = {k: jnp.array(v, jnp.float32) for k, v in case["theta"].items()}

    def with_bias(self, x):
        return jnp.concatenate([x, jnp.ones_like(x[..., :1])], -1) if self.bias_neuron else x

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
        h = jnp.tanh(jnp.stack([z, z_bar, z_lat], -1) @ theta["A"] + theta["a"])
        # [h, m] B = h B_h + m B_m, with the mean m multiplied once per neuron: faster than the concatenation.
        width = h.shape[-1]
        g = h @ theta["B"][:width] + h.mean(0, keepdims=True) @ theta["B"][width:] + theta["b"]
        return jnp.moveaxis(jnp.tanh(g) @ theta["C"] + theta["c"], -1, 0)

    def step(self, theta, synapses, batch):
        W, F, S = synapses
        x, y, mask = batch
        z, out = self.forward(W, x)
        o = [None] * (self.layers + 1)
        z_bar = (jax.nn.softmax(z[-1], -1) - y) * mask
        for l in range(self.layers, -1, -1):
            if l < self.layers:
                z_bar = o[l + 1][0][:, :self.sizes[l + 1]] @ F[l]
            o[l] = self.rule(theta, z[l], z_bar, out[l] @ S[l])
        gain = jnp.exp(theta["s"]).reshape(3)

        def moved(w, g, before, behind):
            rows, columns = w.shape
            return w + g * (before[:, :rows].T @ behind[:, :columns]) / (self.batch * self.layers * math.sqrt(rows * columns))

        return ([moved(w, gain[0], o[l][1], o[l + 1][2]) for l, w in enumerate(W)],
                [moved(w, gain[1], o[l + 1][3], o[l][4]) for l, w in enumerate(F)],
                [moved(w, gain[2], o[l][5], o[l][6]) for l, w in enumerate(S)])

    def task_loss(self, theta, task):
        start, batches, query_x, query_y = task

        def query_loss(W):
            logits = self.forward(W, query_x)[0][-1]
            return -(query_y * jax.nn.log_softmax(logits, -1)).sum(-1).mean()

        def block(synapses, several):
            # Computing each step again costs less than storing what is inside it.
            step = jax.checkpoint(lambda s, b: self.step(theta, s, b))
            synapses, _ = jax.lax.scan(lambda s, b: (step(s, b), None), synapses, several)
            return synapses, query_loss(synapses[0])

        blocks, rest = divmod(self.steps, self.every)
        whole = blocks * self.every
        grouped = jax.tree.map(lambda v: v[:whole].reshape(blocks, self.every, *v.shape[1:]), batches)
        synapses, losses = jax.lax.scan(block, start, grouped)
        if rest:
            losses = jnp.append(losses, block(synapses, jax.tree.map(lambda v: v[whole:], batches))[1])
        return losses.mean()

    def meta_loss(self, theta, tasks):
        return jax.vmap(lambda task: self.task_loss(theta, task))(tasks).mean()


def main(inputs):
    model = Model(json.load(open(inputs)))
    f = jax.jit(jax.value_and_grad(model.meta_loss))
    start = time.perf_counter()
    loss, gradient = jax.block_until_ready(f(model.theta, model.tasks))
    first_result_ms = (time.perf_counter() - start) * 1e3
    flat = [x for k in "AaBbCcs" for x in gradient[k].flatten().tolist()]
    peer.serve({"version": jax.__version__, "loss": float(loss), "gradient": flat, "first_result_ms": first_result_ms},
               lambda: jax.block_until_ready(f(model.theta, model.tasks)))


if __name__ == "__main__":
    main(*sys.argv[1:])
