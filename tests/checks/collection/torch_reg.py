import numpy as np
import torch


class TorchLogistic:
    """scikit-learn flavoured logistic regression; PyTorch does the differentiation."""

    def __init__(self, lr=0.5, epochs=300, weight_decay=0.0, random_state=0):
        self.lr = lr
        self.epochs = epochs
        self.weight_decay = weight_decay
        self.random_state = random_state

    def fit(self, X, y):
        self.classes_, codes = np.unique(y, return_inverse=True)
        generator = torch.Generator().manual_seed(self.random_state)
        X = torch.tensor(np.array(X, dtype=np.float64))
        t = torch.tensor(codes)
        W = (0.01 * torch.randn(X.shape[1], len(self.classes_), generator=generator, dtype=torch.float64)).requires_grad_()
        b = torch.zeros(len(self.classes_), dtype=torch.float64, requires_grad=True)
        self.loss_curve_ = []
        for _ in range(self.epochs):
            loss = torch.nn.functional.cross_entropy(X @ W + b, t)
            gW, gb = torch.autograd.grad(loss, (W, b))
            with torch.no_grad():
                W -= self.lr * gW
                b -= self.lr * gb
            self.loss_curve_.append(loss.item())
        self.coef_, self.intercept_ = W.detach().numpy().T, b.detach().numpy()
        return self

    def predict_proba(self, X):
        z = np.array(X, dtype=np.float64) @ self.coef_.T + self.intercept_
        return torch.softmax(torch.from_numpy(z), dim=1).numpy()

    def predict(self, X):
        return self.classes_[self.predict_proba(X).argmax(1)]
