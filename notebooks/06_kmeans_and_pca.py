# %% [markdown]
# # k-means and PCA: groups and directions
#
# Two ways to look at data without labels. k-means replaces each point by the nearest of a few centres; PCA replaces each
# point by its shadow on a few directions. Both minimise a sum of squares. We write both down step by step, watch k-means
# from the first centres to the last, see on which data it must fail, and use PCA to take pictures apart and put them
# together again.
#
# **To run it.** In a copy of the repository: `pip install ".[notebooks]"`, then `jupyter lab notebooks`. Or
# `./run notebooks kmeans`, which makes its own environment. Run the cells from top to bottom; afterwards change what
# you like and run any cell again.

# %%
import itertools
import os

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from IPython.display import Markdown, display
from sklearn.datasets import load_wine, make_moons
from sklearn.metrics import adjusted_rand_score

from scratchwork import PCA, KMeans, fetch_mnist, load_digits
from scratchwork.datasets.idx_images import MNIST, first_complete_folder
from scratchwork.evaluation.cluster_shapes import kmeans_fit_verdict
from scratchwork.evaluation.clusters import elbow, judge_counts
from scratchwork.models import kmeans as package_kmeans
from scratchwork.models import pca as package_pca
from scratchwork.plots.style import COLOURS, MARKERS
from scratchwork.preparation import Standardize

plt.rcParams.update({"axes.spines.top": False, "axes.spines.right": False, "font.size": 9, "figure.dpi": 80})
pd.options.display.float_format = "{:.4g}".format
FULL = os.environ.get("SCRATCHWORK_FULL") == "1"


def show_clusters(axis, X, labels, centers=None, title="", thin=1):
    """Every ``thin``-th point in the colour and marker of its cluster; centres as black crosses."""
    for j in np.unique(labels):
        rows = (labels == j) & (np.arange(len(X)) % thin == 0)
        axis.scatter(*X[rows].T, s=5, color=COLOURS[j % 10], marker=MARKERS[j % 10], linewidths=0, alpha=0.7)
    if centers is not None:
        axis.scatter(*centers.T, s=70, color="white", marker="X", linewidths=0, zorder=3)
        axis.scatter(*centers.T, s=35, color="black", marker="X", linewidths=0, zorder=4)
    axis.set_title(title, fontsize=9)
    axis.set_aspect("equal")
    axis.set_xticks([])
    axis.set_yticks([])


# %% [markdown]
# ## Two data sets
#
# Four round clouds, and two interlocking moons. The clouds are convex: the straight line between two points of a cloud
# stays in the cloud. The moons are not. k-means never sees the true groups.

# %%
rng = np.random.default_rng(3)
corners = np.array([[0.0, 0.0], [0.0, 5.0], [5.0, 0.0], [5.0, 5.0]])
true_cloud = np.repeat(np.arange(4), 500)
clouds = corners[true_cloud] + rng.normal(0, 1, (2000, 2))
moons, true_moon = make_moons(2000, noise=0.07, random_state=0)

fig, axes = plt.subplots(1, 2, figsize=(7, 3))
show_clusters(axes[0], clouds, true_cloud, title="four clouds: the true groups")
show_clusters(axes[1], moons, true_moon, title="two moons: the true groups")
plt.show()

# %% [markdown]
# ## The steps
#
# We look for labels $l_i$ and centres $c_j$ that make the **inertia** small,
#
# $$J = \sum_{i=1}^n |x_i - c_{l_i}|^2 .$$
#
# Minimising over both at once is hard; over one of them it is easy.
#
# 1. **Assign.** With the centres fixed, each point may choose for itself: the nearest centre is best.
# 2. **Move.** With the labels fixed, each cluster may choose for itself. The derivative of
#    $\sum_{i \in j} |x_i - c|^2$ in $c$ is $-2 \sum_{i \in j} (x_i - c)$, which is zero where $c$ is the mean.
#
# Neither step can raise $J$, and there are finitely many ways to label $n$ points, so alternating them must end.


# %%
def assign_points(X, centers):
    """The nearest centre of each point: labels (n,), and squared distances to it (n,)."""
    squared = ((X[:, None, :] - centers[None, :, :]) ** 2).sum(axis=2)  # (n, k)
    labels = squared.argmin(axis=1)
    return labels, squared[np.arange(len(X)), labels]


def move_centers(X, labels, centers):
    """Each centre to the mean of its points; one without points stays where it is."""
    return np.array([X[labels == j].mean(axis=0) if (labels == j).any() else c for j, c in enumerate(centers)])


def run_lloyd(X, centers, max_iter=300):
    """All iterations from these starting centres: a list of (centres, labels, inertia)."""
    steps, before = [], None
    for _ in range(max_iter + 1):
        labels, squared = assign_points(X, centers)
        steps.append((centers, labels, squared.sum()))
        if before is not None and np.array_equal(labels, before):
            break
        before, centers = labels, move_centers(X, labels, centers)
    return steps


# %% [markdown]
# ## From initialisation to convergence
#
# We start from four points on the left side, so that there is something to watch. Each picture shows the centres, the
# labels they give, and the inertia of both.

# %%
start = clouds[np.random.default_rng(1).choice(np.flatnonzero(true_cloud < 2), 4, replace=False)]
steps = run_lloyd(clouds, start)
columns = 6
fig, axes = plt.subplots(
    -(-len(steps) // columns), columns, figsize=(10, 1.9 * -(-len(steps) // columns)), squeeze=False
)
for axis in axes.flat:
    axis.set_axis_off()
for i, (centers, labels, cost) in enumerate(steps):
    axes.flat[i].set_axis_on()
    show_clusters(axes.flat[i], clouds, labels, centers, title=f"{i}: J = {cost:,.0f}", thin=4)
plt.tight_layout()
plt.show()

# %%
costs = [cost for _, _, cost in steps]
assert all(later <= earlier * (1 + 1e-12) for earlier, later in itertools.pairwise(costs)), (
    "the inertia must never rise"
)
fig, axis = plt.subplots(figsize=(6, 2.6))
axis.plot(costs, color=COLOURS[0], marker="o", markersize=4)
axis.set(xlabel="iteration", ylabel="inertia", title="The inertia never rises")
plt.show()
display(
    Markdown(f"It ends after {len(steps) - 1} moves, at an inertia of {costs[-1]:,.1f}; it began at {costs[0]:,.1f}.")
)

# %% [markdown]
# ## One start is not enough
#
# "Never rises" does not mean "ends at the lowest". From which centres a run starts decides where it ends. Below, 100 runs
# with ten centres from random points, and 100 with k-means++, which draws each further centre with a probability
# proportional to the squared distance from those already drawn, and keeps the best of a few candidates.

# %%
starts, start_k = 100, 10
ends = {"random points": [], "k-means++": []}
for seed in range(starts):
    draw = np.random.default_rng(seed)
    beginnings = {
        "random points": clouds[draw.choice(len(clouds), start_k, replace=False)],
        "k-means++": package_kmeans.plus_plus_centers(clouds, start_k, draw),
    }
    for name, centers in beginnings.items():
        ends[name].append(list(package_kmeans.lloyd(clouds, centers))[-1].inertia)
best = min(map(min, ends.values()))
rows = []
for name, values in ends.items():
    near = int(np.sum(np.array(values) < best * 1.01))
    rows.append(
        {"start": name, "best": min(values), "median": np.median(values), "worst": max(values), "within 1 %": near}
    )
display(pd.DataFrame(rows).set_index("start"))
display(
    Markdown(
        f"Of {starts} runs each, {rows[0]['within 1 %']} from random points and {rows[1]['within 1 %']} from k-means++ come within "
        f"1 % of the best inertia found; the worst lies {max(map(max, ends.values())) / best - 1:.0%} above it. So a single run says "
        "little: take the best of several, which is `n_init`."
    )
)

# %% [markdown]
# ## How many clusters?
#
# The inertia for 2, 3, 4, 6, 8, 10 and 20 clusters, on both data sets: of one random start, and of the best of ten.
# More clusters always allow a lower inertia (with a centre on every point it is 0), so the lowest is no guide. What
# helps is the bend of the curve, the silhouette (is a point nearer to its own cluster than to the next?) and the stability
# (do different starts agree?).

# %%
counts = (2, 3, 4, 6, 8, 10, 20)


def counts_table(X):
    """One row for each number of clusters."""
    once = [KMeans(k, init="random", n_init=1, random_state=1).fit(X).inertia_ for k in counts]
    judged = judge_counts(
        X, lambda k, seed: KMeans(k, n_init=10, random_state=seed).fit(X), counts, seeds=range(3), rows=1000
    )
    table = pd.DataFrame(judged).set_index("n_clusters").drop(columns="adjusted_rand")
    table.insert(0, "one random start", once)
    return table.rename(columns={"inertia": "best of ten starts"})


tables = {"clouds": counts_table(clouds), "moons": counts_table(moons)}
for name, table in tables.items():
    display(Markdown(f"**{name}**"), table)

# %%
fig, axes = plt.subplots(1, 2, figsize=(8.5, 2.8))
for axis, (name, table) in zip(axes, tables.items()):
    axis.plot(table.index, table["best of ten starts"], color=COLOURS[0], marker="o", label="best of ten starts")
    axis.plot(
        table.index, table["one random start"], color=COLOURS[5], marker="s", linestyle="--", label="one random start"
    )
    axis.set(xlabel="clusters", ylabel="inertia", title=name, ylim=(0, None), xticks=counts)
    axis.legend(frameon=False)
plt.tight_layout()
plt.show()
lines = []
for name, table in tables.items():
    bend, best_k = elbow(table.index, table["best of ten starts"]), int(table["silhouette"].idxmax())
    lines.append(f"- **{name}**: the curve bends at {bend}; the silhouette is highest for {best_k} clusters.")
display(Markdown("\n".join(lines)))

# %% [markdown]
# There are four clouds, and two moons. On the clouds all three measures can find the number. On the moons none of them
# does: all of them ask how compact the clusters are, and a moon is not compact, so many small pieces look better than
# two right halves. **A low inertia does not mean that the groups are right.**
#
# ## When k-means succeeds, when it fails, and why
#
# Between two centres k-means draws the straight line halfway between them: points on one side are nearer to one centre.
# So its clusters are always convex, and each centre claims as much room as its neighbours. It succeeds when groups are
# round, of similar width, and apart. Three ways to break that:

# %%
shape_rng = np.random.default_rng(5)
stretched = clouds @ np.array([[0.25, 0.0], [0.0, 2.0]])
widths = np.array([0.3, 0.3, 2.2])
which = np.repeat(np.arange(3), (150, 150, 1200))
unequal = (
    np.array([[-4.0, 0.0], [-4.0, 2.5], [4.0, 1.0]])[which] + shape_rng.normal(0, 1, (1500, 2)) * widths[which][:, None]
)
cases = [
    ("four clouds, k = 4", clouds, true_cloud, 4),
    ("two moons, k = 2", moons, true_moon, 2),
    ("two moons, k = 4", moons, true_moon, 4),
    ("stretched clouds, k = 4", stretched, true_cloud, 4),
    ("a wide group among small ones, k = 3", unequal, which, 3),
]
fig, axes = plt.subplots(1, len(cases), figsize=(13, 2.7))
lines = []
for axis, (name, X, truth, k) in zip(axes, cases):
    fitted = KMeans(k, n_init=10, random_state=0).fit(X)
    verdict = kmeans_fit_verdict(X, fitted.labels_, fitted.cluster_centers_)
    agreement = adjusted_rand_score(truth, fitted.labels_)
    show_clusters(axis, X, fitted.labels_, fitted.cluster_centers_, title=f"{name}\nagreement {agreement:.2f}")
    axis.set_aspect("auto")
    lines.append(f"- **{name}**: agreement with the true groups {agreement:.2f}. {verdict.words}")
plt.tight_layout()
plt.show()
display(Markdown("\n".join(lines)))

# %% [markdown]
# The agreement is the adjusted Rand index: 1 for the same grouping, about 0 for chance. It needs true groups, which one
# rarely has. The sentences do not: they only measure how dense the points are on the borders between clusters, and whether
# neighbours form connected groups of another shape.
#
# Of the wide group they are right that k-means does not fit, but name another reason: the groups are round, only of unequal
# width, and this measurement cannot tell the two apart.
#
# The moons fail because of their shape, whatever the number of clusters. The stretched clouds fail because one feature
# has larger numbers than the other, and distances hear only the loud one. That can be mended:

# %%
plain = KMeans(4, n_init=10, random_state=0).fit(stretched)
scaled = KMeans(4, n_init=10, random_state=0).fit(Standardize().fit_transform(stretched))
display(
    Markdown(
        f"Agreement on the stretched clouds: {adjusted_rand_score(true_cloud, plain.labels_):.2f} as they are, "
        f"{adjusted_rand_score(true_cloud, scaled.labels_):.2f} after standardising each feature."
    )
)

# %% [markdown]
# ## Standardise and reduce first: does it help?
#
# Two real data sets whose labels are hidden from k-means and used only to judge it. Wine: 13 chemical measurements in
# different units, three cultivars. Digits: 64 pixels, all in the same unit, ten classes. Ten seeds each, one start per seed.

# %%
wine, digits = load_wine(), load_digits()


def versions(X):
    """The same rows, prepared in different ways."""
    standardised = Standardize().fit_transform(X)
    few = min(10, X.shape[1] - 1)
    return {
        "as they are": X,
        "reduced to 2": PCA(2).fit_transform(X),
        f"reduced to {few}": PCA(few).fit_transform(X),
        "standardised": standardised,
        "standardised, reduced to 2": PCA(2).fit_transform(standardised),
        f"standardised, reduced to {few}": PCA(few).fit_transform(standardised),
    }


rows = []
for name, X, truth, k in (("wine", wine.data, wine.target, 3), ("digits", digits.X, digits.y, 10)):
    for prepared, Z in versions(X).items():
        scores = [
            adjusted_rand_score(truth, KMeans(k, n_init=1, random_state=seed).fit(Z).labels_) for seed in range(10)
        ]
        rows.append(
            {
                "data": name,
                "prepared": prepared,
                "agreement": np.mean(scores),
                "spread over seeds": np.std(scores, ddof=1),
            }
        )
helped = pd.DataFrame(rows).set_index(["data", "prepared"])
display(helped)
score = helped["agreement"]
display(
    Markdown(
        f"Standardising takes Wine from {score['wine', 'as they are']:.2f} to {score['wine', 'standardised']:.2f}: before, one "
        f"column (proline, in the hundreds) decided alone. It takes Digits from {score['digits', 'as they are']:.2f} to "
        f"{score['digits', 'standardised']:.2f}: pixels share a unit, and standardising makes the rarely used pixels at the "
        f"edge as loud as those in the middle. Ten principal components keep what k-means needs of Digits "
        f"({score['digits', 'reduced to 10']:.2f}); two do not ({score['digits', 'reduced to 2']:.2f})."
    )
)

# %% [markdown]
# So there is no rule "always standardise". Standardise when features have different units. Reduce when many features are
# noise or repeat each other; it always saves time, and helps or harms little as long as most of the variance is kept.
#
# ## PCA
#
# Which direction $v$, of length 1, keeps most of the variance? With the centred rows $Z$ and the covariance
# $S = Z'Z / (n - 1)$, the variance along $v$ is $v'Sv$. Its largest value over unit vectors is the largest eigenvalue of $S$,
# taken at its eigenvector; the next best direction orthogonal to it is the next eigenvector. So: centre, covariance,
# eigenvectors, largest first.


# %%
def principal_axes(X):
    """Mean (d,), variances (d,) in falling order, and directions (d, d) as rows."""
    mean = X.mean(axis=0)
    S = (X - mean).T @ (X - mean) / (len(X) - 1)
    variances, vectors = np.linalg.eigh(S)  # rising, eigenvectors in columns
    return mean, variances[::-1], vectors[:, ::-1].T


def reconstruct(X, mean, V):
    """Each row's shadow on the directions V (m, d), seen in the original space."""
    return (X - mean) @ V.T @ V + mean


# %% [markdown]
# We use MNIST when it is at hand (`SCRATCHWORK_DATA`, see the documentation), else the smaller Digits.

# %%
if first_complete_folder(MNIST):
    images, image_labels = fetch_mnist(subset="train", return_X_y=True)
    shape, name = (28, 28), "MNIST"
    if not FULL:
        chosen = np.random.default_rng(0).choice(len(images), 5000, replace=False)
        images, image_labels = images[chosen], image_labels[chosen]
else:
    images, image_labels, shape, name = digits.X, digits.y, (8, 8), "Digits"
images = images.astype(np.float64)
mean, variances, directions = principal_axes(images)
share = np.cumsum(variances) / variances.sum()
needed = {wanted: int(np.argmax(share >= wanted)) + 1 for wanted in (0.5, 0.9, 0.95)}
display(
    Markdown(
        f"{name}: {len(images):,} images of {images.shape[1]} pixels. Half of the variance lies along {needed[0.5]} directions, "
        f"90 % along {needed[0.9]}, 95 % along {needed[0.95]}."
    )
)

# %%
scores = (images - mean) @ directions[:2].T
fig, axes = plt.subplots(1, 2, figsize=(10, 3.8), width_ratios=(1.2, 1))
shown = np.random.default_rng(0).choice(len(images), min(1500, len(images)), replace=False)
for digit in range(10):
    rows = shown[image_labels[shown] == digit]
    axes[0].scatter(
        *scores[rows].T, s=9, color=COLOURS[digit], marker=MARKERS[digit], linewidths=0, label=str(digit), alpha=0.8
    )
axes[0].set(xlabel="first component", ylabel="second component", title=f"{name} along its two main directions")
axes[0].legend(frameon=False, markerscale=2, bbox_to_anchor=(1.0, 1.0), loc="upper left")
axes[1].plot(np.arange(1, len(share) + 1), share, color=COLOURS[0])
axes[1].set(
    xlabel="components", ylabel="share of the variance kept", ylim=(0, 1.02), xscale="log", title="How many are enough?"
)
plt.tight_layout()
plt.show()

# %% [markdown]
# ### $VV'$ and $V'V$
#
# Take the first $m$ directions as the rows of $V$ $(m, d)$. The two products look alike and say different things.
#
# - $VV'$ is $(m, m)$: the inner products of the directions with each other. They are orthonormal, so it is the identity,
#   always.
# - $V'V$ is $(d, d)$: it takes a centred row to its scores and back, that is, to the nearest point of the plane the
#   directions span. It is a projection: doing it twice changes nothing more, $(V'V)(V'V) = V'(VV')V = V'V$, and its trace is $m$.
#   It is the identity only when $m = d$ and nothing is lost.

# %%
m = 10
V = directions[:m]
VVt, VtV = V @ V.T, V.T @ V
facts = {
    "VV' is the identity (largest deviation)": np.abs(VVt - np.eye(m)).max(),
    "V'V is the identity (largest deviation)": np.abs(VtV - np.eye(len(VtV))).max(),
    "V'V twice is V'V (largest deviation)": np.abs(VtV @ VtV - VtV).max(),
    "trace of V'V": np.trace(VtV),
    "V'V with all directions is the identity (largest deviation)": np.abs(
        directions.T @ directions - np.eye(len(VtV))
    ).max(),
}
display(pd.Series(facts, name=f"m = {m}, d = {len(VtV)}").to_frame())
fig, axes = plt.subplots(1, 2, figsize=(7, 2.9))
centre = len(VtV) // 2
window = slice(max(0, centre - 30), centre + 30)
for axis, matrix, title in ((axes[0], VVt, "VV', all of it"), (axes[1], VtV[window, window], "V'V, its middle")):
    limit = np.abs(matrix).max()
    drawn = axis.imshow(matrix, cmap="PuOr", vmin=-limit, vmax=limit)
    axis.set_title(title)
    fig.colorbar(drawn, ax=axis, shrink=0.8)
plt.show()

# %% [markdown]
# ### Pictures from 3, 10 and 100 components
#
# $\hat x = V'V (x - \bar x) + \bar x$ is the best that $m$ directions can say of a picture. What is lost, on average and
# squared, is exactly the sum of the variances left out.

# %%
sizes = [m for m in (3, 10, 100) if m < len(directions)] or [3]
if sizes[-1] != 100:
    sizes.append(min(30, len(directions)))
examples = [int(np.flatnonzero(image_labels == digit)[0]) for digit in (0, 2, 3, 5, 7, 8)]
pictures = {"original": images[examples]} | {
    f"{m} components": reconstruct(images[examples], mean, directions[:m]) for m in sizes
}
fig, axes = plt.subplots(len(pictures), len(examples), figsize=(7, 1.2 * len(pictures)))
for row, (title, batch) in zip(axes, pictures.items()):
    for axis, picture in zip(row, batch):
        axis.imshow(picture.reshape(shape), cmap="gray_r", vmin=0, vmax=images.max())
        axis.set_xticks([])
        axis.set_yticks([])
    row[0].set_ylabel(title, rotation=0, ha="right", va="center")
plt.show()
lost = {}
for m in sizes:
    error = ((images - reconstruct(images, mean, directions[:m])) ** 2).sum() / (len(images) - 1)
    lost[m] = {
        "mean squared error of an image": error,
        "sum of the variances left out": variances[m:].sum(),
        "share kept": share[m - 1],
    }
    assert np.isclose(error, variances[m:].sum())
display(pd.DataFrame(lost).T.rename_axis("components"))

# %% [markdown]
# ## Are these the package's algorithms?
#
# What was written out above must give what `scratchwork.models` gives.

# %%
package_steps = list(package_kmeans.lloyd(clouds, start))
assert len(package_steps) == len(steps)
for (centers, labels, cost), step in zip(steps, package_steps):
    np.testing.assert_allclose(centers, step.centers, rtol=1e-12)
    np.testing.assert_array_equal(labels, step.labels)
    np.testing.assert_allclose(cost, step.inertia, rtol=1e-12)
labels, squared = assign_points(clouds, start)
package_labels, package_squared = package_kmeans.assign(clouds, start)
np.testing.assert_array_equal(labels, package_labels)
np.testing.assert_allclose(squared, package_squared, rtol=1e-12, atol=1e-12)
np.testing.assert_allclose(
    move_centers(clouds, labels, start), package_kmeans.move(clouds, labels, squared, 4), rtol=1e-12
)

kept = 10
fitted = PCA(kept).fit(images)
signed = package_pca.fix_signs(directions[:kept])
np.testing.assert_allclose(mean, package_pca.covariance(images)[0])
np.testing.assert_allclose(fitted.explained_variance_, variances[:kept], rtol=1e-9)
np.testing.assert_allclose(fitted.components_, signed, atol=1e-7)
some = images[examples]
np.testing.assert_allclose(
    fitted.inverse_transform(fitted.transform(some)), reconstruct(some, mean, directions[:kept]), atol=1e-6
)
print("equal: every iteration of k-means, and PCA's mean, variances, directions and reconstructions")
