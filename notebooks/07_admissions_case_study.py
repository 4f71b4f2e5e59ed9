# %% [markdown]
# # A case study: who is admitted?
#
# From a raw file to advice. Two real tables: 55 applicants to medical schools, with grades, test scores and the decision;
# and 4,526 applicants to the six largest departments of Berkeley in 1973. The first is small, as real questions often
# are, and holds a trap. The second is large, and its obvious answer is wrong.
#
# **To run it.** In a copy of the repository: `pip install ".[notebooks]"`, then `jupyter lab notebooks`. Or
# `./run notebooks admissions`, which makes its own environment. Run the cells from top to bottom; afterwards change what
# you like and run any cell again.

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from IPython.display import Markdown, display
from sklearn.pipeline import make_pipeline

from scratchwork import LogisticRegression, load_berkeley_admissions, read_table
from scratchwork.cleaning import clean
from scratchwork.datasets import admissions
from scratchwork.evaluation.differences import corrected_resampled_t
from scratchwork.evaluation.probabilities import calibration, roc, threshold_table
from scratchwork.evaluation.scores import wilson_interval
from scratchwork.models.logistic_regression import coefficient_covariance
from scratchwork.plots.style import COLOURS
from scratchwork.preparation import TablePreparation
from scratchwork.statistics.analysis import analyse
from scratchwork.statistics.association import associate
from scratchwork.statistics.effects import odds_ratio
from scratchwork.statistics.reversal import find_reversals

plt.rcParams.update({"axes.spines.top": False, "axes.spines.right": False, "font.size": 9, "figure.dpi": 80})
pd.options.display.float_format = "{:.3g}".format
pd.options.display.max_colwidth = 120

# %% [markdown]
# # Part 1: the medical applicants
#
# ## Read and look
#
# The question of an applicant: *what do admitted applicants have in common, and how sure can we be?*

# %%
table = read_table(admissions.TABLES / "medical_admissions.csv", target="Acceptance")
display(table.frame.head(), table.frame.describe().T)
rows = len(table.frame)
parts = table.frame[["VR", "PS", "WS", "BS"]]
known = parts.notna().all(axis=1)
same = int((parts[known].sum(axis=1) == table.frame.loc[known, "MCAT"]).sum())
display(
    Markdown(
        f"`MCAT` is the sum of `VR`, `PS`, `WS` and `BS` in {same} of the {int(known.sum())} rows that have all four: five columns, "
        "but only four pieces of information."
    )
)

# %% [markdown]
# ## Clean, and write down every change
#
# Cleaning here means: repair what is certainly wrong, tell what is suspicious, drop nothing silently. Missing values
# are *not* filled yet: with what, only the training rows may decide.

# %%
cleaned = clean(table, target="Acceptance")
display(Markdown(f"{len(cleaned.log)} changes, {len(cleaned.findings)} findings:"))
display(cleaned.findings.to_frame()[["severity", "column", "message"]])

# %% [markdown]
# ## The trap
#
# `Accept` is the decision itself, in letters. A model that is given it looks perfect and is worthless: when an applicant
# asks, the letter does not exist yet. Cleaning found it, and left it out. What would have happened otherwise:

# %%
frame, y = cleaned.table.frame, cleaned.table.frame["Acceptance"].astype(int).to_numpy()


def fold_numbers(n, labels, folds, rng):
    """A fold for each row, each class dealt out evenly."""
    number = np.empty(n, dtype=int)
    for label in np.unique(labels):
        members = rng.permutation(np.flatnonzero(labels == label))
        number[members] = np.arange(len(members)) % folds
    return number


def cross_validated(make_model, columns, repeats=10, folds=5):
    """Out-of-fold probabilities (repeats, n), and the accuracy of each fold (repeats * folds,).

    Everything is learnt inside the fold: filling gaps, scaling, coefficients.
    """
    probabilities, accuracies = np.empty((repeats, len(frame))), []
    for repeat in range(repeats):
        number = fold_numbers(len(frame), y, folds, np.random.default_rng(repeat))
        for fold in range(folds):
            train, held_out = number != fold, number == fold
            model = make_model().fit(frame.loc[train, columns], y[train])
            probabilities[repeat, held_out] = model.predict_proba(frame.loc[held_out, columns])[:, 1]
            accuracies.append(np.mean((probabilities[repeat, held_out] > 0.5) == y[held_out]))
    return probabilities, np.array(accuracies)


def logistic(columns, C=1.0):
    """A maker of models: prepare the columns, then logistic regression."""
    kinds = {name: table.kinds[name] for name in columns}
    return lambda: make_pipeline(TablePreparation(kinds=kinds), LogisticRegression(C=C))


with_leak = [*cleaned.features, "Accept"]
leaky = cross_validated(logistic(with_leak), with_leak)[1].mean()
honest = cross_validated(logistic(cleaned.features), cleaned.features)[1].mean()
display(
    Markdown(
        f"Accuracy with the leak: **{leaky:.0%}**. Without it: **{honest:.0%}**. The first number is not a success, it is a warning."
    )
)

# %% [markdown]
# ## Analyse
#
# Each column against the decision: which test, how large the effect, how sure. With several tests, some small p values
# come by chance; `p_corrected` allows for that (Benjamini and Hochberg).

# %%
kinds = table.kinds | {"Acceptance": "category"}
analysis = analyse(frame[[*cleaned.features, "Acceptance"]], kinds, "Acceptance")
display(
    pd.DataFrame(
        [
            {
                "column": row.first,
                "test": row.test,
                "p": row.p,
                "p_corrected": row.p_corrected,
                "effect": row.effect.name,
                "value": row.effect.value,
                "low": row.effect.low,
                "high": row.effect.high,
            }
            for row in analysis.with_target
        ]
    ).set_index("column")
)
display(Markdown("\n".join(f"- {row.sentence}" for row in analysis.with_target[:3] + analysis.with_target[-1:])))

# %%
strongest = [row.first for row in analysis.with_target if table.kinds[row.first] == "number"][:2]
fig, axis = plt.subplots(figsize=(6, 3.6))
for label, name, marker in ((0, "denied", "s"), (1, "accepted", "o")):
    axis.scatter(
        *frame.loc[y == label, strongest].to_numpy().T, color=COLOURS[1 - label], marker=marker, label=name, alpha=0.8
    )
axis.set(xlabel=strongest[0], ylabel=strongest[1], title="The two columns with the strongest association")
axis.legend(frameon=False)
plt.show()

# %% [markdown]
# ## Fit and judge
#
# 55 rows are too few to lock a test part away: 11 rows would tell next to nothing. So we cross-validate: each row is
# predicted by a model that has not seen it, ten times over with other folds. Four models, from the plainest:


# %%
class Majority:
    """Always the share of accepted applicants in the training rows."""

    def fit(self, X, y):
        self.share_ = np.mean(y)
        return self

    def predict_proba(self, X):
        return np.tile([1 - self.share_, self.share_], (len(X), 1))


contenders = {
    "majority": (Majority, ["GPA"]),
    "GPA alone": (logistic(["GPA"]), ["GPA"]),
    "GPA and MCAT": (logistic(["GPA", "MCAT"]), ["GPA", "MCAT"]),
    "all columns": (logistic(cleaned.features), cleaned.features),
}
results = {name: cross_validated(*contender) for name, contender in contenders.items()}
lines = []
for name, (probabilities, accuracies) in results.items():
    difference = (
        corrected_resampled_t(accuracies - results["majority"][1], test_share=0.2) if name != "majority" else None
    )
    lines.append(
        {
            "model": name,
            "accuracy": accuracies.mean(),
            "AUC": np.mean([roc(y == 1, p).area for p in probabilities]) if difference else 0.5,
            "better than the majority by": difference[0] if difference else 0.0,
            "p (corrected for overlapping folds)": difference[3] if difference else np.nan,
        }
    )
summary = pd.DataFrame(lines).set_index("model")
display(summary)

# %%
best = summary["AUC"].idxmax()
probability = results[best][0].mean(axis=0)
right = int(np.sum((probability > 0.5) == y))
low, high = wilson_interval(right, rows)
display(
    Markdown(
        f"The best of them by AUC is **{best}**. Averaged over the repeats it is right for {right} of {rows} applicants "
        f"({right / rows:.0%}, 95 % interval {low:.0%} to {high:.0%}). We chose it by looking at these very numbers, so they flatter it "
        "a little. The interval is wide, and honest: 55 applicants do not allow a narrower one."
    )
)
curve = roc(y == 1, probability)
fig, axes = plt.subplots(1, 2, figsize=(8, 3.2))
axes[0].plot(curve.x, curve.y, color=COLOURS[0], drawstyle="steps-post")
axes[0].plot([0, 1], [0, 1], color="grey", linestyle=":")
axes[0].set(xlabel="false positive rate", ylabel="true positive rate", title=f"ROC, area {curve.area:.3f}")
for b in calibration(y == 1, probability):
    axes[1].errorbar(
        b.predicted,
        b.observed,
        yerr=[[b.observed - b.low], [b.high - b.observed]],
        color=COLOURS[0],
        marker="o",
        capsize=3,
    )
axes[1].plot([0, 1], [0, 1], color="grey", linestyle=":")
axes[1].set(xlabel="predicted probability", ylabel="share accepted", title="Are the probabilities right?", ylim=(0, 1))
plt.tight_layout()
plt.show()
display(pd.DataFrame(threshold_table(y == 1, probability, (0.3, 0.5, 0.7))).set_index("threshold"))

# %% [markdown]
# ## Which way, and how sure: odds ratios
#
# Fitted on all rows, per standard deviation of a column, with 95 % intervals from the curvature of the likelihood. We use
# the small model: with columns that add up to each other the coefficients could not be told apart.

# %%
small = ["GPA", "MCAT", "Sex", "Apps"]
preparation = TablePreparation(kinds={name: table.kinds[name] for name in small})
Z = preparation.fit_transform(frame[small], y)
model = LogisticRegression(C=np.inf).fit(Z, y)
error = np.sqrt(np.diag(coefficient_covariance(model, Z)))[:-1]
ratios = pd.DataFrame(
    {
        "odds ratio": np.exp(model.coef_[0]),
        "low": np.exp(model.coef_[0] - 1.96 * error),
        "high": np.exp(model.coef_[0] + 1.96 * error),
    },
    index=preparation.get_feature_names_out(),
)
display(ratios)
fig, axis = plt.subplots(figsize=(6, 2.2))
place = np.arange(len(ratios))
axis.errorbar(
    ratios["odds ratio"],
    place,
    xerr=[ratios["odds ratio"] - ratios["low"], ratios["high"] - ratios["odds ratio"]],
    fmt="o",
    color=COLOURS[0],
    capsize=3,
)
axis.axvline(1, color="grey", linestyle=":")
axis.set(yticks=place, yticklabels=ratios.index, xscale="log", xlabel="odds ratio (1: no association)")
axis.invert_yaxis()
plt.show()
sure = ratios[(ratios["low"] > 1) | (ratios["high"] < 1)]
unsure = ratios.index.difference(sure.index)
told = "; ".join(
    f"one standard deviation more of `{name}` goes with {row['odds ratio']:.1f} times the odds ({row['low']:.1f} to {row['high']:.1f})"
    if name in strongest or table.kinds.get(name) == "number"
    else f"`{name}` with {row['odds ratio']:.1f} times the odds"
    for name, row in sure.iterrows()
)

# %%
display(
    Markdown(f"""
**Advice to an applicant, from these 55 rows**

1. {told[0].upper() + told[1:] if told else "No column can be told from chance here"}.
2. About {", ".join(f"`{name}`" for name in unsure) or "no other column"} this table cannot say: the interval holds 1.
3. A model with `{best}` ranks a random accepted applicant above a random denied one in {curve.area:.0%} of the pairs. Use it to
   see where one stands, not to decide.
4. All of them come from one college, and all of them applied. Nothing here says what would happen if somebody *raised*
   a grade: association is no proof of cause.
""")
)

# %% [markdown]
# # Part 2: Berkeley, 1973
#
# *Did the university prefer men?* The obvious count:

# %%
berkeley = load_berkeley_admissions()
people = berkeley.X.assign(admitted=(berkeley.y == "Admitted").astype(float))
overall = people.groupby("Gender")["admitted"].agg(["sum", "count", "mean"])
display(overall)
counts = pd.crosstab(people["Gender"], people["admitted"]).loc[["Male", "Female"], [1.0, 0.0]].to_numpy()
effect = odds_ratio(counts)
test = associate(
    "Gender", "admission", people["Gender"], np.where(people["admitted"] == 1, "yes", "no"), "category", "category"
)
display(
    Markdown(
        f"Men were admitted more often: {overall.loc['Male', 'mean']:.0%} against {overall.loc['Female', 'mean']:.0%}. The odds ratio is "
        f"{effect.value:.2f} ({effect.low:.2f} to {effect.high:.2f}), and chance is no explanation ({test.test}, p = {test.p:.1g})."
    )
)

# %% [markdown]
# ## The same applicants, department by department

# %%
rates = people.pivot_table(index="Dept", columns="Gender", values="admitted", aggfunc="mean", observed=True)
applied = pd.crosstab(people["Dept"], people["Gender"])
shown = pd.concat({"admitted": rates, "applied": applied}, axis=1)
display(shown)
fig, axes = plt.subplots(1, 2, figsize=(9, 3))
place = np.arange(len(rates))
for offset, (gender, ink, hatch) in zip((-0.2, 0.2), (("Male", COLOURS[0], ""), ("Female", COLOURS[1], "//"))):
    axes[0].bar(place + offset, rates[gender], width=0.4, color=ink, label=gender, hatch=hatch, edgecolor="white")
    axes[1].bar(
        place + offset,
        applied[gender] / applied[gender].sum(),
        width=0.4,
        color=ink,
        label=gender,
        hatch=hatch,
        edgecolor="white",
    )
for axis, title in zip(axes, ("share admitted, by department", "where they applied")):
    axis.set(xticks=place, xticklabels=rates.index, title=title)
    axis.legend(frameon=False)
plt.tight_layout()
plt.show()
found = find_reversals(people, people["admitted"], {"Gender": "category"}, ["Dept"])
display(Markdown("\n".join(f"- {reversal.sentence}" for reversal in found) or "No reversal was found."))

# %% [markdown]
# ## Why
#
# The departments differ in how many they admit, and men and women applied to different ones. To compare like with like,
# put the department into the model: a coefficient for gender *at equal department*.


# %%
def gender_odds(columns):
    """Odds ratio of men against women with these columns in the model: value, low, high."""
    X = pd.get_dummies(people[columns], columns=[name for name in columns if name != "male"], drop_first=True).astype(
        float
    )
    fitted = LogisticRegression(C=np.inf).fit(X.to_numpy(), people["admitted"].to_numpy().astype(int))
    at = list(X.columns).index("male")
    slope, error = fitted.coef_[0, at], np.sqrt(np.diag(coefficient_covariance(fitted, X.to_numpy())))[at]
    return np.exp([slope, slope - 1.96 * error, slope + 1.96 * error])


people["male"] = (people["Gender"] == "Male").astype(float)
alone, adjusted = gender_odds(["male"]), gender_odds(["male", "Dept"])
np.testing.assert_allclose(
    alone, [effect.value, effect.low, effect.high], rtol=1e-4
)  # one binary column: the table's own odds ratio
display(
    pd.DataFrame(
        [alone, adjusted],
        index=["gender alone", "gender at equal department"],
        columns=["odds ratio of men", "low", "high"],
    )
)
acceptance = people.groupby("Dept")["admitted"].mean()
easy = acceptance[acceptance > people["admitted"].mean()].index
went = people.assign(easy=people["Dept"].isin(easy)).groupby("Gender")["easy"].mean()
more = int((rates["Female"] > rates["Male"]).sum())
display(
    Markdown(f"""
- In {more} of {len(rates)} departments the share of admitted women is the higher one.
- {went["Male"]:.0%} of the men, but {went["Female"]:.0%} of the women applied to the departments that admit more than the average
  ({", ".join(easy)}).
- At equal department the odds ratio of men is {adjusted[0]:.2f} ({adjusted[1]:.2f} to {adjusted[2]:.2f}), where the plain count said {alone[0]:.2f}.
""")
)

# %% [markdown]
# **Advice to the university.** The plain count answers another question than the one that was asked. It compares
# applicants of different departments. What these numbers do not show is a preference for men within the departments;
# what they do show is that women applied where few are admitted. *Why* they did is a question about schools, places and
# money per department, and it is not answered by this table. Nor is the department always the right thing to hold fixed:
# had the university steered women into crowded departments, adjusting for the department would hide just that.
#
# **Advice to whoever analyses.** Before you believe an average, ask what else differs between the groups; look for it
# in the columns you have, and name the ones you do not have.
