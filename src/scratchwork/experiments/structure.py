"""Structure without labels: what PCA and k-means find in the rows, and whether it helps to standardise or reduce first.

Nothing here is chosen by the test part. Where a picture shows a plane, everything in it was computed in that plane.
"""

import time
from dataclasses import dataclass

import numpy as np

SHOWN_ROWS = 1500
CLUSTERED_ROWS = 2000
CLUSTERED_COMPONENTS = 50
PREPARED_ROWS = 1000
CLUSTER_COUNTS = (2, 3, 4, 6, 8, 10, 12, 15, 20)
SEEDS = 2
RECONSTRUCTIONS = (3, 10, 100)


@dataclass(frozen=True)
class Structure:
    """What was found without labels.

    Attributes
    ----------
    rows : ndarray (m,)
        Rows of the training part that the pictures show.
    plane : ndarray (m, 2)
        Those rows in the first two principal components of the training part.
    plane_share : float
        The share of the variance that the two hold.
    groups : ndarray (m,)
        Class numbers.
    clusters : ndarray (m,)
        Clusters of k-means, as many as there are classes.
    clustered_in : str
        In which space k-means ran.
    counts : list of ClusterCount
        Inertia, silhouette, stability and adjusted Rand index for each number of clusters.
    bend : int or None
        The elbow of the inertia.
    verdict : object
        Whether k-means fits these data, and why.
    descriptions : list of str
    steps : list of (str, labels, centers)
        k-means in the plane, iteration by iteration.
    regions : dict of str to callable
        Classifiers fitted in the plane, by name.
    helps : list of dict
        Scores before and after standardising and reducing.
    reconstructions : list of (str, ndarray)
        One row, and what few components keep of it, in the space of X_train.
    """

    rows: np.ndarray
    plane: np.ndarray
    plane_share: float
    groups: np.ndarray
    clusters: np.ndarray
    clustered_in: str
    counts: list
    bend: int | None
    verdict: object
    descriptions: list
    steps: list
    regions: dict
    helps: list
    reconstructions: list


def choose_neighbors(split, plan, *, seed=0):
    """k of the nearest neighbours by cross-validation inside (at most ``selection_rows`` of) the training part."""
    from scratchwork.evaluation.validation_curve import validation_curve
    from scratchwork.models.nearest_neighbors import KNeighborsClassifier

    rows = sample_rows(len(split.y_train), plan.selection_rows, seed)
    X, y = split.X_train[rows], split.y_train[rows]
    return validation_curve(KNeighborsClassifier(), "n_neighbors", plan.neighbor_counts, X, y, seed=seed)


def sample_rows(n_rows, n_wanted, seed):
    """Sorted random row numbers, all of them where there are no more than wanted.

    >>> sample_rows(3, 5, 0).tolist()
    [0, 1, 2]
    """
    if n_rows <= n_wanted:
        return np.arange(n_rows)
    return np.sort(np.random.default_rng(seed).choice(n_rows, n_wanted, replace=False))


def clustering_in_plane(plane, n_clusters, seed):
    """k-means in the plane, from initialisation to convergence: (title, labels, centres) for each iteration."""
    from scratchwork.models.kmeans import KMeans

    model = KMeans(n_clusters=n_clusters, init="random", n_init=1, random_state=seed, keep_steps=True).fit(plane)
    history = model.history_
    return [
        (f"inertia {inertia:,.1f}, {changed} labels changed", labels, centers)
        for inertia, changed, labels, centers in zip(
            history["inertia"], history["changed"], history["labels"], history["centers"]
        )
    ]


def classifiers_in_plane(plane, groups, seed):
    """Each kind of classifier, fitted on the plane alone, as a predict function."""
    from scratchwork.models.logistic_regression import LogisticRegression
    from scratchwork.models.mlp import MLPClassifier
    from scratchwork.models.nearest_neighbors import KNeighborsClassifier

    scale = plane.std(axis=0).max() or 1.0
    models = {
        "logistic regression": LogisticRegression(),
        "network, 50 hidden units": MLPClassifier((50,), max_iter=150, learning_rate_init=0.01, random_state=seed),
        "15 nearest neighbours": KNeighborsClassifier(n_neighbors=min(15, len(plane))),
    }
    regions = {}
    for name, model in models.items():
        model.fit(plane / scale, groups)
        regions[name] = lambda points, model=model: model.predict(points / scale)
    return regions


def does_it_help(X_raw, y, *, n_clusters, seed, components=20):
    """k-NN (3-fold accuracy) and k-means (adjusted Rand index with the classes) on raw, standardised and reduced rows.

    Whatever is learnt for standardising and reducing k-NN's input is learnt inside each training fold.
    """
    from sklearn.metrics import adjusted_rand_score
    from sklearn.model_selection import StratifiedKFold, cross_val_score
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    from scratchwork.models.kmeans import KMeans
    from scratchwork.models.nearest_neighbors import KNeighborsClassifier
    from scratchwork.models.pca import PCA

    components = min(components, *(np.array(X_raw.shape) - 1))
    steps = {
        "as they are": [],
        "standardised": [StandardScaler()],
        f"first {components} components": [PCA(n_components=components)],
        f"standardised, first {components} components": [StandardScaler(), PCA(n_components=components)],
    }
    folds = StratifiedKFold(3, shuffle=True, random_state=seed)
    rows = []
    for name, before in steps.items():
        started = time.perf_counter()
        accuracy = cross_val_score(make_pipeline(*before, KNeighborsClassifier()), X_raw, y, cv=folds)
        prepared = make_pipeline(*before).fit_transform(X_raw) if before else X_raw
        labels = KMeans(n_clusters=n_clusters, n_init=3, random_state=seed).fit(prepared).labels_
        rows.append({
            "input": name, "knn": float(accuracy.mean()), "knn_spread": float(accuracy.std(ddof=1)),
            "rand": float(adjusted_rand_score(y, labels)), "seconds": time.perf_counter() - started,
        })  # fmt: skip
    return rows


def reconstruct(pca, row, counts=RECONSTRUCTIONS):
    """A row, and what the first few principal components of a fitted PCA keep of it."""
    scores = pca.transform(row[None, :])
    kept = []
    for count in dict.fromkeys(min(count, scores.shape[1]) for count in counts):
        part = scores.copy()
        part[:, count:] = 0
        kept.append((f"{count} components", pca.inverse_transform(part)[0]))
    return [("original", row), *kept]


def space_for_clusters(X, scores, pca):
    """Few features as they are; many as their first components, whose share of the variance is told."""
    if X.shape[1] <= 2 * CLUSTERED_COMPONENTS:
        return X, "all features"
    share = float(np.sum(pca.explained_variance_ratio_[:CLUSTERED_COMPONENTS]))
    text = f"the first {CLUSTERED_COMPONENTS} principal components, which hold {100 * share:.0f} % of the variance"
    return np.ascontiguousarray(scores[:, :CLUSTERED_COMPONENTS]), text


def explore_structure(data, split, *, seed=0):
    """Everything of the part on structure, from (a sample of) the training part of a data set of pictures.

    Returns
    -------
    Structure
    """
    from scratchwork.models.pca import PCA

    labels, groups = np.unique(split.y_train, return_inverse=True)
    rows = sample_rows(len(split.y_train), CLUSTERED_ROWS, seed)
    X, groups = np.ascontiguousarray(split.X_train[rows], dtype=np.float64), groups[rows]
    pca = PCA().fit(X)
    scores = pca.transform(X)
    shown = sample_rows(len(rows), SHOWN_ROWS, seed)
    plane = np.ascontiguousarray(scores[shown, :2])
    few = sample_rows(len(rows), PREPARED_ROWS, seed)
    raw = np.asarray(data.X[split.train_rows[rows[few]]], dtype=np.float64)
    found = judge_clusters(X, scores, pca, groups, len(labels), split.feature_names, seed)
    return Structure(
        rows=rows[shown],
        plane=plane,
        plane_share=float(np.sum(pca.explained_variance_ratio_[:2])),
        groups=groups[shown],
        **found | {"clusters": found["clusters"][shown]},
        steps=clustering_in_plane(plane[:600], len(labels), seed),
        regions=classifiers_in_plane(plane, groups[shown], seed),
        helps=does_it_help(raw, groups[few], n_clusters=len(labels), seed=seed),
        reconstructions=reconstruct(pca, X[int(np.random.default_rng(seed + 2).integers(len(X)))]),
    )


def judge_clusters(X, scores, pca, groups, n_clusters, feature_names, seed):
    """The fields of a `Structure` that come from k-means: clusters, how good they are by k, and each in words."""
    from scratchwork.evaluation.cluster_shapes import kmeans_fit_verdict
    from scratchwork.evaluation.clusters import describe_clusters, elbow, judge_counts

    space, clustered_in = space_for_clusters(X, scores, pca)
    seeds = range(seed, seed + SEEDS)
    counts = judge_counts(space, lambda k, s: fit_kmeans(space, k, s), CLUSTER_COUNTS, seeds=seeds, y=groups)
    fitted = fit_kmeans(space, n_clusters, seed)
    return {
        "clusters": fitted.labels_,
        "clustered_in": clustered_in,
        "counts": counts,
        "bend": elbow(CLUSTER_COUNTS, [count.inertia for count in counts]),
        "verdict": kmeans_fit_verdict(
            space,
            fitted.labels_,
            fitted.cluster_centers_,
            fit=lambda cloud: fit_kmeans(cloud, n_clusters, seed),
            random_state=seed,
        ),
        "descriptions": [d.words for d in describe_clusters(X, fitted.labels_, feature_names)],
    }


def fit_kmeans(X, n_clusters, seed):
    """k-means from two starts, the better one kept."""
    from scratchwork.models.kmeans import KMeans

    return KMeans(n_clusters=n_clusters, n_init=2, random_state=seed).fit(X)
