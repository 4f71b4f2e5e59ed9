# %% [markdown]
# # Loan default: preparing the table and a small logistic model, all by hand

# %%
import numpy as np
import pandas as pd

SEED = 20
rng = np.random.default_rng(SEED)

# %%
try:
    df = pd.read_csv("loans.csv")
except FileNotFoundError:
    n = 1200
    df = pd.DataFrame({
        "age": rng.integers(20, 70, n).astype(float),
        "income": rng.lognormal(10.3, 0.5, n),
        "debt": rng.lognormal(8.5, 0.8, n),
        "employment": rng.choice(["salaried", "self", "none"], n, p=[0.6, 0.25, 0.15]),
    })
    score = -1.0 - 0.02 * (df["age"] - 45) - 1.5 * (np.log(df["income"]) - 10.3) \
        + 0.9 * (np.log(df["debt"]) - 8.5) + 1.2 * (df["employment"] == "none")
    df["default"] = (rng.random(n) < 1 / (1 + np.exp(-score))).astype(int)
    df.loc[rng.random(n) < 0.05, "income"] = np.nan
print(df.describe().round(2))

# %% split before anything is learned from the table
df = df.drop_duplicates().reset_index(drop=True)
order = rng.permutation(len(df))
n_test = int(0.2 * len(df))
n_val = int(0.2 * len(df))
test_df = df.iloc[order[:n_test]]
val_df = df.iloc[order[n_test:n_test + n_val]]
train_df = df.iloc[order[n_test + n_val:]]

# %% features
NUMERIC = ["age", "income", "debt"]
JOBS = ["none", "salaried", "self"]


def learn_preparation(frame):
    numbers = frame[NUMERIC].copy()
    numbers["income"] = np.log(numbers["income"])
    numbers["debt"] = np.log(numbers["debt"])
    return {"median": numbers.median(), "mean": numbers.fillna(numbers.median()).mean(),
            "std": numbers.fillna(numbers.median()).std(ddof=0)}


def apply_preparation(frame, prep):
    numbers = frame[NUMERIC].copy()
    numbers["income"] = np.log(numbers["income"])
    numbers["debt"] = np.log(numbers["debt"])
    numbers = (numbers.fillna(prep["median"]) - prep["mean"]) / prep["std"]
    jobs = np.column_stack([(frame["employment"] == job).to_numpy(float) for job in JOBS[1:]])
    return np.hstack([numbers.to_numpy(), jobs]), frame["default"].to_numpy(float)


prep = learn_preparation(train_df)
X_train, y_train = apply_preparation(train_df, prep)
X_val, y_val = apply_preparation(val_df, prep)
X_test, y_test = apply_preparation(test_df, prep)
print("shapes:", X_train.shape, X_val.shape, X_test.shape)


# %% model
def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-np.clip(z, -60, 60)))


def log_loss(X, y, w, b, C):
    p = np.clip(sigmoid(X @ w + b), 1e-12, 1 - 1e-12)
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)) + 0.5 * C * w @ w


def gradients(X, y, w, b, C):
    r = sigmoid(X @ w + b) - y
    return X.T @ r / len(y) + C * w, r.mean()


def fit_logistic(X, y, C=0.0, lr=0.5, epochs=1500):
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(epochs):
        gw, gb = gradients(X, y, w, b, C)
        w, b = w - lr * gw, b - lr * gb
    return w, b


def rank_auc(y, s):
    pos, neg = s[y == 1], s[y == 0]
    return np.mean((pos[:, None] > neg[None, :]) + 0.5 * (pos[:, None] == neg[None, :]))


# %% the strength of the penalty is chosen on the validation part
results = {}
for C in (0.0, 0.001, 0.01, 0.1, 1.0):
    w, b = fit_logistic(X_train, y_train, C)
    results[C] = rank_auc(y_val, X_val @ w + b)
    print(f"C = {C:<6} validation AUC {results[C]:.4f}")
best_C = max(results, key=results.get)

# %% final model
w, b = fit_logistic(X_train, y_train, best_C)
p_test = sigmoid(X_test @ w + b)
print("weights:", dict(zip(NUMERIC + JOBS[1:], np.round(w, 3))), "bias", round(b, 3))
print(f"test AUC {rank_auc(y_test, p_test):.4f}")
accuracy = np.mean((p_test >= 0.5) == y_test)
print(f"test accuracy {accuracy:.4f}  (always 'no default': {np.mean(y_test == 0):.4f})")
