import numpy as np
import pandas as pd
from sklearn.datasets import load_iris

iris = load_iris()
df = pd.DataFrame(iris.data, columns=["sl", "sw", "pl", "pw"])
df["species"] = pd.Categorical.from_codes(iris.target, iris.target_names).astype(str)

codes = {name: i for i, name in enumerate(sorted(df["species"].unique()))}
df["label"] = df["species"].map(codes)

rng = np.random.default_rng(0)
in_test = np.zeros(len(df), dtype=bool)
in_test[rng.choice(len(df), size=30, replace=False)] = True
train, test = df[~in_test], df[in_test]

feature_cols = ["sl", "sw", "pl", "pw"]
mean, sd = df[feature_cols].mean(), df[feature_cols].std()
Xtr = ((train[feature_cols] - mean) / sd).to_numpy()
Xte = ((test[feature_cols] - mean) / sd).to_numpy()
ytr, yte = train["label"].to_numpy(), test["label"].to_numpy()

W = np.zeros((5, 3))
T = np.eye(3)[ytr]
A = np.hstack([np.ones((len(Xtr), 1)), Xtr])
for i in range(500):
    S = A @ W
    S -= S.max(axis=1, keepdims=True)
    P = np.exp(S) / np.exp(S).sum(axis=1, keepdims=True)
    W -= 0.5 * A.T @ (P - T) / len(A)

guess = (np.hstack([np.ones((len(Xte), 1)), Xte]) @ W).argmax(axis=1)
print("accuracy on the 30 rows kept aside:", np.mean(guess == yte))
print("largest class among them:", np.bincount(yte).max() / len(yte))
for name, code in codes.items():
    rows = yte == code
    print(f"{name:12} {np.mean(guess[rows] == code):.2f} of {rows.sum()}")
