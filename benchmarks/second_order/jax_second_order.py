#!/usr/bin/env python3
"""The same in JAX, with jit and scan: a peer (see support/peer.hpp).

usage: jax_second_order.py hvp|hypergradient INPUTS.json     (inputs: bench_second_order --write)
The Hessian-vector product is forward over reverse, as JAX's manual advises.
"""
import json
import pathlib
import sys
import time

import jax
import jax.numpy as jnp

sys.path += [str(pathlib.Path(__file__).parents[1] / folder) for folder in ("support", "meta_gradient")]
import peer
from jax_scan import Model


def hvp(case):
    """theta -> loss, and the Hessian times theta, as a list of arrays."""
    model = Model(case)

    def loss_and_product(theta):
        loss = lambda t: model.meta_loss(t, model.tasks)
        (value, _), (_, product) = jax.jvp(jax.value_and_grad(loss), (theta,), (theta,))
        return value, [product[k] for k in "AaBbCcs"]

    return loss_and_product, model.theta


def hypergradient(case):
    """settings -> validation loss after training, and its derivatives."""
    jax.config.update("jax_enable_x64", True)
    numbers = [jnp.array(v) for v in case["numbers"]]
    settings, weights, data = numbers[:3], numbers[3:7], numbers[7:]

    def loss(w, x, y):
        return jnp.mean((jnp.tanh(x @ w[0] + w[1]) @ w[2] + w[3] - y) ** 2)

    def validation_loss(settings):
        rate, beta1, beta2 = 10 ** settings[0], settings[1], settings[2]

        def step(carry, _):
            w, m, v, power1, power2 = carry
            g = jax.grad(loss)(w, data[0], data[1])
            power1, power2 = power1 * beta1, power2 * beta2
            m = [beta1 * a + (1 - beta1) * b for a, b in zip(m, g)]
            v = [beta2 * a + (1 - beta2) * b * b for a, b in zip(v, g)]
            moved = [a - rate * (b / (1 - power1)) / (jnp.sqrt(c / (1 - power2)) + 1e-8) for a, b, c in zip(w, m, v)]
            return (moved, m, v, power1, power2), None

        zeros = [jnp.zeros_like(w) for w in weights]
        one = jnp.ones((1, 1))
        (w, *_), _ = jax.lax.scan(step, (weights, zeros, zeros, one, one), None, length=case["steps"])
        return loss(w, data[2], data[3])

    return jax.value_and_grad(validation_loss), settings


def main(what, inputs):
    f, at = {"hvp": hvp, "hypergradient": hypergradient}[what](json.load(open(inputs)))
    f = jax.jit(f)
    start = time.perf_counter()
    loss, derivative = jax.block_until_ready(f(at))
    first_result_ms = (time.perf_counter() - start) * 1e3
    flat = [x for part in derivative for x in part.flatten().tolist()]
    peer.serve({"version": jax.__version__, "loss": float(loss), "gradient": flat, "first_result_ms": first_result_ms},
               lambda: jax.block_until_ready(f(at)))


if __name__ == "__main__":
    main(*sys.argv[1:])
