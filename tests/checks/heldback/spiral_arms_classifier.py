"""
Two-layer neural network for the spiral data set, everything is passed
around in dictionaries.

*    first version
*    added regularization
"""

import numpy as np


def createSpiral(N, K=3, noise=0.15, seed=3):
    rng = np.random.default_rng(seed)
    X = np.zeros((N * K, 2))
    y = np.zeros(N * K, dtype=int)
    for k in range(K):
        ix = range(N * k, N * (k + 1))
        r = np.linspace(0.0, 1, N)
        t = np.linspace(k * 4, (k + 1) * 4, N) + rng.normal(size=N) * noise
        X[ix] = np.c_[r * np.sin(t), r * np.cos(t)]
        y[ix] = k
    return X, y


class SpiralClassifier:
    def __init__(self, X, y, hidden=40, lambd=1e-3, learningRate=1.0, seed=0):
        # m training examples with n features
        self.m, self.n = X.shape
        self.h1 = hidden
        self.h2 = len(np.unique(y))
        self.lambd = lambd
        self.learningRate = learningRate
        self.rng = np.random.default_rng(seed)

    def initWeights(self, l0, l1):
        w = self.rng.normal(size=(l0, l1)) * np.sqrt(2.0 / l0)
        b = np.zeros((1, l1))
        return w, b

    def forwardProp(self, X, parameters):
        a0 = X
        z1 = np.dot(a0, parameters["W1"]) + parameters["b1"]
        a1 = np.maximum(0, z1)
        scores = np.dot(a1, parameters["W2"]) + parameters["b2"]

        # softmax on the last layer, shifted so that exp cannot overflow
        expScores = np.exp(scores - np.max(scores, axis=1, keepdims=True))
        probs = expScores / np.sum(expScores, axis=1, keepdims=True)

        cache = {"a0": a0, "a1": a1, "probs": probs}
        return cache, probs

    def computeCost(self, y, probs, parameters):
        m = len(y)
        dataLoss = np.sum(-np.log(np.maximum(probs[np.arange(m), y], 1e-15))) / m
        regLoss = 0.5 * self.lambd * np.sum(parameters["W1"] ** 2) + 0.5 * self.lambd * np.sum(parameters["W2"] ** 2)
        return dataLoss + regLoss

    def backProp(self, cache, parameters, y):
        W1, W2 = parameters["W1"], parameters["W2"]
        a0, a1 = cache["a0"], cache["a1"]
        m = len(y)

        dz2 = cache["probs"].copy()
        dz2[np.arange(m), y] -= 1
        dz2 /= m

        dW2 = np.dot(a1.T, dz2) + self.lambd * W2
        db2 = np.sum(dz2, axis=0, keepdims=True)

        dz1 = np.dot(dz2, W2.T)
        dz1 = dz1 * (a1 > 0)

        dW1 = np.dot(a0.T, dz1) + self.lambd * W1
        db1 = np.sum(dz1, axis=0, keepdims=True)

        return {"dW1": dW1, "dW2": dW2, "db1": db1, "db2": db2}

    def updateParameters(self, parameters, grads):
        return {key: parameters[key] - self.learningRate * grads["d" + key] for key in parameters}

    def main(self, X, y, numIter=3000):
        W1, b1 = self.initWeights(self.n, self.h1)
        W2, b2 = self.initWeights(self.h1, self.h2)
        parameters = {"W1": W1, "W2": W2, "b1": b1, "b2": b2}

        for it in range(numIter + 1):
            cache, probs = self.forwardProp(X, parameters)
            cost = self.computeCost(y, probs, parameters)
            if it % 1000 == 0:
                print(f"At iteration {it} we have a cost of {cost}")
            grads = self.backProp(cache, parameters, y)
            parameters = self.updateParameters(parameters, grads)
        return parameters

    def classify(self, X, parameters):
        _, probs = self.forwardProp(X, parameters)
        return np.argmax(probs, axis=1)


if __name__ == "__main__":
    X, y = createSpiral(100)
    clf = SpiralClassifier(X, y)
    trained = clf.main(X, y)

    Xnew, ynew = createSpiral(100, seed=4)
    print("accuracy on new spirals:", np.mean(clf.classify(Xnew, trained) == ynew))
