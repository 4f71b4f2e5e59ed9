"""The network 64-50-10 on the Digits, 1,000 updates by the whole training set."""

import numpy as np

from benchmarks import _networks as networks
from benchmarks._harness import Claim, Contender, Row

SIZES, RATE, SAMPLES, UPDATES = (64, 50, 10), 0.1, 1437, 1000
PYTORCH = ("PyTorch, 1 thread", "PyTorch, 2 threads")


def setup():
    from sklearn.datasets import load_digits

    digits = load_digits()
    data = networks.start(SIZES, SAMPLES, 0)
    return {**data, "X": (digits.data[:SAMPLES] / 16).astype(np.float32), "y": digits.target[:SAMPLES].astype(np.int64)}


def ours(data):
    return networks.ours(data, hidden=SIZES[1:-1], rate=RATE, batch_size="full", epochs=UPDATES)


def peer(threads):
    def whole(X, y):
        return ((X, y) for _ in range(UPDATES))

    return lambda data: networks.torch_fit(data, whole, rate=RATE, threads=threads)


def scikit_learn(data):
    return networks.scikit_learn(data, hidden=SIZES[1:-1], rate=RATE, batch_size=SAMPLES, epochs=UPDATES)


def products(data):
    return networks.bare_products(data, SAMPLES, UPDATES)


def check(data, results):
    return networks.check_losses(data, results, exact=PYTORCH, near=("scikit-learn",))


ROWS = [
    Row(
        name="mlp_full_batch",
        work="network 64-50-10 on the Digits, ReLU, gradient descent in full batches, 1,000 updates",
        setup=setup,
        contenders={
            "scratchwork": Contender(ours, "1 thread, BLAS 1", imports=("scratchwork.models.mlp",)),
            PYTORCH[0]: Contender(peer(1), "1 thread", imports=("torch",)),
            PYTORCH[1]: Contender(peer(2), "2 threads", imports=("torch",)),
            "scikit-learn": Contender(scikit_learn, "BLAS default", imports=("sklearn.neural_network",)),
            "matrix products alone": Contender(products, "BLAS 1"),
        },
        check=check,
        claims=(Claim(against=PYTORCH, must=1.4, aim=2),),
    )
]
