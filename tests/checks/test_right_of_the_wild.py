"""Right programs in manners that were once taken for faults: each with the one line that makes it wrong."""

import textwrap

import pytest

from scratchwork.checks import check

SUBSETS = """
    import numpy as np

    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(90, 3)), rng.integers(0, 2, 90)
    parts = {"train": [], "test": []}
    for label in (0, 1):
        own = rng.permutation(np.flatnonzero(y == label))
        for name, piece in zip(parts, (own[:30], own[30:])):
            parts[name].append(piece)
    parts = {name: np.concatenate(rows) for name, rows in parts.items()}
    mu, sd = X[parts["train"]].mean(axis=0), X[parts["train"]].std(axis=0)
    X = (X - mu) / sd
    X_train, X_test, y_train, y_test = (
        X[parts["train"]], X[parts["test"]], y[parts["train"]], y[parts["test"]]
    )
    w = np.linalg.lstsq(X_train, y_train, rcond=None)[0]
    print(np.mean((X_test @ w > 0.5) == y_test))
    """

CALLED_SCALE = """
    import numpy as np

    class Shift:
        def fit(self, X):
            self.mean = X.mean(axis=0)
            return self

        def __call__(self, X):
            return X - self.mean

    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(90, 3)), rng.normal(size=90)
    X_train, X_test, y_train, y_test = X[:60], X[60:], y[:60], y[60:]
    scale = Shift().fit(X_train)
    w = np.linalg.lstsq(scale(X_train), y_train, rcond=None)[0]
    print(np.mean((scale(X_test) @ w - y_test) ** 2))
    """

ONE_BY_ONE = """
    import numpy as np
    from sklearn.datasets import load_digits

    def one_pass(w, rows, labels, gen):
        for i in gen.permutation(len(labels)):
            w = w - 0.01 * (1 / (1 + np.exp(-np.dot(w, rows[i]))) - labels[i]) * rows[i]
        return w

    X, digits = load_digits(return_X_y=True)
    gen = np.random.default_rng(0)
    order = gen.permutation(len(digits))
    rows, labels = (X / 16.0)[order], (digits % 2)[order]
    w = np.zeros(X.shape[1])
    for _ in range(3):
        w = one_pass(w, rows[:1200], labels[:1200], gen)
    print(np.mean((rows[1200:] @ w > 0) == labels[1200:]))
    """

SENSITIVITY = """
    import numpy as np

    def sensitivity(y_true, y_guess, sick=4):
        ill = y_true == sick
        return np.mean(y_guess[ill] == sick) if ill.any() else float("nan")

    def threshold_for_recall(score, y, wanted=0.8):
        sick = np.sort(score[y == 1])[::-1]
        return sick[int(np.ceil(wanted * len(sick))) - 1]
    """

ROUNDED = """
    import numpy as np
    from sklearn.datasets import load_breast_cancer
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import train_test_split

    X, y = load_breast_cancer(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0, stratify=y)
    p = LogisticRegression(max_iter=5000).fit(X_train, y_train).predict_proba(X_test)[:, 1]
    print(roc_auc_score(y_test, np.round(p, 3)))
    """


@pytest.mark.parametrize(
    ("text", "right", "wrong", "code"),
    [
        (SUBSETS, 'mu, sd = X[parts["train"]].mean(axis=0), X[parts["train"]].std(axis=0)', "mu, sd = X.mean(axis=0), X.std(axis=0)", "SW-D1"),
        (CALLED_SCALE, "scale(X_test) @ w", "(X_test - X_test.mean(axis=0)) @ w", "SW-D2"),
        pytest.param(ONE_BY_ONE, "(digits % 2)[order]", "digits % 2", "SW-T11", marks=pytest.mark.slow),
        (SENSITIVITY, "y_guess[ill] == sick)", "y_true[y_guess == sick] == sick)", "SW-E7"),
        pytest.param(ROUNDED, "np.round(p, 3)", "np.round(p)", "SW-E5", marks=pytest.mark.slow),
    ],
    ids=["subsets", "an object called scale", "parameters moved by rows", "a label of its own", "some decimals"],
)  # fmt: skip
def test_no_error_where_it_is_right_and_a_finding_where_it_is_not(tmp_path, text, right, wrong, code):
    path, text = tmp_path / "program.py", textwrap.dedent(text)
    path.write_text(text)
    assert [entry.observed for entry in check(path).findings if entry.severity == "error"] == []
    assert right in text
    path.write_text(text.replace(right, wrong))
    assert code in {entry.code for entry in check(path).findings}
