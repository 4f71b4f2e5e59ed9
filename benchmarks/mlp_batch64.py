"""One epoch of the network 784-128-64-10 on 48,000 images in batches of 64, by plain gradient descent."""

from benchmarks import _networks as networks
from benchmarks._data import fashion_mnist
from benchmarks._harness import Claim, Contender, Row

SIZES, RATE, BATCH, SAMPLES = (784, 128, 64, 10), 0.005, 64, 48_000
SLICED = ("PyTorch, sliced, 1 thread", "PyTorch, sliced, 2 threads")
LOADED = ("PyTorch, DataLoader, 1 thread", "PyTorch, DataLoader, 2 threads")


def setup():
    X, y, _, _ = fashion_mnist()
    return {"X": X[:SAMPLES], "y": y[:SAMPLES], **networks.start(SIZES, SAMPLES, 1)}


def ours(data):
    return networks.ours(data, hidden=SIZES[1:-1], rate=RATE, batch_size=BATCH, epochs=1)


def peer(batches, threads):
    return lambda data: networks.torch_fit(data, batches(data, BATCH), rate=RATE, threads=threads)


def scikit_learn(data):
    return networks.scikit_learn(data, hidden=SIZES[1:-1], rate=RATE, batch_size=BATCH, epochs=1)


def products(data):
    return networks.bare_products(data, BATCH, SAMPLES // BATCH)


def check(data, results):
    return networks.check_losses(data, results, exact=SLICED + LOADED, near=("scikit-learn",))


ROWS = [
    Row(
        name="mlp_batch64",
        work="network 784-128-64-10, ReLU, SGD, batches of 64, one epoch of 48,000",
        setup=setup,
        contenders={
            "scratchwork": Contender(ours, "2 threads, BLAS 1", imports=("scratchwork.models.mlp",)),
            SLICED[0]: Contender(peer(networks.sliced, 1), "1 thread", imports=("torch",)),
            SLICED[1]: Contender(peer(networks.sliced, 2), "2 threads", imports=("torch",)),
            LOADED[0]: Contender(peer(networks.loaded, 1), "1 thread, no workers", imports=("torch",)),
            LOADED[1]: Contender(peer(networks.loaded, 2), "2 threads, no workers", imports=("torch",)),
            "scikit-learn": Contender(scikit_learn, "BLAS default", imports=("sklearn.neural_network",)),
            "matrix products alone": Contender(products, "BLAS 1"),
        },
        check=check,
        claims=(
            Claim(against=SLICED, must=1.8, aim=2.5),
            Claim(against=LOADED, must=2.5, aim=4),
            Claim(against=("matrix products alone",), must=1.7, aim=1.3, at_most=True),
        ),
    )
]
