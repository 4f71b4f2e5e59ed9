# %% [markdown]
# # Heart failure: a small neural network in plain NumPy

# %%
import numpy as np
import pandas as pd
import matplotlib.pyplot as plt

df = pd.read_csv("heart_failure_clinical_records_dataset.csv")
X = df.drop(columns=["DEATH_EVENT", "time"]).values.astype(float)
y = df["DEATH_EVENT"].values.reshape(-1, 1)

# %% scale everything to mean 0 and sd 1
X = (X - X.mean(axis=0)) / X.std(axis=0)

# %% train / test
rng = np.random.default_rng(42)
idx = rng.permutation(len(X))
n_train = int(0.8 * len(X))
X_train, X_test = X[idx[:n_train]], X[idx[n_train:]]
y_train, y_test = y[idx[:n_train]], y[idx[n_train:]]

# %% parameters
n_hidden = 8
lr = 0.1
epochs = 800
W1 = rng.normal(0, 1 / np.sqrt(X.shape[1]), (X.shape[1], n_hidden))
b1 = np.zeros((1, n_hidden))
W2 = rng.normal(0, 1 / np.sqrt(n_hidden), (n_hidden, 1))
b2 = np.zeros((1, 1))


def sigmoid(z):
    return 0.5 * (1 + np.tanh(z / 2))


def forward(X):
    h = np.tanh(X @ W1 + b1)
    return h, sigmoid(h @ W2 + b2)


def bce(y, p):
    p = np.clip(p, 1e-12, 1 - 1e-12)
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


# %% training
train_loss, test_loss = [], []
for epoch in range(epochs):
    h, p = forward(X_train)
    dz2 = (p - y_train) / len(X_train)
    dW2 = h.T @ dz2
    db2 = dz2.sum(axis=0, keepdims=True)
    dz1 = (dz2 @ W2.T) * (1 - h ** 2)
    dW1 = X_train.T @ dz1
    db1 = dz1.sum(axis=0, keepdims=True)

    W1 -= lr * dW1
    b1 -= lr * db1
    W2 -= lr * dW2
    b2 -= lr * db2

    train_loss.append(bce(y_train, forward(X_train)[1]))
    test_loss.append(bce(y_test, forward(X_test)[1]))

# %% result
plt.plot(train_loss, label="train")
plt.plot(test_loss, label="test")
plt.xlabel("epoch")
plt.ylabel("cross-entropy")
plt.legend()
plt.savefig("loss.png")

p_test = forward(X_test)[1]
accuracy = np.mean((p_test > 0.5) == y_test)
majority = max(np.mean(y_test), 1 - np.mean(y_test))
print(f"loss {train_loss[0]:.3f} -> {train_loss[-1]:.3f}")
print(f"test accuracy {accuracy:.3f}, always the more frequent class {majority:.3f}")
