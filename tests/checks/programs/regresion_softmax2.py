import numpy as np


class SoftmaxClassifier:
    """ multinomial logistic regression

    W : (n_features + 1, n_classes), last row = bias
    loss is SUMMED over the batch and divided by nothing; the learning rate is divided by n instead
    """

    def __init__(self, lr=1.0, steps=400):
        self.lr = lr
        self.steps = steps

    def add_one(self, X):
        return np.concatenate([X, np.ones((len(X), 1))], axis=1)

    def scores(self, X):
        return self.add_one(np.asarray(X, float)).dot(self.W)

    def loss_and_grad(self, W, A, y):
        S = A.dot(W)
        # features are standardised in fit, no shift needed here
        e = np.exp(S)
        P = e / e.sum(1)[:, None]
        rows = np.arange(len(y))
        loss = -np.log(P[rows, y] + 1e-12).sum()
        P[rows, y] -= 1
        return loss, A.T.dot(P)

    def fit(self, X, y):
        X = np.asarray(X, float)
        self.mean = X.mean(0)
        self.scale = X.std(0)
        self.scale[self.scale == 0] = 1
        self.labels, y = np.unique(y, return_inverse=True)
        A = self.add_one((X - self.mean) / self.scale)
        W = np.zeros((A.shape[1], len(self.labels)))
        self.losses = []
        for i in range(self.steps):
            loss, g = self.loss_and_grad(W, A, y)
            self.losses.append(loss)
            W = W - self.lr / len(y) * g
        self.W = W
        return self

    def predict_proba(self, X):
        S = self.scores((np.asarray(X, float) - self.mean) / self.scale)
        S = S - S.max(1)[:, None]
        e = np.exp(S)
        return e / e.sum(1)[:, None]

    def predict(self, X):
        return self.labels[self.predict_proba(X).argmax(1)]


if __name__ == "__main__":
    from sklearn.datasets import load_iris
    X, y = load_iris(return_X_y=True)
    names = load_iris().target_names[y]
    p = np.random.RandomState(0).permutation(150)
    clf = SoftmaxClassifier().fit(X[p[:100]], names[p[:100]])
    print(clf.losses[0] / 100, clf.losses[-1] / 100)
    print("held-out accuracy", np.mean(clf.predict(X[p[100:]]) == names[p[100:]]))
