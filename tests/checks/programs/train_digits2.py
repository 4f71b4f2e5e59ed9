import numpy as np
from sklearn.datasets import load_digits

rng = np.random.default_rng(31)

# samples in columns; every image is scaled by its own norm, so this can be done before the split
A, c = load_digits(return_X_y=True)
A = (A / np.linalg.norm(A, axis=1, keepdims=True)).T
mix = rng.permutation(A.shape[1])
A, c = A[:, mix], c[mix]
A_fit, c_fit = A[:, :1200], c[:1200]
A_end, c_end = A[:, 1200:], c[1200:]
O = np.zeros((10, 1200))
O[c_fit, range(1200)] = 1

P = {"U": rng.normal(0, .25, (40, 64)), "u": np.zeros((40, 1)),
     "V": rng.normal(0, .15, (10, 40)), "v": np.zeros((10, 1))}


def squash(s):
    return np.log1p(np.exp(-abs(s))) + np.maximum(s, 0)


def up(a):
    s = P["U"] @ a + P["u"]
    h = squash(s)
    z = P["V"] @ h + P["v"]
    e = np.exp(z - z.max(axis=0))
    return s, h, e / e.sum(axis=0)


def label(a):
    return up(a)[2].argmax(0)


rate, step = 2.0, 0
for sweep in range(30):
    total = 0
    for cols in np.array_split(rng.permutation(1200), 30):
        a, o = A_fit[:, cols], O[:, cols]
        s, h, q = up(a)
        total -= (o * np.log(q + 1e-12)).sum()
        # chain rule written out: dL/dq, then the full Jacobian of the softmax for every column
        dq = -o / (q + 1e-12) / len(cols)
        jac = np.einsum("ik,ij->kij", q, np.eye(10)) - np.einsum("ik,jk->kij", q, q)
        dz = np.einsum("kij,jk->ik", jac, dq)
        ds = (P["V"].T @ dz) / (1 + np.exp(-s))
        G = {"V": dz @ h.T, "v": dz.sum(1, keepdims=True), "U": ds @ a.T, "u": ds.sum(1, keepdims=True)}
        step += 1
        for k in P:
            P[k] = P[k] - rate / (1 + 0.002 * step) * G[k]
    if sweep % 6 == 5:
        print(f"sweep {sweep + 1:2d}: loss {total / 1200:.4f}, right {np.mean(label(A_end) == c_end):.3f} of the unseen ones")
