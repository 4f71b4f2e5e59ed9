import numpy as np

# Two layer net for the homework. Architecture: affine - relu - affine - softmax.
# Parameters are a tuple (W1, b1, W2, b2) and get passed around.


def init_params(D, H, C, std=0.1, seed=231):
    r = np.random.RandomState(seed)
    return (std * r.randn(D, H), np.zeros(H), std * r.randn(H, C), np.zeros(C))


def scores_of(params, X):
    W1, b1, W2, b2 = params
    hidden = np.maximum(0, X.dot(W1) + b1)
    return hidden.dot(W2) + b2, hidden


def loss_and_grads(params, X, y, reg):
    W1, b1, W2, b2 = params
    N = X.shape[0]
    scores, hidden = scores_of(params, X)

    scores = scores - np.max(scores, axis=1, keepdims=True)
    probs = np.exp(scores)
    probs /= np.sum(probs, axis=1, keepdims=True)
    loss = np.mean(-np.log(probs[np.arange(N), y] + 1e-12))
    loss += reg * (np.sum(W1 * W1) + np.sum(W2 * W2))

    dscores = probs.copy()
    dscores[np.arange(N), y] -= 1
    dscores /= N
    dW2 = hidden.T.dot(dscores) + 2 * reg * W2
    db2 = np.sum(dscores, axis=0)
    dhidden = dscores.dot(W2.T)
    dhidden[hidden <= 0] = 0
    dW1 = X.T.dot(dhidden) + 2 * reg * W1
    db1 = np.sum(dhidden, axis=0)
    return loss, (dW1, db1, dW2, db2)


def predict(params, X):
    return np.argmax(scores_of(params, X)[0], axis=1)


def check_accuracy(params, X, y):
    return (predict(params, X) == y).mean()


def train(params, X, y, X_val, y_val, learning_rate=0.5, learning_rate_decay=0.95, reg=1e-4,
          num_epochs=20, batch_size=50, seed=0, verbose=False):
    r = np.random.RandomState(seed)
    params = tuple(p.copy() for p in params)
    best_val, best_params = -1.0, params
    loss_history, val_history = [], []
    steps = max(1, X.shape[0] // batch_size)
    for epoch in range(num_epochs):
        for _ in range(steps):
            idx = r.choice(X.shape[0], batch_size)
            loss, grads = loss_and_grads(params, X[idx], y[idx], reg)
            params = tuple(p - learning_rate * g for p, g in zip(params, grads))
            loss_history.append(loss)
        learning_rate *= learning_rate_decay
        val_acc = check_accuracy(params, X_val, y_val)
        val_history.append(val_acc)
        if val_acc > best_val:
            best_val, best_params = val_acc, params
        if verbose:
            print('epoch %d loss %f val_acc %f' % (epoch, loss, val_acc))
    return best_params, {'loss': loss_history, 'val': val_history, 'best_val': best_val}


def numerical_check(params, X, y, reg, h=1e-5, tries=5, seed=1):
    r = np.random.RandomState(seed)
    _, grads = loss_and_grads(params, X, y, reg)
    for p, g in zip(params, grads):
        for _ in range(tries):
            ix = tuple(r.randint(n) for n in p.shape)
            old = p[ix]
            p[ix] = old + h
            up, _ = loss_and_grads(params, X, y, reg)
            p[ix] = old - h
            down, _ = loss_and_grads(params, X, y, reg)
            p[ix] = old
            print(ix, (up - down) / (2 * h), g[ix])


if __name__ == '__main__':
    from sklearn.datasets import load_digits
    X, y = load_digits(return_X_y=True)
    order = np.random.RandomState(4).permutation(len(y))
    X, y = X[order], y[order]
    mean_image = X[:1000].mean(axis=0)
    X = (X - mean_image) / 16.0
    params = init_params(64, 40, 10)
    best, hist = train(params, X[:1000], y[:1000], X[1000:1300], y[1000:1300], verbose=True)
    print('val', hist['best_val'], 'test', check_accuracy(best, X[1300:], y[1300:]))
