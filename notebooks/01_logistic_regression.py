# %% [markdown]
# # Logistic regression: who is admitted?
#
# Two exam scores, one decision. We look at the data, write logistic regression down in a few lines of NumPy, check its
# gradient, minimise its cost in three ways, and judge the result. Then a second data set needs a curved boundary, and
# with it comes overfitting and the penalty against it.
#
# **To run it.** In a copy of the repository: `pip install ".[notebooks]"`, then `jupyter lab notebooks`. Or
# `./run notebooks logistic`, which makes its own environment. Run the cells from top to bottom; afterwards change what
# you like and run any cell again.

# %%
import os
import pathlib
import warnings

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from IPython.display import Markdown, display
from sklearn.exceptions import ConvergenceWarning

from scratchwork import LogisticRegression, load_medical_admissions
from scratchwork.evaluation.probabilities import roc
from scratchwork.models import logistic_regression as package
from scratchwork.numerics import numerical_gradient, relative_error, sigmoid
from scratchwork.plots.style import COLOURS, MARKERS
from scratchwork.preparation import Standardize

plt.rcParams.update({"figure.figsize": (6.2, 3.8), "axes.spines.top": False, "axes.spines.right": False})
pd.options.display.float_format = "{:.4g}".format
FULL = os.environ.get("SCRATCHWORK_FULL") == "1"

# %% [markdown]
# ## The data
#
# The classic file has 100 applicants with the scores of two exams; it is not ours to distribute. Put it at
# `$SCRATCHWORK_DATA/exams/admissions.csv` (three columns, no header) and it is used. Without it we take 55 real
# applicants to medical schools, which ship with the package, with two of their test scores.


# %%
def exam_table(name):
    """The numbers of an exam file of the reader's, or None where there is none."""
    folder = os.environ.get("SCRATCHWORK_DATA")
    path = pathlib.Path(folder) / "exams" / name if folder else None
    return np.loadtxt(path, delimiter=",") if path and path.is_file() else None


table = exam_table("admissions.csv")
if table is not None:
    source, names, outcome = "the classic exam file", ["first exam", "second exam"], "admitted"
    X, y = table[:, :2], table[:, 2].astype(int)
    applicant = np.array([53.0, 94.0])
else:
    source, names, outcome = "the medical applicants of the package", ["BS score", "PS score"], "accepted"
    frame, y = load_medical_admissions(return_X_y=True)
    X = frame[["BS", "PS"]].to_numpy(dtype=float)
    applicant = np.array([10.0, 11.0])

display(Markdown(f"We use **{source}**: {len(X)} applicants, {y.sum()} of them {outcome}."))
pd.DataFrame(X, columns=names).assign(decision=np.where(y == 1, outcome, f"not {outcome}")).groupby("decision").agg(
    ["count", "mean", "std", "min", "max"]
).round(1).T.unstack()


# %%
def scatter(axis, X, y, labels):
    for value in (0, 1):
        rows = y == value
        axis.scatter(*X[rows].T, s=22, color=COLOURS[value], marker=MARKERS[value], label=labels[value])


decisions = (f"not {outcome}", outcome)
fig, axis = plt.subplots()
scatter(axis, X, y, decisions)
axis.set(xlabel=names[0], ylabel=names[1], title="Each point is an applicant")
axis.legend(frameon=False, loc="lower left", fontsize=8)
plt.show()

# %% [markdown]
# The two groups overlap a little, and a straight line between them looks right.
#
# ## The model
#
# Logistic regression says that the *log-odds* of admission are linear in the scores: $z = x^\top w + b$. The sigmoid
# $\sigma(z) = 1 / (1 + e^{-z})$ turns log-odds into a probability. It must work for a number, a vector and a matrix, and
# for any size of $z$: written as above, $e^{-z}$ overflows for $z = -1000$. So we use $e^{-|z|}$, which never does.


# %%
def my_sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1 / (1 + e), e / (1 + e))


print("sigmoid(0)        =", my_sigmoid(0))
print("of a vector       =", my_sigmoid(np.array([-1000.0, -1.0, 1.0, 1000.0])).round(4))
print("of a matrix has shape", my_sigmoid(np.zeros((2, 3))).shape)

z = np.linspace(-8, 8, 200)
fig, axis = plt.subplots(figsize=(5, 2.4))
axis.plot(z, my_sigmoid(z), color=COLOURS[0])
axis.set(xlabel="log-odds z", ylabel="probability", yticks=[0, 0.5, 1])
plt.show()

# %% [markdown]
# ## Cost and gradient
#
# The cost is the mean of $-\log p_i$, where $p_i$ is the probability that the model gave to what really happened to
# applicant $i$. For an admitted one $p = \sigma(z)$, so $-\log p = \log(1 + e^{-z})$; for a rejected one
# $-\log(1 - \sigma(z)) = \log(1 + e^{z})$. `np.logaddexp(0, t)` is $\log(1 + e^t)$ without overflow, and without a small
# number added inside the logarithm, which would falsify the cost.
#
# The gradient: the derivative of $\log(1 + e^{-z})$ by $z$ is $\sigma(z) - 1$, that of $\log(1 + e^{z})$ is $\sigma(z)$;
# both are $\sigma(z) - y$. As $\partial z / \partial w = x$, the gradient is $\frac1n X^\top(\sigma(z) - y)$, and for $b$
# the mean of $\sigma(z) - y$.
#
# The penalty adds $\frac{\lambda}{2n}|w|^2$. The intercept $b$ is not penalised: it only says how common admission is.
# The parameters are one vector, $\theta = (w_1, \dots, w_d, b)$.


# %%
def my_cost(theta, X, y, lam=0.0):
    z = X @ theta[:-1] + theta[-1]
    return np.logaddexp(0, (1 - 2 * y) * z).mean() + lam / (2 * len(y)) * (theta[:-1] ** 2).sum()


def my_gradient(theta, X, y, lam=0.0):
    residual = my_sigmoid(X @ theta[:-1] + theta[-1]) - y
    return np.append(X.T @ residual + lam * theta[:-1], residual.sum()) / len(y)


zero = np.zeros(X.shape[1] + 1)
print(f"cost at theta = 0: {my_cost(zero, X, y):.10f}   (log 2 is {np.log(2):.10f})")
print(f"gradient there:    {my_gradient(zero, X, y).round(4)}")

# %% [markdown]
# At $\theta = 0$ every probability is one half, so the cost has to be $\log 2$ whatever the data; it is.
#
# **Is the gradient right?** Move each parameter a little up and down, and see how the cost changes. The two ways of
# computing the slope should agree to about ten digits, at a place that is nothing special.

# %%
scaler = Standardize().fit(X)
S = scaler.transform(X)  # mean 0 and standard deviation 1: the cost is round, and descent fast
theta = np.random.default_rng(0).normal(size=len(zero))
error = relative_error(my_gradient(theta, S, y, 0.7), numerical_gradient(lambda t: my_cost(t, S, y, 0.7), theta))
print(f"relative error of the gradient: {error:.1e}")
assert error < 1e-8

# %% [markdown]
# ## Going downhill, three ways
#
# - **Stochastic gradient descent**: one step for each small batch of applicants, in a new order every epoch, with a rate
#   that falls as the epochs go by (with a constant one the steps never settle).
# - **Momentum**: all applicants at once, and each step goes on with a part of the last one.
# - **Newton**: also ask how fast the slope changes, and jump to the bottom of the parabola that fits there.
#
# First momentum, by hand; then all three from the package. They minimise the same cost. How far each is from the best
# possible cost is what we plot.


# %%
def my_momentum(X, y, rate, momentum, steps, lam=0.0):
    theta, velocity = np.zeros(X.shape[1] + 1), 0.0
    costs = []
    for _ in range(steps):
        velocity = momentum * velocity - rate * my_gradient(theta, X, y, lam)
        theta = theta + velocity
        costs.append(my_cost(theta, X, y, lam))
    return theta, costs


EPOCHS = 200
by_hand, hand_costs = my_momentum(S, y, rate=0.5, momentum=0.9, steps=EPOCHS)


def fitted(solver, **settings):
    model = LogisticRegression(C=np.inf, solver=solver, **settings)  # C = infinity: no penalty
    with warnings.catch_warnings():  # that SGD has not reached the optimum is what the picture shows
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit(S, y)


models = {
    "sgd": fitted("sgd", max_iter=EPOCHS, learning_rate=0.5, batch_size=10, random_state=0),
    "momentum": fitted("momentum", max_iter=EPOCHS, learning_rate=0.5, momentum=0.9),
    "newton": fitted("newton"),
}
best_cost = models["newton"].history_["objective"][-1]
fig, axis = plt.subplots()
for index, (name, model) in enumerate(models.items()):
    excess = np.maximum(np.array(model.history_["objective"]) - best_cost, 1e-16)
    axis.semilogy(np.arange(1, len(excess) + 1), excess, color=COLOURS[index], label=name)
axis.set(xlabel="epoch or iteration", ylabel="cost above the best", title="The same cost, three ways down")
axis.legend(frameon=False)
pd.DataFrame(
    {
        "iterations": {name: model.n_iter_ for name, model in models.items()},
        "cost": {name: model.history_["objective"][-1] for name, model in models.items()},
        "largest slope": {name: model.history_["gradient_norm"][-1] for name, model in models.items()},
    }
)

# %% [markdown]
# The largest slope says how far from the bottom a method stopped; without it "500 epochs" says nothing. Our momentum by
# hand and the package's are the same numbers:

# %%
history = models["momentum"].history_["objective"]
np.testing.assert_allclose(hand_costs[: len(history)], history, rtol=1e-10)
exam_model = models["newton"]
in_scores = exam_model.coef_[0] / scaler.scale_  # back from standard deviations to points of the exams
intercept = exam_model.intercept_[0] - in_scores @ scaler.mean_
display(
    Markdown(
        f"The best coefficients, in points of the tests: {names[0]} **{in_scores[0]:.4f}**, {names[1]} "
        f"**{in_scores[1]:.4f}**, intercept **{intercept:.3f}**; cost **{best_cost:.7f}**. "
        f"One point more in {names[0]} multiplies the odds by {np.exp(in_scores[0]):.2f}."
    )
)

# %% [markdown]
# ## What the model says
#
# The decision line is where the log-odds are 0, so where the probability is one half. The grey lines are 10 % and 90 %.

# %%
fig, axis = plt.subplots()
scatter(axis, X, y, decisions)
across = np.array([X[:, 0].min(), X[:, 0].max()])
for probability in (0.1, 0.5, 0.9):
    level = np.log(probability / (1 - probability))
    line = (level - intercept - in_scores[0] * across) / in_scores[1]
    axis.plot(across, line, color="black" if probability == 0.5 else "grey", linewidth=2 if probability == 0.5 else 0.8)
axis.scatter(*applicant, s=110, marker="*", color=COLOURS[5], label="a new applicant", zorder=3)
axis.set(xlabel=names[0], ylabel=names[1], ylim=(X[:, 1].min() - 2, X[:, 1].max() + 2))
axis.legend(frameon=False, loc="lower left", fontsize=8)
chance = exam_model.predict_proba(scaler.transform(applicant[None]))[0, 1]
right = (exam_model.predict(S) == y).mean()
display(
    Markdown(
        f"An applicant with {applicant[0]:.0f} and {applicant[1]:.0f} points is {outcome} with a probability of "
        f"**{chance:.3f}**. The model is right for **{right:.0%}** of these {len(y)} applicants. They are the ones it was "
        "fitted to, so for new ones this is too hopeful: cross-validation, below, is fairer."
    )
)

# %%
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.pipeline import make_pipeline

folds = StratifiedKFold(10, shuffle=True, random_state=0)
pipeline = make_pipeline(Standardize(), LogisticRegression())  # the scaling is learnt anew from each training part
scores = cross_val_score(pipeline, X, y, cv=folds)
print(f"10-fold cross-validation: {scores.mean():.3f} right, folds from {scores.min():.2f} to {scores.max():.2f}")

# %% [markdown]
# ## ROC and AUC
#
# "Admitted when the probability is above one half" is one rule of many. Each threshold gives a share of the admitted that
# are found (true positive rate) and a share of the others that are wrongly let in. The area under that curve has a plain
# meaning: the probability that a random admitted applicant gets a higher score than a random rejected one. So it can be
# counted over all pairs, exactly, without a grid of thresholds.

# %%
p = exam_model.predict_proba(S)[:, 1]
curve = roc(y == 1, p)
difference = p[y == 1][:, None] - p[y == 0][None, :]
by_pairs = (difference > 0).mean() + (difference == 0).mean() / 2
fig, axis = plt.subplots(figsize=(4, 3.6))
axis.step(curve.x, curve.y, where="post", color=COLOURS[0])
axis.plot([0, 1], [0, 1], color="grey", linestyle=":")
axis.set(xlabel="false positive rate", ylabel="true positive rate", aspect="equal", title=f"AUC = {curve.area:.4f}")
print(f"area under the curve {curve.area:.6f}, share of pairs in the right order {by_pairs:.6f}")
assert abs(curve.area - by_pairs) < 1e-12

# %% [markdown]
# ## A boundary that is not straight
#
# Microchips, two tests each, passed or not. The classic file is again the reader's
# (`$SCRATCHWORK_DATA/exams/microchips.csv`); without it we draw points of the same kind: good inside a ring, with noise.
# No line separates them. But logistic regression is linear in *features*, and products of the two test results are
# features: $x_1, x_2, x_1^2, x_1x_2, x_2^2, \dots$ up to degree 6. That makes 27, and the intercept.

# %%
chips = exam_table("microchips.csv")
if chips is not None:
    chip_source, M, passed = "the classic microchip file", chips[:, :2], chips[:, 2].astype(int)
else:
    rng = np.random.default_rng(1)
    chip_source, M = "points drawn for this page", rng.uniform(-0.8, 1.1, (118, 2))
    radius = np.hypot(M[:, 0] - 0.1, M[:, 1] - 0.15) + rng.normal(0, 0.15, len(M))
    passed = (radius < 0.62).astype(int)


def my_map_feature(X, degree=6):
    a, b = X.T
    return np.column_stack([a ** (total - j) * b**j for total in range(1, degree + 1) for j in range(total + 1)])


F = my_map_feature(M)
np.testing.assert_allclose(F, package.map_features(M, degree=6), rtol=1e-12, atol=1e-15)
display(Markdown(f"We use **{chip_source}**: {len(M)} chips, {passed.sum()} passed, {F.shape[1]} features."))

# %% [markdown]
# ## The penalty at 0 and at 1, and nothing else changed
#
# A comparison shows the effect of the penalty only if the penalty is all that differs: the same data, start, rate,
# momentum and number of steps. And it should be told whether the descent has arrived. So: momentum for the same number of
# steps from the same start, and beside it the true optimum by Newton's method. In the package the penalty is
# $C = 1 / \lambda$.

# %%
STEPS = 4000 if FULL else 1000
rows, boundaries = [], {}
for lam in (0.0, 1.0):
    descended, _ = my_momentum(F, passed, rate=1.0, momentum=0.9, steps=STEPS, lam=lam)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        optimum = LogisticRegression(C=1 / lam if lam else np.inf, solver="newton").fit(F, passed)
    newton_theta = np.append(optimum.coef_[0], optimum.intercept_)
    for how, found in ((f"momentum, {STEPS} steps", descended), ("optimum (Newton)", newton_theta)):
        boundaries[lam, how] = found
        rows.append(
            {
                "penalty": lam,
                "how": how,
                "cost": my_cost(found, F, passed, lam),
                "largest slope": np.abs(my_gradient(found, F, passed, lam)).max(),
                "largest coefficient": np.abs(found).max(),
                "training accuracy": ((F @ found[:-1] + found[-1] > 0) == passed).mean(),
            }
        )
pd.DataFrame(rows).set_index(["penalty", "how"])

# %%
grid = np.stack(np.meshgrid(np.linspace(-1, 1.2, 160), np.linspace(-1, 1.2, 160)), axis=-1)
values = my_map_feature(grid.reshape(-1, 2))
fig, axes = plt.subplots(1, 2, figsize=(7.6, 3.7), sharey=True, layout="constrained")
for axis, lam in zip(axes, (0.0, 1.0)):
    found = boundaries[lam, "optimum (Newton)"]
    scatter(axis, M, passed, ("failed", "passed"))
    axis.contour(
        grid[..., 0], grid[..., 1], (values @ found[:-1] + found[-1]).reshape(160, 160), levels=[0], colors="black"
    )
    axis.set(xlabel="first test", title=f"penalty {lam:.0f}")
axes[0].set_ylabel("second test")
axes[1].legend(frameon=False, fontsize=8, loc="lower left")
plt.show()
# %% [markdown]
# Without a penalty the boundary bends around single chips: coefficients of hundreds or more cancel each other. With it
# the boundary is smooth. The training accuracy is higher without; whether that is worth anything only chips that were not
# trained on can say:

# %%
comparison = {}
for lam in (0.0, 0.01, 0.1, 1.0, 10.0):
    model = LogisticRegression(C=1 / lam if lam else np.inf, solver="newton")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        held_out = cross_val_score(model, F, passed, cv=folds)
        comparison[lam] = (model.fit(F, passed).score(F, passed), held_out.mean(), held_out.std(ddof=1) / 10**0.5)
result = pd.DataFrame(comparison, index=["training", "held out", "standard error"]).T.rename_axis("penalty")
better = "lower" if result.loc[0.0, "held out"] < result.loc[1.0, "held out"] else "not lower"
display(
    Markdown(
        f"From penalty 1 to penalty 0 the training accuracy goes from {result.loc[1.0, 'training']:.3f} to "
        f"{result.loc[0.0, 'training']:.3f}, while on held-out chips, at {result.loc[0.0, 'held out']:.3f} against "
        f"{result.loc[1.0, 'held out']:.3f}, it is {better} without the penalty. The standard errors, about "
        f"{result['standard error'].mean():.3f}, are the scale on which to read such differences."
    )
)
result.round(3)

# %% [markdown]
# ## The same as the package
#
# What this page wrote out is what `scratchwork.models.logistic_regression` does: here is the proof.

# %%
theta = np.random.default_rng(1).normal(size=F.shape[1] + 1)
n, lam = len(F), 0.7
uniform = np.full(n, 1 / n)
F_package, G_package = package.objective_and_gradient(
    F, passed[:, None].astype(float), theta[:, None], uniform, lam / n
)
np.testing.assert_allclose(my_sigmoid(z), sigmoid(z), rtol=1e-15)
np.testing.assert_allclose(my_cost(theta, F, passed, lam), F_package, rtol=1e-12)
np.testing.assert_allclose(my_gradient(theta, F, passed, lam), G_package[:, 0], rtol=1e-10, atol=1e-14)
print("sigmoid, cost, gradient, feature map and momentum equal the package's.")

# %% [markdown]
# **Things to try.** Leave out the scaling and see how small the rate must be; make the rate of momentum 5; take degree 2
# instead of 6; move the new applicant.
