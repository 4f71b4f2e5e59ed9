"""Logistic regression: by hand, by its properties, against independent sources, in words, and under bad input."""

import warnings
from functools import partial

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer, load_digits, load_iris
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression as Peer
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import check_estimator

from scratchwork import LogisticRegression
from scratchwork.blocks import single_threaded_blas
from scratchwork.errors import DivergenceError
from scratchwork.models import logistic_regression as module
from scratchwork.models._logistic_regression_fast import preconditioned_lbfgs, triangular_inverse
from scratchwork.models._logistic_regression_small import newton_two_classes
from scratchwork.models.logistic_regression import (
    coefficient_covariance,
    gradient,
    hessian,
    lbfgs,
    logits,
    losses,
    map_features,
    newton,
    objective,
    objective_and_gradient,
    probabilities,
)
from scratchwork.numerics import numerical_gradient, relative_error

SOLVERS = ("newton", "lbfgs", "gd", "momentum", "sgd")


def problem(rng, n=30, d=3, k=3, intercept=True, dtype=np.float64):
    """(X, Y, W, s, l2) with random data, labels, coefficients and weights."""
    m = 1 if k == 2 else k
    labels = np.arange(n) % k
    X = rng.normal(size=(n, d)).astype(dtype)
    Y = labels[:, None].astype(dtype) if m == 1 else np.eye(k, dtype=dtype)[labels]
    s = rng.random(n)
    return X, Y, rng.normal(size=(d + intercept, m)), (s / s.sum()).astype(dtype), 0.07


def everything(model):
    return np.hstack([model.coef_, model.intercept_[:, None]])


# -- by hand ---------------------------------------------------------------------------------------------------------


def test_without_features_that_vary_the_intercept_is_the_log_odds():
    model = LogisticRegression(C=np.inf).fit(np.zeros((4, 1)), [1, 1, 1, 0])
    assert model.intercept_ == pytest.approx([np.log(3)], abs=1e-9)
    assert model.coef_ == pytest.approx(np.zeros((1, 1)), abs=1e-9)


def test_a_two_by_two_table_gives_its_odds_ratio_and_woolfs_standard_error():
    """Woolf (1955): log odds ratio log(a d / (b c)), standard error sqrt(1/a + 1/b + 1/c + 1/d)."""
    a, b, c, d = 20, 10, 5, 15
    X = np.repeat([1.0, 1.0, 0.0, 0.0], [a, b, c, d])[:, None]
    y = np.repeat([1, 0, 1, 0], [a, b, c, d])
    model = LogisticRegression(C=np.inf).fit(X, y)
    covariance = coefficient_covariance(model, X)
    assert model.coef_[0, 0] == pytest.approx(np.log(a * d / (b * c)), abs=1e-9)
    assert model.intercept_[0] == pytest.approx(np.log(c / d), abs=1e-9)
    assert np.sqrt(covariance.diagonal()) == pytest.approx(
        [np.sqrt(1 / a + 1 / b + 1 / c + 1 / d), np.sqrt(1 / c + 1 / d)]
    )


def test_counts_as_sample_weights_give_the_same_covariance():
    X, y, counts = np.array([[1.0], [1.0], [0.0], [0.0]]), [1, 0, 1, 0], [20, 10, 5, 15]
    model = LogisticRegression(C=np.inf).fit(X, y, sample_weight=counts)
    errors = np.sqrt(coefficient_covariance(model, X, counts).diagonal())
    assert errors == pytest.approx([np.sqrt(1 / 20 + 1 / 10 + 1 / 5 + 1 / 15), np.sqrt(1 / 5 + 1 / 15)])


def test_terms_come_in_the_classic_order():
    x, y = 2.0, 3.0
    assert map_features([[x, y]], 3).tolist() == [[x, y, x * x, x * y, y * y, x**3, x * x * y, x * y * y, y**3]]
    assert map_features(np.ones((1, 2)), 6).shape == (1, 27)
    assert map_features([[2.0]], 3).tolist() == [[2.0, 4.0, 8.0]]


# -- the published figures -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def admissions(exams):
    table = np.loadtxt(exams / "admissions.csv", delimiter=",")
    return table[:, :2], table[:, 2].astype(int)


@pytest.mark.parametrize("solver", ["auto", "newton", "lbfgs"])
def test_admissions_reach_the_published_optimum(admissions, solver):
    X, y = admissions
    model = LogisticRegression(C=np.inf, solver=solver).fit(X, y)
    assert model.intercept_ == pytest.approx([-25.16133], abs=5e-6)
    assert model.coef_[0] == pytest.approx([0.206232, 0.201472], abs=5e-7)
    assert model.history_["objective"][-1] == pytest.approx(0.2034977, abs=5e-8)
    assert model.score(X, y) == 0.89
    assert roc_auc_score(y, model.decision_function(X)) == pytest.approx(0.973333, abs=5e-7)
    assert model.predict_proba([[45.0, 85.0], [53.0, 94.0]])[:, 1] == pytest.approx([0.77629, 0.99105], abs=5e-6)


@pytest.mark.parametrize("solver", ["gd", "momentum", "sgd"])
def test_on_the_raw_admissions_a_slow_solver_says_that_it_has_not_arrived(admissions, solver):
    model = LogisticRegression(C=np.inf, solver=solver, random_state=0, max_iter=500)
    with pytest.warns(ConvergenceWarning, match="above the tolerance") as caught:
        model.fit(*admissions)
    assert f"{model.history_['gradient_norm'][-1]:.3g}" in str(caught[0].message)


@pytest.mark.parametrize("solver", ["gd", "momentum"])
def test_on_standardised_admissions_the_slow_solvers_arrive(admissions, solver):
    X, y = admissions
    model = make_pipeline(StandardScaler(), LogisticRegression(C=np.inf, solver=solver, max_iter=20_000, tol=1e-9))
    assert model.fit(X, y)[-1].history_["objective"][-1] == pytest.approx(0.2034977, abs=5e-8)


@pytest.mark.parametrize("solver", SOLVERS)
def test_a_loose_tolerance_without_penalty_is_told_apart_from_an_optimum(admissions, solver):
    with pytest.warns(ConvergenceWarning, match="have not settled"):
        LogisticRegression(C=np.inf, solver=solver, tol=20.0, random_state=0).fit(*admissions)


def test_microchips_of_degree_six(exams):
    table = np.loadtxt(exams / "microchips.csv", delimiter=",")
    X, y = map_features(table[:, :2], 6), table[:, 2]
    assert round(LogisticRegression(C=1.0).fit(X, y).score(X, y), 3) == 0.831


@pytest.mark.slow
def test_digits_reach_the_optimum_of_newton_cholesky():
    X, y = load_digits(return_X_y=True)
    with single_threaded_blas():
        peer = Peer(solver="newton-cholesky", tol=1e-12).fit(X, y)
    for solver in ("newton", "lbfgs"):
        model = LogisticRegression(solver=solver).fit(X, y)
        assert np.abs(model.coef_ - peer.coef_).max() < 1e-6
        assert np.abs(model.intercept_ - peer.intercept_).max() < 1e-6


def test_digits_are_within_1e_6_of_the_optimum_by_strong_convexity():
    """The penalty bends the summed objective by 1 at least: no coefficient is farther away than the gradient is long."""
    X, y = load_digits(return_X_y=True)
    model = LogisticRegression(solver="lbfgs").fit(X, y)
    W = np.vstack([model.coef_.T, model.intercept_])
    G = len(X) * gradient(X, np.eye(10)[y], W, np.full(len(X), 1 / len(X)), 1 / len(X))
    assert np.linalg.norm(G) < 1e-6


# -- properties ------------------------------------------------------------------------------------------------------


@given(st.integers(0, 10_000), st.sampled_from([2, 3]))
def test_a_constant_added_to_the_logits_of_a_row_changes_nothing(seed, k):
    Z = np.random.default_rng(seed).normal(size=(5, 3)) * 10
    Y = np.eye(3)[[0, 1, 2, 0, 1]]
    assert probabilities(Z + 7.0) == pytest.approx(probabilities(Z))
    assert losses(Z + 7.0, Y) == pytest.approx(losses(Z, Y))


@given(st.integers(0, 10_000), st.sampled_from([2, 3]), st.sampled_from(["newton", "lbfgs"]))
def test_weights_count_rows_and_the_order_of_rows_does_not_matter(seed, k, solver):
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(24, 2)), np.arange(24) % k
    counts = rng.integers(0, 3, size=24) + (np.arange(24) < k)
    weighted = LogisticRegression(solver=solver).fit(X, y, sample_weight=counts)
    shuffled = rng.permutation(np.repeat(np.arange(24), counts))
    repeated = LogisticRegression(solver=solver).fit(X[shuffled], y[shuffled])
    assert everything(weighted) == pytest.approx(everything(repeated), abs=1e-7)


def test_doubling_every_row_is_halving_the_penalty(rng):
    X, y = rng.normal(size=(40, 3)), np.arange(40) % 3
    once = LogisticRegression(C=2.0).fit(X, y)
    twice = LogisticRegression(C=1.0).fit(np.vstack([X, X]), np.hstack([y, y]))
    assert everything(once) == pytest.approx(everything(twice), abs=1e-8)


def test_without_penalty_units_do_not_matter(rng):
    X, y = rng.normal(size=(60, 2)), rng.integers(0, 2, 60)
    plain = LogisticRegression(C=np.inf).fit(X, y)
    scaled = LogisticRegression(C=np.inf).fit(X * [1e4, 1e-3] + [5e4, 0], y)
    assert scaled.coef_ * [1e4, 1e-3] == pytest.approx(plain.coef_, abs=1e-6)


@pytest.mark.parametrize("solver", ["newton", "lbfgs", "gd"])
def test_the_objective_never_rises(solver):
    X, y = load_iris(return_X_y=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        history = LogisticRegression(solver=solver).fit(X, y).history_["objective"]
    assert np.all(np.diff(history) <= 1e-14)


# -- against independent sources -------------------------------------------------------------------------------------


@pytest.mark.parametrize("k", [2, 3])
@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("l2", [0.0, 0.07])
def test_the_gradient_is_that_of_the_objective(rng, k, intercept, l2):
    X, Y, W, s, _ = problem(rng, k=k, intercept=intercept)
    numeric = numerical_gradient(lambda W: objective(X, Y, W, s, l2), W)
    assert relative_error(gradient(X, Y, W, s, l2), numeric) < 1e-8


@pytest.mark.parametrize("k", [2, 3])
@pytest.mark.parametrize("intercept", [True, False])
def test_the_hessian_is_that_of_the_gradient(rng, k, intercept):
    X, Y, W, s, l2 = problem(rng, k=k, intercept=intercept)
    H = hessian(X, W, s, l2)
    for row, index in enumerate(np.ndindex(W.T.shape)):
        numeric = numerical_gradient(lambda W, index=index: gradient(X, Y, W, s, l2)[index[::-1]], W)
        assert relative_error(H[row], numeric.T.ravel()) < 1e-7


def test_objective_and_gradient_are_those_of_pytorch(rng):
    torch = pytest.importorskip("torch")
    X, Y, W, s, l2 = problem(rng, k=3)
    parameter = torch.tensor(W, requires_grad=True)
    Z = torch.tensor(X) @ parameter[:-1] + parameter[-1]
    each = torch.nn.functional.cross_entropy(Z, torch.tensor(Y.argmax(1)), reduction="none")
    loss = (torch.tensor(s) * each).sum() + l2 / 2 * (parameter[:-1] ** 2).sum()
    loss.backward()
    F, G = objective_and_gradient(X, Y, W, s, l2)
    assert pytest.approx(loss.item(), abs=1e-13) == F
    assert pytest.approx(parameter.grad.numpy(), abs=1e-13) == G


def test_blocks_of_rows_add_up_to_the_whole(rng, monkeypatch):
    X, Y, W, s, l2 = problem(rng, n=50)
    F, G = objective_and_gradient(X, Y, W, s, l2)
    H = hessian(X, W, s, l2)
    monkeypatch.setattr(module, "BLOCK_ROWS", 7)
    in_blocks = objective_and_gradient(X, Y, W, s, l2)
    assert in_blocks[0] == pytest.approx(F, abs=1e-14)
    assert in_blocks[1] == pytest.approx(G, abs=1e-14)
    assert hessian(X, W, s, l2) == pytest.approx(H, abs=1e-14)


@pytest.mark.parametrize("solver", ["newton", "lbfgs"])
@pytest.mark.parametrize(
    "options", [{}, {"C": 0.01}, {"C": 100.0}, {"fit_intercept": False}, {"class_weight": "balanced"}]
)
@pytest.mark.parametrize("load", [load_iris, load_breast_cancer])
def test_the_optimum_is_that_of_newton_cholesky(load, options, solver):
    X, y = load(return_X_y=True)
    X, y = StandardScaler().fit_transform(X)[20:], y[20:]
    ours = LogisticRegression(solver=solver, max_iter=1000, **options).fit(X, y)
    peer = Peer(solver="newton-cholesky", tol=1e-12, max_iter=1000, **options).fit(X, y)
    assert everything(ours) == pytest.approx(everything(peer), rel=1e-6, abs=1e-6)
    assert ours.predict_proba(X) == pytest.approx(peer.predict_proba(X), abs=1e-7)
    assert ours.decision_function(X) == pytest.approx(peer.decision_function(X), rel=1e-6, abs=1e-5)
    assert (ours.predict(X) == peer.predict(X)).all()


@pytest.mark.parametrize("k", [3, 5])
@pytest.mark.parametrize("intercept", [True, False])
def test_the_fast_route_for_many_classes_ends_where_the_plain_ones_do(rng, k, intercept):
    X, Y, W, s, l2 = problem(rng, n=300, d=6, k=k, intercept=intercept)
    X = X * [1, 1, 1, 0, 100, 1e-2] + [0, 0, 5, 1, 0, 0]
    W = np.zeros_like(W)
    slope = partial(objective_and_gradient, X, Y, s=s, l2=l2)
    end = {"tol": 1e-10, "max_iter": 500}
    *_, fast = preconditioned_lbfgs(X, Y, s, l2, W, **end)
    *_, plain = newton(slope, lambda W: hessian(X, W, s, l2), W, **end)
    *_, textbook = lbfgs(slope, W, memory=40, **end)
    assert fast.gradient_norm <= 1e-10
    expected = probabilities(logits(X, plain.W))
    assert probabilities(logits(X, fast.W)) == pytest.approx(expected, abs=1e-8)
    assert probabilities(logits(X, textbook.W)) == pytest.approx(expected, abs=1e-5)
    assert fast.W.sum(axis=1) == pytest.approx(np.zeros(len(W)), abs=1e-9)


def test_log_probabilities_are_the_logarithms(rng):
    X = rng.normal(size=(20, 2))
    for k in (2, 3):
        model = LogisticRegression().fit(X, np.arange(20) % k)
        assert model.predict_log_proba(X) == pytest.approx(np.log(model.predict_proba(X)))


def test_the_fast_route_in_several_blocks_and_with_rebuilt_curvature(rng, monkeypatch):
    from scratchwork.models import _logistic_regression_fast as fast

    X, Y, W, s, l2 = problem(rng, n=5000, d=4, k=3)
    monkeypatch.setattr(fast, "REFRESH", (1, 2, 3))
    monkeypatch.setattr(fast, "row_blocks", lambda n, size: module.row_blocks(n, 700))
    *_, found = preconditioned_lbfgs(X, Y, s, l2, np.zeros_like(W), tol=1e-11, max_iter=100)
    F, G = objective_and_gradient(X, Y, found.W, s, l2)
    assert found.objective == pytest.approx(F, abs=1e-12)
    assert np.abs(G).max() < 2e-11


@pytest.mark.parametrize("intercept", [True, False])
def test_the_lean_newton_takes_the_steps_of_the_plain_one(rng, intercept):
    X, Y, W, s, l2 = problem(rng, k=2, intercept=intercept)
    end = {"tol": 1e-9, "max_iter": 50}
    lean = list(newton_two_classes(X, Y, s, l2, np.zeros_like(W), **end))
    plain = list(newton(lambda W: objective_and_gradient(X, Y, W, s, l2), lambda W: hessian(X, W, s, l2), W * 0, **end))
    assert len(lean) == len(plain) > 2
    for one, other in zip(lean, plain):
        assert pytest.approx(other.W, abs=1e-10) == one.W
        assert one.objective == pytest.approx(other.objective, abs=1e-13)
        assert one.gradient == pytest.approx(other.gradient, abs=1e-10)


def test_triangular_inverse(rng):
    L = np.tril(rng.normal(size=(301, 301)), -1) / 40 + np.eye(301)
    assert triangular_inverse(L) @ L == pytest.approx(np.eye(301), abs=1e-12)


def test_standard_errors_are_those_that_r_prints():
    """R: summary(glm(am ~ wt, family = binomial, data = mtcars)), 32 cars of 1974, gearbox by weight."""
    automatic = [3.215, 3.44, 3.46, 3.57, 3.19, 3.15, 3.44, 3.44, 4.07, 3.73, 3.78, 5.25, 5.424, 5.345, 2.465, 3.52,
                 3.435, 3.84, 3.845]  # fmt: skip
    manual = [2.62, 2.875, 2.32, 2.2, 1.615, 1.835, 1.935, 2.14, 1.513, 3.17, 2.77, 3.57, 2.78]
    X, y = np.array(automatic + manual)[:, None], np.repeat([0, 1], [19, 13])
    model = LogisticRegression(C=np.inf).fit(X, y)
    errors = np.sqrt(coefficient_covariance(model, X).diagonal())
    assert np.append(model.coef_, model.intercept_) == pytest.approx([-4.024, 12.040], abs=5e-4)
    assert errors == pytest.approx([1.436, 4.510], abs=6e-4)
    assert 2 * 32 * model.history_["objective"][-1] == pytest.approx(19.176, abs=5e-4)


@pytest.mark.parametrize("k", [2, 3])
def test_the_covariance_inverts_the_numeric_hessian_of_the_summed_loss(rng, k):
    X, y = rng.normal(size=(80, 2)), rng.integers(0, k, 80)
    model = LogisticRegression(C=0.7).fit(X, y)
    W = np.vstack([model.coef_.T, model.intercept_])
    Y = y[:, None].astype(float) if k == 2 else np.eye(k)[y]

    def summed_gradient(w):
        return 80 * gradient(X, Y, w.reshape(W.T.shape).T, np.full(80, 1 / 80), 1 / (0.7 * 80)).T.ravel()

    w = W.T.ravel()
    H = np.stack([numerical_gradient(lambda v, i=i: summed_gradient(v)[i], w) for i in range(len(w))])
    covariance = coefficient_covariance(model, X)
    # The coefficients of several classes sum to 0 over the classes, and so must their errors.
    sum_zero = np.kron(np.eye(k) - 1 / k, np.eye(3)) if k > 2 else np.eye(3)
    assert covariance == pytest.approx(sum_zero @ np.linalg.pinv(H, rcond=1e-7) @ sum_zero, rel=1e-5, abs=1e-9)


def test_covariance_with_a_penalty_is_the_inverse_of_the_penalised_curvature(rng):
    X, y = rng.normal(size=(50, 2)), rng.integers(0, 2, 50)
    model = LogisticRegression(C=0.5).fit(X, y)
    A = np.hstack([X, np.ones((50, 1))])
    p = model.predict_proba(X)[:, 1]
    H = A.T @ (A * (p * (1 - p))[:, None]) + np.diag([2.0, 2.0, 0.0])
    assert coefficient_covariance(model, X) == pytest.approx(np.linalg.inv(H))


def test_gradient_descent_is_that_of_the_formula(rng):
    X, Y, _, _, _ = problem(rng, k=2)
    with pytest.warns(ConvergenceWarning):
        model = LogisticRegression(C=np.inf, solver="gd", learning_rate=0.5, max_iter=1).fit(X, Y[:, 0])
    assert model.coef_[0] == pytest.approx(0.5 * X.T @ (Y[:, 0] - 0.5) / len(X))


def test_stochastic_gradient_descent_comes_close_and_repeats_with_its_seed():
    X, y = load_breast_cancer(return_X_y=True)
    X = StandardScaler().fit_transform(X)
    best = LogisticRegression().fit(X, y).history_["objective"][-1]
    with pytest.warns(ConvergenceWarning):
        one = LogisticRegression(solver="sgd", random_state=0).fit(X, y)
    with pytest.warns(ConvergenceWarning):
        two = LogisticRegression(solver="sgd", random_state=0).fit(X, y)
    with pytest.warns(ConvergenceWarning):
        other = LogisticRegression(solver="sgd", random_state=1).fit(X, y)
    assert one.history_["objective"][-1] < best + 0.02
    assert (one.coef_ == two.coef_).all()
    assert (one.coef_ != other.coef_).any()


# -- the stream of steps ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("solver", SOLVERS)
def test_fit_drains_fit_steps(solver):
    X, y = load_iris(return_X_y=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model = LogisticRegression(solver=solver, max_iter=7, random_state=3)
        seen = []
        for step in model.fit_steps(X, y):
            assert model.predict(X).shape == (150,)
            seen.append(step)
        fitted = clone(model).fit(X, y)
    assert [step.objective for step in seen] == fitted.history_["objective"] == model.history_["objective"]
    assert [step.iteration for step in seen] == list(range(1, fitted.n_iter_ + 1))
    assert (fitted.coef_ == model.coef_).all()
    assert seen[-1].W.shape == (5, 3)


def test_update_steps_of_sgd_give_each_batch(rng):
    X, y = rng.normal(size=(10, 2)), np.arange(10) % 2
    model = LogisticRegression(solver="sgd", batch_size=4, learning_rate=0.1, max_iter=2, random_state=0)
    updates = list(model.update_steps(X, y))
    assert len(updates) == 2 * 3
    assert pytest.approx(-0.1 * updates[0].gradient) == updates[0].W
    assert pytest.approx(model.coef_) == updates[-1].W[:2].T


# -- the contract ----------------------------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.SkipTestWarning")
def test_check_estimator_finds_nothing():
    records = check_estimator(LogisticRegression(), on_skip=None)
    assert {record["status"] for record in records} <= {"passed", "skipped"}


def test_labels_frames_pipelines_and_grids():
    data = load_iris(as_frame=True)
    names = np.array(["setosa", "versicolor", "virginica"])[data.target]
    grid = GridSearchCV(make_pipeline(StandardScaler(), LogisticRegression()), {"logisticregression__C": [0.1, 1.0]})
    grid.fit(data.data, names)
    assert grid.score(data.data, names) > 0.94
    assert set(grid.predict(data.data)) == {"setosa", "versicolor", "virginica"}
    model = LogisticRegression().fit(data.data, names)
    assert list(model.feature_names_in_) == list(data.data.columns)
    with pytest.warns(UserWarning, match="feature names"):
        model.predict(data.data.to_numpy())


def test_a_refit_without_names_forgets_them(rng):
    X, y = rng.normal(size=(20, 2)), np.arange(20) % 2
    model = LogisticRegression().fit(pd.DataFrame(X, columns=["a", "b"]), y)
    model.fit(X, y)
    assert not hasattr(model, "feature_names_in_")


@pytest.mark.parametrize("solver", SOLVERS)
def test_float32_stays_float32_and_inputs_stay_as_they_are(rng, solver):
    X, y = rng.normal(size=(30, 3)).astype(np.float32), np.arange(30) % 3
    weights = rng.random(30)
    copies = X.copy(), y.copy(), weights.copy()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model = LogisticRegression(solver=solver, max_iter=50, random_state=0).fit(X, y, weights)
    assert model.coef_.dtype == model.intercept_.dtype == model.predict_proba(X).dtype == np.float32
    assert all((one == other).all() for one, other in zip(copies, (X, y, weights)))


@pytest.mark.parametrize("solver", ["newton", "lbfgs"])
def test_float32_converges_without_a_warning(solver):
    X, y = load_digits(n_class=4, return_X_y=True)
    X = (X / 16).astype(np.float32)
    exact = LogisticRegression().fit(X.astype(np.float64), y)
    assert np.abs(LogisticRegression(solver=solver).fit(X, y).coef_ - exact.coef_).max() < 2e-3


def test_class_weights_multiply_the_sample_weights(rng):
    X, y = rng.normal(size=(30, 2)), np.array(["a", "b", "c"])[np.arange(30) % 3]
    given = LogisticRegression(class_weight={"a": 3, "b": 0.5}).fit(X, y)
    spelt = LogisticRegression().fit(X, y, sample_weight=np.array([3.0, 0.5, 1.0])[np.arange(30) % 3])
    assert everything(given) == pytest.approx(everything(spelt), abs=1e-8)


def test_auto_takes_newton_for_a_thousand_parameters_and_lbfgs_beyond(monkeypatch, rng):
    from scratchwork.models._logistic_regression_setup import chosen_solver

    assert chosen_solver("auto", np.zeros((1000, 1))) == "newton"
    assert chosen_solver("auto", np.zeros((1001, 1))) == "lbfgs"
    assert chosen_solver("auto", np.zeros((500, 3))) == "newton"
    assert chosen_solver("auto", np.zeros((501, 3))) == "lbfgs"
    assert chosen_solver("gd", np.zeros((5, 3))) == "gd"


# -- hard data -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("k", [2, 3])
def test_logits_of_a_thousand_are_stable(k):
    X = np.linspace(-1000, 1000, 7)[:, None]
    model = LogisticRegression().fit(X, np.arange(7) % k)
    model.coef_ = np.array([[1.0]]) if k == 2 else np.array([[1.0], [0.0], [-1.0]])
    model.intercept_ = np.zeros(1 if k == 2 else 3)
    P = model.predict_proba(X)
    assert (P >= 0).all()
    assert P.sum(axis=1) == pytest.approx(np.ones(7), abs=1e-15)
    assert np.isfinite(model.predict_log_proba(X)).all()
    assert model.predict_log_proba(X)[0, 1 if k == 2 else 0] == pytest.approx(-1000 if k == 2 else -2000)
    assert losses(np.array([[1000.0], [-1000.0]]), np.array([[0.0], [0.0]])).tolist() == [1000.0, 0.0]


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("k", [2, 3])
def test_separable_classes_without_penalty_warn(solver, k):
    X = np.arange(12.0)[:, None] / 3
    y = np.arange(12) * k // 12
    with pytest.warns(ConvergenceWarning):
        model = LogisticRegression(C=np.inf, solver=solver, random_state=0).fit(X, y)
    assert np.isfinite(model.coef_).all()
    assert np.isfinite(model.predict_proba(X)).all()


@pytest.mark.parametrize("solver", ["newton", "lbfgs"])
def test_partly_separable_classes_without_penalty_warn(solver, rng):
    """A column that is 1 for six rows of one class only: its coefficient has no optimum, the others have."""
    X, y = rng.normal(size=(60, 2)), rng.integers(0, 2, 60)
    X[:, 1] = 0
    X[np.flatnonzero(y)[:6], 1] = 1
    with pytest.warns(ConvergenceWarning, match="have not settled"):
        LogisticRegression(C=np.inf, solver=solver).fit(X, y)


@pytest.mark.parametrize("solver", ["newton", "lbfgs"])
@pytest.mark.parametrize("k", [2, 3])
def test_duplicate_constant_and_distant_columns(rng, solver, k):
    base = rng.normal(size=(90, 2))
    X = np.hstack([base, base[:, :1], np.ones((90, 1)), 1e6 + base[:, 1:]])
    y = rng.integers(0, k, 90)
    model = LogisticRegression(solver=solver, max_iter=1000).fit(X, y)
    assert np.isfinite(everything(model)).all()
    assert model.coef_[:, 0] == pytest.approx(model.coef_[:, 2], abs=1e-5)


@pytest.mark.parametrize("k", [2, 3])
def test_collinear_columns_without_penalty(rng, k):
    base, y = rng.normal(size=(200, 2)), rng.integers(0, k, 200)
    whole = LogisticRegression(C=np.inf).fit(np.hstack([base, base]), y)
    half = LogisticRegression(C=np.inf).fit(base, y)
    assert whole.predict_proba(np.hstack([base, base])) == pytest.approx(half.predict_proba(base), abs=1e-7)
    assert whole.coef_[:, :2] == pytest.approx(half.coef_ / 2, abs=1e-6)


def test_integers_lists_and_more_features_than_rows(rng):
    X, y = rng.integers(0, 256, size=(6, 9)).astype(np.uint8), [True, False, True, False, True, False]
    model = LogisticRegression(C=1e-3).fit(X.tolist(), y)
    assert model.coef_ == pytest.approx(LogisticRegression(C=1e-3).fit(X, y).coef_)
    assert model.predict(X).dtype == bool


# -- words -----------------------------------------------------------------------------------------------------------

X4, Y4 = [[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"C": 0}, "C=0 must be a number above 0."),
        ({"C": "1"}, "C='1' must be a number above 0; it is of type str."),
        ({"C": np.nan}, "C=nan must be a number above 0."),
        (
            {"solver": "newtn"},
            "solver='newtn' must be one of 'auto', 'newton', 'lbfgs', 'gd', 'momentum', 'sgd'. Did you mean 'newton'?",
        ),
        ({"tol": -1}, "tol=-1 must be a number of at least 0."),
        ({"max_iter": 0}, "max_iter=0 must be an integer of at least 1."),
        ({"momentum": 1.0}, "momentum=1.0 must be a number of at least 0 and below 1."),
        ({"batch_size": 0.5}, "batch_size=0.5 must be an integer of at least 1; it is of type float."),
        ({"learning_rate": -0.1}, "learning_rate=-0.1 must be a number above 0."),
        ({"class_weight": "balance"}, "class_weight='balance' must be None, 'balanced' or a dict of class to weight."),
        ({"class_weight": {7: 1.0}}, "class_weight names the class 7, but y holds only [0, 1]."),
        ({"class_weight": {0: -1.0}}, "class_weight[0]=-1.0 must be a number of at least 0."),
    ],
)
def test_a_wrong_parameter_is_named(options, message):
    with pytest.raises((ValueError, TypeError)) as caught:
        LogisticRegression(**options).fit(X4, Y4)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([1, 1, 1], "sample_weight has shape (3,); it must be (4,), one weight for each row."),
        ([1, -1, 1, 1], "sample_weight must hold finite numbers of at least 0."),
        ([1, np.nan, 1, 1], "sample_weight must hold finite numbers of at least 0."),
        ([0, 0, 0, 0], "sample_weight is zero for every row; some must be positive."),
        ([1, 1, 0, 0], "y must hold at least two classes; all 2 samples are of the class 0."),
    ],
)
def test_wrong_weights_are_named(weights, message):
    with pytest.raises(ValueError) as caught:
        LogisticRegression().fit(X4, Y4, sample_weight=weights)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("X", "y", "words"),
    [
        ([[np.nan], [1.0]], [0, 1], "Input X contains NaN"),
        ([[np.inf], [1.0]], [0, 1], "Input X contains infinity"),
        ([0.0, 1.0], [0, 1], "Expected 2D array, got 1D array"),
        (np.empty((0, 2)), [], "Found array with 0 sample"),
        (np.empty((2, 0)), [0, 1], "0 feature"),
        ([["a"], ["b"]], [0, 1], "could not convert string to float"),
        (X4, [0, 1], "inconsistent numbers of samples"),
        (X4, [0.1, 0.2, 0.3, 0.4], "Unknown label type: continuous"),
        (X4, [0, 0, 1, np.nan], "NaN"),
        (X4, [1, 1, 1, 1], "y must hold at least two classes; all 4 samples are of the class 1."),
    ],
)
def test_bad_data_is_refused(X, y, words):
    with pytest.raises(ValueError, match=words):
        LogisticRegression().fit(X, y)


def test_predicting_other_columns_is_refused():
    model = LogisticRegression().fit(X4, Y4)
    with pytest.raises(ValueError, match="X has 2 features, but LogisticRegression is expecting 1 features as input"):
        model.predict([[1.0, 2.0]])


def test_divergence_is_an_error_not_a_model(rng):
    X, y = rng.normal(size=(40, 2)) * 1e150, rng.integers(0, 2, 40)
    model = LogisticRegression(solver="gd", learning_rate=1e200)
    words = r"The objective is (inf|nan) after iteration \d+\. Lower learning_rate, or scale the features"
    with np.errstate(all="ignore"), pytest.raises(DivergenceError, match=words):
        model.fit(X, y)


def test_the_whole_warning(admissions):
    with pytest.warns(ConvergenceWarning) as caught:
        model = LogisticRegression(C=np.inf, solver="gd", max_iter=3).fit(*admissions)
    norm = f"{model.history_['gradient_norm'][-1]:.3g}"
    assert str(caught[0].message) == (
        f"LogisticRegression(solver='gd') stopped after 3 iterations, where the largest entry of the gradient is {norm}, "
        "above the tolerance 1e-10: these are not the best coefficients. Raise max_iter, scale the features to mean 0 and "
        "standard deviation 1, or take solver='newton'."
    )
    assert caught[0].filename == __file__
