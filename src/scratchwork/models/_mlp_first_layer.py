"""The first layer of the network's fast route, which for images is nearly all of the work: gathered, applied, moved.

``FirstLayer`` does it batch by batch. ``FirstLayerBeside`` leaves it to a second thread, exactly. With X_t the samples of
batch t, D_t the slope in their weighted sums (times rate / m), and W_t the weights before batch t,

    W_t = W_{t-1} - X_{t-1}' D_{t-1}      so      X_t W_t = X_t W_{t-1} - (X_t X_{t-1}') D_{t-1}

While the first thread is busy with batch t - 1, the second has time for X_t W_{t-1}, which needs only what was known before
that batch, and for W_{t-1} itself. When D_{t-1} is there, the first thread has all it needs for batch t but one small
product, with the (m, m) matrix Gram = X_t X_{t-1}'. So the two large products of a batch, X_t W and X_t' D, run beside
everything else: the weights are the same sequence, and only the order of the additions differs. With a penalty W also
loses its share rate alpha / m at each batch, and so does X_t W_{t-1}.

    first thread     ... D_{t-1} | Gram_t   gather X_{t+2} | Z_t ... D_t     | ...
    second thread    ... X_t W_{t-1}        | W_t          X_{t+1} W_t       | ...

Letters: as in ``mlp.py``; m rows of a batch.
"""

from queue import SimpleQueue

import numpy as np

from scratchwork.blocks import computed_ahead, in_second_thread, n_cores, quick_switches, row_blocks

LONG_BATCH = 2**15  # bytes of a batch; for shorter ones a second thread costs more than it saves
AHEAD_BYTES = 2**21  # samples that are gathered at a time by the second thread
SMALL_TABLE = 2**22  # bytes of a table that may be kept a second time, as columns
WORTH_A_THREAD = 5e6  # multiplications of X W; for fewer, handing over to a second thread costs more than it saves


def make_first_layer(job, W, dW, m, *, hidden, plain):
    """The first layer of batches of m rows; beside the rest where two cores make that faster, and the descent is plain."""
    whole = m == len(job.rows)
    pays = m * W.size >= WORTH_A_THREAD and m <= W.shape[1]  # for longer batches Gram costs too much
    if pays and plain and hidden and not whole:
        return FirstLayerBeside(job, W)
    return FirstLayer(job, W, dW, keep_columns=whole and m * job.X[0].nbytes <= SMALL_TABLE)


def product(A, B, out):
    """A B, written to ``out``, whichever way round that lies in memory."""
    if out.flags.c_contiguous:
        np.dot(A, B, out=out)
    else:
        np.dot(B.T, A.T, out=out.T)


def move(W, X, D, decay, dW):
    """W <- W - (X' D + decay W), the sum in dW: a decay too small to change W by itself counts in single precision too."""
    np.dot(X.T, D, out=dW)
    if decay:
        dW += decay * W
    W -= dW


class FirstLayer:
    """Gathers the batches, applies the weights W and writes their change to dW; moving them is left to the caller."""

    own_size, squares = 0, 0.0  # of the parameters that it moves itself; the sum of their squares before each batch

    def __init__(self, job, W, dW, *, keep_columns):
        self.job, self.W, self.dW = job, W, dW
        self.everything = self.columns = None
        self.turned = np.empty(W.shape[::-1], W.dtype) if keep_columns else None

    def batches(self, rows, rate):
        """The samples of each batch, (m, d), whose rows (batches, m) are given; a batch of everything is gathered once.

        A block of batches is gathered while the one before it is used. The rows are known to exist; without
        mode="clip", take would write to a copy first, in case one did not.
        """
        X, m = self.job.X, rows.shape[1]
        if m == len(self.job.rows):
            if self.everything is None:
                self.everything = X if m == len(X) else X[rows[0]]
                self.columns = None if self.turned is None else np.asfortranarray(self.everything)
            yield self.everything
            return
        blocks = row_blocks(len(rows), max(1, AHEAD_BYTES // (m * X[0].nbytes)))
        buffers = [np.empty((blocks[0].stop, m, X.shape[1]), X.dtype) for _ in blocks[:2]]

        def gather(number):
            wanted = rows[blocks[number]]
            return X.take(wanted, axis=0, out=buffers[number % 2][: len(wanted)], mode="clip")

        threads = None if m * X[0].nbytes > LONG_BATCH else 1
        for block in computed_ahead(gather, range(len(blocks)), threads=threads):
            yield from block

    def sums(self, X, Z):
        """Write the weighted sums X W of a batch, without the bias, to Z (m, outputs)."""
        product(X if self.turned is None else self.columns, self.W, Z)

    def change(self, X, D):
        """Take the slopes D (m, outputs) in those sums: X' D goes to dW."""
        if self.turned is not None:
            self.dW[...] = np.dot(D.T, X, out=self.turned).T
        else:
            np.dot(X.T, D, out=self.dW)


class FirstLayerBeside:
    """The same by a second thread, one batch behind; it moves the weights itself.

    Where there is but one core, the same is done in turn, so that the weights do not depend, by their last digits, on the
    number of cores.

    Each array that both threads use is one of a ring, so that what one writes the other does not yet, or no longer, read:
    with batch t in the first thread, the second reads X_{t-1}, X_{t+1} and D_{t-1}, or still X_{t-2}, X_t and D_{t-2}.
    """

    def __init__(self, job, W):
        self.job, self.W, self.own_size, self.squares = job, W, W.size, 0.0
        self.dW = np.empty_like(W)

    def batches(self, rows, rate):
        """The samples of each batch; until it is closed, ``sums`` and ``change`` belong to the batch that came last."""
        n, m = rows.shape
        self.X, self.Y, self.D = (
            np.empty((count, m, width), self.W.dtype)
            for count, width in zip((5, 2, 2), self.W.shape[:1] + 2 * self.W.shape[1:])
        )
        self.gram, self.n, self.decay = np.empty((m, m), self.W.dtype), n, rate * self.job.alpha / m
        self.slopes, self.ready, self.squares = SimpleQueue(), SimpleQueue(), 0.0
        for t in range(min(2, n)):
            self._gather(rows, t)
            np.dot(self.X[t], self.W, out=self.Y[t])
        self.alone = n_cores() == 1
        if self.alone:
            yield from self._prepared(rows)
            return
        with quick_switches(), in_second_thread(self._follow) as self.second:
            try:
                yield from self._prepared(rows)
            finally:
                self.slopes.put(None)
                self.second.result()

    def _prepared(self, rows):
        """The samples of batch t once all is there that it needs: Gram, the samples of batch t + 2, and X_t W_{t-1}."""
        for t in range(self.n):
            self.t = t
            if t > 0:
                np.dot(self.X[t % 5], self.X[(t - 1) % 5].T, out=self.gram)
            if t + 2 < self.n:
                self._gather(rows, t + 2)
            if t > 1 and not self.alone and not self.ready.get():
                return  # the second thread has failed
            yield self.X[t % 5]

    def _gather(self, rows, t):
        self.job.X.take(rows[t], axis=0, out=self.X[t % 5], mode="clip")

    def sums(self, X, Z):
        """Write X_t W_t, without the bias, to Z (m, outputs)."""
        Y = self.Y[self.t % 2]
        if self.t == 0:
            Z[...] = Y
            return
        if self.decay:
            Y *= 1 - self.decay
        np.dot(self.gram, self.D[(self.t - 1) % 2], out=Z)
        np.subtract(Y, Z, out=Z)

    def change(self, X, D):
        """Take the slopes D (m, outputs), for the second thread to move W by."""
        self.D[self.t % 2][...] = D
        if self.alone:
            self._go_on(self.t)
        else:
            self.slopes.put(self.t)

    def _follow(self):
        """The second thread, until it gets None."""
        try:
            while (t := self.slopes.get()) is not None:
                self._go_on(t)
                self.ready.put(True)
        except BaseException:
            self.ready.put(False)  # nobody shall wait for what will not come
            raise

    def _go_on(self, t):
        """With the slopes of batch t, move W past it and multiply the samples of batch t + 2."""
        if self.decay:
            self.squares += float(np.vdot(self.W, self.W))
        move(self.W, self.X[t % 5], self.D[t % 2], self.decay, self.dW)
        if t + 2 < self.n:
            np.dot(self.X[(t + 2) % 5], self.W, out=self.Y[t % 2])
