"""Clusterings and votes of neighbours that a program was seen to make, as classes with the usual names.

Which call is one is told by the numbers that go in and come back alone: n rows of d numbers and a k that give k centres; rows
with a label each, a query and a k that give one of the labels. The class makes the same calls with other rows in the same form.
"""

import inspect
import itertools
import random
import re

import numpy as np

from scratchwork.checks.findings import CannotCheck
from scratchwork.checks.views import neighbor_layouts, same_form
from scratchwork.checks.views.cluster_parts import _pick, _pool, _public, nearest
from scratchwork.checks.watching import sessions

SETTINGS = {"epochs": "max_iter", "seed": "seed", "rng": "rng", "n_init": "n_init", "tol": "tol"}
OTHERS = re.compile(
    r"(?i)mixture|gmm|gauss|medoid|fuzzy|spectral|dbscan|agglom|hierarch|mean_?shift|mini_?batch|bisect|median|modes|"
    r"responsib|covarian|resampl|smote|nmf|factori[sz]|self_?organi|\bsom\b"
)
ASKED = 24
NEAR = re.compile(
    r"(?i)dist|neigh|near|voisin|vecin|vizin|nachbar|vicin|komsu|sasiad|kneigh|knn|linalg\.norm|proche|cercan|proxim|n[aä]chst|yakin|bliz|sosed"
)
CENTERS = re.compile(r"(?i)cent(er|re|ro)|clust|kluster|bary|gravi|k_?means")


class Spare:
    """What the classes share: the calls, and where in them the rows, k and the settings stand."""

    session, k_at, taken, names, stands_for = None, None, {}, {}, ()

    def __init__(self, **settings):
        self._given = settings

    def _changed(self, rows):
        """{(step, argument): value} of the settings that were given, with those of the rows."""
        changed, held = dict(rows), dict(self.session.slots())
        if self.k_at is not None and "k" in self._given:
            changed[self.k_at] = int(self._given["k"])
        for word, places in self.taken.items():
            for place in places if SETTINGS[word] in self._given or word == "rng" else ():
                value = self._given.get(SETTINGS[word])
                changed[place] = _drawn(held[place]) if word == "rng" else value
        return changed


def _drawn(value):
    """A generator of the same kind, seeded by the global one, so that whoever sets that sets this."""
    return sessions.drawn(value, random.randrange(2**31))


class Clusterer(Spare):
    """A clustering as the program makes it."""

    form, at = None, None

    def fit(self, X):
        """Cluster the rows."""
        result, made = self.session.again(self._changed({self.at: self.form.laid(X)}))
        held = _held(result, made)
        found = _pick(held, len(X), self._given.get("k", self.k), X.shape[1], np.asarray(X, dtype=float))
        named = dict(zip(("cluster_centers_", "labels_", "inertia_"), found))
        named |= {f"held_{key}": item for key, item in held.items()} if found[0] is None else {}
        vars(self).update({name: item for name, item in named.items() if item is not None})
        return self


class Voter(Spare):
    """A vote of neighbours as the program holds it."""

    train, asked, labels_at, known, many = None, None, None, (), False

    def fit(self, X, y):
        """Keep the rows and their labels; gaps are not handed on."""
        if not np.isfinite(np.asarray(X, dtype=float)).all():
            raise ValueError("rows with gaps are not asked about")
        self._X, self._y, self._classes = np.asarray(X), np.asarray(y), np.unique(y).tolist()
        return self

    def predict(self, Q):
        """The label of each row, by as many calls as the program needs."""
        inside = [self._word(label) for label in self._y.tolist()]
        (at, form), changed = self.train, {}
        changed[at] = form.laid(self._X, inside if form.label is not None else None)
        if self.labels_at is not None:
            place, like = self.labels_at
            changed[place] = _like(inside, like)
        parts = [Q] if self.many else [row[None] for row in Q]
        got = [
            self.session.again(self._changed(changed | {self.asked[0]: self.asked[1].laid(part)}))[0] for part in parts
        ]
        said = [label for part, rows in zip(got, parts) for label in answers(part, len(rows) if self.many else None)]
        return np.array([self._back(label) for label in said])

    def _word(self, label):
        """The label that stands for one of ours: one of the program's own, as far as there are enough."""
        few = len(self._classes) <= len(self.known)
        return (
            self.known[self._classes.index(label)] if few else str(label) if isinstance(self.known[0], str) else label
        )

    def _back(self, word):
        ours = [label for label in self._classes if self._word(label) == word]
        return ours[0] if ours else self._classes[0] if word is None else word


def _like(labels, like):
    """Labels in an array or a list, as those of the program are."""
    if isinstance(like, np.ndarray):
        return np.array(labels, dtype=like.dtype if like.dtype.kind not in "US" else None).reshape(
            -1, *[1] * (like.ndim - 1)
        )
    return type(like)(labels) if not hasattr(like, "iloc") else type(like)(labels, name=like.name)


def answers(value, n):
    """The n labels that came back, or the single one (n None); an empty list where there are none."""
    if isinstance(value, tuple) and not (n is not None and len(value) == n):
        value = value[0] if value else None
    if n is None:
        item = np.asarray(value, dtype=object).ravel() if not isinstance(value, (str, dict)) else [value]
        return [getattr(item[0], "item", lambda: item[0])()] if len(item) == 1 else []
    listed = (
        value.ravel().tolist() if isinstance(value, np.ndarray) else list(value) if hasattr(value, "__iter__") else []
    )
    return [getattr(item, "item", lambda item=item: item)() for item in listed] if len(listed) == n else []


def _held(result, made):
    """What came back and what the object holds, rows of whatever kind as lists of numbers."""
    pool = dict(_public(made)) if made is not None else {}
    return {key: same_form.plain(item) for key, item in (pool | _pool(result)).items()}


def _whole(session):
    """[(step, argument), number] of the whole numbers that were given, those called k first."""
    words = {(number, key): word for number, step in enumerate(session.steps) for key, word in step.words().items()}
    found = [(at, value) for at, value in session.slots() if type(value) in (int, np.int64) and words[at] not in ("seed", "epochs", "n_init")]  # fmt: skip
    return sorted(found, key=lambda pair: words[pair[0]] != "k")


def _flat(value):
    """The labels of a list or column, or None."""
    if not isinstance(value, (list, tuple, np.ndarray)) and not hasattr(value, "to_numpy"):
        return None
    item = np.asarray(value) if not isinstance(value, (list, tuple)) or _simple(value) else np.zeros(0)
    flat = item.ravel().tolist() if item.ndim == 1 or (item.ndim == 2 and item.shape[1] == 1) else []
    plain = all(isinstance(label, (str, int, float)) for label in flat)
    return flat if len(flat) >= same_form.LEAST and plain and same_form._few(flat) else None


def _simple(value):
    return all(isinstance(item, (int, float, str, np.number)) for item in value)


def clusterer(session, told):
    """The class for a session that clusters, or None; ``told``: the words of what it calls speak of centres."""
    held = _held(session.last.out, session.last.whose)
    tables = [(at, form) for at, value in session.slots() for form in same_form.readings(value) if form.label is None]
    labelled = {len(flat) for _, value in session.slots() if (flat := _flat(value))}
    for (at, form), (k_at, k) in itertools.product(tables, _whole(session)):
        n, d = form.rows.shape
        if not 2 <= k <= n // 2 or n in labelled:
            continue
        centers, labels, _ = _pick(held, n, k, d, form.rows)
        if centers is None or not _are_centers(centers, labels, form.rows, told):
            continue
        taken = session.settings(SETTINGS)
        return type(
            "Clusterer",
            (Clusterer,),
            {"session": session, "form": form, "at": at, "k_at": k_at, "k": k, **_signed(session, taken, k)},
        )
    return None


def _are_centers(centers, labels, rows, told):
    """Whether k rows may be centres of n others: none of them, and among them; near to those with their label, or on the way to their mean."""
    centers = np.asarray(centers, dtype=float)
    if all((np.abs(rows - center).max(axis=1) == 0).any() for center in centers):
        return False
    if labels is None:
        return (centers >= rows.min(axis=0)).all() and (centers <= rows.max(axis=0)).all()
    full = np.unique(labels)
    middles = np.array([rows[labels == j].mean(axis=0) for j in full])
    lengths = np.linalg.norm(middles, axis=1) * np.linalg.norm(centers[full], axis=1)
    along = (middles * centers[full]).sum(axis=1) > 0.98 * lengths
    return told or (len(full) > 1 and bool(along.mean() > 0.6 or (nearest(rows, centers)[0] == labels).mean() > 0.6))


def _signed(session, taken, k):
    """The parameters of a class, as its constructor shows them."""
    entries = [inspect.Parameter("k", inspect.Parameter.KEYWORD_ONLY, default=k)] if k is not None else []
    held = dict(session.slots())
    for word, places in taken.items():
        if word != "rng":
            entries.append(inspect.Parameter(SETTINGS[word], inspect.Parameter.KEYWORD_ONLY, default=held[places[0]]))
    return {"taken": taken, "__signature__": inspect.Signature(entries), "__module__": "user_module"}


def voter(session, call, told):
    """The class for a session in which neighbours vote, or None; ``told``: whether its words speak of distances."""
    for train, labels_at, labels in _trained(session):
        for asked, many in _queries(session, train, labels_at, labels):
            for k_at, k in [*[(at, k) for at, k in _whole(session) if 1 <= k <= len(labels)], (None, None)]:
                known = sorted(set(labels), key=str) if isinstance(labels[0], str) else sorted(set(labels))
                parts = {
                    "session": session,
                    "train": train,
                    "labels_at": labels_at,
                    "asked": asked,
                    "many": many,
                    "k_at": k_at,
                    "known": known,
                }
                made = type("Voter", (Voter,), {**parts, **_signed(session, {}, k)})
                if _votes(made, k, call, told):
                    return made
    return None


def _trained(session):
    """((slot, form), (slot, labels) or None, labels) of rows that have a label each: apart from them first."""
    tables = [(at, form) for at, value in session.slots() for form in same_form.readings(value)]
    apart = [(at, value, flat) for at, value in session.slots() if (flat := _flat(value))]
    for (at, form), (place, value, flat) in itertools.product(tables, apart):
        if form.label is None and len(form.rows) == len(flat) and at != place:
            yield (at, form), (place, value), flat
    for at, form in tables:
        if form.label is not None and form.outer != "columns":
            yield (at, form), None, form.labels


def _queries(session, train, labels_at, labels):
    """((slot, form), whether there are many) of what is asked: as many rows as labels came back, or one."""
    d, known = train[1].rows.shape[1], set(labels)
    for at, value in session.slots():
        if at in (train[0], labels_at and labels_at[0]):
            continue
        for form, many in [
            *[(form, True) for form in same_form.readings(value)],
            *[(form, False) for form in same_form.row(value)],
        ]:
            got = answers(session.last.out, len(form.rows) if many else None)
            if form.rows.shape[1] == d and got and set(got) <= known:
                yield (at, form), many


def _votes(made, k, call, told):
    """Whether it answers as neighbours do: one is the nearest, or the farthest; or all rows elect the majority, where words tell."""
    X, y, _ = neighbor_layouts.problem()
    Q = (
        np.random.default_rng(6).normal(size=(ASKED, X.shape[1])) + 1.0
    )  # so many that no other model answers so by chance
    tables = ((X[None] - Q[:, None]) ** 2).sum(axis=2)
    try:
        if k is None:
            return False
        got = [call(made(k=1).fit(X, y).predict, Q), call(made(k=len(X)).fit(X, y).predict, Q)]
    except CannotCheck:
        return False
    most = np.unique(y)[np.unique(y, return_counts=True)[1].argmax()]
    near = [(got[0] == y[tables.argmin(axis=1)]).mean(), (got[0] == y[tables.argmax(axis=1)]).mean()]
    return max(near) == 1 or bool(told and (got[1] == most).all() and (got[0] != most).any())
