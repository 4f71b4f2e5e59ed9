# %% [markdown]
# # A neural network in NumPy
#
# Handwritten digits, one hidden layer, and every line of the arithmetic in view: normalise, forward, loss, backward,
# gradient check, training one image at a time and in batches, and a look at what the network gets wrong.
#
# **To run it.** In a copy of the repository: `pip install ".[notebooks]"`, then `jupyter lab notebooks`. Or
# `./run notebooks numpy`, which makes its own environment. Run the cells from top to bottom; afterwards change what you
# like and run any cell again. `SCRATCHWORK_FULL=1` in the environment takes all 70,000 images and ten
# epochs; that is dozens of times the work.

# %%
import os

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from IPython.display import Markdown, display

from scratchwork import MLPClassifier, fetch_mnist, load_digits
from scratchwork.datasets.idx_images import MNIST, first_complete_folder
from scratchwork.evaluation.scores import classification_scores
from scratchwork.models import mlp as package
from scratchwork.numerics import numerical_gradient, relative_error
from scratchwork.plots.style import COLOURS
from scratchwork.preparation import split_rows

plt.rcParams.update({"figure.figsize": (6.2, 3.6), "axes.spines.top": False, "axes.spines.right": False})
pd.options.display.float_format = "{:.4g}".format
FULL = os.environ.get("SCRATCHWORK_FULL") == "1"

# %% [markdown]
# ## The images
#
# MNIST has 70,000 images of 28 x 28 pixels with grey values from 0 to 255. If it is not on this computer
# (`scratchwork data fetch mnist` brings it), the Digits of scikit-learn stand in: 1,797 images of 8 x 8 pixels, values 0
# to 16. A part of MNIST is enough to learn from here.

# %%
if first_complete_folder(MNIST) is not None:
    data = fetch_mnist()
    wanted = len(data.X) if FULL else 5000
else:
    data = load_digits()
    wanted = len(data.X)
chosen = np.sort(np.random.default_rng(0).permutation(len(data.X))[:wanted])
images, labels, shape = data.X[chosen], data.y[chosen], data.image_shape
display(
    Markdown(
        f"We use **{data.name}**: {len(data.X):,} images of {shape[0]} x {shape[1]} pixels, of which this page takes "
        f"{len(images):,}. The array has the shape {images.shape}; values run from {images.min():.0f} to "
        f"{images.max():.0f}; the targets are the digits {labels.min()} to {labels.max()}."
    )
)
pd.Series(labels).value_counts().sort_index().rename("images of each digit").to_frame().T


# %%
def show(rows, titles):
    _, axes = plt.subplots(1, len(rows), figsize=(1.25 * len(rows), 1.6), squeeze=False)
    for axis, row, title in zip(axes[0], rows, titles):
        axis.imshow(row.reshape(shape), cmap="gray_r")
        axis.set_title(title, fontsize=9)
        axis.set_axis_off()
    plt.show()


three = np.random.default_rng(3).choice(len(images), 3, replace=False)  # without replacement: three different ones
show(images[three], [f"label {labels[row]}" for row in three])

# %% [markdown]
# ## Split first, then normalise
#
# 80 % of the images are for training, 20 % for validation. What the normalisation learns, here the smallest and the
# largest grey value, it learns from the training part alone. The validation part plays the role of images that nobody has
# seen yet; nothing about it may flow into the model.

# %%
train, held = split_rows(labels, test_share=0.2, seed=0, task="classification")
low, high = float(images[train].min()), float(images[train].max())


def normalise(images):
    return (images - low) / (high - low)


X, X_held = normalise(images[train]), normalise(images[held])
y, y_held = labels[train], labels[held]
K = 10
T, T_held = np.eye(K)[y], np.eye(K)[y_held]  # one-hot: a row of zeros with a 1 in the column of the class
print("training  ", X.shape, T.shape, f"values {X.min():.1f} to {X.max():.1f}")
print("validation", X_held.shape, T_held.shape, f"values {X_held.min():.1f} to {X_held.max():.1f}")

# %% [markdown]
# ## Forward
#
# $$A_1 = \sigma(X W_1 + b_1), \qquad Z = A_1 W_2 + b_2, \qquad P = \operatorname{softmax}(Z)$$
#
# | | shape | |
# |---|---|---|
# | $X$ | $(n, d)$ | $n$ images of $d$ pixels |
# | $W_1, b_1$ | $(d, h), (h)$ | into $h$ hidden units |
# | $A_1$ | $(n, h)$ | what the hidden units say, between 0 and 1 |
# | $W_2, b_2$ | $(h, K), (K)$ | into the $K$ classes |
# | $Z, P$ | $(n, K)$ | logits, probabilities: each row of $P$ sums to 1 |
#
# Softmax is $e^{z_k} / \sum_j e^{z_j}$. Subtracting the largest logit of the row first changes nothing but the overflow.
#
# The start must be random. Equal weights would give equal gradients, and all hidden units would stay copies of one
# another for ever. The size $\sqrt{6 / (\text{in} + \text{out})}$ (Glorot and Bengio, 2010) keeps the sums in the range
# where the sigmoid is not flat.


# %%
def initialize(d, h, K, seed=0):
    rng = np.random.default_rng(seed)
    first, second = np.sqrt(6 / (d + h)), np.sqrt(6 / (h + K))
    return {
        "W1": rng.uniform(-first, first, (d, h)), "b1": np.zeros(h),
        "W2": rng.uniform(-second, second, (h, K)), "b2": np.zeros(K),
    }  # fmt: skip


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))


def sigmoid_derivative(a):
    return a * (1 - a)  # from the value a = sigmoid(z), not from z


def softmax(Z):
    e = np.exp(Z - Z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def forward(X, p):
    A1 = sigmoid(X @ p["W1"] + p["b1"])
    return A1, A1 @ p["W2"] + p["b2"]


HIDDEN = 128
start = initialize(X.shape[1], HIDDEN, K)
A1, Z = forward(X[:5], start)
print("hidden", A1.shape, "logits", Z.shape, "sums of the probabilities", softmax(Z).sum(axis=1))

# %% [markdown]
# ## Loss
#
# The negative log-likelihood: the mean of $-\log P_{i,c_i}$, where $c_i$ is the class of image $i$. The logarithm of a
# softmax is $z_c - \log\sum_k e^{z_k}$; computed like that it is finite even where the probability itself rounds to 0.
# It is divided by the number of images, and not by the number of classes as well. A network that knows nothing gives
# every class 1/10, and its loss is $\log 10$.


# %%
def loss(Z, T):
    shifted = Z - Z.max(axis=1, keepdims=True)
    return -(T * (shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)))).sum() / len(T)


print(f"loss of equal logits: {loss(np.zeros((4, K)), T[:4]):.6f}   log 10 = {np.log(10):.6f}")
print(f"loss at the start:    {loss(forward(X, start)[1], T):.6f}")

# %% [markdown]
# ## Backward, line by line
#
# We want the slope of the loss $J$ in each weight. Start at the end and go back.
#
# 1. **Logits.** For one image, $J = \log\sum_k e^{z_k} - z_c$. Its derivative by $z_k$ is
#    $e^{z_k} / \sum_j e^{z_j} - [k = c]$, so $p_k - t_k$. With the mean over $n$ images: $D_2 = (P - T) / n$.
# 2. **Second weights.** $Z = A_1 W_2 + b_2$: the weight from hidden unit $j$ to class $k$ is multiplied by $a_j$, so
#    $\partial J / \partial W_2 = A_1^\top D_2$, and $\partial J / \partial b_2$ is the sum of the rows of $D_2$.
# 3. **Hidden units.** Unit $j$ acts on every class through row $j$ of $W_2$: the slope in $A_1$ is $D_2 W_2^\top$.
# 4. **Through the sigmoid.** $\sigma'(z) = \sigma(z)(1 - \sigma(z))$, so $D_1 = (D_2 W_2^\top) \odot A_1 \odot (1 - A_1)$.
# 5. **First weights.** As in step 2: $X^\top D_1$, and the sum of the rows of $D_1$.


# %%
def backward(X, T, A1, Z, p):
    D2 = (softmax(Z) - T) / len(T)  # 1
    D1 = D2 @ p["W2"].T * sigmoid_derivative(A1)  # 3 and 4
    return {"W1": X.T @ D1, "b1": D1.sum(axis=0), "W2": A1.T @ D2, "b2": D2.sum(axis=0)}  # 5 and 2


# %% [markdown]
# **Gradient check.** Nobody should trust five lines of calculus. Move each weight a little and see what the loss does; on
# a small network, so that there are few weights to move.

# %%
rng = np.random.default_rng(5)
small_X, small_T = rng.normal(size=(7, 6)), np.eye(4)[rng.integers(0, 4, 7)]
small = {name: rng.normal(size=value.shape) for name, value in initialize(6, 5, 4).items()}
analytic = backward(small_X, small_T, *forward(small_X, small), small)
errors = {}
for name in small:
    numeric = numerical_gradient(
        lambda W, name=name: loss(forward(small_X, {**small, name: W})[1], small_T), small[name]
    )
    errors[name] = relative_error(analytic[name], numeric)
    assert errors[name] < 1e-7, name
print("relative errors:", {name: f"{error:.0e}" for name, error in errors.items()})

# %% [markdown]
# ## Training
#
# One update: forward, backward, and each weight a step against its slope. `train_model` does that for batches of any size; size
# 1 is "one image at a time". Each epoch visits all training images once, in a new order: in the file's order a run of
# similar images would pull the weights to and fro.
#
# The training loss of an epoch is the mean over its images, each taken just before the update that uses it. The
# validation loss is taken after the epoch. So in a fast start the validation curve can lie below the training curve.


# %%
def train_model(start, batch_size, rate, epochs, seed=0):
    p = {name: value.copy() for name, value in start.items()}
    order, history = np.random.default_rng(seed), []
    for _ in range(epochs):
        total = 0.0
        for rows in np.split(shuffled := order.permutation(len(X)), range(batch_size, len(shuffled), batch_size)):
            A1, Z = forward(X[rows], p)
            total += loss(Z, T[rows]) * len(rows)
            for name, slope in backward(X[rows], T[rows], A1, Z, p).items():
                p[name] -= rate * slope
        held_Z = forward(X_held, p)[1]
        history.append((total / len(X), loss(held_Z, T_held), (held_Z.argmax(axis=1) == y_held).mean()))
    return p, np.array(history)


EPOCHS = 10 if FULL else 4
SETTINGS = {"one image at a time, rate 0.05": (1, 0.05), "batches of 32, rate 0.5": (32, 0.5)}
runs = {name: train_model(start, size, rate, EPOCHS) for name, (size, rate) in SETTINGS.items()}

# %%
fig, axis = plt.subplots()
for index, (name, (_, history)) in enumerate(runs.items()):
    epochs = np.arange(1, len(history) + 1)
    axis.plot(epochs, history[:, 0], color=COLOURS[index], marker="o", label=f"{name}: training")
    axis.plot(epochs, history[:, 1], color=COLOURS[index], marker="o", linestyle="--", label="validation")
axis.set(xlabel="epoch", ylabel="negative log-likelihood", ylim=(0, None), xticks=epochs)
axis.legend(frameon=False, fontsize=8)
plt.show()
pd.DataFrame(
    {name: history[-1] for name, (_, history) in runs.items()},
    index=["training loss", "validation loss", "validation accuracy"],
).T

# %% [markdown]
# The two runs differ in batch size *and* in rate, so this is no experiment about either; `09_experiments` does such
# things properly. A batch of 32 makes one step where single images make 32, which is why its steps may be longer.
#
# ## What the network says about an image

# %%
name = max(runs, key=lambda name: runs[name][1][-1, 2])
p = runs[name][0]
P_held = softmax(forward(X_held, p)[1])
predicted = P_held.argmax(axis=1)  # the class with the highest confidence
picked = int(np.random.default_rng(8).integers(len(X_held)))  # a validation image: the network was not trained on it
fig, axes = plt.subplots(1, 2, figsize=(5.6, 2.4), width_ratios=(1, 1.7), layout="constrained")
axes[0].imshow(X_held[picked].reshape(shape), cmap="gray_r")
axes[0].set_axis_off()
axes[0].set_title(f"label {y_held[picked]}", fontsize=9)
colours = [COLOURS[0] if k == predicted[picked] else "#b8c4ce" for k in range(K)]
axes[1].barh(range(K), P_held[picked], color=colours)
axes[1].set(yticks=range(K), xlabel="confidence", xlim=(0, 1), title=f"prediction {predicted[picked]}")
axes[1].invert_yaxis()
plt.show()

# %% [markdown]
# ## Mistakes
#
# The ones it was surest of come first. Some are hard for people too; some are plain errors.

# %%
wrong = np.flatnonzero(predicted != y_held)
worst = wrong[np.argsort(-P_held[wrong, predicted[wrong]])][:7]
show(X_held[worst], [f"{y_held[i]} as {predicted[i]}\n({P_held[i, predicted[i]]:.0%})" for i in worst])
confusion = pd.crosstab(pd.Series(y_held, name="true"), pd.Series(predicted, name="predicted"))
pairs = confusion.stack().reset_index(name="images").query("true != predicted").sort_values("images", ascending=False)
score = classification_scores(y_held, predicted, P_held, np.arange(K))
display(
    Markdown(
        f"{score.accuracy:.1%} of {len(y_held):,} validation images are right (95 % interval {score.accuracy_low:.1%} to "
        f"{score.accuracy_high:.1%}); the most frequent mistake is a {pairs.iloc[0].true} taken for a "
        f"{pairs.iloc[0].predicted} ({pairs.iloc[0].images} times)."
    )
)
confusion

# %% [markdown]
# ## The same as the package
#
# `scratchwork.models.mlp` has these steps for any number of layers. With the same weights and the same batches, both
# compute the same numbers.

# %%
weights, biases = [small["W1"], small["W2"]], [small["b1"], small["b2"]]
A = package.forward_pass(small_X, weights, biases, ["sigmoid"])
np.testing.assert_allclose(forward(small_X, small)[1], A[-1], rtol=1e-12)
np.testing.assert_allclose(loss(A[-1], small_T), package.compute_loss(A[-1], small_T, weights), rtol=1e-12)
weight_slopes, bias_slopes = package.backward_pass(A, small_T, weights, ["sigmoid"])
for mine, theirs in zip(("W1", "W2", "b1", "b2"), (*weight_slopes, *bias_slopes)):
    np.testing.assert_allclose(analytic[mine], theirs, rtol=1e-10, atol=1e-15)

model = MLPClassifier(HIDDEN, "sigmoid", solver="sgd", alpha=0, batch_size=32, learning_rate_init=0.5, max_iter=1,
                      random_state=0)  # fmt: skip
for steps, update in enumerate(model.update_steps(X, y), start=1):  # the package's own first weights and batches
    if steps == 1:
        first = package.initialize_weights((X.shape[1], HIDDEN, K), np.random.default_rng(0))
        mine = {"W1": first[0][0], "W2": first[0][1], "b1": first[1][0], "b2": first[1][1]}
    rows = update.rows
    for name, slope in backward(X[rows], T[rows], *forward(X[rows], mine), mine).items():
        mine[name] -= 0.5 * slope
    if steps == 20:
        break
difference = max(np.abs(mine["W1"] - model.coefs_[0]).max(), np.abs(mine["W2"] - model.coefs_[1]).max())
print(f"after {steps} updates the weights differ by at most {difference:.0e}")
assert difference < 1e-12

# %% [markdown]
# **Things to try.** Start with all weights at 0 and look at the columns of `W1` after training; a rate of 5; 16 hidden
# units; leave out the normalisation.
