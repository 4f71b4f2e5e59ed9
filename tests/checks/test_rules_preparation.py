"""Preparation and split: each rule is seen to fire on code of different make, and to be silent on what is right."""

import textwrap

import pytest

from scratchwork.checks.files.source import source_from_text
from scratchwork.checks.reading import read_source


def found(text):
    """(code, severity, function) of every finding in a script."""
    source = source_from_text(textwrap.dedent(text))
    assert source.problem is None, source.problem
    return [(finding.code, finding.severity, finding.function) for finding in read_source(source)]


def codes(text, severities=("error", "warning")):
    return {code for code, severity, _ in found(text) if severity in severities}


LEAKS = {
    "scaler, then split": """
        from sklearn.preprocessing import StandardScaler
        from sklearn.model_selection import train_test_split
        from sklearn.datasets import load_wine
        wine = load_wine()
        X, y = wine.data, wine.target
        X = StandardScaler().fit_transform(X)
        X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
        """,
    "by hand with slices": """
        import numpy as np
        data = np.loadtxt("data.csv", delimiter=",")
        features, labels = data[:, :-1], data[:, -1]
        features = (features - np.mean(features, axis=0)) / np.std(features, axis=0)
        n = int(0.8 * len(features))
        train_x, train_y = features[:n], labels[:n]
        test_x, test_y = features[n:], labels[n:]
        """,
    "in place": """
        import numpy as np
        X = np.load("x.npy"); y = np.load("y.npy")
        X -= X.mean(axis=0)
        X /= X.std(axis=0)
        idx = np.random.permutation(len(X))
        X_train, X_test = X[idx[:100]], X[idx[100:]]
        """,
    "column by column in a frame": """
        import pandas as pd
        from sklearn.model_selection import train_test_split
        df = pd.read_csv("heart.csv")
        for col in ["age", "chol"]:
            df[col] = (df[col] - df[col].min()) / (df[col].max() - df[col].min())
        X = df.drop("target", axis=1)
        y = df["target"]
        X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=1, stratify=y)
        """,
    "helper function": """
        import numpy as np
        def min_max_norm(a):
            return (a - a.min(axis=0)) / (a.max(axis=0) - a.min(axis=0))
        def split(a, b, share):
            k = int(len(a) * share)
            return a[:k], a[k:], b[:k], b[k:]
        X = np.load("x.npy"); y = np.load("y.npy")
        X = min_max_norm(X)
        X_train, X_test, y_train, y_test = split(X, y, 0.8)
        """,
    "pca by hand": """
        import numpy as np
        from sklearn.model_selection import train_test_split
        X = np.load("faces.npy"); y = np.load("ids.npy")
        U, S, Vt = np.linalg.svd(X - X.mean(axis=0), full_matrices=False)
        Z = (X - X.mean(axis=0)) @ Vt[:20].T
        Z_train, Z_test, y_train, y_test = train_test_split(Z, y, random_state=3)
        """,
    "scaler fitted on everything after the split": """
        from sklearn.preprocessing import MinMaxScaler
        from sklearn.model_selection import train_test_split
        from knn import KNN
        X, y = load_data()
        X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
        scaler = MinMaxScaler()
        scaler.fit(X)
        X_train = scaler.transform(X_train)
        X_test = scaler.transform(X_test)
        model = KNN(3)
        model.fit(X_train, y_train)
        model.predict(X_test)
        """,
    "in main": """
        import pandas as pd
        from sklearn.feature_selection import SelectKBest, f_classif
        from sklearn.model_selection import train_test_split
        def main():
            frame = pd.read_csv("genes.csv")
            y = frame.pop("label")
            chosen = SelectKBest(f_classif, k=20).fit_transform(frame, y)
            X_tr, X_te, y_tr, y_te = train_test_split(chosen, y, random_state=0)
            return X_tr
        if __name__ == "__main__":
            main()
        """,
    "class that loads, scales and splits": """
        import numpy as np
        class Experiment:
            def load(self):
                self.X = np.load("x.npy")
                self.y = np.load("y.npy")
            def scale(self):
                self.X = (self.X - self.X.mean(axis=0)) / self.X.std(axis=0)
            def split(self):
                n = 100
                self.X_train, self.X_test = self.X[:n], self.X[n:]
        """,
    "index arrays": """
        import numpy as np
        X = np.load("x.npy")
        mean, std = X.mean(axis=0), X.std(axis=0)
        Xs = (X - mean) / std
        order = np.random.default_rng(0).permutation(len(X))
        train_idx, test_idx = order[:80], order[80:]
        X_train = Xs[train_idx]
        X_test = Xs[test_idx]
        """,
    "scipy zscore": """
        from scipy.stats import zscore
        from sklearn.model_selection import train_test_split
        import numpy as np
        X = np.genfromtxt("x.csv", delimiter=",")
        y = np.genfromtxt("y.csv")
        X = zscore(X)
        X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
        """,
    "both parts together": """
        import numpy as np
        from sklearn.preprocessing import StandardScaler
        (x_train, y_train), (x_test, y_test) = load_data()
        scaler = StandardScaler().fit(np.vstack([x_train, x_test]))
        x_train, x_test = scaler.transform(x_train), scaler.transform(x_test)
        clf = Classifier()
        clf.fit(x_train, y_train)
        clf.predict(x_test)
        """,
    "the first rows alone are used": """
        import numpy as np
        table = np.loadtxt("a.csv")
        table = table[:500]
        table = table - np.mean(table, axis=0)
        X_train, X_test = table[:400], table[400:]
        """,
    "folds": """
        import numpy as np
        from sklearn.model_selection import KFold
        from sklearn.preprocessing import StandardScaler
        X, y = np.load("x.npy"), np.load("y.npy")
        X = StandardScaler().fit_transform(X)
        for train_index, test_index in KFold(5).split(X):
            X_train, X_test = X[train_index], X[test_index]
        """,
}  # fmt: skip

RIGHT = {
    "the rest keeps the name, in one line": """
        import numpy as np
        import pandas as pd
        frame = pd.read_csv("loans.csv")
        frame = frame.drop("id", axis=1)
        drawn = np.random.choice(frame.index, size=80, replace=False)
        frame, test_frame = frame.loc[drawn].copy(), frame.drop(drawn)
        for column in ["income", "age"]:
            centre, width = frame[column].mean(), frame[column].std()
            frame[column] = (frame[column] - centre) / width
            test_frame[column] = (test_frame[column] - centre) / width
        features, targets = frame.drop("default", axis=1), frame["default"]
        test_features, test_targets = test_frame.drop("default", axis=1), test_frame["default"]
        """,
    "split, then scaler": """
        from sklearn.preprocessing import StandardScaler
        from sklearn.model_selection import train_test_split
        X, y = load_data()
        X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0, stratify=y)
        scaler = StandardScaler()
        X_train = scaler.fit_transform(X_train)
        X_test = scaler.transform(X_test)
        """,
    "divided by 255": """
        import numpy as np
        X = np.load("mnist.npy") / 255.0
        y = np.load("labels.npy")
        X_train, X_test = X[:60000], X[60000:]
        y_train, y_test = y[:60000], y[60000:]
        """,
    "statistics of the first rows, for all": """
        import numpy as np
        table = np.loadtxt("a.csv")
        level, width = np.mean(table[:90], axis=0), np.std(table[:90], axis=0)
        table = (table - level) / width
        X_train, X_test = table[:90], table[90:]
        """,
    "statistics of the rows that a permutation puts first": """
        import numpy as np
        table = np.loadtxt("a.csv")
        rows = np.random.default_rng(0).permutation(len(table))
        scaled = (table - table[rows[:90]].mean(axis=0)) / table[rows[:90]].std(axis=0)
        X_train, X_test = scaled[rows[:90]], scaled[rows[90:]]
        """,
    "parts cut in the line that prepares them": """
        import numpy as np
        table = np.loadtxt("a.csv")
        level, width = table[:cut].mean(axis=0), table[:cut].std(axis=0)
        Xtr, Xte = (table[:cut] - level) / width, (table[cut:] - level) / width
        """,
    "each row to unit length": """
        import numpy as np
        X = np.load("x.npy")
        X = X / np.linalg.norm(X, axis=1, keepdims=True)
        X_train, X_test = X[:80], X[80:]
        """,
    "each row standardised": """
        import numpy as np
        X = np.load("x.npy")
        X = (X - X.mean(axis=1, keepdims=True)) / X.std(axis=1, keepdims=True)
        X_train, X_test = X[:80], X[80:]
        """,
    "training statistics for both": """
        import numpy as np
        X = np.load("x.npy")
        X_train, X_test = X[:80], X[80:]
        mu, sigma = X_train.mean(axis=0), X_train.std(axis=0) + 1e-8
        X_train = (X_train - mu) / sigma
        X_test = (X_test - mu) / sigma
        """,
    "statistics of the training rows by index": """
        import numpy as np
        X = np.load("x.npy")
        order = np.random.default_rng(0).permutation(len(X))
        train, test = order[:80], order[80:]
        mean, std = X[train].mean(axis=0), X[train].std(axis=0)
        X = (X - mean) / std
        X_train, X_test = X[train], X[test]
        """,
    "no split at all": """
        import numpy as np
        X = np.load("x.npy")
        X = (X - X.mean(axis=0)) / X.std(axis=0)
        labels = kmeans(X, 3)
        """,
    "pipeline": """
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler
        from sklearn.model_selection import train_test_split
        X, y = load_data()
        X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0, stratify=y)
        model = make_pipeline(StandardScaler(), Classifier())
        model.fit(X_train, y_train)
        """,
    "helper with statistics handed over": """
        import numpy as np
        def standardise(a, mean, std):
            return (a - mean) / std
        X = np.load("x.npy")
        X_train, X_test = X[:80], X[80:]
        mean, std = X_train.mean(0), X_train.std(0)
        X_train, X_test = standardise(X_train, mean, std), standardise(X_test, mean, std)
        """,
    "encoder of labels before the split": """
        import pandas as pd
        from sklearn.preprocessing import LabelEncoder
        from sklearn.model_selection import train_test_split
        df = pd.read_csv("iris.csv")
        X = df.drop(columns=["species"])
        y = LabelEncoder().fit_transform(df["species"])
        X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0, stratify=y)
        """,
    "scaled copy for a plot, raw rows for the split": """
        import numpy as np
        from sklearn.model_selection import train_test_split
        X, y = np.load("x.npy"), np.load("y.npy")
        shown = (X - X.mean(axis=0)) / X.std(axis=0)
        plot(shown)
        X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0, stratify=y)
        """,
    "own scaler class, fitted on the training part": """
        import numpy as np
        class Standardizer:
            def fit(self, X):
                self.mean_ = X.mean(axis=0)
                self.std_ = X.std(axis=0)
                return self
            def transform(self, X):
                return (X - self.mean_) / self.std_
        X, y = load_data()
        X_train, X_test, y_train, y_test = X[:80], X[80:], y[:80], y[80:]
        s = Standardizer().fit(X_train)
        X_train, X_test = s.transform(X_train), s.transform(X_test)
        """,
    "polynomial features before the split": """
        from sklearn.preprocessing import PolynomialFeatures
        from sklearn.model_selection import train_test_split
        X, y = load_data()
        X = PolynomialFeatures(2).fit_transform(X)
        X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
        """,
}  # fmt: skip


@pytest.mark.parametrize("name", LEAKS)
def test_preparation_before_the_split_is_an_error(name):
    assert ("SW-D1", "error") in {(code, severity) for code, severity, _ in found(LEAKS[name])}


@pytest.mark.parametrize("name", RIGHT)
def test_right_preparation_is_silent(name):
    assert not codes(RIGHT[name]) & {"SW-D1", "SW-D2", "SW-D3", "SW-D8", "SW-D9", "SW-P11", "SW-P2"}


def test_the_leak_is_placed_where_order_is_wrong():
    assert ("SW-D1", "error", None) in found(LEAKS["helper function"])
    assert ("SW-D1", "error", "main") in found(LEAKS["in main"])


def test_imputing_with_all_rows_is_a_warning():
    text = """
    import pandas as pd
    from sklearn.model_selection import train_test_split
    df = pd.read_csv("titanic.csv")
    df["Age"] = df["Age"].fillna(df["Age"].median())
    X, y = df[["Age", "Fare"]], df["Survived"]
    X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0, stratify=y)
    """
    assert ("SW-D1", "warning", None) in found(text)


TEST_STATISTICS = {
    "fit_transform twice": """
        from sklearn.preprocessing import StandardScaler
        X, y = load_data()
        X_train, X_test = X[:80], X[80:]
        sc = StandardScaler()
        X_train = sc.fit_transform(X_train)
        X_test = sc.fit_transform(X_test)
        """,
    "own mean": """
        import numpy as np
        X_train, X_test = np.load("a.npy"), np.load("b.npy")
        X_train = (X_train - X_train.mean(axis=0)) / X_train.std(axis=0)
        X_test = (X_test - X_test.mean(axis=0)) / X_test.std(axis=0)
        """,
    "cut in the line that scales": """
        import numpy as np
        table = np.loadtxt("a.csv")
        Xtr = (table[:cut] - table[:cut].mean(axis=0)) / table[:cut].std(axis=0)
        Xte = (table[cut:] - table[cut:].mean(axis=0)) / table[cut:].std(axis=0)
        """,
    "helper that scales by itself": """
        import numpy as np
        def normalize(x):
            mu = np.mean(x, axis=0)
            sd = np.std(x, axis=0)
            return (x - mu) / sd
        (x_train, y_train), (x_test, y_test) = load_data()
        x_train = normalize(x_train)
        x_test = normalize(x_test)
        """,
    "column by column": """
        X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=99)
        for col in range(X_train.shape[1]):
            X_train[:, col] = (X_train[:, col] - X_train[:, col].mean()) / X_train[:, col].std()
        for col in range(X_test.shape[1]):
            X_test[:, col] = (X_test[:, col] - X_test[:, col].mean()) / X_test[:, col].std()
        """,
    "a second PCA": """
        from sklearn.decomposition import PCA
        X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
        Z_train = PCA(2).fit_transform(X_train)
        Z_test = PCA(2).fit_transform(X_test)
        """,
}  # fmt: skip


@pytest.mark.parametrize("name", TEST_STATISTICS)
def test_test_data_with_its_own_statistics(name):
    assert ("SW-D2", "error") in {(code, severity) for code, severity, _ in found(TEST_STATISTICS[name])}


def test_statistics_of_the_rows_to_predict():
    text = """
    class Model:
        def fit(self, X, y):
            self.mu, self.sd = X.mean(axis=0), X.std(axis=0)
            X = (X - self.mu) / self.sd
            self.w = solve(X, y)
        def predict(self, X_test):
            X_test = (X_test - X_test.mean(axis=0)) / X_test.std(axis=0)
            return X_test @ self.w
    """
    assert ("SW-P2", "error", "predict") in found(text)


@pytest.mark.parametrize(
    "text",
    [
        """
        import numpy as np
        (x_train, y_train), (x_test, y_test) = load_data()
        x_train = x_train / 255
        x_test = x_test / 256
        model.fit(x_train, y_train)
        model.predict(x_test)
        """,
        """
        from torchvision import transforms
        a = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.1307,), (0.3081,))])
        b = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
        """,
        """
        def predict_price(house, w, mu, sigma):
            x = (house - 2000.0) / 800.0
            return x * w
        """,
        """
        (x_train, y_train), (x_test, y_test) = load_data()
        x_train = x_train / 255.0
        model = Net()
        model.fit(x_train, y_train)
        y_pred = model.predict(x_test)
        """,
    ],
)
def test_other_constants_for_test_data(text):
    assert "SW-P11" in codes(text)


@pytest.mark.parametrize(
    "text",
    [
        """
        (x_train, y_train), (x_test, y_test) = load_data()
        x_train, x_test = x_train / 255.0, x_test / 255.0
        model.fit(x_train, y_train)
        model.predict(x_test)
        """,
        """
        from torchvision import transforms
        a = transforms.Compose([transforms.RandomHorizontalFlip(), transforms.Normalize((0.5,), (0.5,))])
        b = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
        """,
    ],
)
def test_equal_constants_are_silent(text):
    assert "SW-P11" not in codes(text)


SHARED = {
    "minority copied before the split": """
        import pandas as pd
        from sklearn.utils import resample
        from sklearn.model_selection import train_test_split
        df = pd.read_csv("fraud.csv")
        major, minor = df[df.y == 0], df[df.y == 1]
        more = resample(minor, replace=True, n_samples=len(major), random_state=0)
        data = pd.concat([major, more])
        X, y = data.drop("y", axis=1), data["y"]
        X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0, stratify=y)
        """,
    "SMOTE": """
        from imblearn.over_sampling import SMOTE
        from sklearn.model_selection import train_test_split
        X, y = load_data()
        X_res, y_res = SMOTE(random_state=0).fit_resample(X, y)
        X_train, X_test, y_train, y_test = train_test_split(X_res, y_res, random_state=0)
        """,
    "slices overlap": """
        import numpy as np
        X, y = np.load("x.npy"), np.load("y.npy")
        X_train, y_train = X[:800], y[:800]
        X_test, y_test = X[700:], y[700:]
        """,
    "test is everything": """
        import numpy as np
        X, y = np.load("x.npy"), np.load("y.npy")
        X_train, y_train = X[:800], y[:800]
        X_test, y_test = X, y
        """,
    "noisy copies": """
        import numpy as np
        from sklearn.model_selection import train_test_split
        X, y = np.load("x.npy"), np.load("y.npy")
        X = np.vstack([X, X + np.random.normal(0, 0.01, X.shape)])
        y = np.concatenate([y, y])
        X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
        """,
}  # fmt: skip


@pytest.mark.parametrize("name", SHARED)
def test_rows_on_both_sides(name):
    assert ("SW-D3", "error") in {(code, severity) for code, severity, _ in found(SHARED[name])}


@pytest.mark.parametrize(
    "text",
    [
        """
        import numpy as np
        X, y = np.load("x.npy"), np.load("y.npy")
        X_train, y_train = X[:800], y[:800]
        X_val, y_val = X[800:900], y[800:900]
        X_test, y_test = X[900:], y[900:]
        """,
        """
        import numpy as np
        X = np.load("x.npy")
        X_train, X_test = X[:-20], X[-20:]
        """,
        """
        from imblearn.over_sampling import SMOTE
        from sklearn.model_selection import train_test_split
        X, y = load_data()
        X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0, stratify=y)
        X_train, y_train = SMOTE(random_state=0).fit_resample(X_train, y_train)
        """,
        """
        import numpy as np
        a, b = np.load("a.npy"), np.load("b.npy")
        X = np.concatenate([a, b])
        X_train, X_test = X[::2], X[1::2]
        """,
        """
        import numpy as np
        X = np.load("x.npy")
        X = np.hstack([X, X ** 2])
        X_train, X_test = X[:50], X[50:]
        """,
    ],
)
def test_parts_that_share_nothing_are_silent(text):
    assert "SW-D3" not in codes(text)


DESIGN = """
    import numpy as np

    def powers(rows, degree=2):
        phi = np.ones((rows.shape[0], 1))
        for power in range(1, degree + 1):
            phi = np.concatenate((phi, rows ** power), axis=1)
        return phi

    def rounds(phi, t_train, size):
        errors = []
        for turn in range(4):
            start, stop = turn * size, (turn + 1) * size
            val_phi, val_t = phi[start:stop, :], t_train[start:stop]
            train_phi = np.concatenate((phi[:start, :], phi[stop:, :]), axis=0)
            train_t = np.concatenate((t_train[:start], t_train[stop:]), axis=0)
            middle = train_phi.mean(axis=0)
            train_phi, val_phi = train_phi - middle, val_phi - middle
            w = np.linalg.pinv(train_phi) @ train_t
            errors.append(np.mean((val_phi @ w - val_t) ** 2))
        return errors

    table = np.loadtxt("houses.csv", delimiter=",")
    x_train, t_train = table[:80, 3:], table[:80, 1]
    print(rounds(powers(x_train), t_train, 20))
    """


def test_a_design_matrix_is_data_and_its_folds_are_parts():
    assert not codes(DESIGN)
    own = found(DESIGN.replace("val_phi - middle", "val_phi - val_phi.mean(axis=0)"))
    assert ("SW-D2", "error", "rounds") in own  # where the fold is cut and named, and not where the function is called
    assert "SW-E9" in codes(DESIGN.replace("(val_phi @ w - val_t)", "(train_phi @ w - train_t)"))


def test_a_table_is_wide_enough_for_the_columns_that_are_taken_of_it():
    from scratchwork.checks.files.file_hints import Hints

    source = source_from_text(
        'frame = pd.read_csv("a.csv")\nheld = frame.fillna(0).values\nx, t = held[:, 7:], held[:, 1]\nx = held[:, 7:]'
    )
    assert Hints(source.tree, source.text, "").columns(["frame"])[0] == 10
    source = source_from_text(
        'goal = "price"\nframe = pd.read_csv("a.csv")\ny = frame[goal]\nx = frame.drop(columns=[goal])'
    )
    assert Hints(source.tree, source.text, "").titles(["frame"]) == ["price"]


def test_a_copy_of_which_rows_are_taken_out():
    text = """
        def one_by_one(data):
            for i in range(len(data)):
                train = data.copy()
                train.remove(data[i])
                test = data[i]
                yield [row[:-1] for row in train], test[:-1]
        """
    assert "SW-D3" not in codes(text)
    assert "SW-D3" in codes(text.replace("train.remove(data[i])", "pass"))


def test_lengths_less_twice_the_products_scale_nothing():
    text = """
        import numpy as np
        from sklearn.datasets import load_wine
        X, y = load_wine(return_X_y=True)
        train, test = X[:100], X[100:]
        table = np.sum(test**2, axis=0)[:, None] - 2 * test.T @ test
        """
    assert "SW-D2" not in codes(text)
    assert "SW-D2" in codes(
        text.replace("np.sum(test**2, axis=0)[:, None] - 2 * test.T @ test", "test - test.mean(axis=0)")
    )


TWICE = """
import numpy as np
def scaled(A, centre=None, width=None):
    if centre is None:
        centre = A.mean(axis=0)
        width = np.maximum(A.std(axis=0), 1e-9)
    return (A - centre) / width, centre, width
data = np.loadtxt("cells.csv", delimiter=",")
features, labels = data[:, :-1], data[:, -1]
X_train, X_test = features[:80], features[80:]
X_train, centre, width = scaled(X_train)
X_test, _, _ = scaled(X_test, centre, width)
"""


def test_what_training_has_learnt_is_handed_on():
    assert "SW-D2" not in codes(TWICE)
    assert "SW-D2" in codes(TWICE.replace("(X_test, centre, width)", "(X_test)"))


FACTORY = """
    import numpy as np

    def whitener(rows):
        centre, width = rows.mean(axis=0), rows.std(axis=0)

        def apply(block):
            return (block - centre) / width

        return apply

    table = np.loadtxt("rivers.csv", delimiter=",")
    X, y = table[:, :-1], table[:, -1]
    order = np.random.default_rng(5).permutation(len(y))
    fit_rows, test_rows = order[:90], order[90:]
    ready = whitener(X[fit_rows])
    A, B = ready(X[fit_rows]), ready(X[test_rows])
    w = np.linalg.lstsq(A, y[fit_rows], rcond=None)[0]
    print("test error", np.mean((B @ w - y[test_rows]) ** 2))
    """


def test_a_scaler_that_a_function_returns_has_learnt_from_its_rows():
    assert not codes(FACTORY)
    assert "SW-D2" in codes(FACTORY.replace("ready(X[test_rows])", "whitener(X[test_rows])(X[test_rows])"))
    assert "SW-D1" in codes(FACTORY.replace("ready = whitener(X[fit_rows])", "ready = whitener(X)"))
    block = FACTORY[FACTORY.index("        def apply") : FACTORY.index("    table")]
    short = FACTORY.replace(block, "        return lambda block: (block - centre) / width\n\n")
    assert not codes(short)
    assert "SW-D1" in codes(short.replace("ready = whitener(X[fit_rows])", "ready = whitener(X)"))


FOLDS = """
    import numpy as np

    table = np.loadtxt("rivers.csv", delimiter=",")
    X, y = table[:, :-1], table[:, -1]
    order = np.random.default_rng(5).permutation(len(y))
    keep, test = order[:90], order[90:]
    X_train, y_train = X[keep], y[keep]
    pieces = np.array_split(np.random.default_rng(1).permutation(len(y_train)), 4)
    errors = []
    for turn in range(4):
        val = pieces[turn]
        train = np.concatenate([piece for place, piece in enumerate(pieces) if place != turn])
        middle = X_train[train].mean(axis=0)
        w = np.linalg.lstsq(X_train[train] - middle, y_train[train], rcond=None)[0]
        errors.append(np.mean(((X_train[val] - middle) @ w - y_train[val]) ** 2))
    print("validation", np.mean(errors))
    """


def test_a_fold_is_not_scaled_by_rows_that_it_is_among():
    assert not codes(FOLDS)
    assert "SW-D1" in codes(FOLDS.replace("X_train[train].mean", "X_train.mean"))


LISTS = """
    import random

    from birds import load_birds

    def divided(rows, labels, seed=2):
        dice = random.Random(seed)
        train, test = [], []
        for name in sorted(set(labels)):
            places = [i for i, label in enumerate(labels) if label == name]
            dice.shuffle(places)
            test += places[:20]
            train.extend(places[20:])
        dice.shuffle(train)
        return train, test

    def halved(rows):
        return [[value / 2 for value in row] for row in rows]

    def share(rows, labels, known, names):
        right = sum(nearest(row, known, names) == label for row, label in zip(rows, labels))
        return right / len(rows)

    def nearest(row, known, names):
        return names[min(range(len(known)), key=lambda i: sum((a - b) ** 2 for a, b in zip(row, known[i])))]

    rows, labels = load_birds()
    train, test = divided(rows, labels)
    Xa, ya = [rows[i] for i in train], [labels[i] for i in train]
    Xb, yb = [rows[i] for i in test], [labels[i] for i in test]
    print("test accuracy", share(halved(Xb), yb, halved(Xa), ya))
    """


def test_lists_of_rows_keep_their_part_and_their_order():
    assert not codes(LISTS)
    assert "SW-E9" in codes(LISTS.replace("share(halved(Xb), yb,", "share(halved(Xa), ya,"))


TABLE = """
    import numpy as np
    import pandas as pd

    def lagged(series):
        out = pd.DataFrame(index=series.index)
        for step in (1, 2):
            out[f"lag_{step}"] = series.shift(step)
        out["target"] = series
        return out.dropna()

    table = lagged(pd.read_csv("flow.csv", index_col=0, parse_dates=True)["level"])
    n = int(0.8 * len(table))
    train, test = table.iloc[:n], table.iloc[n:]
    middle = train.mean()
    A, B = train - middle, test - middle
    """


def test_a_table_that_is_made_in_the_program_is_data():
    assert not codes(TABLE)
    assert "SW-D1" in codes(TABLE.replace("middle = train.mean", "middle = table.mean"))
    assert "SW-D11" in codes(
        TABLE.replace("    n = int", "    table = table.sample(frac=1, random_state=1)\n    n = int")
    )


SHOOTOUT = """
    import numpy as np
    from sklearn.model_selection import train_test_split

    X_rest, X_test, y_rest, y_test = train_test_split(X, y, stratify=y, random_state=0)
    X_train, X_val, y_train, y_val = train_test_split(X_rest, y_rest, stratify=y_rest, random_state=0)
    reached = {}
    for rule, rates in RULES.items():
        tried = {rate: np.mean(learn(rule, rate, X_train, y_train).predict(X_val) == y_val) for rate in rates}
        rate = max(tried, key=tried.get)
        reached[rule] = np.mean(learn(rule, rate, X_train, y_train).predict(X_test) == y_test)
    print("highest test accuracy:", max(reached, key=reached.get))
    """


def test_the_winner_among_tuned_methods_may_be_named():
    assert not {code for code in codes(SHOOTOUT) if code in ("SW-D5", "SW-K7")}
    assert "SW-D5" in codes(SHOOTOUT.replace("predict(X_val) == y_val", "predict(X_test) == y_test"))
