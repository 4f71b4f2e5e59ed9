import numpy as np

EPS = 1e-5


def make_model(D, H, C, rng):
    return {
        "params": {
            "W1": rng.standard_normal((D, H)) * np.sqrt(2 / D),
            "gamma": np.ones(H), "beta": np.zeros(H),
            "W2": rng.standard_normal((H, C)) * np.sqrt(2 / H),
            "b2": np.zeros(C),
        },
        "running": {"mean": np.zeros(H), "var": np.ones(H)},
    }


def bn_forward(x, gamma, beta, running, train, rho=0.9):
    if train:
        mu, var = x.mean(axis=0), x.var(axis=0)
        running["mean"] = rho * running["mean"] + (1 - rho) * mu
        running["var"] = rho * running["var"] + (1 - rho) * var
    else:
        mu, var = running["mean"], running["var"]
    istd = 1.0 / np.sqrt(var + EPS)
    xhat = (x - mu) * istd
    return gamma * xhat + beta, (xhat, istd, gamma)


def bn_backward(dout, cache):
    xhat, istd, gamma = cache
    dgamma = np.sum(dout * xhat, axis=0)
    dbeta = np.sum(dout, axis=0)
    dxhat = dout * gamma
    dx = istd * (dxhat - dxhat.mean(axis=0) - xhat * np.mean(dxhat * xhat, axis=0))
    return dx, dgamma, dbeta


def forward(model, X, train=False):
    p = model["params"]
    z = X @ p["W1"]
    u, bn_cache = bn_forward(z, p["gamma"], p["beta"], model["running"], train)
    h = np.maximum(u, 0)
    scores = h @ p["W2"] + p["b2"]
    return scores, (X, u, h, bn_cache)


def softmax_loss(scores, y):
    scores = scores - scores.max(axis=1, keepdims=True)
    logp = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    n = len(y)
    loss = -logp[np.arange(n), y].mean()
    dscores = np.exp(logp)
    dscores[np.arange(n), y] -= 1
    return loss, dscores / n


def loss_and_grads(model, X, y, reg):
    p = model["params"]
    scores, (X, u, h, bn_cache) = forward(model, X, train=True)
    loss, dscores = softmax_loss(scores, y)
    loss += 0.5 * reg * (np.sum(p["W1"] ** 2) + np.sum(p["W2"] ** 2))
    g = {"W2": h.T @ dscores + reg * p["W2"], "b2": dscores.sum(axis=0)}
    du = (dscores @ p["W2"].T) * (u > 0)
    dz, g["gamma"], g["beta"] = bn_backward(du, bn_cache)
    g["W1"] = X.T @ dz + reg * p["W1"]
    return loss, g


def train(model, X, y, epochs, batch, lr, reg, rng):
    losses = []
    for epoch in range(epochs):
        order = rng.permutation(len(X))
        for i in range(0, len(X) - batch + 1, batch):
            rows = order[i:i + batch]
            loss, g = loss_and_grads(model, X[rows], y[rows], reg)
            for k in model["params"]:
                model["params"][k] -= lr * g[k]
            losses.append(loss)
        if epoch % 5 == 0:
            print(f"epoch {epoch}: loss {np.mean(losses[-(len(X) // batch):]):.4f}")
    return losses


def predict(model, X):
    return forward(model, X, train=False)[0].argmax(axis=1)


if __name__ == "__main__":
    from sklearn.datasets import load_digits

    rng = np.random.default_rng(11)
    X, y = load_digits(return_X_y=True)
    X = X / 16.0
    perm = rng.permutation(len(X))
    tr, te = perm[:1300], perm[1300:]
    model = make_model(64, 50, 10, rng)
    train(model, X[tr], y[tr], epochs=16, batch=50, lr=0.2, reg=1e-4, rng=rng)
    print("train acc", (predict(model, X[tr]) == y[tr]).mean(), "test acc", (predict(model, X[te]) == y[te]).mean())
