'Principal components of sensor readings, step by step.'
import numpy as np


def center(readings):
    offset = np.mean(readings, axis=0)
    return readings - offset, offset


def covariance(centered):
    n = centered.shape[0]
    return centered.T.dot(centered) / (n - 1)


def sorted_eigen(cov):
    vals, vecs = np.linalg.eigh(cov)
    pairs = [(vals[i], vecs[:, i]) for i in range(len(vals))]
    pairs.sort(key=lambda pair: pair[0], reverse=True)
    values = np.array([max(p[0], 0.0) for p in pairs])
    W = np.column_stack([p[1] for p in pairs])
    return values, W


def how_many(values, share):
    """smallest number of components that explains at least this share"""
    running = np.cumsum(values) / np.sum(values)
    return int(np.argmax(running >= share - 1e-12)) + 1


def learn(readings, share=0.9):
    readings = np.asarray(readings, dtype=float)
    if np.isnan(readings).any():
        raise ValueError('fill the gaps first')
    centered, offset = center(readings)
    values, W = sorted_eigen(covariance(centered))
    k = how_many(values, share)
    return offset, W[:, :k], values[:k]


def to_scores(model, readings, whiten=False):
    offset, W, values = model
    scores = (np.asarray(readings, dtype=float) - offset).dot(W)
    return scores / np.sqrt(values) if whiten else scores


def from_scores(model, scores, whiten=False):
    offset, W, values = model
    return (scores * np.sqrt(values) if whiten else scores).dot(W.T) + offset


def clean(model, readings):
    return from_scores(model, to_scores(model, readings))


def simulate(n, seed):
    rng = np.random.default_rng(seed)
    t = np.linspace(0, 6 * np.pi, n)
    sources = np.column_stack([np.sin(t), 0.6 * np.cos(2.3 * t)])
    mix = np.array([[1, .5, -1, .2, .8, 0], [0, 1, .4, -.9, .3, 1]])
    true = sources.dot(mix) + [20, 21, 19, 5, 0, 100]
    return true, true + rng.normal(0, 0.25, true.shape)


if __name__ == '__main__':
    true, noisy = simulate(500, seed=2)
    # two real sources: the rest of the variance is noise
    first, last = slice(0, 350), slice(350, 500)
    for share in (0.5, 0.8, 0.85, 0.99):
        model = learn(noisy[first], share)
        error = np.sqrt(np.mean((clean(model, noisy[last]) - true[last]) ** 2))
        print(f'share {share:.2f}: {model[1].shape[1]} components, RMSE after cleaning {error:.4f}')
    print(f'RMSE before cleaning {np.sqrt(np.mean((noisy[last] - true[last]) ** 2)):.4f}')
    white = to_scores(learn(noisy[first], 0.99), noisy[first], whiten=True)
    print('variances of the whitened scores', white.var(axis=0, ddof=1).round(6))
