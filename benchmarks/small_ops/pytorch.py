#!/usr/bin/env python3
"""The chain of scalar operations of chain.hpp in PyTorch: a peer (see support/peer.hpp)."""
import pathlib
import sys

import torch

sys.path.append(str(pathlib.Path(__file__).parents[1] / "support"))
import peer

LINKS = 500
torch.set_num_threads(1)


def compute():
    a = torch.tensor([[0.99]], dtype=torch.float64, requires_grad=True)
    b = torch.tensor([[0.01]], dtype=torch.float64, requires_grad=True)
    y = a
    for _ in range(LINKS):
        y = y * a + b
    y.backward()


compute()
peer.serve({"version": torch.__version__, "operations": 2 * LINKS}, compute)
