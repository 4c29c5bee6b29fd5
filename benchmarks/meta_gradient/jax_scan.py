#!/usr/bin/env python3
"""The meta-gradient in JAX, with jit, scan over the steps and vmap over the tasks: a peer (see support/peer.hpp).

usage: jax_scan.py INPUTS.json     (inputs: bench_meta_gradient --write)
The threads are those of the processors that it may run on.
"""
import json
import pathlib
import sys
import time
from types import SimpleNamespace

import jax
import jax.numpy as jnp

sys.path.append(str(pathlib.Path(__file__).parents[1] / "support"))
import peer
from network import Network

LIBRARY = SimpleNamespace(concatenate=jnp.concatenate, ones_like=jnp.ones_like, exp=jnp.exp, softmax=jax.nn.softmax,
                          relu=jax.nn.relu, tanh=jnp.tanh)


class Model(Network):
    """A case's inputs, and its meta-loss as a function of theta."""

    def __init__(self, case):
        super().__init__(case, LIBRARY)
        self.tasks = self.parts([jnp.array(leaves, jnp.float32) for leaves in zip(*case["episodes"])])
        self.theta = {k: jnp.array(v, jnp.float32) for k, v in case["theta"].items()}

    def rule(self, theta, z, z_bar, z_lat):
        h = jnp.tanh(jnp.stack([z, z_bar, z_lat], -1) @ theta["A"] + theta["a"])
        # [h, m] B = h B_h + m B_m, with the mean m multiplied once per neuron: faster than the concatenation.
        width = h.shape[-1]
        g = h @ theta["B"][:width] + h.mean(0, keepdims=True) @ theta["B"][width:] + theta["b"]
        return jnp.moveaxis(jnp.tanh(g) @ theta["C"] + theta["c"], -1, 0)

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
