"""Four ways downhill. Each is a generator of ``Step`` over a convex function that it knows only through callables.

``slope(W)`` returns the objective and its gradient at W; ``curvature(W)`` the Hessian. A solver ends when the largest
entry of the gradient is at most ``tol``, after ``max_iter`` steps, or when no step lowers the objective any more; the
caller sees from the last ``gradient_norm`` which it was.

Letters: W parameters of any shape, F the objective there, G its gradient, D the direction of a step, t its length.

Sources: Nocedal and Wright, Numerical Optimization (2006), algorithms 3.2, 7.4 and 7.5; Lewis and Overton (2013) for
the line search; Hager and Zhang (2005) for its last digits; Polyak (1964) for momentum.
"""

import math
from collections import deque
from itertools import islice
from typing import NamedTuple

import numpy as np

from scratchwork.errors import DivergenceError


class Step(NamedTuple):
    """Where a solver stands after one step.

    ``iteration`` counts from 1; ``objective``, ``gradient`` and ``gradient_norm`` (its largest absolute entry) belong
    to the parameters ``W``, one column for each logit and, with an intercept, one row more than features.
    """

    iteration: int
    objective: float
    gradient_norm: float
    gradient: np.ndarray
    W: np.ndarray


def step_at(iteration, F, G, W):
    """The record of one step, or DivergenceError where the numbers have become infinite or NaN."""
    if not math.isfinite(F):
        raise DivergenceError(
            f"The objective is {F} after iteration {iteration}. Lower learning_rate, or scale the features to mean 0 "
            "and standard deviation 1."
        )
    return Step(iteration, float(F), float(np.abs(G).max()), G, W)


def newton(slope, curvature, W, *, tol, max_iter):
    """Newton's method: jump to the lowest point of the parabola that touches the objective at W.

    Near the optimum the number of correct digits doubles with each step. Farther away the parabola may mislead, so a
    step that does not lower the objective is halved until it does.

    Parameters
    ----------
    slope, curvature : callable
        W -> (F, G) and W -> H, with H of shape (W.size, W.size) in the order of ``W.T.ravel()``.
    W : ndarray
        Where to start. Never changed.
    tol : float
        Stop when the largest absolute entry of the gradient is at most this.
    max_iter : int
        Stop after so many steps.

    Yields
    ------
    Step
    """
    F, G = slope(W)
    for iteration in range(1, max_iter + 1):
        D = newton_direction(curvature(W), G)
        descent = float((D * G).sum())
        t, found = 1.0, None
        while found is None and t > 1e-12:
            F_new, G_new = slope(W + t * D)
            # At the optimum rounding decides whether F falls; there the shorter gradient does.
            if F_new <= F + 1e-4 * t * descent or (F_new <= F + rounding(F, G) and largest(G_new) < largest(G)):
                found = W + t * D, F_new, G_new
            t /= 2
        if found is not None:
            W, F, G = found
        yield step_at(iteration, F, G, W)
        if found is None or largest(G) <= tol:
            return


def newton_direction(H, G):
    """The solution D of H d = -g, where d and g are D and G column below column; the shortest one if H is singular.

    The variables are first scaled so that the diagonal of H is 1: features in thousands and features in thousandths
    then weigh alike in deciding what is singular.
    """
    g = G.T.ravel()
    diagonal = H.diagonal()
    scale = 1 / np.sqrt(np.where(diagonal > 0, diagonal, 1))
    d = -scale * solve_curvature(H * scale[:, None] * scale, scale * g)
    return d.reshape(G.T.shape).T


def solve_curvature(H, g):
    """The shortest solution of H d = g for a symmetric H without negative curvature and with a diagonal of 1."""
    try:
        if np.linalg.cholesky(H).diagonal().min() > 1e-5:
            return np.linalg.solve(H, g)
    except np.linalg.LinAlgError:
        pass
    values, vectors = np.linalg.eigh(H)
    kept = values > len(g) * np.finfo(H.dtype).eps * values[-1]
    return vectors[:, kept] @ ((vectors[:, kept].T @ g) / values[kept])


def lbfgs(slope, W, *, tol, max_iter, memory=20):
    """L-BFGS: Newton's method with a curvature guessed from the last ``memory`` steps.

    Each step S = W_new - W and the change of gradient Y = G_new - G obey Y = H S for the Hessian H averaged along S;
    ``two_loops`` applies the inverse of the simplest H that agrees with all remembered pairs.
    """
    F, G = slope(W)
    pairs = deque(maxlen=memory)
    for iteration in range(1, max_iter + 1):
        D = -two_loops(G, pairs)
        found = line_search(slope, W, F, G, D, first=1.0 if pairs else min(1.0, 1 / max(largest(G), 1e-300)))
        if found is not None:
            S, Y = found[0] - W, found[2] - G
            if (S * Y).sum() > 0:
                pairs.append((S, Y))
            W, F, G = found
        yield step_at(iteration, F, G, W)
        if found is None or largest(G) <= tol:
            return


def two_loops(G, pairs, first_inverse=None):
    """The remembered inverse curvature times G.

    ``first_inverse`` is the inverse curvature before any pair; by default the scale S'Y / Y'Y of the newest pair.
    """
    Q, alphas = G.copy(), []
    for S, Y in reversed(pairs):
        alpha = (S * Q).sum() / (S * Y).sum()
        alphas.append(alpha)
        Q -= alpha * Y
    if first_inverse is not None:
        Q = first_inverse(Q)
    elif pairs:
        S, Y = pairs[-1]
        Q *= (S * Y).sum() / (Y * Y).sum()
    for (S, Y), alpha in zip(pairs, reversed(alphas)):
        Q += S * (alpha - (Y * Q).sum() / (S * Y).sum())
    return Q


def line_search(slope, W, F, G, D, *, first):
    """(W, F, G) at a point along D where F has fallen and its slope has flattened (Wolfe's conditions), or None.

    The interval (low, high) always holds such a point: F is still falling steeply at low, too high at high.
    """
    descent = float((G * D).sum())
    low, high, t = 0.0, math.inf, first
    for _ in range(60):
        W_new = W + t * D
        F_new, G_new = slope(W_new)
        along = float((G_new * D).sum())
        lower = F_new <= F + 1e-4 * t * descent
        # Within rounding of the lowest value F cannot tell; a slope that has flattened on both sides can.
        level = F_new <= F + rounding(F, G) and abs(along) <= 0.9 * abs(descent)
        if not (lower or level):
            high = t
        elif along < 0.9 * descent:
            low = t
        else:
            return W_new, F_new, G_new
        t = (low + high) / 2 if high < math.inf else 2 * low
    return None


def descend(slope, W, *, rate, momentum, tol, max_iter):
    """Gradient descent, with momentum if ``momentum`` > 0: V <- momentum V - rate G, W <- W + V."""
    F, G = slope(W)
    V = np.zeros_like(W)
    for iteration in range(1, max_iter + 1):
        V = momentum * V - rate * G
        W = W + V
        F, G = slope(W)
        yield step_at(iteration, F, G, W)
        if largest(G) <= tol:
            return


def stochastic(batch_slope, n, W, *, rate, batch_size, max_iter, rng):
    """Stochastic gradient descent: one Step for each batch, whose objective and gradient are those *before* the update.

    ``batch_slope(rows, W)`` estimates objective and gradient from the rows of one batch. Every epoch takes all rows
    once, in a new order; the rate falls with the square root of the epoch, without which the steps never settle.
    """
    iteration = 0
    for epoch in range(1, max_iter + 1):
        order = rng.permutation(n)
        for start in range(0, n, batch_size):
            iteration += 1
            F, G = batch_slope(order[start : start + batch_size], W)
            W = W - rate / math.sqrt(epoch) * G
            yield step_at(iteration, F, G, W)


def epochs(updates, slope, updates_per_epoch, tol):
    """One Step for each epoch of ``stochastic``, with the objective and gradient of all rows."""
    for number, update in enumerate(islice(updates, updates_per_epoch - 1, None, updates_per_epoch), start=1):
        F, G = slope(update.W)
        yield step_at(number, F, G, update.W)
        if largest(G) <= tol:
            return


def largest(G):
    return float(np.abs(G).max())


def rounding(F, G):
    """How far F may be off by rounding, in the precision that the gradient was computed in."""
    return 10 * float(np.finfo(G.dtype).eps) * abs(F)
