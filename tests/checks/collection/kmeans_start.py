import numpy as np


class LloydKMeans:
    """Clusters X starting from the centres given by the caller."""

    def __init__(self, max_iterations=100):
        self.max_iterations = max_iterations

    def fit_predict(self, X, init):
        X = np.asarray(X, dtype=float)
        centres = init
        assignment = None
        for i in range(self.max_iterations):
            # |x|^2 - 2 x.c + |c|^2, the first term is the same for all centres
            d2 = -2 * X @ centres.T + (centres ** 2).sum(1)
            new_assignment = d2.argmin(1)
            if assignment is not None and (new_assignment == assignment).all():
                break
            assignment = new_assignment
            for c in range(len(centres)):
                mask = assignment == c
                if mask.any():
                    centres[c] = X[mask].mean(0)
        self.centres = centres
        self.assignment = (-2 * X @ centres.T + (centres ** 2).sum(1)).argmin(1)
        self.iterations = i + 1
        self.sse = float(((X - centres[self.assignment]) ** 2).sum())
        return self.assignment
