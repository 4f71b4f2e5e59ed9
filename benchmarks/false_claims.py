"""How often a sweep claims an effect where there is none, and finds one that is there: 1,000 simulated sweeps each.

    python -m benchmarks.false_claims [--simulations 1000]

No model is trained: which held-out rows are right is simulated, and goes through the very functions that judge a sweep.

    right = 1  where  mean + row + method on row + method on split + noise > 0

"Row" is common to all methods; "method on row" stays the same from split to split, because splits share most of their rows;
"method on split" is the luck of a start and of a training part, correlated between splits as the held-out share. Under "no
effect" the methods are drawn alike. Writes docs/experiments/false_claims.md, .json and .svg.
"""

import argparse
import json
import pathlib

import numpy as np
from scipy.special import ndtri

from scratchwork.evaluation.scores import wilson_interval
from scratchwork.experiments.judge import LEVEL, judge
from scratchwork.plots.style import colour, figure, to_svg

N_ROWS, SHARE = 1000, 0.2
SPREAD = {"row": 1.0, "method on row": 0.4, "method on split": 0.12, "noise": 0.5}
FOLDER = pathlib.Path(__file__).resolve().parents[1] / "docs" / "experiments"


def simulate(rng, n_values, n_seeds, accuracy=0.9, effects=None, lucky=True):
    """Scores (v, J) and which held-out rows are right; ``effects`` shifts the mean accuracy of each method.

    Without luck the fitted models are equally good, which is what McNemar's test on one split assumes.
    """
    total = np.sqrt(sum(spread**2 for spread in SPREAD.values()))
    means = ndtri(accuracy + np.zeros(n_values) + (0 if effects is None else np.asarray(effects))) * total
    row = SPREAD["row"] * rng.normal(size=N_ROWS)
    own = SPREAD["method on row"] * rng.normal(size=(n_values, N_ROWS))
    lasting, passing = rng.normal(size=(n_values, 1)), rng.normal(size=(n_values, n_seeds))
    luck = lucky * SPREAD["method on split"] * (np.sqrt(SHARE) * lasting + np.sqrt(1 - SHARE) * passing)
    right = [[] for _ in range(n_values)]
    for j in range(n_seeds):
        held = rng.permutation(N_ROWS)[: round(SHARE * N_ROWS)]
        noise = SPREAD["noise"] * rng.normal(size=(n_values, len(held)))
        answers = means[:, None] + row[held] + own[:, held] + luck[:, j, None] + noise > 0
        for v in range(n_values):
            right[v].append(answers[v])
    return np.array([[part.mean() for part in parts] for parts in right]), right


def claims(n_simulations, seed, **design):
    """(how many simulated sweeps claim that some two values differ, the median detectable difference)."""
    rng, found, detectable = np.random.default_rng(seed), 0, []
    for _ in range(n_simulations):
        scores, right = simulate(rng, **design)
        verdict = judge(scores, SHARE, right=right)
        # On one split the sweep claims nothing of the parameter; counted is what it says of the fitted models.
        told = any(pair.p_corrected < LEVEL for pair in verdict.pairs)
        found += told if design["n_seeds"] == 1 else verdict.effect == "distinguishable"
        detectable.append(verdict.detectable or np.nan)
    return found, float(np.nanmedian(detectable)) if np.isfinite(detectable).any() else None


def false_claims(n_simulations):
    """One record for each number of values and seeds, with no effect at all."""
    records = []
    for n_seeds in (1, 2, 5, 10):
        for n_values in (2, 4, 8):
            found, _ = claims(
                n_simulations, 100 * n_seeds + n_values, n_values=n_values, n_seeds=n_seeds, lucky=n_seeds > 1
            )
            low, high = wilson_interval(found, n_simulations)
            records.append({"seeds": n_seeds, "values": n_values, "claims": found, "of": n_simulations,
                            "share": found / n_simulations, "low": low, "high": high})  # fmt: skip
    return records


def power(n_simulations):
    """How often a true difference between two values is found with five seeds."""
    records = []
    for effect in (0.0, 0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.07, 0.08):
        found, detectable = claims(
            n_simulations, round(1000 * effect) + 7, n_values=2, n_seeds=5, effects=(effect / 2, -effect / 2)
        )
        records.append({"effect": effect, "share": found / n_simulations, "stated_for_80_percent": detectable})
    return records


def drawing(records, powers):
    """Both figures side by side."""
    with figure(1, 2, width=9, height=3.4) as (fig, (left, right)):
        for i, n_values in enumerate(sorted({record["values"] for record in records})):
            some = [record for record in records if record["values"] == n_values]
            x = np.arange(len(some)) + 0.12 * (i - 1)
            share = np.array([record["share"] for record in some])
            spans = [share - [record["low"] for record in some], [record["high"] for record in some] - share]
            left.errorbar(x, 100 * share, 100 * np.array(spans), fmt="o", color=colour(i), label=f"{n_values} values")
        left.axhline(5, color="#000000", linestyle=":")
        left.set_xticks(range(4), ["1", "2", "5", "10"])
        left.set(xlabel="seeds", ylabel="sweeps with a false claim, %", title="no effect", ylim=(0, 7))
        left.legend(frameon=False)
        effects = [100 * record["effect"] for record in powers]
        right.plot(effects, [100 * record["share"] for record in powers], "o-", color=colour(0))
        right.axvline(100 * powers[0]["stated_for_80_percent"], color=colour(5), linestyle="--")
        right.axhline(80, color="#000000", linestyle=":")
        right.set(
            xlabel="true difference, percentage points", ylabel="sweeps that find it, %", title="2 values, 5 seeds"
        )
        return to_svg(fig, "Left: share of false claims by seeds and values. Right: share of true differences found.")


def page(records, powers, n_simulations):
    """The page for the docs, made from the figures alone."""
    worst = max(record["share"] for record in records)
    over = [record for record in records if record["low"] > 0.05]
    verdict = "no design is above 5 %" if worst <= 0.05 else (
        f"{len(over)} designs are above 5 % by more than chance" if over else "none is above 5 % by more than chance")  # fmt: skip
    lines = [
        "# How often a sweep is wrong",
        "",
        "Made by `python -m benchmarks.false_claims`; the simulation is described at the top of that file. Each row is "
        f"{n_simulations:,} simulated sweeps in which no value is better than another; a false claim is any pair of values "
        f"that is called distinguishable. The largest share is {100 * worst:.1f} %; {verdict}.",
        "",
        "![False claims and power](false_claims.svg)",
        "",
        "| seeds | values | false claims | 95 % interval |",
        "|---:|---:|---:|---:|",
        *[f"| {r['seeds']} | {r['values']} | {100 * r['share']:.1f} % | {100 * r['low']:.1f} to {100 * r['high']:.1f} % |"
          for r in records],
        "",
        "With one seed a sweep claims nothing of the parameter; the row is what it says of the two fitted models (exact "
        "McNemar), simulated without luck of start and split.",
        "",
        "A true difference between two values, five seeds. A sweep states the difference that 80 of 100 such sweeps would "
        f"find: here about {100 * powers[0]['stated_for_80_percent']:.1f} percentage points (dashed).",
        "",
        "| true difference | found | stated for 80 % |",
        "|---:|---:|---:|",
        *[f"| {100 * r['effect']:.0f} points | {100 * r['share']:.1f} % | {100 * r['stated_for_80_percent']:.1f} points |" for r in powers],
        "",
    ]  # fmt: skip
    return "\n".join(lines)


def run(_rounds=None, n=1000):
    """Simulate, write the page and what it is made from; ``n`` simulated sweeps, whatever the rounds of a timing."""
    records, powers = false_claims(n), power(n)
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "false_claims.json").write_text(json.dumps({"false_claims": records, "power": powers}, indent=1) + "\n")
    (FOLDER / "false_claims.svg").write_text(drawing(records, powers))
    (FOLDER / "false_claims.md").write_text(page(records, powers, n))
    print((FOLDER / "false_claims.md").read_text())


def main():
    parser = argparse.ArgumentParser(description="How often a sweep claims what is not so.")
    parser.add_argument("--simulations", type=int, default=1000)
    run(n=parser.parse_args().simulations)


if __name__ == "__main__":
    main()
