"""Bounds on distances from a few numbers for each row.

Split x - c into its part in a plane of q directions and the rest. With z the coordinates in the plane and r the length of
the rest,

    |z_x - z_c|^2 + (r_x - r_c)^2  <=  |x - c|^2  <=  |z_x - z_c|^2 + (r_x + r_c)^2,

because the two rests are at least |r_x - r_c| and at most r_x + r_c apart (Cauchy-Schwarz). Any q orthonormal directions
will do. Those in which the rows vary most leave short rests and so tight bounds: with 48 of 784 pixels' directions, two
thirds of the rows that other bounds leave open are settled without reading their 784 numbers.

|z_x - z_c|^2 + (r_x - r_c)^2 = |x - o|^2 + |c - o|^2 - 2 (z_x, r_x).(z_c, r_c): a product of q + 1 columns.

Letters: X (n, d), centers (k, d), origin o (d,); q directions B (d, q).
"""

import numpy as np

from scratchwork.blocks import map_blocks, row_blocks
from scratchwork.models._kmeans_screen import smallest

MOST = 48  # directions
FEWEST = 8  # directions from which a sketch is worth its making
SAMPLE = 1024  # rows that tell where the data vary
ROWS = 1024  # rows of one block


def directions(sample, q):
    """About the q leading principal directions of centred rows (m, d), orthonormal: (d, q).

    Power iteration on a random block, three times. Without convergence the bounds are wider, never wrong.
    """
    block = np.random.default_rng(0).standard_normal((sample.shape[1], q)).astype(sample.dtype)
    for _ in range(3):
        block, _ = np.linalg.qr(sample.T @ (sample @ block))
    return block


def sketch_of(screen):
    """A ``Sketch`` of the rows of a screen, or None where they have too few columns for it to pay."""
    q = min(MOST, screen.X.shape[1] // 8)
    return Sketch(screen, q) if q >= FEWEST else None


class Sketch:
    """The coordinates of all rows of a ``Screen``, and bounds on their distances to its centres.

    ``numbers`` (n, q + 1): z and r of each row, in the type of X.
    """

    def __init__(self, screen, q):
        X = screen.X
        self.screen = screen
        self.basis = directions(X[:: max(1, len(X) // SAMPLE)] - screen.origin, q).astype(X.dtype)
        # A coordinate is a sum of d products, off by at most (d + 4) u |x - o|, and z by sqrt q times that; a product
        # of two z has q + 1 terms; and the directions, rounded, are orthonormal but for their tilt.
        exact = self.basis.astype(np.float64)
        tilt = float(np.linalg.norm(exact.T @ exact - np.eye(q), 2))
        self.eps = float(np.finfo(X.dtype).eps)
        self.room = self.eps * ((X.shape[1] + 4) * np.sqrt(q) + 4 * (q + 8)) + 4 * tilt
        self.numbers = np.empty((len(X), q + 1), dtype=X.dtype)

        def partial(rows):
            z = np.subtract(X[rows], screen.origin) @ self.basis
            self.numbers[rows, :q] = z
            self.numbers[rows, q] = self.rest(screen.squares[rows], z.astype(np.float64, copy=False))

        map_blocks(partial, row_blocks(len(X), ROWS))

    def rest(self, squares, z):
        """At least the length of x - o outside the plane, from |x - o|^2 and z."""
        return np.sqrt(np.maximum(squares - np.einsum("ij,ij->i", z, z), 0) + self.room * squares)

    def aim(self):
        """Look at the centres that the screen looks at."""
        relative = self.screen.centers.astype(np.float64) - self.screen.origin
        self.constants = np.einsum("ij,ij->i", relative, relative)
        z = relative @ self.basis
        self.rests = self.rest(self.constants, z)
        self.columns = np.ascontiguousarray(-2 * np.column_stack([z, self.rests]).T, dtype=self.numbers.dtype)
        self.longest = float(np.sqrt(self.constants.max()))

    def least_squares(self, part):
        """At most the squared distance of each row of a slice to each centre, (k, r)."""
        squares = self.screen.squares[part]
        product = self.columns.T @ self.numbers[part].T
        product += self.constants.astype(product.dtype)[:, None]
        product += (squares - self.slack(squares)).astype(product.dtype)
        return product

    def slack(self, squares):
        """How far a bound on a squared distance may be off, from |x - o|^2 (r,)."""
        length = np.sqrt(squares)
        return self.room * length * self.longest + 8 * self.eps * (length + self.longest) ** 2

    def bounds(self, rows, labels):
        """For each of the rows: at most its distance to any centre but the labelled one, and at least that to this."""
        numbers, every = self.numbers.take(rows, axis=0), np.arange(len(rows))
        squares = self.screen.squares[rows]
        slack = self.slack(squares)
        product = numbers @ self.columns
        product += self.constants.astype(product.dtype)
        own = squares + product[every, labels]
        product[every, labels] = np.inf
        other = squares + smallest(product)
        wide = own + 4 * numbers[:, -1].astype(np.float64) * self.rests[labels]
        return np.sqrt(np.maximum(other - slack, 0)), np.sqrt(np.maximum(wide + slack, 0))
