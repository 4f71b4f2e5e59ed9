"""Ridge regression on lagged values: what is learnt is the next change, and forecasts are fed back as lags.

The past y becomes w: the value itself, its change since the step before, or since the season before.

    w_t = y_t - y_{t-a}        a = 0 (level), 1 (change), season (seasonal change)
    w_t ~ b + sum_i c_i w_{t-i} + waves of the season [+ slope t, for the level]

The penalty draws the coefficients to 0 and the forecast to the mean of w: to the mean of the series, to drift, to last
season with drift. Where the data teach nothing, little is lost against those. a and alpha are chosen by forecasting the
last quarter of the past.
"""

from itertools import product
from typing import NamedTuple

import numpy as np

from scratchwork.forecasting.season import carried
from scratchwork.models.linear_regression import LinearRegression

PENALTIES = (0.01, 0.1, 1.0)
LONGEST_MEMORY = 2000
WAVES = 6
FEWEST = 10


class Design(NamedTuple):
    """Which features: ``anchor`` is a, ``lags`` (p,) of w, ``seasons`` whose waves are added, ``alpha`` a row."""

    anchor: int
    lags: np.ndarray
    seasons: tuple
    alpha: float

    @property
    def reach(self):
        """How many values before t the features of t need."""
        return int(self.lags.max()) + self.anchor


class Fitted(NamedTuple):
    """Coefficients for features that are centred by ``mean`` and divided by ``scale``; w is kept within ``bounds``."""

    design: Design
    coef: np.ndarray
    intercept: float
    mean: np.ndarray
    scale: np.ndarray
    bounds: tuple


def designs(n, seasons):
    """The designs worth a trial on n values."""
    season = seasons[0] if seasons else 1
    most = max(1, min(season + 1 if 1 < season <= 24 else 8, n // 6))
    lags = np.arange(1, most + 1)
    if season > most and n >= 4 * season:
        lags = np.append(lags, season)
    anchors = [0, 1] + [s for s in seasons[:1] if n >= 3 * s]
    usable = [a for a in anchors if n - a - lags.max() >= max(6, n // 3)]
    return [Design(a, lags, tuple(seasons), alpha) for a, alpha in product(usable or [1], PENALTIES)]


def clock_features(t, design):
    """(len(t), q): waves of each season, and the time itself for the level."""
    columns = []
    for season in design.seasons:
        for k in range(1, min(season // 2, WAVES) + 1):
            angle = 2 * np.pi * k * t / season
            columns += [np.cos(angle)] + ([np.sin(angle)] if 2 * k < season else [])
    if design.anchor == 0:
        columns.append(t)
    return np.column_stack(columns) if columns else np.empty((len(t), 0))


def changes(y, anchor):
    """w: y itself for anchor 0, else the change since ``anchor`` steps before (the first ones are NaN)."""
    if anchor == 0:
        return y
    w = np.full(len(y), np.nan)
    w[anchor:] = y[anchor:] - y[:-anchor]
    return w


def fit(past, design):
    """Fit a design to the past (n,). Gaps are no targets; carried values stand in for them among the lags."""
    y = carried(past, design.seasons[0] if design.seasons else 1)
    w, n = changes(y, design.anchor), len(past)
    rows = np.arange(design.reach, n)
    rows = rows[np.isfinite(past[rows]) & np.isfinite(past[rows - design.anchor])]
    if len(rows) < 3:
        return None
    X = np.hstack([w[rows[:, None] - design.lags], clock_features(rows, design)])
    mean, scale = X.mean(axis=0), X.std(axis=0)
    scale[scale <= 1e-12 * np.abs(X).max(axis=0)] = np.inf
    model = LinearRegression(alpha=design.alpha * len(rows)).fit((X - mean) / scale, w[rows])
    room = np.ptp(w[rows])
    bounds = (w[rows].min() - room, w[rows].max() + room)
    return Fitted(design, model.coef_, model.intercept_, mean, scale, bounds)


def predict(fitted, past, origins, horizon):
    """(K, horizon): from each origin k, the forecasts of positions k, k+1, ... out of the values before k alone.

    The coefficients stay as they were fitted; each forecast becomes a lag of the next. A change outside what was ever
    seen, by more than the range of all changes, is cut off: a forecast must not run away.
    """
    design, origins = fitted.design, np.asarray(origins)
    y = carried(past, design.seasons[0] if design.seasons else 1)
    reach = design.reach
    window = np.hstack([y[origins[:, None] - reach + np.arange(reach)], np.zeros((len(origins), horizon))])
    for j in range(reach, reach + horizon):
        before = window[:, j - design.lags]
        if design.anchor:
            before = before - window[:, j - design.lags - design.anchor]
        X = np.hstack([before, clock_features(origins + j - reach, design)])
        w = (X - fitted.mean) / fitted.scale @ fitted.coef + fitted.intercept
        window[:, j] = np.clip(w, *fitted.bounds) + (window[:, j - design.anchor] if design.anchor else 0.0)
    return window[:, reach:]


def choose(past, seasons, horizon):
    """The design that forecasts the last quarter of the past best, fitted on what comes before that quarter."""
    n = len(past)
    held = max(4, n // 4)
    trials = designs(n - held, seasons)
    steps = min(horizon, held)
    origins = np.unique(np.linspace(n - held, n - steps, 8).astype(int))
    targets = past[origins[:, None] + np.arange(steps)]
    best, least = trials[0], np.inf
    for design in trials:
        fitted = fit(past[: n - held], design) if n - held > design.reach + 4 else None
        if fitted is None or not np.isfinite(targets).any():
            continue
        error = float(np.nanmean(np.abs(predict(fitted, past, origins, steps) - targets)))
        if error < least * (1 - 1e-9):
            best, least = design, error
    return best


def forecast_ridge(past, seasons, horizon, logged=False):
    """(horizon,) forecasts, and the fit: design chosen, fitted on all of the past (its last 2,000 values at most)."""
    last = past[np.flatnonzero(np.isfinite(past))[-1]]
    past = past[-LONGEST_MEMORY:]
    known = np.flatnonzero(np.isfinite(past))
    if len(known) < FEWEST:
        return np.full(horizon, last), None
    past = past[known[0] :]
    scaled = np.log(past) if logged else past
    fitted = fit(scaled, choose(scaled, seasons, horizon))
    if fitted is None:
        return np.full(horizon, last), None
    values = predict(fitted, scaled, [len(scaled)], horizon)[0]
    return (np.exp(values) if logged else values), fitted
