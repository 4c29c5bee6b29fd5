"""The inner network and its step, the same lines for PyTorch and for JAX."""
import math


class Network:
    """`library` has concatenate, ones_like, exp, softmax and the activations. Arrays may have a leading axis of tasks. A
    subclass has `rule(theta, z, z_bar, z_lat)`, which returns the seven outputs."""

    def __init__(self, case, library):
        self.library = library
        self.sizes, self.steps, self.every = case["sizes"], case["steps"], case["objective_every"]
        self.activate, self.bias_neuron = getattr(library, case["activation"]), case["bias_neuron"]
        self.layers = len(self.sizes) - 1

    def parts(self, leaves):
        """The leaves of episodes, stacked over the tasks: initial synapses; x, targets and mask of all steps, an axis
        each for steps and examples; query points; their targets."""
        n = self.layers
        start = leaves[:n], leaves[n:2 * n], leaves[2 * n:3 * n + 1]
        batches = tuple(v.reshape(len(v), self.steps, -1, v.shape[-1]) for v in leaves[3 * n + 1:3 * n + 4])
        return start, batches, *leaves[3 * n + 6:]

    def with_bias(self, x):
        return self.library.concatenate([x, self.library.ones_like(x[..., :1])], -1) if self.bias_neuron else x

    def forward(self, W, x):
        z = [self.with_bias(x)]
        out = [z[0]]
        for l, w in enumerate(W):
            inner = out[-1] @ w
            last = l == self.layers - 1
            z.append(inner if last else self.with_bias(inner))
            out.append(self.activate(inner) if last else self.with_bias(self.activate(inner)))
        return z, out

    def step(self, theta, synapses, batch):
        W, F, S = synapses
        x, targets, mask = batch
        z, out = self.forward(W, x)
        o = [None] * (self.layers + 1)
        z_bar = (self.library.softmax(z[-1], -1) - targets) * mask
        for l in range(self.layers, -1, -1):
            if l < self.layers:
                z_bar = o[l + 1][0][..., :self.sizes[l + 1]] @ F[l]
            o[l] = self.rule(theta, z[l], z_bar, out[l] @ S[l])
        gain = self.library.exp(theta["s"]).reshape(3)

        def moved(w, g, before, behind):
            rows, columns = w.shape[-2:]
            change = before[..., :rows].swapaxes(-1, -2) @ behind[..., :columns]
            return w + g * change / (x.shape[-2] * self.layers * math.sqrt(rows * columns))

        return ([moved(w, gain[0], o[l][1], o[l + 1][2]) for l, w in enumerate(W)],
                [moved(w, gain[1], o[l + 1][3], o[l][4]) for l, w in enumerate(F)],
                [moved(w, gain[2], o[l][5], o[l][6]) for l, w in enumerate(S)])
