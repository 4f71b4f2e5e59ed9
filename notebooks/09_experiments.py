# %% [markdown]
# # Experiments: does a parameter do anything, and which value is best?
#
# A sweep is easily drawn and easily misread. One run per value shows luck and effect mixed together; two settings that
# differ in two things show the effect of neither. Here we run sweeps that can be read, look at one that cannot, and
# ask of each result whether it could be chance.
#
# **To run it.** In a copy of the repository: `pip install ".[notebooks]"`, then `jupyter lab notebooks`. Or
# `./run notebooks experiments`, which makes its own environment. Run the cells from top to bottom; afterwards change
# what you like and run any cell again.

# %%
import os
import tempfile

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from IPython.display import Markdown, display

from scratchwork import MLPClassifier, load_digits
from scratchwork.errors import InvalidArgumentError
from scratchwork.evaluation.protocol import RunRecord, require_only
from scratchwork.experiments.material import make_material
from scratchwork.experiments.sweep import interval, run_sweep
from scratchwork.experiments.sweep_words import conclusion
from scratchwork.plots.style import COLOURS, MARKERS

plt.rcParams.update({"axes.spines.top": False, "axes.spines.right": False, "font.size": 9, "figure.dpi": 80})
pd.options.display.float_format = "{:.3f}".format
FULL = os.environ.get("SCRATCHWORK_FULL") == "1"
SEEDS = 10 if FULL else 7

digits = load_digits()
rows = np.arange(len(digits.y)) if FULL else np.random.default_rng(0).choice(len(digits.y), 700, replace=False)
material = make_material(digits.X[rows], digits.y[rows], name="digits")
cells = tempfile.TemporaryDirectory()
base = MLPClassifier((30,), solver="sgd", learning_rate_init=0.1, momentum=0.0, max_iter=20, batch_size=32, tol=0)
display(
    Markdown(
        f"{len(rows):,} images of Digits. A test part was set aside before anything else; {len(material):,} rows are left to "
        f"experiment on, and each of {SEEDS} seeds splits them anew into training and validation rows."
    )
)


def sweep(vary, estimator=base, **options):
    """A sweep of ours: every value on the same splits, its cells stored in a folder of this notebook."""
    return run_sweep(material, estimator, vary, seeds=SEEDS, folder=cells.name, jobs=1, **options)


def table_of(result, name):
    """One row for each value: mean validation accuracy, its interval, training accuracy, and the fits that diverged."""
    lines = []
    for line in result.groups[name]:
        low, high = interval(result, line)
        lines.append(
            {
                "value": str(line.value),
                "validation": line.scores.mean(),
                "low": low,
                "high": high,
                "training": line.train_scores.mean(),
                "diverged": line.diverged,
            }
        )
    return pd.DataFrame(lines).set_index("value")


def draw(axis, result, name, log=False):
    """The scores of every seed, joined by seed, and their means."""
    group = result.groups[name]
    x = [line.value for line in group] if log else np.arange(len(group))
    for scores in np.array([line.scores for line in group]).T:
        axis.plot(x, scores, color="grey", alpha=0.4, linewidth=0.8)
    axis.plot(x, [line.scores.mean() for line in group], color=COLOURS[0], marker="o", label="mean of the seeds")
    axis.set(xlabel=name, ylabel="validation accuracy", xscale="log" if log else "linear")
    axis.minorticks_off()
    axis.set_xticks(x, [str(line.value) for line in group])
    axis.legend(frameon=False)


# %% [markdown]
# ## One parameter at a time, on the same splits
#
# The learning rate, then the number of epochs. Each grey line is one seed: one split and one random start, shared by all
# values. So the lines rise and fall together, and what counts is the difference *within* a line.

# %%
rates = sweep({"learning_rate_init": [0.0001, 0.001, 0.01, 0.1, 1.0]})
epochs = sweep({"max_iter": [2, 5, 10, 20, 40]})
fig, axes = plt.subplots(1, 2, figsize=(9, 3))
draw(axes[0], rates, "learning_rate_init", log=True)
draw(axes[1], epochs, "max_iter", log=True)
plt.tight_layout()
plt.show()
display(table_of(rates, "learning_rate_init"), table_of(epochs, "max_iter"))
display(
    Markdown(
        "\n".join(
            f"- {' '.join(conclusion(found, name))}"
            for found, name in ((rates, "learning_rate_init"), (epochs, "max_iter"))
        )
    )
)

# %% [markdown]
# ## Is the best really better?
#
# The best of several values is always "the best". Whether it can be told from the next is a question for a test: here the
# corrected resampled t test over the splits, corrected again for the number of pairs. Where it cannot be told, the honest
# result is "no difference found", together with the size of the difference that *would* have been found.

# %%
activations = sweep({"activation": ["relu", "tanh", "sigmoid", "identity"]})
display(table_of(activations, "activation"))
display(Markdown(" ".join(conclusion(activations, "activation"))))

# %% [markdown]
# ## How far luck alone goes
#
# The same setting, only the seed differs. Any two single runs may differ by this much without any reason.

# %%
same_setting = next(line for line in rates.groups["learning_rate_init"] if line.value == 0.1)
spread = same_setting.scores
display(
    Markdown(
        f"{len(spread)} runs of one and the same setting: validation accuracy from {spread.min():.3f} to {spread.max():.3f}, "
        f"a standard deviation of {spread.std(ddof=1):.3f}. A sweep with one run per value reads such differences as effects."
    )
)

# %% [markdown]
# ## Two parameters together
#
# One at a time misses that parameters act together: a smaller rate needs more epochs. On a grid one sees it.

# %%
grid = sweep({"learning_rate_init": [0.01, 0.1, 1.0], "max_iter": [2, 10, 40]}, grid=True)
names = ",".join(grid.varied)
square = (
    pd.DataFrame(
        {
            (line.settings["learning_rate_init"], line.settings["max_iter"]): {"accuracy": line.scores.mean()}
            for line in grid.groups[names]
        }
    )
    .T["accuracy"]
    .unstack()
)
fig, axis = plt.subplots(figsize=(4.2, 2.8))
drawn = axis.imshow(square, cmap="cividis", aspect="auto")
for (i, j), value in np.ndenumerate(square.to_numpy()):
    dark = value < square.to_numpy().mean()
    axis.text(j, i, f"{value:.2f}", ha="center", va="center", color="white" if dark else "black")
axis.set(
    xticks=range(square.shape[1]),
    xticklabels=square.columns,
    yticks=range(square.shape[0]),
    yticklabels=square.index,
    xlabel="epochs",
    ylabel="learning rate",
    title="validation accuracy",
)
fig.colorbar(drawn)
plt.show()
display(Markdown("\n".join(f"- {' '.join(conclusion(grid, name))}" for name in grid.groups)))

# %% [markdown]
# ## What a confounded sweep looks like
#
# "More hidden units help." The curve below seems to say so. But look at how it was made: with the units, the number of epochs
# rose too. That is how such a script grows, one edit at a time.

# %%
settings = [((4,), 2), ((8,), 5), ((16,), 10), ((32,), 40)]
confounded, fair = [], []
widths = sweep({"hidden_layer_sizes": [hidden for hidden, _ in settings]})
for line, (hidden, count) in zip(widths.groups["hidden_layer_sizes"], settings):
    fair.append(line.scores.mean())
    changed = sweep({"max_iter": [count]}, MLPClassifier(**{**base.get_params(), "hidden_layer_sizes": hidden}))
    confounded.append(changed.groups["max_iter"][0].scores.mean())
fig, axis = plt.subplots(figsize=(6, 3))
units = [hidden[0] for hidden, _ in settings]
for values, label, i in (
    (confounded, "units and epochs both change", 5),
    (fair, f"only the units change ({base.max_iter} epochs)", 0),
):
    axis.plot(units, values, color=COLOURS[i], marker=MARKERS[i], label=label)
axis.set(xlabel="hidden units", ylabel="validation accuracy", xscale="log", xticks=units, xticklabels=units)
axis.minorticks_off()
axis.legend(frameon=False)
plt.show()
display(
    Markdown(
        f"From {units[0]} to {units[-1]} units the confounded curve rises by {confounded[-1] - confounded[0]:.2f}; with only the units "
        f"changed, accuracy changes by {fair[-1] - fair[0]:.2f}. The rest was the epochs."
    )
)

# %% [markdown]
# The package refuses to call such a difference an effect. Every run carries a record of all that may matter, and two records
# that differ in more than the named thing are not compared:

# %%
records = [
    RunRecord(f"{hidden[0]} units", parameters={"hidden_layer_sizes": hidden, "max_iter": count})
    for hidden, count in settings
]
try:
    require_only(records[0], records[-1], "hidden_layer_sizes")
except InvalidArgumentError as refusal:
    display(Markdown(f"> {refusal}"))
else:
    raise AssertionError("a confounded comparison must be refused")

# %% [markdown]
# ## A rate that is not passed on
#
# The other way to fool oneself: a parameter without any effect. Four curves that lie on each other look like "the rate hardly
# matters". A sweep must notice that the *predictions* are the same, not only similar:


# %%
class DeafNetwork(MLPClassifier):
    """A network that always learns with the rate 0.1, whatever it is told."""

    def fit(self, X, y):
        told, self.learning_rate_init = self.learning_rate_init, 0.1
        super().fit(X, y)
        self.learning_rate_init = told
        return self


deaf = []
for rate in (0.0001, 0.01, 1.0):
    network = DeafNetwork(**{**base.get_params(), "learning_rate_init": rate, "random_state": 0})
    deaf.append(network.fit(digits.X[:300] / 16, digits.y[:300]).predict_proba(digits.X[300:600] / 16))
identical = all(np.array_equal(deaf[0], other) for other in deaf[1:])
assert identical
heard = rates.verdicts["learning_rate_init"].effect
display(
    Markdown(
        f"Predictions of the deaf network at three rates: {'identical to the last digit' if identical else 'different'}, so the rate has no "
        f"effect at all. The verdict on our own sweep of the rate was: *{heard}*."
    )
)

# %% [markdown]
# ## On the command line
#
# The same sweep, with a report:
#
#     scratchwork sweep digits --model mlp --vary learning_rate_init=0.0001,0.001,0.01,0.1,1 --seeds 5
#
# What was computed once is stored and read again; an interrupted sweep goes on where it stopped.

# %%
again = sweep({"learning_rate_init": [0.0001, 0.001, 0.01, 0.1, 1.0]})
first = [line.scores.tolist() for line in rates.groups["learning_rate_init"]]
assert first == [line.scores.tolist() for line in again.groups["learning_rate_init"]]
display(Markdown(f"Run again: {again.n_read} of {again.n_fits} fits were read from the store, with the same scores."))
