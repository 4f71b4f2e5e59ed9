"""Whole programs that are right, each in its own style: no rule may report an error or a warning."""

import pytest

from scratchwork.checks.files.source import source_from_text
from scratchwork.checks.flow.values import MIXED, Value, joined
from scratchwork.checks.reading import read_source

PROGRAMS = {
    "a network in PyTorch": r"""
import torch, torch.nn as nn, torch.optim as optim
from torch.utils.data import DataLoader, TensorDataset
import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
torch.manual_seed(0)
data = load_breast_cancer()
X_train, X_test, y_train, y_test = train_test_split(data.data, data.target, test_size=0.2, random_state=0, stratify=data.target)
sc = StandardScaler()
X_train = torch.tensor(sc.fit_transform(X_train), dtype=torch.float32)
X_test = torch.tensor(sc.transform(X_test), dtype=torch.float32)
y_train = torch.tensor(y_train, dtype=torch.float32).unsqueeze(1)
y_test = torch.tensor(y_test, dtype=torch.float32).unsqueeze(1)
train_loader = DataLoader(TensorDataset(X_train, y_train), batch_size=32, shuffle=True)
class Net(nn.Module):
    def __init__(self, n_in, hidden=16):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(n_in, hidden), nn.ReLU(), nn.Linear(hidden, 1))
    def forward(self, x):
        return self.net(x)
model = Net(X_train.shape[1])
opt = optim.Adam(model.parameters(), lr=1e-3)
loss_fn = nn.BCEWithLogitsLoss()
best, patience, bad = float("inf"), 5, 0
for epoch in range(100):
    model.train()
    for xb, yb in train_loader:
        opt.zero_grad()
        loss = loss_fn(model(xb), yb)
        loss.backward()
        opt.step()
    print(f"epoch {epoch} loss {loss.item():.4f}")
model.eval()
with torch.no_grad():
    pred = (torch.sigmoid(model(X_test)) > 0.5).float()
    acc = (pred == y_test).float().mean().item()
print(f"test accuracy {acc:.3f}")
""",
    "ridge regression chosen on a validation part": r"""
import numpy as np
import pandas as pd
import matplotlib.pyplot as plt
rng = np.random.default_rng(42)
df = pd.read_csv("housing.csv")
df = df.sample(frac=1, random_state=42).reset_index(drop=True)
n_train, n_val = int(0.7 * len(df)), int(0.15 * len(df))
train_df, val_df, test_df = df[:n_train], df[n_train:n_train + n_val], df[n_train + n_val:]
features = ["rooms", "area", "age"]
mu, sd = train_df[features].mean(), train_df[features].std()
def prep(frame):
    X = (frame[features] - mu) / sd
    return np.c_[np.ones(len(X)), X.to_numpy()], frame["price"].to_numpy()
X_train, y_train = prep(train_df)
X_val, y_val = prep(val_df)
X_test, y_test = prep(test_df)
def rmse(y_true, y_pred):
    return float(np.sqrt(np.mean((y_true - y_pred) ** 2)))
def ridge(X, y, lam):
    I = np.eye(X.shape[1]); I[0, 0] = 0
    return np.linalg.solve(X.T @ X + lam * I, X.T @ y)
val_errors = {}
for lam in [0, 0.1, 1, 10, 100]:
    w = ridge(X_train, y_train, lam)
    val_errors[lam] = rmse(y_val, X_val @ w)
best_lam = min(val_errors, key=val_errors.get)
w = ridge(np.vstack([X_train, X_val]), np.concatenate([y_train, y_val]), best_lam)
print("best lambda", best_lam, "test RMSE", rmse(y_test, X_test @ w))
plt.plot(list(val_errors), list(val_errors.values()))
plt.xlabel("lambda"); plt.ylabel("validation RMSE")
""",
    "cross-validated softmax regression with PCA in the folds": r"""
import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import StratifiedKFold
from sklearn.decomposition import PCA
X, y = load_digits(return_X_y=True)
X = X / 16.0
skf = StratifiedKFold(n_splits=5, shuffle=True, random_state=0)
class Softmax:
    def __init__(self, lr=0.5, n_iter=200, l2=1e-4, seed=0):
        self.lr, self.n_iter, self.l2, self.seed = lr, n_iter, l2, seed
    def fit(self, X, y):
        self.classes_, idx = np.unique(y, return_inverse=True)
        T = np.eye(len(self.classes_))[idx]
        rng = np.random.default_rng(self.seed)
        self.W = rng.normal(0, 0.01, (X.shape[1], len(self.classes_)))
        self.b = np.zeros(len(self.classes_))
        for _ in range(self.n_iter):
            P = self.predict_proba(X)
            G = (P - T) / len(X)
            self.W -= self.lr * (X.T @ G + self.l2 * self.W)
            self.b -= self.lr * G.sum(axis=0)
        return self
    def predict_proba(self, X):
        Z = X @ self.W + self.b
        E = np.exp(Z - Z.max(axis=1, keepdims=True))
        return E / E.sum(axis=1, keepdims=True)
    def predict(self, X):
        return self.classes_[self.predict_proba(X).argmax(axis=1)]
scores = []
for fold, (tr, te) in enumerate(skf.split(X, y)):
    pca = PCA(20, random_state=0).fit(X[tr])
    model = Softmax().fit(pca.transform(X[tr]), y[tr])
    acc = np.mean(model.predict(pca.transform(X[te])) == y[te])
    scores.append(acc)
    print(f"fold {fold}: {acc:.3f}")
print(f"accuracy {np.mean(scores):.3f} +- {np.std(scores):.3f}")
""",
    "softmax regression with the best epoch on validation rows": r"""
import numpy as np
import struct, os
def load_idx(path):
    with open(path, "rb") as f:
        magic, n = struct.unpack(">II", f.read(8))
        return np.frombuffer(f.read(), dtype=np.uint8)
def load_mnist(root):
    x_train = load_idx(os.path.join(root, "train-images")).reshape(-1, 784) / 255
    y_train = load_idx(os.path.join(root, "train-labels"))
    x_test = load_idx(os.path.join(root, "t10k-images")).reshape(-1, 784) / 255
    y_test = load_idx(os.path.join(root, "t10k-labels"))
    return x_train, y_train, x_test, y_test
def main(epochs=10, lr=0.1, batch=64, seed=1):
    rng = np.random.default_rng(seed)
    x_train, y_train, x_test, y_test = load_mnist("data")
    mean = x_train.mean(axis=0)
    x_train, x_test = x_train - mean, x_test - mean
    x_val, y_val = x_train[50000:], y_train[50000:]
    x_train, y_train = x_train[:50000], y_train[:50000]
    W = rng.normal(0, 0.01, (784, 10))
    best_acc, best_W = 0, W.copy()
    for epoch in range(epochs):
        order = rng.permutation(len(x_train))
        for i in range(0, len(x_train), batch):
            rows = order[i:i + batch]
            z = x_train[rows] @ W
            p = np.exp(z - z.max(1, keepdims=True)); p /= p.sum(1, keepdims=True)
            p[np.arange(len(rows)), y_train[rows]] -= 1
            W -= lr * x_train[rows].T @ p / len(rows)
        acc = np.mean((x_val @ W).argmax(1) == y_val)
        if acc > best_acc:
            best_acc, best_W = acc, W.copy()
        print("epoch", epoch, "validation accuracy", acc)
    print("test accuracy", np.mean((x_test @ best_W).argmax(1) == y_test))
if __name__ == "__main__":
    main()
""",
    "k-means with restarts and matched clusters": r"""
import numpy as np
import matplotlib.pyplot as plt
from sklearn.datasets import make_blobs
from scipy.stats import mode
X, y = make_blobs(n_samples=300, centers=4, random_state=7)
def init_pp(X, k, rng):
    centers = [X[rng.integers(len(X))]]
    while len(centers) < k:
        d = np.min([((X - c) ** 2).sum(1) for c in centers], axis=0)
        centers.append(X[rng.choice(len(X), p=d / d.sum())])
    return np.array(centers)
def kmeans(X, k, n_init=10, max_iter=100, seed=0):
    rng = np.random.default_rng(seed)
    best = None
    for _ in range(n_init):
        C = init_pp(X, k, rng)
        for _ in range(max_iter):
            lab = ((X[:, None] - C) ** 2).sum(-1).argmin(1)
            new = np.array([X[lab == j].mean(0) if np.any(lab == j) else C[j] for j in range(k)])
            if np.allclose(new, C):
                break
            C = new
        lab = ((X[:, None] - C) ** 2).sum(-1).argmin(1)
        inertia = ((X - C[lab]) ** 2).sum()
        if best is None or inertia < best[2]:
            best = (C, lab, inertia)
    return best
costs = [kmeans(X, k)[2] for k in range(1, 9)]
plt.plot(range(1, 9), costs, "o-")
plt.xlabel("k"); plt.ylabel("inertia")
C, lab, cost = kmeans(X, 4)
mapping = {j: np.bincount(y[lab == j]).argmax() for j in range(4)}
matched = np.array([mapping[j] for j in lab])
print("accuracy after matching:", np.mean(matched == y))
""",
    "a pipeline on a table": r"""
import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import Pipeline
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score, confusion_matrix, classification_report
df = pd.read_csv("titanic.csv")
df["FamilySize"] = df["SibSp"] + df["Parch"] + 1
df["Sex"] = df["Sex"].map({"male": 0, "female": 1})
num, cat = ["Age", "Fare", "FamilySize"], ["Embarked"]
X = df[num + cat]
y = df["Survived"]
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.25, random_state=3, stratify=y)
pre = ColumnTransformer([("num", Pipeline([("imp", SimpleImputer()), ("sc", StandardScaler())]), num), ("cat", OneHotEncoder(handle_unknown="ignore"), cat)])
clf = Pipeline([("pre", pre), ("lr", LogisticRegression(max_iter=1000))])
clf.fit(X_train, y_train)
proba = clf.predict_proba(X_test)[:, 1]
pred = (proba > 0.5).astype(int)
print("AUC", roc_auc_score(y_test, proba))
print(confusion_matrix(y_test, pred))
print(classification_report(y_test, pred))
print("majority", max(y_test.mean(), 1 - y_test.mean()))
""",
    "optimisers compared from one start": r"""
import numpy as np
import matplotlib.pyplot as plt
def loss_grad(w, X, y):
    r = X @ w - y
    return np.mean(r ** 2), 2 * X.T @ r / len(y)
def gd(w0, X, y, lr=0.05, steps=100, momentum=0.0):
    w, v, hist = w0.copy(), np.zeros_like(w0), []
    for _ in range(steps):
        l, g = loss_grad(w, X, y)
        v = momentum * v - lr * g
        w = w + v
        hist.append(l)
    return w, hist
def adam(w0, X, y, lr=0.05, steps=100, b1=0.9, b2=0.999, eps=1e-8):
    w, m, s, hist = w0.copy(), np.zeros_like(w0), np.zeros_like(w0), []
    for t in range(1, steps + 1):
        l, g = loss_grad(w, X, y)
        m = b1 * m + (1 - b1) * g
        s = b2 * s + (1 - b2) * g ** 2
        w = w - lr * (m / (1 - b1 ** t)) / (np.sqrt(s / (1 - b2 ** t)) + eps)
        hist.append(l)
    return w, hist
rng = np.random.default_rng(0)
X = rng.normal(size=(100, 5)); y = X @ rng.normal(size=5) + 0.1 * rng.normal(size=100)
w0 = np.zeros(5)
_, plain = gd(w0, X, y)
_, heavy = gd(w0, X, y, momentum=0.9)
_, ad = adam(w0, X, y)
for name, hist in [("gd", plain), ("momentum", heavy), ("adam", ad)]:
    plt.semilogy(hist, label=name)
plt.xlabel("step"); plt.ylabel("loss"); plt.legend()
""",
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_right_programs_are_silent(name):
    source = source_from_text(PROGRAMS[name])
    findings = list(read_source(source))
    assert source.gaps == []
    assert [finding.observed for finding in findings if finding.severity != "remark"] == []


VALIDATION_ROWS = """
import numpy as np
from course.data_utils import load_images
from course.classifiers import LinearModel
X_train, y_train, X_test, y_test = load_images("data")
mask = range(49000, 50000)
X_val, y_val = X_train[mask], y_train[mask]
mask = range(49000)
X_train, y_train = X_train[mask], y_train[mask]
best_val, best = -1, None
for rate in (0.1, 0.01):
    model = LinearModel()
    model.train(X_train, y_train, learning_rate=rate)
    score = np.mean(y_val == model.predict(X_val))
    if score > best_val:
        best_val, best = score, model
print("best validation accuracy", best_val)
print("test accuracy", np.mean(y_test == best.predict(X_test)))
"""
DEVELOPMENT_ROWS = """
import numpy as np
from sklearn.datasets import load_wine
from sklearn.model_selection import StratifiedKFold, train_test_split
from sklearn.preprocessing import StandardScaler
X, y = load_wine(return_X_y=True)
X_dev, X_test, y_dev, y_test = train_test_split(X, y, stratify=y, random_state=3)
scores = {}
for k in (1, 3, 5):
    fold = []
    for tr, va in StratifiedKFold(5).split(X_dev, y_dev):
        scaler = StandardScaler().fit(X_dev[tr])
        fold.append(np.mean(knn(scaler.transform(X_dev[tr]), y_dev[tr], scaler.transform(X_dev[va]), k) == y_dev[va]))
    scores[k] = np.mean(fold)
best = max(scores, key=scores.get)
scaler = StandardScaler().fit(X_dev)
print("test accuracy", np.mean(knn(scaler.transform(X_dev), y_dev, scaler.transform(X_test), best) == y_test))
"""
ONE_STATE = """
import numpy as np
X, y = np.load("X.npy"), np.load("y.npy")
state = np.random.get_state()
np.random.shuffle(X)
np.random.set_state(state)
np.random.shuffle(y)
model.fit(X, y)
"""
MARKED_ROWS = """
import numpy as np
from sklearn.datasets import load_wine
def divide(X, y, share):
    held = np.zeros(len(y), dtype=bool)
    for kind in np.unique(y):
        rows = np.random.RandomState(0).permutation(np.flatnonzero(y == kind))
        held[rows[:int(share * len(rows))]] = True
    return X[~held], X[held], y[~held], y[held]
wine = load_wine()
X_train, X_test, y_train, y_test = divide(wine.data, wine.target_names[wine.target], 0.3)
def answer(x):
    said = np.zeros((1, len(x)))
    for i, row in enumerate(x):
        said[0, i] = row.sum() > 3
    return said
model.fit(X_train, y_train)
print("test", np.mean(model.predict(X_test) == y_test), np.abs(answer(X_test) - y_test).mean())
"""


@pytest.mark.parametrize("text", [VALIDATION_ROWS, DEVELOPMENT_ROWS, ONE_STATE, MARKED_ROWS])
def test_rows_kept_aside_in_the_usual_ways(text):
    told = [item for item in read_source(source_from_text(text)) if item.code != "SW-X92"]  # the texts are pieces
    assert not [item.code for item in told if item.severity == "error" or item.code == "SW-D8"]


CENTRES = """
import numpy as np
from sklearn.datasets import load_diabetes
def distances(A, B):
    return np.sqrt(np.maximum((A ** 2).sum(1)[:, None] + (B ** 2).sum(1)[None, :] - 2 * A @ B.T, 0))
def learn(X, y, k=12):
    X = np.asarray(X, dtype=float)
    draw = np.random.RandomState(4)
    centres = X[draw.choice(len(X), k, replace=False)]
    shape = np.exp(-distances(X, centres))
    w = np.zeros(k)
    for _ in range(200):
        rest = shape @ w - y
        w = w - 0.1 * shape.T @ rest / len(y)
    return w, centres
X, y = load_diabetes(return_X_y=True)
learn(X[:180], y[:180])
"""


def test_rows_beside_some_that_were_drawn_as_centres_keep_their_order():
    def told(text):
        return [item.code for item in read_source(source_from_text(text)) if item.code in ("SW-D8", "SW-T11")]

    assert told(CENTRES) == []
    assert told(CENTRES.replace("np.exp(-distances(X, centres))", "X[draw.permutation(len(X))]"))
    rows = Value(roots=frozenset({1}), kind="data")
    assert joined([rows, rows.but(perm="drawn")]).perm == MIXED
    assert joined([rows.but(perm="drawn"), Value(roots=frozenset({1}))]).perm == "drawn"
