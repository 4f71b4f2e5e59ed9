# %% [markdown]
# # Gradient descent on the Digits
#
# A network for scikit-learn's 1,797 handwritten digits, written out step by step; then against `MLPClassifier`, with
# accuracy, precision, recall, F1 and their uncertainty; then deeper networks, other activations, learning rates and
# numbers of epochs; then its errors. The conclusion at the end is computed from the tables.
#
# **To run it.** In a copy of the repository: `pip install ".[notebooks]"`, then `jupyter lab notebooks`. Or
# `./run notebooks digits`, which makes its own environment. Run the cells from top to bottom; afterwards change what you
# like and run any cell again. `SCRATCHWORK_FULL=1` in the environment repeats everything ten times instead of three.

# %%
import os

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from IPython.display import Markdown, display

from scratchwork import MLPClassifier, load_digits
from scratchwork.counterparts.sklearn_models import sklearn_counterpart
from scratchwork.evaluation.differences import compare_pairs
from scratchwork.evaluation.scores import classification_scores
from scratchwork.models import mlp as package
from scratchwork.numerics import numerical_gradient, relative_error
from scratchwork.plots.style import COLOURS
from scratchwork.preparation import Standardize, split_rows

plt.rcParams.update({"figure.figsize": (6.2, 3.6), "axes.spines.top": False, "axes.spines.right": False})
pd.options.display.float_format = "{:.4g}".format
FULL = os.environ.get("SCRATCHWORK_FULL") == "1"
SEEDS = range(10 if FULL else 3)

# %% [markdown]
# ## The data, in three parts
#
# - **training**: what the weights are fitted to;
# - **validation**: what we look at while choosing (architecture, rate, epochs);
# - **test**: looked at once, at the end. A score that took part in a choice is too hopeful.
#
# The scaling (mean 0, standard deviation 1 for each pixel) is learnt from the training part.

# %%
digits = load_digits()
rest, test = split_rows(digits.y, test_share=0.2, seed=0, task="classification")
inner, outer = split_rows(digits.y[rest], test_share=0.25, seed=0, task="classification")
train, held = rest[inner], rest[outer]
scaler = Standardize().fit(digits.X[train])
X, X_held, X_test = (scaler.transform(digits.X[rows]) for rows in (train, held, test))
y, y_held, y_test = (digits.y[rows] for rows in (train, held, test))
K = 10
T, T_held = np.eye(K)[y], np.eye(K)[y_held]  # (n, 10): ten classes need ten output units, one for each
display(
    Markdown(
        f"{len(X)} images to train on, {len(X_held)} for validation, {len(X_test)} for the test; {X.shape[1]} pixels each."
    )
)

# %% [markdown]
# ## The network, step by step
#
# One hidden layer of sigmoid units, ten outputs, softmax. The targets are one-hot rows: the digit is a name, not an
# amount, so a single unit that should say "7" would be the wrong model. `02_neural_network_numpy` derives the backward
# pass line by line.


# %%
def initialize_weights(n_inputs, n_hidden, n_outputs, seed=0):
    rng = np.random.default_rng(seed)
    first, second = np.sqrt(6 / (n_inputs + n_hidden)), np.sqrt(6 / (n_hidden + n_outputs))
    W1 = rng.uniform(-first, first, (n_inputs, n_hidden))
    W2 = rng.uniform(-second, second, (n_hidden, n_outputs))
    return W1, np.zeros(n_hidden), W2, np.zeros(n_outputs)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))


def sigmoid_derivative(a):
    """From the value a = sigmoid(z)."""
    return a * (1 - a)


def softmax(Z):
    e = np.exp(Z - Z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def forward_pass_multiclass(X, parameters):
    W1, b1, W2, b2 = parameters
    A1 = sigmoid(X @ W1 + b1)
    return A1, softmax(A1 @ W2 + b2)


def compute_multiclass_loss(P, T):
    """The mean of -log of the probability of the true class."""
    return -np.log(P[T == 1]).mean()


def backward_pass_multiclass(X, T, A1, P, parameters):
    """The slope of the loss in each of the four arrays."""
    W2 = parameters[2]
    D2 = (P - T) / len(T)
    D1 = D2 @ W2.T * sigmoid_derivative(A1)
    return X.T @ D1, D1.sum(axis=0), A1.T @ D2, D2.sum(axis=0)


def train_model(X, T, n_hidden, learning_rate, epochs, seed=0):
    """Full-batch gradient descent; the loss of each epoch is the one before its update."""
    parameters, losses = initialize_weights(X.shape[1], n_hidden, T.shape[1], seed), []
    for _ in range(epochs):
        A1, P = forward_pass_multiclass(X, parameters)
        losses.append(compute_multiclass_loss(P, T))
        slopes = backward_pass_multiclass(X, T, A1, P, parameters)
        parameters = tuple(value - learning_rate * slope for value, slope in zip(parameters, slopes))
    return parameters, losses


# %% [markdown]
# Check before use: the slopes against finite differences, and each function against the package.

# %%
some, parameters = slice(0, 12), initialize_weights(X.shape[1], 4, K, seed=3)
A1, P = forward_pass_multiclass(X[some], parameters)
slopes = backward_pass_multiclass(X[some], T[some], A1, P, parameters)


def loss_with(index, value):
    changed = (*parameters[:index], value, *parameters[index + 1 :])
    return compute_multiclass_loss(forward_pass_multiclass(X[some], changed)[1], T[some])


for index, name in enumerate(("W1", "b1", "W2", "b2")):
    numeric = numerical_gradient(lambda value, index=index: loss_with(index, value), parameters[index])
    print(f"{name}: relative error {relative_error(slopes[index], numeric):.0e}")
    assert relative_error(slopes[index], numeric) < 1e-7

W1, b1, W2, b2 = parameters
A = package.forward_pass(X[some], [W1, W2], [b1, b2], ["sigmoid"])
np.testing.assert_allclose(A[1], A1, rtol=1e-12)
np.testing.assert_allclose(package.softmax(A[-1]), P, rtol=1e-12)
np.testing.assert_allclose(
    package.compute_loss(A[-1], T[some], [W1, W2]), compute_multiclass_loss(P, T[some]), rtol=1e-12
)
weight_slopes, bias_slopes = package.backward_pass(A, T[some], [W1, W2], ["sigmoid"])
for mine, theirs in zip(slopes, (weight_slopes[0], bias_slopes[0], weight_slopes[1], bias_slopes[1])):
    np.testing.assert_allclose(mine, theirs, rtol=1e-9, atol=1e-14)
np.testing.assert_allclose(
    initialize_weights(64, 50, 10, seed=7)[0], package.initialize_weights((64, 50, 10), np.random.default_rng(7))[0][0]
)

# %% [markdown]
# ## Against MLPClassifier
#
# Our network, written above, with 50 hidden units; the package's; and scikit-learn's `MLPClassifier` with the same
# settings: 50 sigmoid units, full-batch gradient descent, no momentum, no penalty, the same rate and number of epochs.
# Ours and the package's start from the same weights and must end in the same place. scikit-learn draws its own start, so
# it may differ by what the start does.

# %%
HIDDEN, RATE, EPOCHS = 50, 0.5, 600
parameters, losses = train_model(X, T, HIDDEN, RATE, EPOCHS)
settings = {"activation": "sigmoid", "solver": "sgd", "alpha": 0.0, "batch_size": "full", "learning_rate_init": RATE,
            "max_iter": EPOCHS, "tol": 0.0, "n_iter_no_change": EPOCHS, "shuffle": False, "random_state": 0}  # fmt: skip
model = MLPClassifier(HIDDEN, **settings).fit(X, y)
np.testing.assert_allclose(losses, model.history_["loss"], rtol=1e-9)
np.testing.assert_allclose(parameters[0], model.coefs_[0], rtol=0, atol=1e-9)


def sklearn_network(seed):
    """scikit-learn's network with the same settings; it says when it has used all epochs, which is what we asked for."""
    import warnings

    from sklearn.exceptions import ConvergenceWarning

    network = sklearn_counterpart(MLPClassifier(HIDDEN, **{**settings, "random_state": seed}), n_samples=len(X))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return network.fit(X, y)


networks = {"scikit-learn, same settings": sklearn_network(0)}
P_held = {"written above": forward_pass_multiclass(X_held, parameters)[1], "scratchwork": model.predict_proba(X_held)}
P_held |= {name: network.predict_proba(X_held) for name, network in networks.items()}


def table_of_scores(probabilities, truth):
    rows = {}
    for name, P in probabilities.items():
        s = classification_scores(truth, P.argmax(axis=1), P, np.arange(K))
        rows[name] = (s.accuracy, s.accuracy_low, s.accuracy_high, s.precision, s.recall, s.f1, s.log_loss)
    columns = ["accuracy", "95 % from", "to", "precision", "recall", "F1", "loss"]
    return pd.DataFrame(rows, index=columns).T


comparison = table_of_scores(P_held, y_held)
comparison

# %% [markdown]
# Precision, recall and F1 are means over the ten classes ("macro"): those of one class alone would say little about the
# other nine. The interval of the accuracy is Wilson's; it comes from the number of validation images.

# %%
(pair,) = compare_pairs(
    y_held, {name: P_held[name].argmax(axis=1) for name in ("scratchwork", "scikit-learn, same settings")}
)
verdict = "can be told from chance" if pair.p_corrected < 0.05 else "cannot be told from chance"
display(
    Markdown(
        f"Of the {len(y_held)} validation images, {pair.only_first} are right only in our network and {pair.only_second} "
        f"only in scikit-learn's. The exact McNemar test gives p = {pair.p:.2f}: the difference **{verdict}**."
    )
)
plt.figure()
plt.plot(range(1, EPOCHS + 1), losses, color=COLOURS[0], label="written above = scratchwork")
for name, network in networks.items():
    plt.plot(range(1, len(network.loss_curve_) + 1), network.loss_curve_, color=COLOURS[1], linestyle="--", label=name)
plt.gca().set(xlabel="epoch", ylabel="training loss", yscale="log")
plt.legend(frameon=False)
plt.show()

# %% [markdown]
# ## Deeper networks, other activations
#
# From here on with mini-batches and Adam, which need far fewer epochs. Each combination is trained from several starts,
# for the same data, epochs and rate; what varies is named in the row and the column. The table gives the mean validation
# accuracy and, after it, the standard deviation over the starts. The sigmoid derivative is the sigmoid's, ReLU's is
# ReLU's: the package keeps each activation beside its own slope.

# %%
BASE = {"solver": "adam", "learning_rate_init": 0.003, "batch_size": 64, "max_iter": 30, "n_iter_no_change": 1000}


def over_starts(**changes):
    """Validation accuracies, one for each start."""
    return np.array(
        [MLPClassifier(**{**BASE, **changes, "random_state": s}).fit(X, y).score(X_held, y_held) for s in SEEDS]
    )


ARCHITECTURES = [(50,), (100,), (50, 50), (50, 50, 50)]
accuracies = {
    (layers, activation): over_starts(hidden_layer_sizes=layers, activation=activation)
    for layers in ARCHITECTURES
    for activation in ("sigmoid", "tanh", "relu")
}
text = {key: f"{values.mean():.3f} ± {values.std(ddof=1):.3f}" for key, values in accuracies.items()}
architecture_table = pd.Series(text).unstack(fill_value="")[["sigmoid", "tanh", "relu"]].rename_axis("hidden layers")
architecture_table

# %% [markdown]
# ## Learning rates and epochs
#
# One picture for all rates, on the same axes, from the same starts: the line is the mean over the starts, the band goes
# from the smallest to the largest. Reading a curve from left to right answers the question about epochs as well: the
# network after 20 epochs is the network after 10 epochs, trained for 10 more. Plain gradient descent in batches of 64.

# %%
RATES, LONG = (1.0, 0.1, 0.01, 0.001), 60
curves = {}
for rate in RATES:
    runs = []
    for seed in SEEDS:
        network = MLPClassifier(HIDDEN, "sigmoid", solver="sgd", alpha=0.0, batch_size=64, learning_rate_init=rate,
                                max_iter=LONG, n_iter_no_change=1000, random_state=seed)  # fmt: skip
        network.fit(X, y, validation_data=(X_held, y_held))
        runs.append((network.history_["validation_nll"], network.history_["validation_accuracy"]))
    curves[rate] = np.array(runs)  # (starts, 2, epochs)

fig, axes = plt.subplots(1, 2, figsize=(8, 3.4), layout="constrained")
for index, (rate, runs) in enumerate(curves.items()):
    for axis, values in zip(axes, (runs[:, 0], runs[:, 1])):
        axis.plot(range(1, LONG + 1), values.mean(axis=0), color=COLOURS[index], label=f"rate {rate:g}")
        axis.fill_between(range(1, LONG + 1), values.min(axis=0), values.max(axis=0), color=COLOURS[index], alpha=0.2)
axes[0].set(xlabel="epoch", ylabel="validation loss", ylim=(0, None))
axes[1].set(xlabel="epoch", ylabel="validation accuracy")
handles, names = axes[0].get_legend_handles_labels()
fig.legend(handles, names, loc="outside right center", frameon=False)
plt.show()
marks = [epoch for epoch in (5, 10, 20, 40, LONG) if epoch <= LONG]
rate_table = pd.DataFrame(
    {
        f"rate {rate:g}": [f"{a[:, 1, e - 1].mean():.3f} ± {a[:, 1, e - 1].std(ddof=1):.3f}" for e in marks]
        for rate, a in curves.items()
    },
    index=pd.Index(marks, name="epochs"),
)
rate_table

# %% [markdown]
# ## Choosing, and the one look at the test part
#
# The architecture with the best mean validation accuracy is trained once more and judged on the test part, which nothing
# so far has touched.

# %%
best = max(accuracies, key=lambda key: accuracies[key].mean())
final = MLPClassifier(best[0], best[1], **BASE, random_state=0).fit(X, y)
P_test = final.predict_proba(X_test)
predicted = P_test.argmax(axis=1)
test_scores = table_of_scores({f"{best[0]}, {best[1]}": P_test}, y_test)
test_scores

# %% [markdown]
# ## Error analysis
#
# Which digits are missed, what are they taken for, and how sure was the network?

# %%
wrong = np.flatnonzero(predicted != y_test)
order = wrong[np.argsort(-P_test[wrong].max(axis=1))][:8]
fig, axes = plt.subplots(1, max(len(order), 2), figsize=(1.15 * max(len(order), 2), 1.7), squeeze=False)
for axis in axes[0]:
    axis.set_axis_off()
for axis, row in zip(axes[0], order):
    axis.imshow(digits.X[test[row]].reshape(8, 8), cmap="gray_r")
    axis.set_title(f"{y_test[row]} as {predicted[row]}\n({P_test[row].max():.0%})", fontsize=9)
plt.show()
confusion = pd.crosstab(pd.Series(y_test, name="true"), pd.Series(predicted, name="predicted"))
confusion

# %%
sure = P_test.max(axis=1) > 0.99
recall = pd.Series({k: (predicted[y_test == k] == k).mean() for k in range(K)})
display(
    Markdown(
        f"{len(wrong)} of {len(y_test)} test images are wrong. Least often recognised: the {recall.idxmin()} "
        f"({recall.min():.0%}). The network is more than 99 % sure of {sure.sum()} images, of which "
        f"{(predicted[sure] == y_test[sure]).sum()} are right; of the other {(~sure).sum()}, "
        f"{(predicted[~sure] == y_test[~sure]).sum()} are."
    )
)

# %% [markdown]
# ## What follows from the tables


# %%
def words(key):
    return f"{' and '.join(map(str, key[0]))} units, {key[1]}"


means = {key: values.mean() for key, values in accuracies.items()}
spread = max(means.values()) - min(means.values())
sampling = np.sqrt(max(means.values()) * (1 - max(means.values())) / len(y_held))
ends = {rate: runs[:, 1, -1].mean() for rate, runs in curves.items()}
good, bad = max(ends, key=ends.get), min(ends, key=ends.get)
early = curves[good][:, 1, marks[0] - 1].mean()
larger = "rate" if ends[good] - ends[bad] > spread else "architecture"
display(
    Markdown(
        f"- **Rate.** After {LONG} epochs the rate {good:g} reaches {ends[good]:.3f} and the rate {bad:g} "
        f"{ends[bad]:.3f}.\n"
        f"- **Epochs.** At the rate {good:g}, {marks[0]} epochs give {early:.3f} and {LONG} give {ends[good]:.3f}.\n"
        f"- **Architecture and activation.** From the worst combination tried ({words(min(means, key=means.get))}: "
        f"{min(means.values()):.3f}) to the best ({words(best)}: {max(means.values()):.3f}) the difference is {spread:.3f}. With "
        f"{len(y_held)} validation images one accuracy has a standard error of {sampling:.3f}, so that difference is "
        f"{spread / sampling:.1f} of them.\n"
        f"- So on these data, within the ranges tried, the choice of the **{larger}** mattered more.\n"
        f"- The chosen network has {test_scores['accuracy'].iloc[0]:.3f} on the test part "
        f"({test_scores['95 % from'].iloc[0]:.3f} to {test_scores['to'].iloc[0]:.3f})."
    )
)

# %% [markdown]
# **Things to try.** A rate of 10; a narrower network, `(5,)`; more starts; choose by the test part instead and see how
# much better the same network looks.
#
# The Digits are from E. Alpaydin and C. Kaynak, UCI Machine Learning Repository (1998); `MLPClassifier` of the comparison
# is scikit-learn's (Pedregosa et al., JMLR 2011).
