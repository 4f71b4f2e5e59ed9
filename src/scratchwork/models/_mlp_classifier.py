"""What a classifying network adds to the frame: labels of any kind, class weights, probabilities."""

import numpy as np
from sklearn.utils.class_weight import compute_class_weight
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import column_or_1d, validate_data

from scratchwork.errors import InvalidArgumentError
from scratchwork.models._checked_input import checked_training_set
from scratchwork.models._mlp_estimator import NetworkEstimator
from scratchwork.models._mlp_training import ClassifierEpoch, classifier_sums, quietly


class ClassifierNetwork(NetworkEstimator):
    """The frame of every classifying network; not an estimator by itself."""

    _record, _output, _batch_sums = ClassifierEpoch, "softmax", staticmethod(classifier_sums)

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
        class_weight=None,
    ):
        super().__init__(
            hidden_layer_sizes,
            activation,
            solver=solver,
            alpha=alpha,
            batch_size=batch_size,
            learning_rate=learning_rate,
            learning_rate_init=learning_rate_init,
            power_t=power_t,
            max_iter=max_iter,
            shuffle=shuffle,
            random_state=random_state,
            tol=tol,
            n_iter_no_change=n_iter_no_change,
            warm_start=warm_start,
            momentum=momentum,
            nesterovs_momentum=nesterovs_momentum,
            early_stopping=early_stopping,
            validation_fraction=validation_fraction,
            beta_1=beta_1,
            beta_2=beta_2,
            epsilon=epsilon,
            dropout=dropout,
            initialization=initialization,
        )
        self.class_weight = class_weight

    def partial_fit(self, X, y, classes=None, sample_weight=None):
        """Train for one epoch on these samples, going on from the weights, the order and the optimiser as they are.

        Parameters
        ----------
        X : array-like (n_samples, n_features)
        y : array-like (n_samples,)
        classes : array-like, optional
            Every label that may ever come; needed in the first call only, unless its ``y`` has them all.
        sample_weight : array-like (n_samples,), optional

        Returns
        -------
        self
        """
        if self.class_weight == "balanced":
            raise InvalidArgumentError(
                "class_weight='balanced' cannot be used with partial_fit, which does not see all samples; give the "
                "weight of each class as a dict."
            )
        return self._partial_fit(X, y, sample_weight, classes=() if classes is None else classes)

    def predict_proba(self, X):
        """The probability of each class, (n_samples, n_classes), in the order of ``classes_``."""
        logits = self._logits_of(X)
        logits -= logits.max(axis=1, keepdims=True)
        np.exp(logits, out=logits)
        logits /= logits.sum(axis=1, keepdims=True)
        return logits

    def predict(self, X):
        """The most probable label of each row, (n_samples,)."""
        best = self._logits_of(X).argmax(axis=1)
        return self.classes_[best]

    def _checked(self, X, y, reset):
        if reset and type(X) is np.ndarray and X.flags.c_contiguous:
            return checked_training_set(self, X, y)
        X, y = validate_data(self, X, y, reset=reset, dtype=(np.float64, np.float32), order="C")
        check_classification_targets(y)
        return X, column_or_1d(y, warn=True)

    def _encoded(self, y, fresh, classes):
        """The index of each label in ``classes_``; learnt when fresh, from ``classes`` if not empty, else y."""
        if fresh:
            known = np.unique(y if classes is None or len(classes) == 0 else classes)
            if len(known) < 2:
                raise InvalidArgumentError(
                    f"y has one class, {known.tolist()[0]!r}; a classifier needs samples of at least two classes."
                )
            self.classes_ = known
        elif classes is not None and len(classes) and not np.array_equal(np.unique(classes), self.classes_):
            raise InvalidArgumentError(
                f"classes={np.unique(classes).tolist()} must be those of the first call, {self.classes_.tolist()}."
            )
        unseen = np.setdiff1d(y, self.classes_)
        if len(unseen):
            raise InvalidArgumentError(
                f"y has the unseen labels {unseen.tolist()}; the network knows {self.classes_.tolist()}. "
                "Give every label in classes at the first call of partial_fit, or fit afresh."
            )
        return np.searchsorted(self.classes_, y)

    def _weights(self, X, y, sample_weight):
        weight = super()._weights(X, y, sample_weight)
        if self.class_weight is None:
            return weight
        of_class = compute_class_weight(self.class_weight, classes=self.classes_, y=y, sample_weight=weight)
        weight = np.ones(len(y)) if weight is None else weight
        return weight * of_class[np.searchsorted(self.classes_, y)]

    def _epoch_numbers(self, job, losses, penalties, right):
        n = len(job.rows)
        validation_nll = validation_accuracy = float("nan")
        if job.validation is not None:
            X, labels, weight = job.validation
            total = len(labels) if weight is None else float(weight.sum())
            sums = quietly(classifier_sums, self._logits(X), labels, weight)
            validation_nll, validation_accuracy = sums[0] / total, sums[1] / total
        return (losses + penalties) / n, losses / n, validation_nll, right / n, validation_accuracy
