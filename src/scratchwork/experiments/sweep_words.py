"""A sweep as sentences, as a tidy table, and as one JSON document."""

import math

from scratchwork.experiments.grid import as_text, tidy_csv
from scratchwork.experiments.judge import LEVEL
from scratchwork.experiments.sweep import interval, on_edge

COLUMNS = (
    "dataset", "model", "parameter", "value", "seed", "score_name", "score", "train_score", "iterations",
    "fit_seconds", "peak_mb", "error",
)  # fmt: skip


def results_csv(sweep):
    """One row for each value and seed."""
    rows = []
    for line in sweep.lines:
        for seed, result in zip(sweep.seeds, line.results):
            own = {"dataset": sweep.material.name, "model": sweep.model, "parameter": line.parameter, "seed": seed}
            own |= {"value": value_text(line.value), "score_name": sweep.score_name}
            rows.append({**result, **own})
    return tidy_csv(COLUMNS, rows)


def value_text(value):
    """A value, or a combination, in the words of the command line.

    >>> value_text((50, 20)), value_text({"alpha": 0.1, "solver": "sgd"})
    ('50,20', 'alpha=0.1; solver=sgd')
    """
    if isinstance(value, dict):
        return "; ".join(f"{name}={as_text(part)}" for name, part in value.items())
    return as_text(value)


def sweep_document(sweep, report_path):
    """What ``--json`` prints; null where a fit diverged or a number does not apply."""
    lines = [line for name in sweep.groups for line in sweep.groups[name]]
    return {
        "dataset": sweep.material.name,
        "model": sweep.model,
        "seeds": len(sweep.seeds),
        "rows": [
            {"parameter": line.parameter, "value": plain(line.value), "seed": seed, "score": result["score"],
             "fit_seconds": result["fit_seconds"]}
            for line in sweep.lines for seed, result in zip(sweep.seeds, line.results)
        ],
        "summary": [summary_of(sweep, line) for line in lines],
        "best": [best_of(sweep, name) for name in sweep.groups],
        "report": str(report_path),
    }  # fmt: skip


def summary_of(sweep, line):
    low, high = interval(sweep, line)
    mean = float(line.scores.mean())
    return {"parameter": line.parameter, "value": plain(line.value), "mean": None if math.isnan(mean) else mean,
            "low": low, "high": high}  # fmt: skip


def best_of(sweep, name):
    verdict = sweep.verdicts[name]
    value = None if verdict.best is None else plain(sweep.groups[name][verdict.best].value)
    return {"parameter": name, "value": value, "distinguishable": verdict.distinguishable,
            "on_edge": on_edge(sweep, name), "effect": verdict.effect}  # fmt: skip


def plain(value):
    """A value as JSON has it; infinity as text.

    >>> plain((50, 20)), plain({"C": math.inf})
    ([50, 20], {'C': 'inf'})
    """
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    if isinstance(value, (tuple, list)):
        return [plain(part) for part in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value if isinstance(value, (bool, int, float, str, type(None))) else repr(value)


def shown(sweep, score):
    """A score as a reader knows it: accuracies in per cent."""
    if score is None or math.isnan(score):
        return "–"
    return f"{100 * score:.1f} %" if sweep.material.task == "classification" else f"{score:.3f}"


def points(sweep, difference):
    """A difference of scores in words."""
    if sweep.material.task == "classification":
        return f"{100 * difference:.1f} percentage points"
    return f"{difference:.3f}"


def conclusion(sweep, name):
    """What was found about one parameter, in two to four sentences."""
    verdict, group = sweep.verdicts[name], sweep.groups[name]
    among = f"{len(group)} combinations" if "," in name else f"{len(group)} values"
    if verdict.effect == "none" and len(group) > 1:
        return [f"{name} has no effect here: nothing that was predicted changed with it, for any seed."]
    if verdict.best is None:
        return [f"{name}: with none of the {among} did every fit stay finite; there is no best value."]
    best = group[verdict.best]
    sentences = [f"{name}: the best of {among} is {value_text(best.value)}, {sweep.score_name} "
                 f"{shown(sweep, float(best.scores.mean()))}."]  # fmt: skip
    if verdict.runner_up is not None:
        sentences.append(against_next(sweep, verdict, group))
    sentences += [f"With {value_text(line.value)}, {line.diverged} of {len(line.results)} fits diverged."
                  for line in group if line.diverged]  # fmt: skip
    if on_edge(sweep, name):
        sentences.append("It lies on the edge of what was tried: the best may lie beyond.")
    if "," not in name and sweep.grid and len(sweep.varied) > 1:
        sentences.append("Scores are averaged over the values of the other parameters.")
    return sentences


def against_next(sweep, verdict, group):
    """Whether the best can be told from the next, whether any two values can, and what would have been found."""
    runner = group[verdict.runner_up]
    pair = next(p for p in verdict.pairs if (p.first, p.second) == (verdict.best, verdict.runner_up))
    verb = "can" if verdict.distinguishable else "cannot"
    text = f"It {verb} be told from the next, {value_text(runner.value)} ({shown(sweep, float(runner.scores.mean()))})"
    if len(sweep.seeds) == 1:
        return f"{text}: {one_seed(pair)}"
    text += f": corrected p {pair.p_corrected:.2g}."
    if verdict.effect == "distinguishable" and not verdict.distinguishable:
        text += " Some of the other values can be told apart."
    if verdict.effect == "not distinguishable" and verdict.detectable:
        text += (
            f" No two values can; a difference of {points(sweep, verdict.detectable)} would be found in 80 of 100 such "
            "sweeps."
        )
    return text


def one_seed(pair):
    """What one seed says of the best and the next."""
    luck = "one seed does not tell an effect from the luck of a start and a split."
    if pair.p_corrected is None or pair.p_corrected >= LEVEL:
        return luck
    return f"the two fitted models differ (exact McNemar, corrected p {pair.p_corrected:.2g}), but {luck}"
