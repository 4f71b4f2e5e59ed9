"""Selection, alignment, splits, comparisons, demonstrations: rules that read the protocol of a study."""

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


def pairs(text):
    return {(code, severity) for code, severity, _ in found(text)}


CHOSEN = [
    (
        "SW-K7",
        """
        from sklearn.neighbors import KNeighborsClassifier
        X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0, stratify=y)
        scores = []
        for k in range(1, 26):
            knn = KNeighborsClassifier(n_neighbors=k)
            knn.fit(X_train, y_train)
            scores.append(knn.score(X_test, y_test))
        best_k = range(1, 26)[np.argmax(scores)]
        knn = KNeighborsClassifier(n_neighbors=best_k).fit(X_train, y_train)
        print("accuracy", knn.score(X_test, y_test))
        """,
    ),
    (
        "SW-K7",
        """
        import numpy as np
        def knn_predict(Xtr, ytr, Xte, k):
            preds = []
            for x in Xte:
                d = np.sqrt(((Xtr - x) ** 2).sum(axis=1))
                near = ytr[np.argsort(d)[:k]]
                preds.append(np.bincount(near).argmax())
            return np.array(preds)
        X_train, X_test, y_train, y_test = load_split()
        results = {}
        for k in [1, 3, 5, 7]:
            y_pred = knn_predict(X_train, y_train, X_test, k)
            results[k] = np.mean(y_pred == y_test)
        best = max(results, key=results.get)
        print("best k", best, "accuracy", results[best])
        """,
    ),
    (
        "SW-D5",
        """
        import numpy as np
        x_train, x_test, y_train, y_test = train_test_split(x, y, random_state=0, stratify=y)
        best_acc, best_lr = 0, None
        for lr in [0.1, 0.01, 0.001]:
            model = LogisticRegression(lr=lr)
            model.fit(x_train, y_train)
            acc = accuracy_score(y_test, model.predict(x_test))
            if acc > best_acc:
                best_acc = acc
                best_lr = lr
        print(f"best {best_lr}: {best_acc}")
        """,
    ),
    (
        "SW-D5",
        """
        import numpy as np
        X_train, X_test, y_train, y_test = load_split()
        model = Net(); model.fit(X_train, y_train)
        p = model.predict_proba(X_test)
        thresholds = np.linspace(0, 1, 101)
        f1s = [f1_score(y_test, p > t) for t in thresholds]
        t_best = thresholds[np.argmax(f1s)]
        print("F1", max(f1s))
        """,
    ),
    (
        "SW-K7",
        """
        # no folds and no cross-validation here: the rows are cut once
        import numpy as np
        order = np.random.RandomState(0).permutation(len(X))
        X_train, X_test = X[order[:90]], X[order[90:]]
        y_train, y_test = y[order[:90]], y[order[90:]]
        def vote(Xs, ys, x, k):
            return np.bincount(ys[np.argsort(((Xs - x) ** 2).sum(axis=1))[:k]]).argmax()  # nearest
        shares = []
        for k in (1, 3, 5, 7):
            said = np.array([vote(X_train, y_train, x, k) for x in X_train])
            shares.append(np.mean(said == y_train))
        best_k = (1, 3, 5, 7)[int(np.argmax(shares))]
        print("chosen", best_k)
        """,
    ),
    (
        "SW-D5",
        """
        def accuracy(a, b):
            return (a == b).mean()
        def tune(X_train, y_train, X_val, y_val):
            best_score = -1
            for lam in (0, 0.1, 1):
                m = Ridge(lam)
                m.fit(X_train, y_train)
                s = accuracy(m.predict(X_val), y_val)
                if s > best_score:
                    best_score, best_lam = s, lam
            m = Ridge(best_lam)
            m.fit(X_train, y_train)
            print("final accuracy", accuracy(m.predict(X_val), y_val))
        """,
    ),
]


@pytest.mark.parametrize(("code", "text"), CHOSEN)
def test_choosing_on_the_part_that_reports(code, text):
    assert (code, "error") in pairs(text)


@pytest.mark.parametrize(
    "text",
    [
        """
        X_train, X_val, X_test, y_train, y_val, y_test = load_parts()
        best_acc, best_k = 0, None
        for k in (1, 3, 5):
            knn = KNN(k)
            knn.fit(X_train, y_train)
            acc = accuracy_score(y_val, knn.predict(X_val))
            if acc > best_acc:
                best_acc, best_k = acc, k
        knn = KNN(best_k)
        knn.fit(X_train, y_train)
        print("test accuracy", accuracy_score(y_test, knn.predict(X_test)))
        """,
        """
        from sklearn.model_selection import cross_val_score
        from sklearn.neighbors import KNeighborsClassifier
        X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0, stratify=y)
        means = []
        for k in range(1, 20):
            means.append(cross_val_score(KNeighborsClassifier(k), X_train, y_train).mean())
        k = 1 + np.argmax(means)
        model = KNeighborsClassifier(k).fit(X_train, y_train)
        print(model.score(X_test, y_test))
        """,
        """
        import numpy as np
        from neighbours import KNN
        def share(X_train, y_train, k, pieces=5):
            rows, marks, scores = np.array_split(X_train, pieces), np.array_split(y_train, pieces), []
            for i in range(pieces):
                model = KNN(k)
                model.fit(np.vstack(rows[:i] + rows[i + 1:]), np.hstack(marks[:i] + marks[i + 1:]))
                scores.append(np.mean(model.predict(rows[i]) == marks[i]))
            return np.mean(scores)
        best, best_k = 0, 1
        for k in (1, 3, 5):
            mean = share(X_train, y_train, k)
            if mean > best:
                best, best_k = mean, k
        print("nearest neighbours:", best_k)
        """,
        """
        def train(X_train, y_train):
            best_loss = float("inf")
            for epoch in range(100):
                loss = step(X_train, y_train)
                if loss < best_loss:
                    best_loss = loss
            return best_loss
        """,
        """
        from sklearn.model_selection import GridSearchCV
        X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0, stratify=y)
        search = GridSearchCV(SVC(), {"C": [1, 10]})
        search.fit(X_train, y_train)
        print(search.best_params_, search.score(X_test, y_test))
        """,
    ],
)
def test_choosing_elsewhere_is_silent(text):
    assert not codes(text) & {"SW-K7", "SW-D5"}


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        (
            """
            X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0, stratify=y)
            model = LogReg()
            model.fit(X_train, y_train)
            acc = np.mean(model.predict(X_train) == y_train)
            print("Test accuracy:", acc)
            """,
            "error",
        ),
        (
            """
            X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0, stratify=y)
            model = LogReg()
            model.fit(X_train, y_train)
            print(f"Accuracy of our model: {accuracy_score(y_train, model.predict(X_train)):.2%}")
            """,
            "warning",
        ),
    ],
)
def test_training_scores_sold_as_performance(text, severity):
    assert ("SW-E9", severity) in pairs(text)


@pytest.mark.parametrize(
    "text",
    [
        """
        X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0, stratify=y)
        model = LogReg()
        model.fit(X_train, y_train)
        print("train accuracy", np.mean(model.predict(X_train) == y_train))
        print("test accuracy", np.mean(model.predict(X_test) == y_test))
        """,
        """
        X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0, stratify=y)
        model = LogReg()
        for epoch in range(10):
            loss = model.step(X_train, y_train)
            print("epoch", epoch, "loss", loss)
        print("accuracy", model.score(X_test, y_test))
        """,
    ],
)
def test_honest_scores_are_silent(text):
    assert "SW-E9" not in codes(text)


MISALIGNED = [
    (
        "SW-D8",
        """
        X_train, y_train, X_test, y_test = train_test_split(X, y, test_size=0.2, random_state=0)
        """,
    ),
    (
        "SW-D8",
        """
        import numpy as np
        data = np.load("d.npy")
        X, y = data[:, :-1], data[:, -1]
        np.random.seed(1)
        np.random.shuffle(X)
        np.random.shuffle(y)
        X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
        """,
    ),
    (
        "SW-T11",
        """
        import numpy as np
        def train(X, y, epochs, lr):
            w = np.zeros(X.shape[1])
            for epoch in range(epochs):
                X = X[np.random.permutation(len(X))]
                error = X @ w - y
                w -= lr * X.T @ error / len(y)
            return w
        """,
    ),
    (
        "SW-D8",
        """
        X_train, X_test = train_test_split(X, test_size=0.2)
        y_train, y_test = train_test_split(y, test_size=0.2)
        model = LogReg()
        model.fit(X_train, y_train)
        """,
    ),
    (
        "SW-D8",
        """
        X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0, stratify=y)
        model = LogReg()
        model.fit(X_train, y_test)
        """,
    ),
]


@pytest.mark.parametrize(("code", "text"), MISALIGNED)
def test_rows_without_their_labels(code, text):
    assert (code, "error") in pairs(text)


@pytest.mark.parametrize(
    "text",
    [
        """
        import numpy as np
        X, y = np.load("x.npy"), np.load("y.npy")
        p = np.random.permutation(len(X))
        X, y = X[p], y[p]
        model.fit(X, y)
        """,
        """
        import numpy as np
        X, y = np.load("x.npy"), np.load("y.npy")
        np.random.seed(0)
        np.random.shuffle(X)
        np.random.seed(0)
        np.random.shuffle(y)
        X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0, stratify=y)
        """,
        """
        from sklearn.utils import shuffle
        X, y = shuffle(X, y, random_state=0)
        model.fit(X, y)
        """,
        """
        X_train, X_test = train_test_split(X, test_size=0.2, random_state=42)
        y_train, y_test = train_test_split(y, test_size=0.2, random_state=42)
        model = LogReg()
        model.fit(X_train, y_train)
        """,
        """
        import numpy as np
        class Net:
            def train(self, X, Y, epochs=10, batch=32):
                for epoch in range(epochs):
                    order = np.random.permutation(X.shape[0])
                    X_s, Y_s = X[order], Y[order]
                    for i in range(0, len(X), batch):
                        self.forward(X_s[i:i + batch])
                        self.backward(X_s[i:i + batch], Y_s[i:i + batch])
                    loss = self.loss(self.forward(X), Y)
        """,
        """
        import numpy as np
        X, y = np.load("x.npy"), np.load("y.npy")
        y_permuted = np.random.permutation(y)
        null_score = fit_and_score(X, y_permuted)
        """,
        """
        df = pd.read_csv("a.csv").sample(frac=1, random_state=0)
        X = df.drop("y", axis=1).values
        y = df["y"].values
        model.fit(X, y)
        """,
    ],
)
def test_rows_with_their_labels_are_silent(text):
    assert not codes(text) & {"SW-D8", "SW-T11"}


@pytest.mark.parametrize(
    "text",
    [
        """
        df = pd.read_csv("a.csv")
        y = df["price"]
        X = df.drop("id", axis=1)
        X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
        """,
        """
        data = np.loadtxt("a.txt")
        X = data[:, 1:]
        y = data[:, -1]
        X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
        """,
        """
        data = np.loadtxt("a.txt")
        X, y = data[:, 0:3], data[:, 2]
        model = LinReg()
        model.fit(X, y)
        """,
        """
        df = pd.read_csv("a.csv")
        df["area_mean"] = df.groupby("area")["price"].transform("mean")
        X, y = df[["area_mean", "rooms"]], df["price"]
        """,
        """
        X, y = [], []
        for i in range(len(series) - 5):
            X.append(series[i:i + 6])
            y.append(series[i + 5])
        """,
    ],
)
def test_the_target_among_the_features(text):
    assert ("SW-D9", "error") in pairs(text)


@pytest.mark.parametrize(
    "text",
    [
        """
        df = pd.read_csv("a.csv")
        y = df["price"]
        X = df.drop(columns=["id", "price"])
        X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
        """,
        """
        data = np.loadtxt("a.txt")
        X, y = data[:, :-1], data[:, -1]
        X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
        """,
        """
        df = pd.read_csv("a.csv")
        y = df.pop("price")
        X_train, X_test, y_train, y_test = train_test_split(df, y, random_state=0)
        """,
        """
        X, y = [], []
        for i in range(len(series) - 5):
            X.append(series[i:i + 5])
            y.append(series[i + 5])
        """,
        """
        data = load_iris()
        X, y = data.data, data.target
        X_train, X_test, y_train, y_test = train_test_split(X[:, :2], y, random_state=0, stratify=y)
        """,
    ],
)
def test_features_without_the_target_are_silent(text):
    assert "SW-D9" not in codes(text)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (
            "SW-E7",
            """
            y_pred = model.predict(X_test)
            print(precision_score(y_pred, y_test), r2_score(y_pred, y_test))
            """,
        ),
        (
            "SW-E8",
            """
            from sklearn.metrics import confusion_matrix
            predictions = clf.predict(X_test)
            cm = confusion_matrix(predictions, y_test)
            """,
        ),
        (
            "SW-E7",
            """
            def recall(y_true, y_pred):
                return ((y_true == 1) & (y_pred == 1)).sum() / (y_true == 1).sum()
            pred = model.predict(X_test)
            print(recall(pred, y_test))
            """,
        ),
        (
            "SW-E5",
            """
            from sklearn.metrics import roc_auc_score
            clf = LogisticRegression()
            clf.fit(X_train, y_train)
            print(roc_auc_score(y_test, clf.predict(X_test)))
            """,
        ),
        (
            "SW-M9",
            """
            from sklearn.cluster import KMeans
            km = KMeans(n_clusters=3, random_state=0)
            km.fit(X)
            print("accuracy", np.mean(km.labels_ == y))
            """,
        ),
        (
            "SW-E1",
            """
            y_test = y_test.reshape(-1, 1)
            y_pred = np.argmax(net.predict(X_test), axis=1)
            print(np.mean(y_pred == y_test))
            """,
        ),
        (
            "SW-D6",
            """
            from sklearn.datasets import fetch_openml
            X, y = fetch_openml("mnist_784", return_X_y=True, as_frame=False)
            preds = np.argmax(net(X), axis=1)
            print((preds == y).mean())
            """,
        ),
        (
            "SW-E2",
            """
            from sklearn.datasets import load_iris
            X, y = load_iris(return_X_y=True)
            def precision(y_true, y_pred):
                tp = np.sum((y_true == 1) & (y_pred == 1))
                return tp / np.sum(y_pred == 1)
            print(precision(y, model.predict(X)))
            """,
        ),
    ],
)
def test_metrics_get_the_wrong_thing(code, text):
    assert (code, "error") in pairs(text)


@pytest.mark.parametrize(
    "text",
    [
        """
        y_pred = model.predict(X_test)
        print(precision_score(y_test, y_pred), r2_score(y_test, y_pred), accuracy_score(y_pred, y_test))
        cm = confusion_matrix(y_test, y_pred)
        print(roc_auc_score(y_test, model.predict_proba(X_test)[:, 1]))
        """,
        """
        from sklearn.cluster import KMeans
        km = KMeans(3).fit(X)
        mapped = np.zeros_like(km.labels_)
        for j in range(3):
            mapped[km.labels_ == j] = mode(y[km.labels_ == j])
        print("accuracy", np.mean(mapped == y))
        """,
        """
        y_test = y_test.reshape(-1, 1)
        y_pred = (net.predict(X_test) > 0.5).reshape(-1, 1)
        print(np.mean(y_pred == y_test))
        """,
        """
        from sklearn.datasets import fetch_openml
        X, y = fetch_openml("mnist_784", return_X_y=True, as_frame=False)
        y = y.astype(int)
        preds = np.argmax(net(X), axis=1)
        print((preds == y).mean())
        """,
        """
        from sklearn.datasets import load_iris
        X, y = load_iris(return_X_y=True)
        y = (y == 2).astype(int)
        def precision(y_true, y_pred):
            tp = np.sum((y_true == 1) & (y_pred == 1))
            return tp / np.sum(y_pred == 1)
        print(precision(y, model.predict(X)))
        """,
    ],
)
def test_metrics_that_get_the_right_thing_are_silent(text):
    assert not codes(text) & {"SW-E7", "SW-E8", "SW-E5", "SW-M9", "SW-E1", "SW-D6", "SW-E2"}


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("SW-D4", "X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3)"),
        (
            "SW-D4",
            """
            import numpy as np
            X, y = np.load("x.npy"), np.load("y.npy")
            p = np.random.permutation(len(X))
            X_train, X_test = X[p][:80], X[p][80:]
            """,
        ),
        (
            "SW-D11",
            """
            df = pd.read_csv("stock.csv", parse_dates=["Date"])
            df["lag1"] = df["Close"].shift(1)
            X, y = df[["lag1"]], df["Close"]
            X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
            """,
        ),
        (
            "SW-D11",
            """
            # forecast tomorrow's temperature from the last days
            X = np.array([temps[i:i + 7] for i in range(len(temps) - 7)])
            y = temps[7:]
            p = rng.permutation(len(X))
            train, test = p[:300], p[300:]
            X_train, X_test, y_train, y_test = X[train], X[test], y[train], y[test]
            """,
        ),
        (
            "SW-D12",
            """
            idx = np.random.choice(len(X_test), 3)
            for i in idx:
                plt.imshow(X_test[i].reshape(28, 28))
            """,
        ),
        (
            "SW-D12",
            """
            def show_random(images, labels):
                picks = np.random.randint(0, len(images), 5)
                for p in picks:
                    plt.imshow(images[p]); plt.title(labels[p])
            """,
        ),
        (
            "SW-M2",
            """
            def init_centroids(X, k):
                return X[np.random.choice(X.shape[0], k)]
            """,
        ),
        (
            "SW-M2",
            """
            class KMeans:
                def fit(self, X):
                    self.centroids = X[np.random.randint(0, len(X), self.k)]
            """,
        ),
        (
            "SW-D13",
            """
            for epoch in range(5):
                for images, labels in trainloader:
                    loss.backward(); optimizer.step()
            images, labels = next(iter(trainloader))
            ps = torch.exp(model(images[0].view(1, 784)))
            view_classify(images[0], ps)
            """,
        ),
        (
            "SW-D14",
            """
            trainloader = DataLoader(trainset, batch_size=64, shuffle=True)
            for e in range(5):
                for images, labels in trainloader:
                    images.resize_(64, 784)
                    out = model(images)
            """,
        ),
    ],
)
def test_splits_and_demonstrations(code, text):
    assert code in codes(text)


@pytest.mark.parametrize(
    "text",
    [
        "X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=0)",
        """
        np.random.seed(3)
        X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y)
        """,
        """
        df = pd.read_csv("stock.csv", parse_dates=["Date"])
        df["lag1"] = df["Close"].shift(1)
        X, y = df[["lag1"]], df["Close"]
        X_train, X_test, y_train, y_test = train_test_split(X, y, shuffle=False)
        """,
        """
        idx = np.random.choice(len(X_test), 3, replace=False)
        for i in idx:
            plt.imshow(X_test[i].reshape(28, 28))
        """,
        """
        def init_centroids(X, k):
            return X[np.random.choice(X.shape[0], k, replace=False)]
        """,
        """
        def sgd(X, y, w, lr, batch):
            for step in range(100):
                i = np.random.choice(len(X), batch)
                w = w - lr * grad(X[i], y[i], w)
            return w
        """,
        """
        trainloader = DataLoader(trainset, batch_size=64, shuffle=True)
        for images, labels in trainloader:
            images = images.view(images.shape[0], -1)
            loss.backward()
        images, labels = next(iter(testloader))
        ps = torch.exp(model(images[0]))
        view_classify(images[0], ps)
        """,
    ],
)
def test_careful_splits_and_demonstrations_are_silent(text):
    assert not codes(text) & {"SW-D4", "SW-D11", "SW-D12", "SW-D13", "SW-D14", "SW-M2"}


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (
            "SW-R1",
            """
            w_plain, costs_plain = gradient_descent(X, y, lr=0.1, lam=0)
            w_reg, costs_reg = gradient_descent(X, y, lr=0.01, lam=1)
            plt.plot(costs_plain, label="no penalty")
            plt.plot(costs_reg, label="penalty")
            """,
        ),
        (
            "SW-R1",
            """
            def train_sgd(X, y, lr, momentum):
                return X
            def compare(X, y):
                a = train_sgd(X, y, lr=0.1, momentum=0.0)
                b = train_sgd(X, y, lr=0.01, momentum=0.9)
                return a, b
            """,
        ),
        (
            "SW-R2",
            """
            mine = NeuralNetwork(64, hidden_size=5, epochs=1000, learning_rate=0.01)
            theirs = MLPClassifier(hidden_layer_sizes=(50,), max_iter=190, learning_rate_init=0.01)
            print("mine", mine, "theirs", theirs)
            """,
        ),
        (
            "SW-R3",
            """
            def initialize(n):
                return np.random.randn(n) * 0.01
            def train(X, y, lr):
                w = initialize(X.shape[1])
                return w
            for lr in [0.1, 0.01, 0.001]:
                w = train(X, y, lr)
                plt.plot(w)
            """,
        ),
        (
            "SW-R3",
            """
            class Net:
                def __init__(self, n, lr):
                    self.W = np.random.normal(size=(n, n))
                    self.lr = lr
                def fit(self, X):
                    self.W = self.W - self.lr * X
            losses = {}
            for learning_rate in (0.5, 0.05):
                net = Net(4, learning_rate)
                losses[learning_rate] = net.fit(X)
            """,
        ),
    ],
)
def test_comparisons(code, text):
    assert code in codes(text)


@pytest.mark.parametrize(
    "text",
    [
        """
        w_plain, costs_plain = gradient_descent(X, y, lr=0.1, lam=0)
        w_reg, costs_reg = gradient_descent(X, y, lr=0.1, lam=1)
        plt.plot(costs_plain, label="no penalty")
        plt.plot(costs_reg, label="penalty")
        """,
        """
        a = train(X, y, lr=0.1, hidden=5)
        b = train(X, y, lr=0.1, hidden=10)
        c = train(X, y, lr=0.01, hidden=5)
        print(a, b, c)
        """,
        """
        def train(X, y, lr, seed):
            rng = np.random.default_rng(seed)
            return rng.normal(size=3) * lr
        for lr in [0.1, 0.01, 0.001]:
            for seed in range(5):
                w = train(X, y, lr, seed)
        """,
        """
        for lr in [0.1, 0.01]:
            np.random.seed(0)
            W = np.random.randn(3, 3)
            losses = train(W, X, y, lr)
        """,
    ],
)
def test_fair_comparisons_are_silent(text):
    assert not codes(text) & {"SW-R1", "SW-R2", "SW-R3"}


WIDTHS = """
found = {}
for width, rounds, eta in [(2, 100, 0.05), (4, 400, 0.2), (16, 2000, 0.9)]:
    net = train_net(X_train, Y_train, width, num_iterations=rounds, learning_rate=eta)
    found[width] = share(net, X_dev, Y_dev)
def train_net(X, Y, n_hidden, num_iterations=100, learning_rate=0.1):
    return X
"""
STARTS = """
import numpy as np
def start(width):
    dice = np.random.default_rng(SEED)
    return dice.normal(size=(4, width))
def train(width):
    W = start(width)
    return W
for m in (8, 16, 24):
    W = train(m)
    print(m, score(W))
"""


def test_widths_are_compared_with_the_same_budget():
    assert "SW-R2" in codes(WIDTHS)
    alike = WIDTHS.replace("(4, 400, 0.2)", "(4, 100, 0.05)").replace("(16, 2000, 0.9)", "(16, 100, 0.05)")
    assert not codes(alike) & {"SW-R1", "SW-R2"}


def test_the_area_of_probabilities_that_have_a_name():
    text = """
class Net:
    def predict_proba(self, X):
        return self.forward(X)
    def gini(self, X, y):
        said = self.predict_proba(X)[:, 1]
        return 2 * roc_auc_score(y, said) - 1
"""
    assert "SW-E5" not in codes(text)
    assert "SW-E5" in codes(text.replace("self.predict_proba(X)[:, 1]", "self.predict(X)"))


def test_each_value_of_a_sweep_starts_from_the_same_seed():
    assert "SW-R3" not in codes(STARTS.replace("SEED", "7"))
    assert "SW-R3" in codes(STARTS.replace("SEED", ""))
    other = """
strengths = [0.0, 0.01, 1.0]
class Rede:
    def __init__(self, n, decay):
        np.random.seed(4)
        self.w = np.random.randn(n)
for wd in strengths:
    rede = Rede(4, decay=wd)
    print(rede.fit(X, y).score(X, y))
"""
    assert "SW-R3" not in codes(other)
    assert "SW-R3" in codes(other.replace("        np.random.seed(4)\n", ""))


FITTED_ONCE = """
import numpy as np
def powers(x, known=None):
    F = np.column_stack([x, x ** 2, x ** 3])
    if known is None:
        known = F.mean(axis=0), F.std(axis=0)
    return (F - known[0]) / known[1], known
def rows(table, middle=None):
    middle = table.mean(axis=0) if middle is None else middle
    return table - middle, middle
X_train, X_val = x[:80], x[80:]
F_train, known = powers(X_train)
F_val, _ = powers(X_val, KNOWN)
R_train, middle = rows(X_train)
R_val, _ = rows(X_val, middle)
"""


def test_a_branch_for_what_is_not_given_is_not_taken_where_it_is_given():
    assert "SW-D2" not in codes(FITTED_ONCE.replace("KNOWN", "known"))
    assert "SW-D2" not in codes(FITTED_ONCE.replace("KNOWN", "known=known"))
    assert "SW-D2" in codes(FITTED_ONCE.replace(", KNOWN", ""))
    assert "SW-D2" in codes(FITTED_ONCE.replace("KNOWN", "known").replace("rows(X_val, middle)", "rows(X_val)"))


RACE = """
import numpy as np
RNG = np.random.default_rng(0)
def plain(w, n): return w
def heavy_ball(w, n): return w
METHODS = {"plain": plain, "heavy ball": heavy_ball}
start = RNG.normal(size=4)
for name, method in METHODS.items():
    w = method(START, STEPS)
    print(name, w)
"""
DEPTHS = """
def study(X, y, lr, epochs, depths):
    table = {}
    for depth in depths:
        net = Net(depth, width=16)
        net.train(X, y, lr, epochs)
        table[depth] = net.score(X, y)
    return table
"""
WIDE = """
import numpy as np
EPOCHS = 300
def train(X, T, n_hidden, rate, batch=16):
    W = np.random.default_rng(0).normal(size=(X.shape[1], n_hidden))
    for _ in range(EPOCHS * len(X) // batch):
        W = W - rate * slope(W, X, T)
    return W
"""
PARTS = """
import numpy as np
def folds(n, k, rng):
    return np.array_split(rng.permutation(n), k)
def main(X, y, rng):
    parts = folds(len(X), 5, rng)
    for lam in (0.1, 1.0, 10.0):
        print(lam, cv_error(X, y, lam, parts))
"""
BESIDE = """
from sklearn.linear_model import LogisticRegression
mu, sd = X_train.mean(axis=0), X_train.std(axis=0)
Z_train = (X_train - mu) / sd
mine = MyLogit(rate=0.1).fit(Z_train, y_train)
theirs = LogisticRegression().fit(Z_train, y_train)
print(mine.score(Z_test, y_test), theirs.score(Z_test, y_test))
"""


@pytest.mark.parametrize(
    ("code", "text", "old", "new"),
    [
        ("SW-R2", RACE, "STEPS", "STEPS * 5 if name == 'plain' else STEPS"),
        ("SW-R1", RACE, "method(START", "method(START[:2] if method is plain else START"),
        ("SW-R3", RACE, "method(START", "method(RNG.normal(size=4)"),
        ("SW-R1", DEPTHS, "lr, epochs)\n        table", "lr / 2**depth, epochs)\n        table"),
        ("SW-R2", DEPTHS, "lr, epochs)\n        table", "lr, epochs * depth)\n        table"),
        ("SW-R2", DEPTHS, "lr, epochs)\n        table", "lr, epochs=int(60 / depth))\n        table"),
        ("SW-R2", DEPTHS, "lr, epochs)\n        table", "lr, epochs=50 if depth < 3 else 400)\n        table"),
        (
            "SW-R2",
            DEPTHS,
            "        table",
            "        if depth == 2:\n            epochs = 30\n        else:\n            epochs = 90\n        table",
        ),
        ("SW-R3", PARTS, "lam, parts)", "lam, folds(len(X), 5, rng))"),
    ],
)
def test_what_is_compared_gets_the_same(code, text, old, new):
    assert not codes(text) & {"SW-R1", "SW-R2", "SW-R3"}
    assert old in text
    assert code in codes(text.replace(old, new))


def test_what_a_comparison_is_about_may_differ():
    raw = "LogisticRegression().fit(X_train, y_train)"
    assert "SW-R1" not in codes(BESIDE.replace("LogisticRegression().fit(Z_train, y_train)", raw.replace("LogisticRegression", "RandomForestClassifier")))  # fmt: skip
    assert "SW-R1" not in codes(BESIDE + f"raw = {raw}")
    assert "SW-R3" not in codes("for seed in range(5):\n" + "".join(f"    {line}\n" for line in RACE.replace("START", "RNG.normal(size=4)").splitlines()))  # fmt: skip
    assert "SW-R3" not in codes(DEPTHS.replace("Net(depth, width=16)", "Net(depth, rng.normal(size=(depth, 3)))"))


COUNTED = """
    import numpy as np
    rows, answers = np.load("a.npy"), np.load("b.npy")
    x_train, y_train = rows[:90], answers[:90]
    x_val, y_val = rows[90:120], answers[90:120]
    x_test, y_test = rows[120:], answers[120:]
    def neighbour_share(known, told, asked, wanted, k):
        same = 0
        for row, label in zip(asked, wanted):
            if predict_by_neighbours(known, told, row, k) == label:
                same += 1
        return same / len(asked)
    values = [1, 3, 5]
    shares = [neighbour_share(x_train, y_train, x_val, y_val, k) for k in values]
    best = values[shares.index(max(shares))]
    print(neighbour_share(x_train, y_train, x_test, y_test, best))
    """
STEPS = """
    import numpy as np
    rows, answers = np.load("a.npy"), np.load("b.npy")
    x_train, y_train = rows[:90], answers[:90]
    x_val, y_val = rows[90:120], answers[90:120]
    x_test, y_test = rows[120:], answers[120:]
    def error(w, x, y):
        return np.mean((x @ w - y) ** 2)
    w, least = np.zeros(3), np.inf
    for epoch in range(50):
        gradient = x_train.T @ (x_train @ w - y_train) / 90
        w = w - 0.1 * gradient
        now = error(w, x_val, y_val)
        if now < least:
            least, kept = now, w
    print("test error", error(kept, x_test, y_test))
    """
TWICE = """
    import numpy as np
    x_test, y_test = np.load("a.npy"), np.load("b.npy")
    def accuracy(actual, said):
        return 100 * sum(1 for a, b in zip(actual, said) if a == b) / len(actual)
    y_pred = [1 if value > 0.5 else 0 for value in predict(x_test)]
    share = accuracy(y_test, y_pred)
    print(f"accuracy: {share}%")
    """
APART = """
    import pickle
    import numpy as np
    X, y = pickle.load(open("a.pkl", "rb"))
    np.random.seed(3)
    np.random.shuffle(X)
    np.random.seed(3)
    np.random.shuffle(y)
    mean_y, std_y = np.mean(y[:90]), np.std(y[:90])
    y = (y - mean_y) / std_y
    X_train, y_train, X_test, y_test = X[:90], y[:90], X[90:], y[90:]
    model.fit(X_train, y_train)
    """


@pytest.mark.parametrize(
    ("code", "text", "right", "wrong"),
    [
        ("SW-K7", COUNTED, "x_val, y_val, k)", "x_test, y_test, k)"),
        ("SW-D5", STEPS, "error(w, x_val, y_val)", "error(w, x_test, y_test)"),
        ("SW-E10", TWICE, "{share}%", "{share * 100}%"),
        ("SW-D8", APART, "np.random.seed(3)\n    np.random.shuffle(y)", "np.random.shuffle(y)"),
    ],
)
def test_what_is_counted_or_stepped_by_hand_is_followed(code, text, right, wrong):
    assert right in text
    assert code not in codes(text)
    assert code in codes(text.replace(right, wrong))


def test_two_kinds_of_models_have_settings_of_their_own():
    text = """
        flat = train_model(X, y, kind="ridge", lam=0.1, epochs=10)
        bent = train_model(X, y, kind="lasso", lam=20, epochs=500)
        print("compared", flat, bent)
        """
    assert "SW-R2" not in codes(text)
    assert "SW-R2" in codes(text.replace("lasso", "ridge"))


def test_a_setting_by_its_score_is_no_score():
    text = COUNTED.replace("shares = [", "shares = {k: ").replace("for k in values]", "for k in values}")
    text = text.replace("values[shares.index(max(shares))]", "max(shares, key=shares.get)")
    assert not {"SW-K7", "SW-D5"} & codes(text)


NEIGHBOURS = """
    from sklearn.cluster import KMeans
    from sklearn.neighbors import KNeighborsClassifier
    def vote_of_nearest(X_train, y_train, row, k):
        return most(y_train[order(X_train, row)[:k]])
    def library(X_train, y_train, rows, n_neighbors):
        return KNeighborsClassifier(n_neighbors).fit(X_train, y_train).predict(rows)
    groups = KMeans(3).fit(X_train)
    for k in (1, 3, 5):
        mine = [vote_of_nearest(X_train, y_train, row, k) for row in X_test]
        theirs = library(X_train, y_train, X_test, k)
        print(k, share(mine), share(theirs))
    """


@pytest.mark.parametrize(
    "other", ["library(X_train, y_train, X_test, 7)", "KNeighborsClassifier().fit(X_train, y_train).predict(X_test)"]
)
def test_the_library_asks_as_many_neighbours(other):
    assert "SW-R1" not in codes(NEIGHBOURS)
    assert "SW-R1" in codes(NEIGHBOURS.replace("library(X_train, y_train, X_test, k)", other))


def test_a_k_that_counts_folds_counts_no_neighbours():
    text = """
        from sklearn.neighbors import KNeighborsClassifier
        def pieces(n, k):
            return np.array_split(np.arange(n), k)
        for k in (1, 3, 5):
            shares = [share(KNeighborsClassifier(k).fit(X[rest(part)], y[rest(part)]), part) for part in pieces(len(X), 5)]
        """
    assert "SW-R1" not in codes(text)
    assert "SW-R1" in codes(text.replace("def pieces", "def nearest").replace("in pieces(", "in nearest("))


def test_the_library_measures_and_weighs_alike():
    text = NEIGHBOURS.replace("row, k)", "row, k, metric='manhattan')")
    text = text.replace("KNeighborsClassifier(n_neighbors)", "KNeighborsClassifier(n_neighbors, p=1)")
    text = text.replace("library(X_train, y_train, X_test, k)", "KNeighborsClassifier(k, p=1).fit(X_train, y_train)")
    assert "SW-R1" not in codes(text)
    assert "SW-R1" in codes(text.replace("(k, p=1)", "(k)"))
    assert "SW-R1" in codes(text.replace("'manhattan'):", "'manhattan', weights='distance'):"))


def test_what_a_loop_tries_out_is_read_by_a_function_that_is_handed_on():
    text = """
        def descend(rows, rate, plan=steady):
            for turn in range(90):
                move(rows, plan(rate, turn))
        show(descend)
        for plan in (steady, falling):
            print(descend(rows, 0.1, plan=plan))
        """
    assert "SW-T2" not in codes(text)
    assert "SW-T2" in codes(text.replace("plan(rate, turn))", "steady(rate, turn))"))


def test_an_answer_to_rows_with_their_labels_is_a_score():
    text = """
        import numpy as np
        class Near:
            def fit(self, X, y): ...
            def predict(self, k, X, y): ...
        X_train, X_val, X_test, y_train, y_val, y_test = three_parts()
        table = np.zeros((4, 3))
        near = Near()
        near.fit(X_train, y_train)
        for place, k in enumerate([1, 3, 5]):
            for turn in range(4):
                table[turn, place] = near.predict(k, X_val, y_val)
        best = [1, 3, 5][np.argmax(table.mean(axis=0))]
        print(near.predict(best, X_test, y_test))
        """
    assert not {"SW-K7", "SW-D5"} & codes(text)
    assert {"SW-K7", "SW-D5"} & codes(text.replace("X_val, y_val)\n        best", "X_test, y_test)\n        best"))


def test_features_are_not_the_whole_table():
    text = """
        import pandas as pd
        table = pd.read_csv("stay.csv")
        columns = [name for name in table.columns if name != "died"]
        X = table[columns].values
        X = (X - X.mean(axis=0)) / X.std(axis=0)
        y = table["died"].values
        """
    assert "SW-D9" not in codes(text)
    assert "SW-D9" in codes(text.replace('[name for name in table.columns if name != "died"]', "list(table.columns)"))
    assert "SW-D9" in codes(text.replace("table[columns]", "table"))
    assert "SW-D9" not in codes(text.replace("table[columns]", "table") + "X = X[:, :-1]\n")


def test_what_a_loop_tries_is_told_by_what_it_runs_over():
    text = """
        import torch
        from torch import nn
        class Net(nn.Module):
            def __init__(self, wide):
                super().__init__()
                self.first = nn.Linear(2, wide)
        def compare(X, y, rates, epochs=500):
            curves = {}
            for i in rates:
                torch.manual_seed(1)
                model = Net(8)
                optimizer = torch.optim.SGD(model.parameters(), lr=i)
                losses = []
                for turn in range(epochs):
                    losses.append(train_step(model, optimizer, X, y))
                curves[i] = losses
            return curves
        """
    assert not {"SW-T1", "SW-R1", "SW-R2", "SW-R3"} & codes(text)
    assert "SW-T1" in codes(text.replace("lr=i", "lr=0.1"))
    assert "SW-R2" in codes(text.replace("range(epochs)", "range(int(epochs * i))"))
    assert "SW-R3" in codes(text.replace("torch.manual_seed(1)", "print(i)"))


def test_rows_behind_those_that_were_fitted_are_no_training_rows():
    text = """
        class Model:
            def fit(self, X, y): ...
            def evaluate(self, X, y): ...
        n = int(0.8 * len(x_train))
        model = Model()
        model.fit(x_train[:n], y_train[:n])
        print("Validation", model.evaluate(x_train[n:], y_train[n:]))
        """
    assert "SW-E9" not in codes(text)
    assert "SW-E9" in codes(text.replace("x_train[n:], y_train[n:]", "x_train[:n], y_train[:n]"))


def test_folds_of_a_search_are_no_test_part():
    text = """
        class Search:
            def fit(self, X, y):
                best = 0
                for k in self.grid:
                    shares = []
                    for train_idx, test_idx in self.cv.split(X, y):
                        X_test, y_test = X[test_idx], y[test_idx]
                        model = Near(k).fit(X[train_idx], y[train_idx])
                        shares.append(np.mean(model.predict(X_test) == y_test))
                    if np.mean(shares) > best:
                        best, self.k = np.mean(shares), k
        """
    assert not {"SW-K7", "SW-D5"} & codes(text)
    assert {"SW-K7", "SW-D5"} & codes(text.replace("X_test, y_test = X[test_idx], y[test_idx]", "pass"))


def test_a_part_that_is_only_prepared_is_not_asked():
    text = """
        X_train, X_test, y_train, y_test = divide(rows, marks)
        scaler = Scaler().fit(X_train)
        Z_train, Z_test = scaler.transform(X_train), scaler.transform(X_test)
        w = learn(Z_train, y_train)
        print("accuracy", share(Z_test @ w, y_test))
        """
    assert "SW-E9" not in codes(text)
    assert "SW-E9" in codes(text.replace("share(Z_test @ w, y_test)", "share(Z_train @ w, y_train)"))


def test_a_setting_that_is_picked_by_its_place_is_used():
    text = """
        def folds_error(rows, values):
            for place in range(len(values)):
                lam = values[place]
                model = train_model(rows, lam)
                print(lam, error(rows, model))
        """
    assert not {"SW-T1", "SW-T2"} & codes(text)
    assert "SW-T2" in codes(text.replace("(rows, lam)", "(rows, 0.1)"))


def test_a_function_that_is_handed_on_uses_what_it_takes():
    text = """
        def learn(rows, rate, n_epoch):
            return descend(rows, rate, n_epoch)
        def judged(rows, asked, rate, n_epoch):
            return [answer(row, learn(rows, rate, n_epoch)) for row in asked]
        scores = evaluate(table, judged, 5, 0.1, 20)
        """
    assert not {"SW-T1", "SW-T2"} & codes(text)
    assert "SW-T2" in codes(text.replace("learn(rows, rate, n_epoch))", "learn(rows, rate, 1))"))


def test_the_target_is_no_feature_of_parts_that_are_cut_by_hand():
    text = """
        import pandas as pd
        table = pd.read_csv("stay.csv")
        X, y = table[["age", "days"]].values, table["died"].values
        X_train, X_test, y_train, y_test = X[:90], X[90:], y[:90], y[90:]
        theta = learn(X_train, y_train)
        """
    assert "SW-D9" not in codes(text)
    assert "SW-D9" in codes(text.replace('"days"', '"days", "died"'))


def test_the_truth_comes_first_where_a_function_says_so():
    text = """
        def r_squared(y_true, y_pred):
            return 1 - ((y_true - y_pred) ** 2).sum() / ((y_true - y_true.mean()) ** 2).sum()
        y_pred = model.predict(X_test)
        print(r_squared(y_test, y_pred))
        """
    assert "SW-E7" not in codes(text)
    assert "SW-E7" in codes(text.replace("(y_test, y_pred))", "(y_pred, y_test))"))
    assert "SW-E7" not in codes(
        text.replace("(y_test, y_pred))", "(y_pred, y_test))").replace("r_squared", "mean_squared")
    )


def test_a_test_by_name_asks_the_rows_of_the_test():
    text = """
        X_train, X_dev, Y_train, Y_dev = part(table)
        def test_guess(place, W):
            print(make_predictions(X_dev[:, place, None], W), Y_dev[place])
        W = learn(X_train, Y_train)
        test_guess(3, W)
        """
    assert "SW-D13" not in codes(text)
    assert "SW-D13" in codes(text.replace("predictions(X_dev", "predictions(X_train"))


COST_OF_THE_START = """
    def cost(X, y, theta):
        return ((X @ theta - y) ** 2).mean() / 2

    def descend(X, y, theta, rate=0.1, rounds=100):
        costs = []
        for _ in range(rounds):
            theta = theta - rate * X.T @ (X @ theta - y) / len(X)
            costs.append(cost(X, y, theta))
        return theta, costs

    W = np.zeros(3)
    theta, costs = descend(A, t, W)
    """


def test_the_cost_of_each_round_is_of_its_own_weights():
    assert "SW-T14" not in codes(COST_OF_THE_START)
    assert "SW-T14" in codes(COST_OF_THE_START.replace("cost(X, y, theta))", "cost(X, y, W))"))
