"""The estimator around a network: parameters, checks, epochs, history. The steps of the mathematics are in ``mlp.py``.

A class that inherits says which functions do the steps (``_steps``), how targets are
encoded and how a batch is scored. So the same frame holds the NumPy networks and their counterparts in PyTorch.
"""

from contextlib import contextmanager, nullcontext

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import _check_sample_weight

from scratchwork.arrays import random_generator
from scratchwork.blocks import row_blocks
from scratchwork.errors import InvalidArgumentError
from scratchwork.models import _mlp_training as training
from scratchwork.models._checked_input import checked_rows
from scratchwork.models._mlp_parameters import activation_names, check_parameters, hidden_sizes

PREDICTION_ROWS = 4096


class NetworkEstimator(BaseEstimator):
    """The frame of every network; not an estimator by itself."""

    def __init__(
        self,
        hidden_layer_sizes=(100,),
        activation="relu",
        *,
        solver="adam",
        alpha=0.0001,
        batch_size="auto",
        learning_rate="constant",
        learning_rate_init=0.001,
        power_t=0.5,
        max_iter=200,
        shuffle=True,
        random_state=None,
        tol=1e-4,
        n_iter_no_change=10,
        warm_start=False,
        momentum=0.0,
        nesterovs_momentum=True,
        early_stopping=False,
        validation_fraction=0.1,
        beta_1=0.9,
        beta_2=0.999,
        epsilon=1e-8,
        dropout=0.0,
        initialization="glorot",
    ):
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.solver = solver
        self.alpha = alpha
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.learning_rate_init = learning_rate_init
        self.power_t = power_t
        self.max_iter = max_iter
        self.shuffle = shuffle
        self.random_state = random_state
        self.tol = tol
        self.n_iter_no_change = n_iter_no_change
        self.warm_start = warm_start
        self.momentum = momentum
        self.nesterovs_momentum = nesterovs_momentum
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.dropout = dropout
        self.initialization = initialization

    def fit(self, X, y, sample_weight=None, *, validation_data=None):
        """Train for at most ``max_iter`` epochs.

        Parameters
        ----------
        X : array-like (n_samples, n_features)
        y : array-like (n_samples,)
        sample_weight : array-like (n_samples,), optional
            Counts of the samples, or importances; a sample of weight 0 is left out.
        validation_data : tuple (X, y), optional
            Samples that are never trained on, scored after each epoch; also what ``early_stopping`` then watches.

        Returns
        -------
        self

        Raises
        ------
        scratchwork.errors.InvalidArgumentError
            For a parameter or an input that breaks a rule.
        scratchwork.errors.DivergenceError
            When the loss or a weight leaves the finite numbers. The model is left as it was before the call.
        """
        for _ in self._fit_steps(X, y, sample_weight, validation_data, drained=True):
            pass
        return self

    def fit_steps(self, X, y, sample_weight=None, *, validation_data=None):
        """``fit`` as a generator: one record per epoch, after it. The model can predict in between."""
        yield from self._fit_steps(X, y, sample_weight, validation_data, drained=False)

    def _fit_steps(self, X, y, sample_weight, validation_data, *, drained):
        with self._kept_whole():
            job = self._begin(X, y, sample_weight, validation_data, go_on=self.warm_start)
            yield from self._run(job, self._steps.make_optimizer(self), self.max_iter, drained)

    def update_steps(self, X, y, sample_weight=None, *, validation_data=None):
        """``fit`` as a generator: one ``Update`` per batch, made by the plain functions of this model's file.

        The order of the samples, the rates and the stopping are those of ``fit``.
        """
        with self._kept_whole():
            job = self._begin(X, y, sample_weight, validation_data, go_on=self.warm_start)
            trainer = training.PlainTrainer(self, job, self._steps.make_optimizer(self))
            loop, step = training.EpochLoop(self, job, self.max_iter), 0
            while not loop.done:
                trainer.start(*loop.begin())
                for update in trainer.updates():
                    step += 1
                    yield update._replace(epoch=loop.epoch + 1, step=step)
                loop.end(trainer.sums)
            loop.close()

    def _partial_fit(self, X, y, sample_weight, **more):
        if self.early_stopping:
            raise InvalidArgumentError(
                "early_stopping=True cannot be used with partial_fit, which is one epoch; set early_stopping=False."
            )
        with self._kept_whole():
            job = self._begin(X, y, sample_weight, None, go_on=True, **more)
            if not hasattr(self, "_optimizer"):
                self._optimizer = self._steps.make_optimizer(self)
            for _ in self._run(job, self._optimizer, 1, True):
                pass
        return self

    def _run(self, job, optimizer, max_iter, drained):
        """Yield the record of each epoch, by the fast route.

        The trainer holds BLAS to one thread where that is faster. If the caller only drains this generator the hold is
        kept from epoch to epoch; else it is given back at each yield, since the thread count belongs to everybody.
        """
        trainer = self._steps.make_trainer(self, job, optimizer)
        loop = training.EpochLoop(self, job, max_iter)
        with trainer.blas() if drained else nullcontext():
            while not loop.done:
                order, rate = loop.begin()
                yield loop.end(training.quietly(trainer.epoch, order, rate))
            loop.close()

    def _begin(self, X, y, sample_weight, validation_data, *, go_on, classes=None):
        """Check everything, encode, hold out, and have weights to start from."""
        check_parameters(self)
        fresh = not (go_on and hasattr(self, "coefs_"))
        X, y = self._checked(X, y, reset=fresh)
        targets = self._encoded(y, fresh, classes)
        weight = self._weights(X, y, sample_weight)
        rows = np.arange(len(X)) if weight is None else np.flatnonzero(weight)
        if fresh or not hasattr(self, "_rng"):
            self._rng = random_generator(self.random_state)
        if fresh:
            self._start_afresh(X, targets)
        else:
            self._go_on()
        X, validation = X.astype(self.coefs_[0].dtype, copy=False), None
        if validation_data is not None:
            validation = self._given_validation(validation_data, X.dtype)
        elif self.early_stopping:
            labels = targets if targets.ndim == 1 else None
            rows, held = training.held_out_rows(rows, labels, self.validation_fraction, self._rng)
            validation = (X[held], targets[held], None if weight is None else weight[held])
        weight, alpha = training.scaled_weights(weight, rows, self.alpha, X.dtype)
        return training.Job(X, targets, rows, weight, alpha, validation, self._rng)

    def _given_validation(self, validation_data, dtype):
        if not isinstance(validation_data, (tuple, list)) or len(validation_data) != 2:
            kind = type(validation_data).__name__
            raise InvalidArgumentError(f"validation_data must be a pair (X, y); it is a {kind}.")
        X, y = self._checked(*validation_data, reset=False)
        return X.astype(dtype, copy=False), self._encoded(y, False, None), None

    def _start_afresh(self, X, targets):
        outputs = len(self.classes_) if targets.ndim == 1 else targets.shape[1]
        sizes = (X.shape[1], *hidden_sizes(self.hidden_layer_sizes), outputs)
        self.coefs_, self.intercepts_ = self._steps.initialize_weights(
            sizes, self._rng, initialization=self.initialization, dtype=X.dtype
        )
        self.n_layers_, self.n_outputs_ = len(sizes), outputs
        self.history_ = {name: [] for name in self._record._fields if name not in ("epoch", "learning_rate")}
        self.n_iter_, self.loss_ = 0, np.inf
        for name in ("_optimizer", "best_epoch_", "best_validation_loss_"):
            self.__dict__.pop(name, None)

    def _go_on(self):
        """Continue on copies of what was learnt, so that what was before can be restored."""
        wanted = (self.n_features_in_, *hidden_sizes(self.hidden_layer_sizes), self.n_outputs_)
        found = (self.coefs_[0].shape[0], *(W.shape[1] for W in self.coefs_))
        if wanted != found:
            raise InvalidArgumentError(
                f"hidden_layer_sizes={self.hidden_layer_sizes!r} must describe the network that was trained, "
                f"{found[1:-1]}, to go on with it; set warm_start=False to start afresh."
            )
        self.coefs_, self.intercepts_ = ([array.copy() for array in a] for a in (self.coefs_, self.intercepts_))
        self.history_ = {name: list(values) for name, values in self.history_.items()}

    @contextmanager
    def _kept_whole(self):
        """Leave the model as it was before the call if the call fails: never half trained, nor with weights not numbers."""
        before = dict(vars(self))
        try:
            yield
        except Exception:
            vars(self).clear()
            vars(self).update(before)
            self.__dict__.pop("_optimizer", None)  # it remembers the updates that are undone
            raise

    def _weights(self, X, y, sample_weight):
        """The weight of each sample in float64, or None when none were given."""
        if sample_weight is None:
            return None
        return _check_sample_weight(sample_weight, X, dtype=np.float64, ensure_non_negative=True)

    def _activations(self):
        return activation_names(self.activation, len(self.coefs_) - 1)

    def _logits(self, X):
        """The last layer for all of X, in blocks of rows, so that hidden layers take little memory."""
        learnt = self.coefs_, self.intercepts_, self._activations()
        blocks = row_blocks(len(X), PREDICTION_ROWS)
        parts = [training.quietly(self._steps.forward_pass, X[rows], *learnt)[-1] for rows in blocks]
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def _logits_of(self, X):
        """The same for input from outside."""
        X = checked_rows(self, X)
        return self._logits(X.astype(self.coefs_[0].dtype, copy=False))

    def __sklearn_is_fitted__(self):
        return hasattr(self, "coefs_")
