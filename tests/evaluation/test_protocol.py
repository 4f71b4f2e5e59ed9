"""The protocol guard: what it refuses, what it flags, and what it leaves alone."""

import pytest

from scratchwork.errors import InvalidArgumentError
from scratchwork.evaluation.protocol import Looks, RunRecord, differing, require_only, review


def record(name="a", **changes):
    base = {
        "model": "mlp", "implementation": "scratchwork", "parameters": {"alpha": 0.0, "max_iter": 50}, "data": "d1",
        "rows": 100, "split": "s1", "preparation": "standardised", "seeds": (0, 1), "budget": {"max_iter": 50},
        "score_name": "accuracy", "reported_on": "test part", "learnt_before_split": False, "curve_scale": "nll",
    }  # fmt: skip
    return RunRecord(name, **base | changes)


def kinds(*records, **options):
    return [flag.kind for flag in review(records, **options)]


def test_equal_runs_differ_in_nothing_and_raise_no_flag():
    assert differing(record("a"), record("b")) == {}
    assert kinds(record("a"), record("b")) == []


@pytest.mark.parametrize(
    "change",
    [{"model": "knn"}, {"implementation": "pytorch"}, {"data": "d2"}, {"rows": 90}, {"split": "s2"}, {"seeds": (0, 2)},
     {"preparation": "none"}, {"score_name": "F1"}, {"selected_on": "test part"}, {"reported_on": "training part"},
     {"learnt_before_split": True}, {"budget": {"max_iter": 60}}],
)  # fmt: skip
def test_whatever_differs_is_known(change):
    assert list(differing(record(), record(**change))) == [n if n != "budget" else "max_iter" for n in change]


def test_a_parameter_that_only_one_has_differs():
    assert differing(record(), record(parameters={"alpha": 0.0, "max_iter": 50, "dropout": 0.5})) == {
        "dropout": ("not set", 0.5)
    }


def test_what_is_not_known_is_not_compared():
    assert differing(record(), record(split=None, rows=None)) == {}


def test_only_one_thing_differs():
    second = record("b", parameters={"alpha": 0.1, "max_iter": 50})
    assert require_only(record("a"), second, "alpha") == "Only alpha differs between a and b."


def test_two_penalties_while_three_other_things_changed():
    """The comparison that this guard is for."""
    first = record("l1", parameters={"penalty": "l1", "C": 1.0, "solver": "saga", "max_iter": 50})
    second = record("l2", parameters={"penalty": "l2", "C": 0.1, "solver": "lbfgs", "max_iter": 50}, seeds=(5,))
    with pytest.raises(InvalidArgumentError) as caught:
        require_only(first, second, "penalty")
    assert str(caught.value) == (
        "The difference between l1 and l2 is not an effect of penalty alone: C differs too (1.0 and 0.1), solver differs "
        "too ('saga' and 'lbfgs'), seeds differs too ((0, 1) and (5,)). Make them equal, or name them in "
        "allowed=('C', 'solver', 'seeds')."
    )
    told = require_only(first, second, "penalty", allowed=("C", "solver", "seeds"))
    assert told == "Besides penalty, these differ between l1 and l2: C, solver, seeds."


def test_a_parameter_that_does_not_differ_has_no_effect_to_speak_of():
    assert (
        require_only(record("a"), record("b"), "alpha") == "alpha does not differ between a and b; nothing else does."
    )


def test_unequal_budgets():
    flags = review([record("a"), record("b", budget={"max_iter": 500})])
    assert [flag.kind for flag in flags] == ["unequal budgets"]
    assert flags[0].message == "The runs were given different budgets of max_iter: a 50, b 500."
    assert kinds(record("a"), record("b", budget={"max_iter": 500}), varied=("max_iter",)) == []


def test_one_seed():
    flags = review([record("a", seeds=(0,)), record("b", seeds=(0,))])
    assert flags[0].kind == "one seed"
    assert flags[0].message.startswith("Each run has one seed only")
    assert kinds(record("a"), record("b", seeds=(0,))) == ["one seed", "unequal seeds"]


def test_scaling_before_the_split():
    assert kinds(record("a", learnt_before_split=True)) == ["learnt before the split"]


def test_selection_and_report_on_the_same_part():
    chosen = record("a", selected_on="test part")
    assert kinds(chosen) == ["selected and reported on the same part"]
    assert kinds(record("a", selected_on="validation part")) == []
    assert kinds(record("a"), record("b"), chosen_by_score=True) == ["selected and reported on the same part"]


def test_curves_on_different_scales():
    flags = review([record("a"), record("b", curve_scale="sum of squares")])
    assert flags[0] == ("curves on different scales", "These curves must not share an axis: nll: a; sum of squares: b.")


def test_unequal_rows_and_data():
    assert kinds(record("a"), record("b", data="d2", rows=7)) == ["unequal data", "unequal rows"]


def test_looks_at_the_test_part_are_counted():
    looks = Looks([1], [2])
    assert looks.words == "The test part was not looked at."
    assert looks.open("final score") == ([1], [2])
    assert looks.words == "The test part was looked at once: final score."
    assert kinds(record(), looks=looks) == []
    looks.open("another try")
    assert looks.words == "The test part was looked at 2 times: final score; another try."
    assert kinds(record(), looks=looks) == ["the test part was looked at more than once"]


def test_a_study_of_digits():
    import types

    import numpy as np

    from scratchwork.evaluation.study_protocol import review_study
    from scratchwork.models.mlp import MLPClassifier

    def run(label, implementation, alpha):
        return types.SimpleNamespace(
            label=label, model="mlp", implementation=implementation, estimator=MLPClassifier(alpha=alpha),
            history={"train_nll": [1.0], "validation_nll": [1.0]},
        )  # fmt: skip

    study = types.SimpleNamespace(
        name="digits", seed=0, task="classification", runs=[run("a", "scratchwork", 0.0), run("b", "pytorch", 0.0)],
        split=types.SimpleNamespace(y_train=np.zeros(5), preparation=object()),
    )  # fmt: skip
    flags, words = review_study(study)
    assert [flag.kind for flag in flags] == ["one seed", "selected and reported on the same part"]
    assert words == (
        "The test part gave 2 scores, one for each model; and loss curves that were watched, by which nothing was chosen."
    )
