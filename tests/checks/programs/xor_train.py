import numpy as np

np.random.seed(10)

# ---------- data ----------
X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=float)
y = np.array([[0], [1], [1], [0]], dtype=float)

# ---------- settings ----------
hidden_units = 4
lr = 0.5
epochs = 8000

W1 = np.random.uniform(-1, 1, (2, hidden_units))
b1 = np.zeros((1, hidden_units))
W2 = np.random.uniform(-1, 1, (hidden_units, 1))
b2 = np.zeros((1, 1))


def sigmoid(x):
    return 1 / (1 + np.exp(-np.clip(x, -100, 100)))


def d_sigmoid(s):
    # s is already sigmoid(x)
    return s * (1 - s)


def mse(pred, target):
    return ((pred - target) ** 2).mean()


losses = []
for epoch in range(epochs):
    # forward
    hidden = sigmoid(X.dot(W1) + b1)
    output = sigmoid(hidden.dot(W2) + b2)
    losses.append(mse(output, y))

    # backward
    d_output = 2 * (output - y) / y.size * d_sigmoid(output)
    d_hidden = d_output.dot(W2.T) * d_sigmoid(hidden)

    # update (the gradient is small here, so the step is scaled up by 4)
    W2 -= 4 * lr * hidden.T.dot(d_output)
    b2 -= 4 * lr * d_output.sum(axis=0, keepdims=True)
    W1 -= 4 * lr * X.T.dot(d_hidden)
    b1 -= 4 * lr * d_hidden.sum(axis=0, keepdims=True)

    if epoch % 1000 == 0:
        print("epoch", epoch, "loss", losses[-1])

print("final loss", mse(output, y))
print(np.c_[X, y, output.round(3)])
correct = int(((output > 0.5) == y).sum())
print("correct:", correct, "of", len(y))
