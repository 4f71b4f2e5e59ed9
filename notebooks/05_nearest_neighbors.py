# %% [markdown]
# # k nearest neighbours
#
# To classify something new, look at the k most similar things already known and let them vote. Nothing is trained; all
# the work is in the question "how similar", and in the choice of k. This page writes the method out, shows its
# boundaries, chooses k without deceiving itself, and compares it with a neural network on two data sets.
#
# **To run it.** In a copy of the repository: `pip install ".[notebooks]"`, then `jupyter lab notebooks`. Or
# `./run notebooks nearest`, which makes its own environment. Run the cells from top to bottom; afterwards change what you
# like and run any cell again. `SCRATCHWORK_FULL=1` in the environment takes more images in the comparison.

# %%
import os

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from IPython.display import Markdown, display
from matplotlib.colors import ListedColormap
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer, load_wine, make_moons
from sklearn.pipeline import make_pipeline

from scratchwork import KNeighborsClassifier, MLPClassifier, fetch_fashion_mnist, load_digits
from scratchwork.datasets.idx_images import FASHION_MNIST, first_complete_folder
from scratchwork.evaluation.differences import compare_pairs
from scratchwork.evaluation.scores import classification_scores
from scratchwork.evaluation.validation_curve import validation_curve
from scratchwork.models import nearest_neighbors as package
from scratchwork.plots.style import COLOURS, MARKERS
from scratchwork.preparation import Standardize, split_rows

plt.rcParams.update({"figure.figsize": (6.2, 3.6), "axes.spines.top": False, "axes.spines.right": False})
pd.options.display.float_format = "{:.4g}".format
FULL = os.environ.get("SCRATCHWORK_FULL") == "1"

# %% [markdown]
# ## The method, in three steps
#
# 1. The **distance** of each question $q$ to each known row $x$: $\sqrt{\sum_j (q_j - x_j)^2}$.
# 2. The **k nearest**: sort, take the first k. The stable sort keeps equal distances in the order of the rows, so the
#    answer depends on the data and on nothing else.
# 3. The **vote**: the share of each class among them. The largest share wins; in a tie the smaller class.


# %%
def my_distances(Q, X):
    return np.array([np.sqrt(((X - q) ** 2).sum(axis=1)) for q in Q])  # (questions, known rows)


def my_nearest(D, k):
    return np.argsort(D, axis=1, kind="stable")[:, :k]


def my_vote(labels, n_classes):
    return np.array([np.bincount(row, minlength=n_classes) / len(row) for row in labels])


points, group = make_moons(300, noise=0.3, random_state=0)
questions = np.array([[0.0, 0.9], [0.6, 0.3], [2.0, -0.5]])
neighbours = my_nearest(my_distances(questions, points), k=5)
shares = my_vote(group[neighbours], 2)
for question, indices, share in zip(questions, neighbours, shares):
    print(f"{question}: neighbours {indices.tolist()} of the groups {group[indices].tolist()} -> {share}")

# %% [markdown]
# The same as the package, function by function, and the same as its estimator, which finds the same neighbours with less
# work:

# %%
D = my_distances(questions, points)
np.testing.assert_allclose(D, package.distances(questions, points), rtol=1e-12)
np.testing.assert_array_equal(neighbours, package.nearest(D, 5)[1])
np.testing.assert_array_equal(shares, package.vote(group[neighbours], np.ones((3, 5)), 2))
model = KNeighborsClassifier(n_neighbors=5).fit(points, group)
np.testing.assert_array_equal(neighbours, model.kneighbors(questions)[1])
np.testing.assert_allclose(shares, model.predict_proba(questions))
print("equal")

# %% [markdown]
# ## Boundaries
#
# With k = 1 every point owns the region around it, noise included. With a large k the boundary is smooth, and in the end
# only the larger group is left. On these 300 points:


# %%
def regions(axis, predict, points, group, resolution=120):
    low, high = points.min(axis=0) - 0.3, points.max(axis=0) + 0.3
    grid = np.stack(np.meshgrid(*(np.linspace(low[i], high[i], resolution) for i in (0, 1))), axis=-1)
    region = predict(grid.reshape(-1, 2)).reshape(resolution, resolution)
    colours = ListedColormap(COLOURS[: group.max() + 1])
    extent = (low[0], high[0], low[1], high[1])
    axis.imshow(region, origin="lower", extent=extent, aspect="auto", cmap=colours, alpha=0.3, vmin=0, vmax=group.max())
    for value in range(group.max() + 1):
        axis.scatter(*points[group == value].T, s=9, color=COLOURS[value], marker=MARKERS[value])


fig, axes = plt.subplots(1, 3, figsize=(8.4, 2.9), sharey=True, layout="constrained")
for axis, k in zip(axes, (1, 15, 150)):
    model = KNeighborsClassifier(n_neighbors=k).fit(points, group)
    regions(axis, model.predict, points, group)
    axis.set_title(f"k = {k}: {model.score(points, group):.0%} of these points", fontsize=10)
plt.show()

# %% [markdown]
# k = 1 is right for *all* of its own points: each is its own nearest neighbour. That says nothing about new points, and
# it shows why the training accuracy cannot choose k.
#
# ## Choosing k honestly
#
# The rows are split once: 80 % to learn from and to choose with, 20 % put away. Inside the 80 % the choice is made by
# cross-validation: five times, four fifths are known and one fifth asks. The test part is looked at once, with the k that
# was chosen. The best mean of a long flat top is partly luck; beside it stands the *simplest* k (the largest) whose mean
# is within one standard error of the best.

# %%
digits = load_digits()
train, test = split_rows(digits.y, test_share=0.2, seed=0, task="classification")
X, y, X_test, y_test = digits.X[train], digits.y[train], digits.X[test], digits.y[test]
ks = [1, 2, 3, 4, 5, 7, 9, 13, 19, 27, 39, 55]
curve = validation_curve(KNeighborsClassifier(), "n_neighbors", ks, X, y, n_splits=5, seed=0)
on_training = [KNeighborsClassifier(n_neighbors=k).fit(X, y).score(X, y) for k in ks]

fig, axis = plt.subplots()
axis.plot(
    ks, on_training, color=COLOURS[1], linestyle="--", marker="s", markersize=4, label="the training rows themselves"
)
axis.errorbar(
    ks, curve.mean, yerr=curve.standard_error, color=COLOURS[0], marker="o", capsize=3, label="held-out folds ± 1 s.e."
)
axis.axvline(curve.best, color=COLOURS[5], linestyle=":", label=f"best mean: k = {curve.best}")
axis.set(xlabel="k", ylabel="accuracy", xscale="log")
axis.set_xticks(ks, ks)
axis.minorticks_off()
axis.legend(frameon=False, fontsize=8)
plt.show()

# %%
chosen = KNeighborsClassifier(n_neighbors=curve.best).fit(X, y)
predicted = chosen.predict(X_test)
score = classification_scores(y_test, predicted)
display(
    Markdown(
        f"Cross-validation chooses **k = {curve.best}**, with {curve.mean[ks.index(curve.best)]:.4f} ± "
        f"{curve.standard_error[ks.index(curve.best)]:.4f}; the simplest within one standard error is "
        f"k = {curve.one_standard_error}. On the test part, looked at once: **{score.accuracy:.4f}** (95 % interval "
        f"{score.accuracy_low:.4f} to {score.accuracy_high:.4f}); precision {score.precision:.4f}, recall "
        f"{score.recall:.4f}, F1 {score.f1:.4f} (means over the classes)."
    )
)

# %% [markdown]
# ### The answer with its reasons
#
# A vote can be looked at. Here is a test image (a mistake, if there is one) and its nearest neighbours. The first k of
# them decided; with k = 1 that is the first alone.

# %%
wrong = np.flatnonzero(predicted != y_test)
row = int(wrong[0]) if len(wrong) else 0
D, I = chosen.kneighbors(X_test[row : row + 1], n_neighbors=max(3, min(curve.best, 7)))
pictures = [X_test[row], *X[I[0]]]
titles = [f"label {y_test[row]}\nsaid {predicted[row]}", *(f"a {y[i]}\nat {d:.1f}" for i, d in zip(I[0], D[0]))]
fig, axes = plt.subplots(1, len(pictures), figsize=(1.2 * len(pictures), 1.8))
for axis, picture, title in zip(axes, pictures, titles):
    axis.imshow(picture.reshape(8, 8), cmap="gray_r")
    axis.set_title(title, fontsize=9)
    axis.set_axis_off()
plt.show()

# %% [markdown]
# ## What "similar" means
#
# A distance adds up differences, so a column in large units drowns the others. The wines of scikit-learn have 13
# measurements; one of them, proline, is in the hundreds. Standardising gives each the same say, and the scaling is part of
# the model: it is learnt anew from the known rows of each fold. The same folds for every row of the table:

# %%
wine = load_wine()
inner, outer = split_rows(wine.target, test_share=0.2, seed=0, task="classification")
W, w = wine.data[inner], wine.target[inner]
rows = {}
for name, columns in {"all 13 columns": range(13), "the largest alone": [int(W.std(axis=0).argmax())]}.items():
    part = W[:, list(columns)]
    plain = validation_curve(KNeighborsClassifier(), "n_neighbors", [5], part, w)
    scaled = make_pipeline(Standardize(), KNeighborsClassifier())
    scaled = validation_curve(scaled, "kneighborsclassifier__n_neighbors", [5], part, w)
    rows[name] = {
        "as measured": plain.mean[0],
        "standardised": scaled.mean[0],
        "standard error": scaled.standard_error[0],
    }
scaling = pd.DataFrame(rows).T
display(
    Markdown(
        f"As measured, all columns together are worth {scaling.iloc[0, 0]:.3f}, and "
        f"`{wine.feature_names[int(W.std(axis=0).argmax())]}` alone {scaling.iloc[1, 0]:.3f}. Standardised, all columns "
        f"reach {scaling.iloc[0, 1]:.3f}."
    )
)
scaling

# %% [markdown]
# ### Fewer columns
#
# A column that says nothing about the class still adds to every distance. Forward selection: start with no column, and
# again and again add the one that helps cross-validation most. The scores along that path are those of winners, each
# picked because it was highest, so they are too hopeful; the rows put away give the fair figure, once.


# %%
def score_of(columns):
    estimator = make_pipeline(Standardize(), KNeighborsClassifier())
    parameter = "kneighborsclassifier__n_neighbors"
    return float(validation_curve(estimator, parameter, [5], W[:, columns], w).mean[0])


path, path_scores = [], []
while len(path) < W.shape[1]:
    left = [column for column in range(W.shape[1]) if column not in path]
    tried = {column: score_of([*path, column]) for column in left}
    path.append(max(tried, key=tried.get))
    path_scores.append(tried[path[-1]])
size = int(np.argmax(path_scores)) + 1  # the smallest number of columns with the highest score
fig, axis = plt.subplots(figsize=(6.2, 2.8))
axis.plot(range(1, len(path) + 1), path_scores, color=COLOURS[0], marker="o")
axis.axvline(size, color=COLOURS[5], linestyle=":")
axis.set(xlabel="number of columns", ylabel="accuracy, held-out folds", xticks=range(1, len(path) + 1))
plt.show()
fair = {}
for name, columns in {"selected": path[:size], "all": list(range(W.shape[1]))}.items():
    estimator = make_pipeline(Standardize(), KNeighborsClassifier()).fit(W[:, columns], w)
    fair[name] = int((estimator.predict(wine.data[outer][:, columns]) == wine.target[outer]).sum())
display(
    Markdown(
        f"Selected: {', '.join(wine.feature_names[column] for column in path[:size])}. Of the {len(outer)} wines put "
        f"away, {fair['selected']} are right with these columns and {fair['all']} with all {W.shape[1]}."
    )
)

# %% [markdown]
# ## Against a neural network, on two data sets
#
# A fair comparison: the same rows to learn from, the same scaling, the same test part; each method chooses one parameter
# from **four** values on the same three folds (k; the number of hidden units). Then each looks at the test part once.

# %%
tables = {"digits": (digits.X / 16, digits.y)}
if first_complete_folder(FASHION_MNIST) is not None:
    fashion = fetch_fashion_mnist()
    part = np.sort(np.random.default_rng(0).permutation(len(fashion.X))[: 12_000 if FULL else 2500])
    tables["fashion-mnist"] = (fashion.X[part] / 255, fashion.y[part])
else:
    cancer = load_breast_cancer()
    tables["breast cancer"] = (cancer.data, cancer.target)

METHODS = {
    "k-NN": (KNeighborsClassifier(), "n_neighbors", (1, 3, 7, 15), "larger"),
    "network": (
        MLPClassifier(batch_size=64, learning_rate_init=0.002, max_iter=20, random_state=0),
        "hidden_layer_sizes", (16, 32, 64, 128), "smaller",
    ),
}  # fmt: skip
rows, verdicts = [], []
for table, (values, labels) in tables.items():
    learn, judge = split_rows(labels, test_share=0.2, seed=0, task="classification")
    scaler = Standardize().fit(values[learn]) if table == "breast cancer" else None  # pixels share one unit already
    known, asked = (values[rows_] if scaler is None else scaler.transform(values[rows_]) for rows_ in (learn, judge))
    predictions = {}
    for method, (estimator, parameter, options, simpler) in METHODS.items():
        choice = validation_curve(estimator, parameter, options, known, labels[learn], n_splits=3, simpler=simpler)
        fitted = clone(estimator).set_params(**{parameter: choice.best}).fit(known, labels[learn])
        predictions[method] = fitted.predict(asked)
        s = classification_scores(labels[judge], predictions[method])
        rows.append(
            {"data": table, "method": method, "chosen": f"{parameter} = {choice.best}", "accuracy": s.accuracy,
             "95 % from": s.accuracy_low, "to": s.accuracy_high, "F1": s.f1}
        )  # fmt: skip
    (pair,) = compare_pairs(labels[judge], predictions)
    better = "k-NN" if pair.only_first > pair.only_second else "the network"
    verdict = f"{better} is better" if pair.p < 0.05 else "the difference cannot be told from chance"
    verdicts.append(
        f"- **{table}**, {len(learn):,} rows to learn from: {pair.only_first} of {len(judge)} test rows are right only "
        f"with k-NN, {pair.only_second} only with the network; p = {pair.p:.2g} (exact McNemar test): {verdict}."
    )
display(Markdown("\n".join(verdicts)))
pd.DataFrame(rows).set_index(["data", "method"])

# %% [markdown]
# What the table does not show: k-NN keeps all its rows and compares each question with them, so it answers slower the
# more it knows; the network is slow to train and then small and quick. k-NN can say which rows decided; the network
# cannot.
#
# **Things to try.** `weights="distance"` or `metric="manhattan"`; the wines without proline; fewer rows to learn from.
