"""The network 784-128-10 on 3,000 images, one sample at a time."""

from benchmarks import _networks as networks
from benchmarks._data import fashion_mnist
from benchmarks._harness import Claim, Contender, Row

SIZES, RATE, SAMPLES = (784, 128, 10), 0.01, 3000


def setup():
    X, y, _, _ = fashion_mnist()
    return {"X": X[:SAMPLES].copy(), "y": y[:SAMPLES], **networks.start(SIZES, SAMPLES, 1)}


def ours(data):
    return networks.ours(data, hidden=SIZES[1:-1], rate=RATE, batch_size=1, epochs=1)


def pytorch(data):
    return networks.torch_fit(data, networks.sliced(data, 1), rate=RATE, threads=1)


def check(data, results):
    return networks.check_losses(data, results, exact=("PyTorch, sliced",))


ROWS = [
    Row(
        name="mlp_one_sample",
        work="network 784-128-10, ReLU, SGD, one sample at a time, 3,000 samples",
        setup=setup,
        contenders={
            "scratchwork": Contender(ours, "1 thread, BLAS 1", imports=("scratchwork.models.mlp",)),
            "PyTorch, sliced": Contender(pytorch, "1 thread, faster here than 2", imports=("torch",)),
        },
        check=check,
        claims=(Claim(against=("PyTorch, sliced",), must=12, aim=20),),
    )
]
