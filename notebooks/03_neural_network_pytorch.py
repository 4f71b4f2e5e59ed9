# %% [markdown]
# # The same idea in PyTorch
#
# Pictures of clothes, a network 784-128-64-10, and PyTorch: `DataLoader`, stochastic gradient descent, negative
# log-likelihood. Then the question that a second implementation is good for: do NumPy and PyTorch compute the same
# network? The last section compares them update by update.
#
# **To run it.** In a copy of the repository: `pip install ".[notebooks,torch]"`, then `jupyter lab notebooks`. Or
# `./run notebooks pytorch`, which makes its own environment. Run the cells from top to bottom; afterwards change what you
# like and run any cell again. `SCRATCHWORK_FULL=1` in the environment takes all 70,000 images.

# %%
import os

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import torch
from IPython.display import Markdown, display

from scratchwork import MLPClassifier, TorchMLPClassifier, fetch_fashion_mnist, load_digits
from scratchwork.datasets.idx_images import FASHION_MNIST, first_complete_folder
from scratchwork.evaluation.scores import classification_scores
from scratchwork.plots.style import COLOURS
from scratchwork.preparation import split_rows

plt.rcParams.update({"figure.figsize": (6.2, 3.6), "axes.spines.top": False, "axes.spines.right": False})
pd.options.display.float_format = "{:.4g}".format
FULL = os.environ.get("SCRATCHWORK_FULL") == "1"
torch.set_num_threads(1)  # for networks of this size one thread is as fast as many

# %% [markdown]
# ## The data
#
# Fashion-MNIST: 28 x 28 pixels, ten named classes. If it is not on this computer (`scratchwork data fetch fashion-mnist`
# brings it), the Digits of scikit-learn stand in. 80 % of the images are for training, 20 % for validation; the largest
# grey value, by which all are divided, is that of the training part.

# %%
if first_complete_folder(FASHION_MNIST) is not None:
    data = fetch_fashion_mnist()
    wanted = len(data.X) if FULL else 31_000
else:
    data = load_digits()
    wanted = len(data.X)
chosen = np.sort(np.random.default_rng(0).permutation(len(data.X))[:wanted])
images, labels, names, shape = data.X[chosen], data.y[chosen], data.class_names, data.image_shape
train, held = split_rows(labels, test_share=0.2, seed=0, task="classification")
largest = float(images[train].max())
X, X_held = (torch.tensor(images[rows] / largest, dtype=torch.float32) for rows in (train, held))
y, y_held = (torch.tensor(labels[rows]) for rows in (train, held))
display(
    Markdown(
        f"We use **{data.name}**, {len(images):,} of its {len(data.X):,} images: {len(X):,} for training, "
        f"{len(X_held):,} for validation, each a vector of {X.shape[1]} numbers from {X.min():.0f} to {X.max():.0f}."
    )
)


# %%
def show(rows, titles):
    _, axes = plt.subplots(1, len(rows), figsize=(1.35 * len(rows), 1.7), squeeze=False)
    for axis, row, title in zip(axes[0], rows, titles):
        axis.imshow(np.asarray(row).reshape(shape), cmap="gray_r")
        axis.set_title(title, fontsize=9)
        axis.set_axis_off()
    plt.show()


three = np.random.default_rng(1).choice(len(X), 3, replace=False)
show(X[three], [names[label] for label in y[three]])

# %% [markdown]
# ## Loaders
#
# A loader hands out the images in batches. The training loader shuffles in every epoch; the validation loader has no
# reason to. The last batch may be smaller, and that matters below: a mean of the batches' means is not the mean over the
# images.

# %%
BATCH, RATE, EPOCHS = 64, 0.005, 5
training_set = torch.utils.data.TensorDataset(X, y)
shuffle = torch.Generator().manual_seed(0)
loader = torch.utils.data.DataLoader(training_set, batch_size=BATCH, shuffle=True, generator=shuffle)
held_loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(X_held, y_held), batch_size=1024)
batch, targets = next(iter(loader))
print(f"{len(training_set):,} training images in {len(loader)} batches; last one of {len(X) % BATCH or BATCH}")
print("one batch:", tuple(batch.shape), batch.dtype, "and targets", tuple(targets.shape), targets[:8].tolist(), "...")

# %% [markdown]
# ## The network
#
# Three linear layers with ReLU between them, and `LogSoftmax`, whose output is the logarithm of the probabilities.
# `NLLLoss` then picks the one of the true class and changes its sign. PyTorch derives the backward pass itself.


# %%
def new_network(seed=0):
    torch.manual_seed(seed)
    nn = torch.nn
    return nn.Sequential(
        nn.Linear(X.shape[1], 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10), nn.LogSoftmax(dim=1)
    )


def evaluate(network, loader):
    """Mean loss and accuracy over the images, whatever the sizes of the batches."""
    total = right = count = 0
    network.eval()
    with torch.no_grad():
        for batch, targets in loader:
            output = network(batch)
            total += torch.nn.functional.nll_loss(output, targets, reduction="sum").item()
            right += (output.argmax(dim=1) == targets).sum().item()
            count += len(targets)
    return total / count, right / count


print(new_network())
print(f"loss before training {evaluate(new_network(), held_loader)[0]:.4f}; log 10 = {np.log(10):.4f}")


# %%
def train_network(rate=RATE, epochs=EPOCHS, momentum=0.0):
    network = new_network()
    optimizer = torch.optim.SGD(network.parameters(), lr=rate, momentum=momentum)
    shuffle.manual_seed(0)
    history = []
    for _ in range(epochs):
        network.train()
        total = 0.0
        for batch, targets in loader:
            optimizer.zero_grad()  # without this, slopes of earlier batches would be added
            loss = torch.nn.functional.nll_loss(network(batch), targets)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(targets)
        history.append((total / len(X), *evaluate(network, held_loader)))
    return network, np.array(history)


network, history = train_network()
after_training, accuracy_on_training = evaluate(network, loader)
faster_network, faster = train_network(momentum=0.9)

# %% [markdown]
# ## Both curves, one pair of axes
#
# The training loss is taken while training, each image just before the update it is part of; the validation loss after
# the epoch. So the training curve lags behind by half an epoch, and lies above the validation curve while learning is
# fast. Measured again after the last epoch, it is the point marked with a cross.

# %%
epochs = np.arange(1, len(history) + 1)
fig, axis = plt.subplots()
for index, (label, run) in enumerate({f"rate {RATE}": history, f"rate {RATE}, momentum 0.9": faster}.items()):
    axis.plot(epochs, run[:, 0], color=COLOURS[index], marker="o", label=f"{label}: training")
    axis.plot(epochs, run[:, 1], color=COLOURS[index], marker="o", linestyle="--", label="validation")
axis.scatter(epochs[-1], after_training, marker="x", s=60, color="black", label="training, after the epoch", zorder=3)
axis.set(xlabel="epoch", ylabel="negative log-likelihood", xticks=epochs, ylim=(0, None))
axis.legend(frameon=False, fontsize=8)
plt.show()
columns = ["training loss", "validation loss", "validation accuracy"]
pd.DataFrame(history, columns=columns, index=pd.Index(epochs, name="epoch"))

# %% [markdown]
# The one change from the first run to the second is momentum: the same start, the same batches in the same order, the
# same rate.
#
# ## Predictions
#
# For images of the **validation** part: what a network says about its own training images shows what it remembers.

# %%
with torch.no_grad():
    P = network(X_held).exp().numpy()
predicted, truth = P.argmax(axis=1), y_held.numpy()


def view_classify(row):
    """The image beside a bar for each class; the prediction is the longest one."""
    _, axes = plt.subplots(1, 2, figsize=(6.4, 2.5), width_ratios=(1, 1.6), layout="constrained")
    axes[0].imshow(X_held[row].reshape(shape), cmap="gray_r")
    axes[0].set_axis_off()
    axes[0].set_title(f"label: {names[truth[row]]}", fontsize=9)
    axes[1].barh(range(10), P[row], color=[COLOURS[0] if k == predicted[row] else "#b8c4ce" for k in range(10)])
    axes[1].set(xlabel="confidence", xlim=(0, 1), title=f"prediction: {names[predicted[row]]}")
    axes[1].set_yticks(range(10), names)
    axes[1].invert_yaxis()
    plt.show()


view_classify(int(np.random.default_rng(4).integers(len(X_held))))
wrong = np.flatnonzero(predicted != truth)
view_classify(int(wrong[np.argmax(P[wrong].max(axis=1))]))  # of its mistakes, the one it was surest of

# %%
score = classification_scores(truth, predicted, P, np.arange(10))
recall = pd.Series({names[k]: (predicted[truth == k] == k).mean() for k in range(10)})
display(
    Markdown(
        f"Validation accuracy **{score.accuracy:.4f}** (95 % interval {score.accuracy_low:.4f} to "
        f"{score.accuracy_high:.4f}); on the training part {accuracy_on_training:.4f}. With momentum "
        f"{faster[-1, 2]:.4f}. Best recognised: {recall.idxmax()} ({recall.max():.0%}); worst: {recall.idxmin()} "
        f"({recall.min():.0%})."
    )
)

# %% [markdown]
# ## In lock-step: is it the same network?
#
# `scratchwork.MLPClassifier` computes in NumPy with a backward pass written by hand; `TorchMLPClassifier` has the same
# parameters and leaves the backward pass to PyTorch. With one `random_state` both start from the same weights and see the
# same batches. In float64, any difference beyond rounding would be an error in one of the two.

# %%
settings = {"hidden_layer_sizes": (128, 64), "activation": "relu", "solver": "sgd", "learning_rate_init": 0.05,
            "momentum": 0.9, "alpha": 1e-4, "batch_size": 64, "max_iter": 2, "random_state": 0}  # fmt: skip
some = 4096 if FULL else 1024
X64, y64 = X[:some].numpy().astype(np.float64), y[:some].numpy()
ours, theirs = MLPClassifier(**settings), TorchMLPClassifier(**settings)
rows = []
for a, b in zip(ours.update_steps(X64, y64), theirs.update_steps(X64, y64)):
    assert np.array_equal(a.rows, b.rows)  # the same batch
    rows.append(
        {
            "update": a.step,
            "NumPy loss": a.loss,
            "PyTorch loss": b.loss,
            "slopes differ by": max(np.abs(p - q).max() for p, q in zip(a.weight_gradients, b.weight_gradients)),
            "weights differ by": max(np.abs(p - q).max() for p, q in zip(ours.coefs_, theirs.coefs_)),
        }
    )
lock_step = pd.DataFrame(rows).set_index("update")
worst = lock_step["weights differ by"].max()
assert worst < 1e-10
np.testing.assert_allclose(lock_step["NumPy loss"], lock_step["PyTorch loss"], rtol=1e-10)
display(
    Markdown(
        f"After {len(lock_step)} updates no weight differs by more than **{worst:.0e}**: equal to the tenth digit."
    )
)
digits = {"NumPy loss": "{:.12f}".format, "PyTorch loss": "{:.12f}".format}
small = dict.fromkeys(("slopes differ by", "weights differ by"), "{:.0e}".format)
print(lock_step.iloc[[0, 1, 3, 7, 15, len(lock_step) - 1]].to_string(formatters=digits | small))

# %% [markdown]
# Why not to the last digit? Adding the same numbers in another order rounds differently, and the two libraries add in
# different orders. Each update builds on the last one, so the difference grows slowly; that it stays this small is the
# evidence that the hand-written backward pass is right.
#
# **Things to try.** A rate of 0.5; no shuffling; a third hidden layer; `dtype` float32 in the lock-step (how far apart
# then?).
