"""Our network and PyTorch's: in lock-step, update by update."""

import gzip
import itertools
import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import make_classification
from sklearn.utils.estimator_checks import check_estimator

from scratchwork.errors import DivergenceError, MissingExtraError
from scratchwork.models.mlp import MLPClassifier, MLPRegressor

torch = pytest.importorskip("torch", reason="torch is not installed (extra 'torch')")
torch_mlp = pytest.importorskip("scratchwork.counterparts.torch_mlp")
TorchMLPClassifier, TorchMLPRegressor = torch_mlp.TorchMLPClassifier, torch_mlp.TorchMLPRegressor

SOLVERS = [
    {"solver": "sgd"},
    {"solver": "sgd", "momentum": 0.9, "nesterovs_momentum": False},
    {"solver": "sgd", "momentum": 0.9, "nesterovs_momentum": True},
    {"solver": "adam"},
]


def three_classes(n=90):
    return make_classification(n, 6, n_informative=5, n_redundant=0, n_classes=3, random_state=0)


def assert_in_lock_step(ours, theirs, X, y, updates=20, sample_weight=None, atol=1e-10):
    """Loss, gradients and weights after each update agree to 1e-10."""
    pairs = zip(ours.update_steps(X, y, sample_weight), theirs.update_steps(X, y, sample_weight), strict=True)
    count = 0
    for mine, other in itertools.islice(pairs, updates):
        np.testing.assert_array_equal(mine.rows, other.rows)
        assert mine.loss == pytest.approx(other.loss, abs=atol)
        for a, b in zip(mine.weight_gradients + mine.bias_gradients, other.weight_gradients + other.bias_gradients):
            np.testing.assert_allclose(a, b, atol=atol, rtol=0)
        for a, b in zip(ours.coefs_ + ours.intercepts_, theirs.coefs_ + theirs.intercepts_):
            np.testing.assert_allclose(a, b, atol=atol, rtol=0)
        count += 1
    assert count == updates


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "identity", ("relu", "tanh")])
@pytest.mark.parametrize("solver", SOLVERS, ids=lambda s: "-".join(map(str, s.values())))
def test_lock_step(activation, solver):
    X, y = three_classes()
    settings = {"hidden_layer_sizes": (7, 5), "activation": activation, "alpha": 0.2, "batch_size": 16,
                "learning_rate_init": 0.05, "random_state": 3, **solver}  # fmt: skip
    assert_in_lock_step(MLPClassifier(**settings), TorchMLPClassifier(**settings), X, y)


@pytest.mark.parametrize(
    "more",
    [{"dropout": 0.3}, {"class_weight": "balanced"}, {"learning_rate": "invscaling"}, {"hidden_layer_sizes": ()},
     {"early_stopping": True}, {"batch_size": 1}, {"batch_size": "full"}],
    ids=str,
)  # fmt: skip
def test_lock_step_of_everything_else(more):
    X, y = three_classes()
    settings = {"hidden_layer_sizes": 7, "batch_size": 16, "momentum": 0.5, "solver": "sgd", "random_state": 0, **more}
    weight = np.random.default_rng(0).uniform(0.2, 3, len(X))
    assert_in_lock_step(MLPClassifier(**settings), TorchMLPClassifier(**settings), X, y, sample_weight=weight)


@pytest.mark.parametrize("n_outputs", [1, 3])
def test_lock_step_of_the_regressor(n_outputs):
    X, _ = three_classes()
    Y = np.stack([np.sin(X[:, 0]), X[:, 1] ** 2, X[:, 2]], axis=1)[:, :n_outputs]
    settings = {"hidden_layer_sizes": (7, 5), "activation": "tanh", "alpha": 0.1, "batch_size": 16, "random_state": 0}
    assert_in_lock_step(MLPRegressor(**settings), TorchMLPRegressor(**settings), X, Y if n_outputs > 1 else Y[:, 0])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_whole_fits_agree(dtype):
    X, y = three_classes()
    settings = {"hidden_layer_sizes": (7, 5), "batch_size": 16, "max_iter": 10, "random_state": 0}
    ours, theirs = (model(**settings).fit(X.astype(dtype), y) for model in (MLPClassifier, TorchMLPClassifier))
    tolerance = 1e-4 if dtype == np.float32 else 1e-10
    for name, values in ours.history_.items():
        np.testing.assert_allclose(values, theirs.history_[name], atol=tolerance, err_msg=name)
    assert {array.dtype for array in theirs.coefs_} == {np.dtype(dtype)}
    np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), atol=tolerance)


def test_weights_go_to_torch_and_back():
    X, y = three_classes()
    letters = np.array(["a", "b", "c"])[y]
    ours = MLPClassifier((7, 5), max_iter=3, random_state=0).fit(X, letters)
    theirs = torch_mlp.to_torch(ours)
    np.testing.assert_allclose(theirs.predict_proba(X), ours.predict_proba(X), atol=1e-12)
    ours.partial_fit(X, letters)
    theirs.partial_fit(X, letters)
    back = torch_mlp.to_numpy(theirs)
    assert type(back) is MLPClassifier
    np.testing.assert_allclose(back.predict_proba(X), ours.predict_proba(X), atol=1e-10)
    theirs.coefs_[0][...] = 0
    assert back.coefs_[0].any()
    number = MLPRegressor(3, max_iter=3, random_state=0).fit(X, X[:, 0])
    np.testing.assert_allclose(torch_mlp.to_torch(number).predict(X), number.predict(X), atol=1e-12)
    assert type(torch_mlp.to_numpy(torch_mlp.to_torch(number))) is MLPRegressor


def test_starts_from_a_numpy_models_weights():
    X, y = three_classes()
    ours = MLPClassifier(7, max_iter=2, batch_size=16, warm_start=True, random_state=0).fit(X, y)
    theirs = torch_mlp.to_torch(ours)
    assert_in_lock_step(ours, theirs, X, y, updates=12)


def test_the_module_is_torchs_own():
    X, y = three_classes()
    model = TorchMLPClassifier((7, 5), "tanh", max_iter=3, random_state=0).fit(X, y)
    network = torch_mlp.make_network(model.coefs_, model.intercepts_, ["tanh", "tanh"])
    assert isinstance(network, torch.nn.Module)
    assert [tuple(p.shape) for p in network.parameters()] == [(7, 6), (7,), (5, 7), (5,), (3, 5), (3,)]
    p = torch.softmax(network(torch.from_numpy(X)), dim=1).detach().numpy()
    np.testing.assert_allclose(p, model.predict_proba(X), atol=1e-12)


def test_global_generator_of_torch_is_left_alone():
    X, y = three_classes()
    before = torch.get_rng_state()
    TorchMLPClassifier(3, dropout=0.1, max_iter=2).fit(X, y).predict(X)
    assert torch.equal(before, torch.get_rng_state())


def test_partial_fit_goes_on_after_pickling():
    X, y = three_classes()
    straight = TorchMLPClassifier(5, batch_size=16, max_iter=2, random_state=0).fit(X, y)
    model = TorchMLPClassifier(5, batch_size=16, random_state=0).partial_fit(X, y)
    again = pickle.loads(pickle.dumps(model)).partial_fit(X, y)
    np.testing.assert_allclose(again.predict_proba(X), straight.predict_proba(X), atol=1e-12)


def test_words():
    X, y = three_classes()
    with pytest.raises(DivergenceError, match="Training diverged in epoch 1: the loss or the weights are no longer"):
        TorchMLPClassifier(5, solver="sgd", learning_rate_init=1e300, batch_size=8).fit(X * 1e5, y)


def test_without_torch_the_error_says_how_to_install_it(monkeypatch):
    monkeypatch.setattr("scratchwork.errors.has_extra", lambda name: False)
    monkeypatch.setattr(torch_mlp, "_torch", torch_mlp._torch.__wrapped__)  # without what it remembers
    with pytest.raises(MissingExtraError) as raised:
        TorchMLPClassifier().fit(*three_classes())
    assert str(raised.value) == (
        "The PyTorch counterpart of the neural network needs the package 'torch', which is not installed. "
        'Install it with: pip install "scratchwork[torch]"'
    )


@pytest.mark.parametrize(
    "model", [TorchMLPClassifier(max_iter=10), TorchMLPRegressor(max_iter=15, learning_rate_init=0.05)], ids=["c", "r"]
)
def test_check_estimator(model):
    assert {record["status"] for record in check_estimator(model, on_skip=None)} <= {"passed", "skipped"}


@pytest.mark.slow
def test_fashion_mnist_per_epoch_in_single_precision(real_data):
    """From the same weights and batches, the losses of five epochs agree to 1e-4."""
    with gzip.open(real_data / "fashion-mnist" / "train-images-idx3-ubyte.gz") as file:
        X = np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 784).astype(np.float32) / 127.5 - 1
    with gzip.open(real_data / "fashion-mnist" / "train-labels-idx1-ubyte.gz") as file:
        y = np.frombuffer(file.read(), np.uint8, offset=8)
    model = MLPClassifier(
        (128, 64), solver="sgd", learning_rate_init=0.005, batch_size=64, alpha=0, max_iter=5,
        initialization="pytorch", random_state=0,
    )  # fmt: skip
    options = {"validation_data": (X[48_000:], y[48_000:])}
    ours = clone(model).fit(X[:48_000], y[:48_000], **options)
    theirs = TorchMLPClassifier(**model.get_params()).fit(X[:48_000], y[:48_000], **options)
    for name in ("loss", "train_nll", "validation_nll"):
        np.testing.assert_allclose(ours.history_[name], theirs.history_[name], atol=1e-4, err_msg=name)
    for name in ("train_accuracy", "validation_accuracy"):
        np.testing.assert_allclose(ours.history_[name], theirs.history_[name], atol=5e-4, err_msg=name)


def test_torchs_threads_are_as_before_between_updates_and_after_a_fit():
    """Small networks are held to one thread, but only while an update is made: the setting is the whole process's."""
    before, seen = torch.get_num_threads(), []
    torch.set_num_threads(2)
    try:
        model = TorchMLPClassifier(5, batch_size=16, max_iter=2, random_state=0)
        for _ in model.update_steps(*three_classes()):
            seen.append(torch.get_num_threads())
        model.predict(three_classes()[0])
        assert {*seen, torch.get_num_threads()} == {2}
    finally:
        torch.set_num_threads(before)
