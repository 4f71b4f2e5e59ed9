"""How a gradient becomes a change of the parameters, and how the learning rate changes from epoch to epoch.

Letters: p a parameter array, g its gradient, r the learning rate, t the number of the update, from 1. Each optimiser
keeps one or two arrays per parameter array and changes the parameters in place. The formulas are those of torch.optim.

Sources: Polyak (1964), Nesterov (1983) in the form of Sutskever et al. (2013), Kingma and Ba (2015).
"""

import math

import numpy as np


class SGD:
    """p <- p - r v, where the velocity v <- momentum v + g; Nesterov's p <- p - r (g + momentum v) looks a step ahead.

    >>> p = np.array([1.0])
    >>> SGD(momentum=0.0, nesterov=False).update([p], [np.array([0.5])], 0.1)
    >>> p
    array([0.95])
    """

    def __init__(self, momentum, nesterov):
        self.momentum, self.nesterov = momentum, nesterov
        self.velocities = None

    @property
    def plain(self):
        """Whether an update is only p <- p - r g, which the fast routes fold into the gradient."""
        return self.momentum == 0

    def update(self, parameters, gradients, rate):
        """Change each of the ``parameters``, in place."""
        if self.plain:
            for p, g in zip(parameters, gradients):
                p -= rate * g
            return
        if self.velocities is None:
            self.velocities = [np.zeros_like(p) for p in parameters]
        for p, g, v in zip(parameters, gradients, self.velocities):
            v *= self.momentum
            v += g
            p -= rate * (g + self.momentum * v if self.nesterov else v)


class Adam:
    """p <- p - r m / (sqrt(s) + epsilon), with running means of g and of g squared, m and s, freed of their start at 0.

    m <- beta_1 m + (1 - beta_1) g and s <- beta_2 s + (1 - beta_2) g**2 start at 0, and are at first too small by the
    factors 1 - beta_1**t and 1 - beta_2**t, by which they are divided.

    >>> p = np.array([1.0])
    >>> Adam(beta_1=0.9, beta_2=0.999, epsilon=1e-8).update([p], [np.array([0.5])], 0.1)
    >>> p.round(6)
    array([0.9])
    """

    plain = False

    def __init__(self, beta_1, beta_2, epsilon):
        self.beta_1, self.beta_2, self.epsilon = beta_1, beta_2, epsilon
        self.t = 0
        self.means = self.squares = self.scratch = None

    def update(self, parameters, gradients, rate):
        """Change each of the ``parameters``, in place."""
        if self.means is None:
            self.means = [np.zeros_like(p) for p in parameters]
            self.squares = [np.zeros_like(p) for p in parameters]
            self.scratch = [np.empty_like(p) for p in parameters]
        self.t += 1
        step = rate / (1 - self.beta_1**self.t)
        root = math.sqrt(1 - self.beta_2**self.t)
        for p, g, m, s, work in zip(parameters, gradients, self.means, self.squares, self.scratch):
            m *= self.beta_1
            m += np.multiply(g, 1 - self.beta_1, out=work)
            s *= self.beta_2
            np.multiply(g, g, out=work)
            work *= 1 - self.beta_2
            s += work
            np.sqrt(s, out=work)
            work /= root
            work += self.epsilon
            np.divide(m, work, out=work)
            work *= step
            p -= work


def make_optimizer(model):
    """The optimiser that the parameters of a network ask for, with no memory yet."""
    if model.solver == "adam":
        return Adam(model.beta_1, model.beta_2, model.epsilon)
    return SGD(model.momentum, model.nesterovs_momentum)


def rate_of_epoch(model, epoch, samples_seen, cuts):
    """The learning rate of an epoch (counted from 0), after ``samples_seen`` samples and ``cuts`` divisions by 5.

    >>> from types import SimpleNamespace
    >>> model = SimpleNamespace(learning_rate="cosine", learning_rate_init=1.0, max_iter=4)
    >>> [round(rate_of_epoch(model, epoch, 0, 0), 3) for epoch in range(4)]
    [1.0, 0.854, 0.5, 0.146]
    """
    if model.learning_rate == "invscaling":
        return model.learning_rate_init / (samples_seen + 1) ** model.power_t
    if model.learning_rate == "adaptive":
        return model.learning_rate_init / 5**cuts
    if model.learning_rate == "cosine":
        return model.learning_rate_init * (1 + math.cos(math.pi * epoch / model.max_iter)) / 2
    return model.learning_rate_init
