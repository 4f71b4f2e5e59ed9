# Customer churn: who is going to leave next month?
# plain numpy logistic regression, pandas only for the table
import numpy as np
import pandas as pd
import matplotlib.pyplot as plt

SEED = 7
LEARNING_RATE = 0.5
N_STEPS = 4000
TEST_SHARE = 0.25

df = pd.read_csv("telco_churn.csv")
df["TotalCharges"] = pd.to_numeric(df["TotalCharges"], errors="coerce")
df = df.drop(columns=["customerID"])
df = df.dropna().drop_duplicates().reset_index(drop=True)

y = (df["Churn"] == "Yes").to_numpy().astype(float)
features = df.drop(columns=["Churn"])
features = pd.get_dummies(features, drop_first=True)
X = features.to_numpy(dtype=float)
print("table:", X.shape, "churners:", int(y.sum()))

# stratified split: the same share of churners on both sides
rng = np.random.default_rng(SEED)
train_rows, test_rows = [], []
for value in (0.0, 1.0):
    rows = rng.permutation(np.flatnonzero(y == value))
    n_test = int(round(TEST_SHARE * len(rows)))
    test_rows.extend(rows[:n_test])
    train_rows.extend(rows[n_test:])
train_rows = rng.permutation(train_rows)
test_rows = np.array(test_rows)

X_train, X_test = X[train_rows], X[test_rows]
y_train, y_test = y[train_rows], y[test_rows]

mean = X_train.mean(axis=0)
std = X_train.std(axis=0)
std[std == 0] = 1.0
X_train = (X_train - mean) / std
X_test = (X_test - mean) / std


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-np.clip(z, -500, 500)))


def log_loss(p, y):
    p = np.clip(p, 1e-12, 1 - 1e-12)
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


w = np.zeros(X_train.shape[1])
b = 0.0
curve = []
for step in range(N_STEPS):
    p = sigmoid(X_train @ w + b)
    error = p - y_train
    w -= LEARNING_RATE * X_train.T @ error / len(y_train)
    b -= LEARNING_RATE * error.mean()
    if step % 100 == 0:
        curve.append(log_loss(p, y_train))
        print(f"step {step:5d}  loss {curve[-1]:.4f}")

p_test = sigmoid(X_test @ w + b)
predicted = (p_test >= 0.5).astype(float)
accuracy = np.mean(predicted == y_test)
baseline = max(y_test.mean(), 1 - y_test.mean())
tp = np.sum((predicted == 1) & (y_test == 1))
fp = np.sum((predicted == 1) & (y_test == 0))
fn = np.sum((predicted == 0) & (y_test == 1))
precision = tp / (tp + fp) if tp + fp > 0 else 0.0
recall = tp / (tp + fn) if tp + fn > 0 else 0.0
print(f"held-out loss      {log_loss(p_test, y_test):.4f}")
print(f"held-out accuracy  {100 * accuracy:.1f} %  (always 'stays': {100 * baseline:.1f} %)")
print(f"precision {precision:.3f}   recall {recall:.3f}")

order = np.argsort(-np.abs(w))
for j in order[:10]:
    print(f"{features.columns[j]:35s} {w[j]:+.3f}")

plt.plot(np.arange(len(curve)) * 100, curve)
plt.xlabel("step")
plt.ylabel("training loss")
plt.savefig("churn_loss.png")
