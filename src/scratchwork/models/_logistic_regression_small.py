"""Newton's method for two classes and few numbers, where the calls cost more than the arithmetic.

The same steps as the plain ``newton`` over ``objective_and_gradient`` and ``hessian``, in half as many calls. Let r_i be
the log-odds *against* the label of sample i: r = w B, where column i of B is (x_i, 1) with the sign turned if the label
is 1. Then everything follows from the losses:

    loss_i = log(1 + exp(r_i))      probability of its own class exp(-loss_i), of the other one 1 - exp(-loss_i)
"""

import numpy as np

from scratchwork.models._logistic_regression_solvers import newton_direction, step_at

FEW_NUMBERS = 20_000


def newton_two_classes(X, Y, s, l2, W, *, tol, max_iter):
    """Steps of the same kind as ``newton``, to the same optimum, for m = 1 column; the arguments are the model's.

    Yields
    ------
    Step
    """
    n, d = X.shape
    B = np.ones((len(W), n))
    B[:d] = X.T
    B *= 1 - 2 * Y[:, 0]
    penalty = np.full(len(W), l2)
    penalty[d:] = 0
    s, ridge = s.astype(np.float64), np.diag(penalty)

    def at(w):
        """Objective, gradient, and the parts of the curvature at w."""
        loss = np.logaddexp(0, w @ B)
        own = np.exp(-loss)
        wrong = s * (1 - own)
        pull = penalty * w
        return float(s @ loss + 0.5 * (pull @ w)), B @ wrong + pull, wrong * own

    w = W[:, 0]
    F, g, h = at(w)
    for iteration in range(1, max_iter + 1):
        move = step((B * h) @ B.T + ridge, g)
        highest, t = F * (1 + 1e-14), 1.0
        while True:
            F, g_new, h = at(w + t * move)
            if highest + 1e-4 * t * float(g @ move) >= F or t < 1e-12:
                break
            t /= 2
        w, g = w + t * move, g_new
        reached = step_at(iteration, F, g[:, None], w[:, None])
        yield reached
        if reached.gradient_norm <= tol or t < 1e-12:
            return


def step(H, g):
    """Newton's step -H^-1 g, or the shortest one where the curvature vanishes."""
    try:
        return -np.linalg.solve(H, g)
    except np.linalg.LinAlgError:
        return newton_direction(H, g[:, None])[:, 0]
