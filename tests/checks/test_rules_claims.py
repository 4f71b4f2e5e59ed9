"""What a score is called, and which rows are learnt from: each pair of programs differs in one place."""

import textwrap

import pytest

from scratchwork.checks.files.source import source_from_text
from scratchwork.checks.reading import read_source

DIVIDED = "X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=1, stratify=y)\n"


def loud(text):
    source = source_from_text(textwrap.dedent(text))
    assert source.problem is None, source.problem
    return {finding.code for finding in read_source(source) if finding.severity != "remark"}


PAIRS = {
    "what is printed says so in any language": (
        "SW-E9",
        DIVIDED + "net.fit(X_train, y_train)\nprint(f'测试准确率: {np.mean(net.predict(X_train) == y_train):.3f}')",
        "X_train) == y_train",
        "X_test) == y_test",
    ),
    "a squared error is one by any spelling": (
        "SW-E9",
        DIVIDED + "net = Net().fit(X_train, y_train)\ntest_mse = np.mean(np.square(y_train - net.predict(X_train)))\nplt.plot(test_mse)",
        "y_train - net.predict(X_train)",
        "y_test - net.predict(X_test)",
    ),
    "X beside X_val is what is learnt from": (
        "SW-E9",
        """
        class Net:
            def learn(self, X, y, X_val, y_val):
                for step in range(9):
                    self.step(X, y)
                    val_acc = np.mean(self.predict(X) == y)
        """,
        "self.predict(X) == y)",
        "self.predict(X_val) == y_val)",
    ),
    "a product of rows is a prediction": (
        "SW-E9",
        """
        def folds_error(phi, t, k, size):
            for i in range(k):
                val_phi, val_t = phi[i * size : (i + 1) * size], t[i * size : (i + 1) * size]
                training_phi = np.concatenate([phi[: i * size], phi[(i + 1) * size :]])
                training_t = np.concatenate([t[: i * size], t[(i + 1) * size :]])
                w = np.linalg.pinv(training_phi) @ training_t
                validation_error = np.sqrt(np.mean((training_phi @ w - training_t) ** 2))
                print(validation_error, val_phi @ w, val_t)
        """,
        "(training_phi @ w - training_t)",
        "(val_phi @ w - val_t)",
    ),
    "two models are compared on the same rows": (
        "SW-E9",
        DIVIDED
        + """
ours = Ours().fit(X_train, y_train)
guess = ours.predict(X_train)
print(accuracy_score(y_train, guess))
theirs = SVC().fit(X_train, y_train)
print(accuracy_score(y_test, theirs.predict(X_test)))
""",
        "X_train)\nprint(accuracy_score(y_train",
        "X_test)\nprint(accuracy_score(y_test",
    ),
    "one metric is of the rows that the others are of": (
        "SW-E9",
        "def accuracy(t, p):\n    return sum(1 for a, b in zip(t, p) if a == b) / len(t)\n\n"
        + DIVIDED
        + "m = Net().fit(X_train, y_train)\np = m.predict(X_test)\nprint(accuracy(y_train, m.predict(X_train)))\nprint(recall(y_test, p))",
        "y_train, m.predict(X_train)))",
        "y_test, m.predict(X_test)))",
    ),
    "what was fitted on a slice is scored on another": (
        "SW-E9",
        "X, y = [], []\nfor i in range(90):\n    X.append([i, i % 3])\n    y.append(i % 2)\nnet = Net()\nnet.fit(X[:60], y[:60])\nprint(net.score(X[:60], y[:60]))",
        "score(X[:60], y[:60])",
        "score(X[60:], y[60:])",
    ),
    "histories that a class keeps": (
        "SW-E9",
        """
        class Ridge:
            def fit(self, X_train, y_train, X_test, y_test):
                self.first, self.second = [], []
                for _ in range(9):
                    if self.fast:
                        self.step()
                    else:
                        self.leap()
                    self.first.append(self.mse(self.predict(X_train), y_train))
                    self.second.append(self.mse(self.predict(X_test), y_test))

            def predict(self, X):
                return X @ self.w

            def mse(self, p, y):
                return np.mean((p - y) ** 2)

        model = Ridge()
        model.fit(A, b, C, d)
        print(f"test error {model.first[-1]}")
        """,
        "model.first[-1]",
        "model.second[-1]",
    ),
    "a function asks the rows that it is given to test": (
        "SW-E9",
        """
        def try_all(x_train, y_train, x_test, y_test):
            net = Net(3)
            net.fit(x_train, y_train)
            return accuracy_score(y_train, net.predict(x_train))
        """,
        "y_train, net.predict(x_train)",
        "y_test, net.predict(x_test)",
    ),
    "validation rows are picked by their own numbers": (
        "SW-E9",
        "X_train, y_train = X[train_idx], y[train_idx]\nX_val, y_val = X[train_idx], y[train_idx]\nprint(val_idx, fit(X_train, y_train, X_val, y_val))",
        "X_val, y_val = X[train_idx], y[train_idx]",
        "X_val, y_val = X[val_idx], y[val_idx]",
    ),
    "a fold is left out of a list of all": (
        "SW-D3",
        "for fold in folds:\n    rest = list(folds)\n    rest = sum(rest, [])\n    print(judge(rest, fold))",
        "rest = list(folds)",
        "rest = list(folds)\n    rest.remove(fold)",
    ),
    "a fold is left out of a comprehension": (
        "SW-D3",
        "def deal(folds, k):\n    for i in range(k):\n        held = folds[i]\n        yield np.concatenate([folds[j] for j in range(k)]), held",
        "for j in range(k)]",
        "for j in range(k) if j != i]",
    ),
    "a fold is left out of what is joined": (
        "SW-D3",
        "def judge(X, y, k):\n    parts = np.array_split(np.arange(len(X)), k)\n    for i in range(k):\n        rest = np.concatenate(parts)\n        yield near(X[rest], y[rest], X[parts[i]])",
        "np.concatenate(parts)",
        "np.concatenate([part for j, part in enumerate(parts) if j != i])",
    ),
    "test rows are not learnt from": (
        "SW-D3",
        DIVIDED + "w = train_net(np.vstack([X_train, X_test]), np.hstack([y_train, y_test]))\nprint(np.mean(predict(w, X_test) == y_test))",
        "np.vstack([X_train, X_test]), np.hstack([y_train, y_test])",
        "X_train, y_train",
    ),
    "rows that are drawn one by one are taken out": (
        "SW-D3",
        "def holdout_split(rows, share):\n    test = []\n    while len(test) < share * 90:\n        i = random.randrange(len(rows))\n        test.append(rows[i])\n    return rows, test",
        "rows[i]",
        "rows.pop(i)",
    ),
    "rows and a noisy copy of them are not divided": (
        "SW-D3",
        "X, y = load_rows()\norder = rng.permutation(90)\nX, y = X[order], y[order]\nX = np.vstack([X, X + noise])\n" + DIVIDED,
        "X = np.vstack([X, X + noise])",
        "X = X + noise",
    ),
    "rows and labels are joined in one order": (
        "SW-D8",
        "X = np.vstack([X_near, X_far])\ny = np.hstack([y_far, y_near])\nfit(X, y)",
        "[y_far, y_near]",
        "[y_near, y_far]",
    ),
    "the test part is made of the test part": (
        "SW-D8",
        DIVIDED + "X_train, X_val, y_train, y_val = train_test_split(X_train, y_train, random_state=2, stratify=y_train)\nX_test_std = s.transform(X_val)\nprint(s.predict(X_test_std), y_test, X_test, y_val)",
        "s.transform(X_val)",
        "s.transform(X_test)",
    ),
    "the target is no column of the features": (
        "SW-D9",
        "df = pd.read_csv('a.csv')\nX = df[['age', 'dose', 'died']].values\ny = df['died'].values\nfit(X, y)",
        "'dose', 'died'",
        "'dose', 'sex'",
    ),
    "tables that are lined up are parts as before": (
        "SW-D2",
        "X_train, X_test = pd.read_csv('a.csv'), pd.read_csv('b.csv')\nX_train, X_test = X_train.align(X_test, join='left', axis=1)\nm, n = X_train.mean(axis=0), X_test.mean(axis=0)\nA, B = X_train - m, X_test - n\nfit(A, B)",
        "X_test - n",
        "X_test - m",
    ),
    "constants that are handed on as a list": (
        "SW-D2",
        """
        def prepare(X, train=True, m=None, s=None):
            if train:
                m, s = X.mean(axis=0), X.std(axis=0)
            padded = np.ones((len(X), 5))
            padded[:, 1:] = (X - m) / s
            return padded, (m, s)

        X = np.genfromtxt('a.csv')
        X_train, kept = prepare(X[:90])
        X_test, _ = prepare(X[90:])
        fit(X_train, X_test)
        """,
        "prepare(X[90:])",
        "prepare(X[90:], False, *kept)",
    ),
    "two names are of two results": (
        "SW-R1",
        "X_s = scale(X)\nscaled = vote(X, y, 3)\nprint('scaled', scaled)\nplain = vote(X, y, 3)\nprint('plain', plain)",
        "scaled = vote(X, y, 3)",
        "scaled = vote(X_s, y, 3)",
    ),
    "rows and labels are picked by the same numbers": (
        "SW-D8",
        "def judged(X, y, rows):\n    A, b = X[rows], y[np.sort(rows)]\n    return fit(A, b)",
        "y[np.sort(rows)]",
        "y[rows]",
    ),
    "row numbers that are joined keep their order": (
        "SW-D8",
        "def folds(X, y):\n    order = rng.permutation(len(X))\n    for a in range(5):\n        idx = np.concatenate([order[:a], order[a + 9 :]])\n        fit(X[idx], y[: len(idx)])",
        "y[: len(idx)]",
        "y[idx]",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PAIRS)
def test_one_change_apart(name):
    code, wrong, old, new = PAIRS[name]
    assert wrong.count(old) == 1
    assert code in loud(wrong)
    assert code not in loud(wrong.replace(old, new))


def test_words_beside_a_score_say_that_it_is_of_the_training_rows():
    text = (
        DIVIDED
        + "m = Net().fit(X_train, y_train)\n{}a = accuracy_score(y_train, m.predict(X_train))\nprint(recall_score(y_test, m.predict(X_test)))"
    )
    assert "SW-E9" in loud(text.format(""))
    assert "SW-E9" not in loud(text.format("# how well it learnt the training rows\n"))


def test_how_many_there_are_is_no_data():
    text = "X = np.genfromtxt('a.csv')\nnum_samples = X.shape[0]\nA = (X - X.mean(axis=0)) / X.std(axis=0)\nA = np.c_[np.ones(num_samples), A]\nX_train, X_test = A[:90], A[90:]\nfit(X_train, X_test)"
    assert "SW-D1" in loud(text)
    assert "SW-D1" not in loud(text.replace("(X - X.mean(axis=0)) / X.std(axis=0)", "X / 255"))


def test_a_value_is_no_validation_part():
    text = DIVIDED + "loss_val = mse(y_train, net.predict(X_train))\nprint(mse(y_test, net.predict(X_test)))"
    assert "SW-E9" not in loud(text)


def test_a_parameter_beside_the_global_that_is_handed_to_it():
    text = "K = 3\ndef vote(rows, {}):\n    return sorted(rows)[:K]\nprint(vote(A, K))"
    assert "SW-T2" in loud(text.format("t"))
    assert "SW-T2" not in loud(text.format("t").replace("[:K]", "[:t]"))


def test_a_row_that_is_removed_from_a_copy_is_left_out():
    text = "rows = load_rows()\nfor i in range(9):\n    train = rows.copy()\n    {}\n    test = rows[i : i + 1]\n    print(judge(train, test))"
    assert "SW-D3" in loud(text.format("pass"))
    assert "SW-D3" not in loud(text.format("train.remove(rows[i])"))
    assert "SW-D3" not in loud(text.format("train.pop(i)"))


def test_a_lesson_about_splits_asks_no_model():
    text = "X_train, X_test, y_train, y_test = halves(X, y)\nprint(X_train.mean(), y_train.mean())\n"
    assert "SW-E9" not in loud(text)
    assert "SW-E9" in loud(text + "net.fit(X_train, y_train)")


SWEPT = """
X_rest, X_test, y_rest, y_test = train_test_split(X, y, random_state=1, stratify=y)
X_train, X_val, y_train, y_val = train_test_split(X_rest, y_rest, random_state=1, stratify=y_rest)
val_errors = []
for width in [2, 4, 8]:
    w = train(X_train, y_train, width)
    val_errors.append(mse(y_val, predict(w, X_val)))
print("the error on the test part")
print("mse:", mse(y_test, predict(w, X_test)))
print("the error on validation rows", val_errors, mse(y_val, predict(w, X_val)))
"""


def test_a_validation_score_is_none_of_the_test_part():
    assert "SW-D5" not in loud(SWEPT)
    assert "SW-D5" in loud(
        SWEPT.replace("append(mse(y_val, predict(w, X_val)))", "append(mse(y_test, predict(w, X_test)))")
    )


def test_a_heading_claims_for_what_is_printed_below_it():
    assert "SW-E9" not in loud(SWEPT)
    assert "SW-E9" in loud(
        SWEPT.replace('"mse:", mse(y_test, predict(w, X_test))', '"mse:", mse(y_train, predict(w, X_train))')
    )


def test_a_division_may_be_a_call():
    text = (
        DIVIDED
        + "X_train = np.divide(X_train, 255.0)\nX_test = {}\nw = fit(X_train, y_train)\nprint(accuracy_score(y_test, predict(w, X_test)))"
    )
    assert "SW-P11" not in loud(text.format("np.divide(X_test, 255.0)"))
    assert "SW-P11" in loud(text.format("X_test"))


def test_a_row_goes_into_one_part():
    text = """
    for row in rows:
        if random() < 0.3:
            test_set.append(row)
            continue
        train_set.append(row)
    """
    assert "SW-D3" not in loud(text)
    assert "SW-D3" in loud(text.replace("            continue\n", ""))


def test_a_value_that_a_sweep_works_out_is_used():
    text = """
    for power in range(-5, 3):
        ridge = 10.0 ** power
        weights = fit_line(X, y, ridge)
        error = np.mean((V @ weights - v) ** 2)
        if error < best:
            best, best_ridge = error, ridge
    """
    assert "SW-T2" not in loud(text)
    assert "SW-T2" in loud(text.replace("fit_line(X, y, ridge)", "fit_line(X, y)"))
