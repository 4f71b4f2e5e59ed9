"""Chemometrics style PCA (NIPALS): X = 1 m' + T P' + E, one pair (t, p) at a time."""
import numpy as np


class Nipals:
    def __init__(self, A, maxit=20000, crit=1e-11):
        self.A = A
        self.maxit = maxit
        self.crit = crit

    def _one_pair(self, E):
        t = E[:, np.argmax((E ** 2).sum(axis=0))].copy()
        p = np.zeros(E.shape[1])
        for it in range(self.maxit):
            denom = t @ t
            if denom <= 1e-30:
                break
            p_new = E.T @ t / denom
            p_new /= np.sqrt(p_new @ p_new)
            t = E @ p_new
            step = np.abs(p_new - p).max()
            p = p_new
            if step < self.crit:
                break
        return t, p

    def calibrate(self, X):
        X = np.array(X, dtype=float)
        if np.isnan(X).any():
            raise ValueError("missing values: use the EM variant")
        self.m = X.mean(axis=0)
        E = X - self.m
        ss0 = (E ** 2).sum()
        n, q = X.shape
        self.T, self.P, self.R2 = np.zeros((n, self.A)), np.zeros((q, self.A)), np.zeros(self.A)
        for a in range(self.A):
            t, p = self._one_pair(E)
            E -= np.outer(t, p)
            self.T[:, a], self.P[:, a] = t, p
            self.R2[a] = (t @ t) / ss0 if ss0 > 0 else 0.0
        self.var = (self.T ** 2).sum(axis=0) / (n - 1)
        return self

    def scores(self, Xnew):
        """successive projection, so that new samples are deflated as the old ones were"""
        E = np.array(Xnew, dtype=float) - self.m
        T = np.zeros((len(E), self.A))
        for a in range(self.A):
            T[:, a] = E @ self.P[:, a]
            E -= np.outer(T[:, a], self.P[:, a])
        return T

    def rebuild(self, T):
        return T @ self.P.T + self.m

    def q_residuals(self, Xnew):
        return ((np.asarray(Xnew, dtype=float) - self.rebuild(self.scores(Xnew))) ** 2).sum(axis=1)

    def hotelling(self, Xnew):
        return (self.scores(Xnew) ** 2 / np.where(self.var > 0, self.var, 1.0)).sum(axis=1)


if __name__ == "__main__":
    rng = np.random.default_rng(44)
    wave = np.linspace(0, 1, 40)
    pure = np.array([np.exp(-((wave - c) / w) ** 2) for c, w in ((0.3, 0.1), (0.5, 0.2), (0.8, 0.07))])
    conc = rng.uniform(0, 1, (60, 3)) * [3.0, 2.0, 1.0]
    spectra = conc @ pure + 0.01 * rng.normal(size=(60, 40)) + 0.4
    model = Nipals(4).calibrate(spectra)
    print("R2 per component (%):", (100 * model.R2).round(3))
    print("largest off-diagonal of P'P:", np.abs(model.P.T @ model.P - np.eye(4)).max())
    odd = spectra[:1] + 0.3 * np.exp(-((wave - 0.1) / 0.03) ** 2)
    print("Q of a usual and of an odd spectrum:", model.q_residuals(spectra[:1]), model.q_residuals(odd))
