"""The sections on structure without labels: the plane, the clusters, the boundaries, what helps, what is kept."""

import numpy as np
from markupsafe import Markup

from scratchwork.plots import classes, curves, planes
from scratchwork.report import html
from scratchwork.report.html import Section


def structure_sections(study):
    """The sections, in order; none where the study has not looked for structure."""
    if study.structure is None:
        return []
    return [
        plane_section(study),
        clusters_section(study),
        steps_section(study),
        boundaries_section(study),
        helps_section(study),
        components_section(study),
    ]


def _axis_titles():
    return ("first principal component", "second principal component")


def plane_section(study):
    """The rows in two components, coloured by class and by cluster."""
    s, names = study.structure, study.data.class_names
    titles = dict(zip(("x_title", "y_title"), _axis_titles()))
    by_class = planes.scatter(s.plane, s.groups, names, name="plane-classes", **titles)
    clusters = [f"cluster {i}" for i in range(int(s.clusters.max()) + 1)]
    by_cluster = planes.scatter(s.plane, s.clusters, clusters, name="plane-clusters", **titles)
    body = html.paragraph(
        "The first two principal components hold {} of the variance of the training part; {} random rows are shown.",
        html.percent(s.plane_share),
        html.number(len(s.plane)),
    )
    body += html.figure(by_class, "Coloured by class, which PCA did not see.")
    body += html.figure(by_cluster, f"Coloured by the clusters that k-means found in {s.clustered_in}.")
    return Section("plane", "Two components", body, interactive=True)


def steps_section(study):
    """k-means iteration by iteration, with a slider."""
    steps = study.structure.steps
    drawn = planes.clustering_steps(
        study.structure.plane[: len(steps[0][1])],
        [labels for _, labels, _ in steps],
        [centers for _, _, centers in steps],
        [title for title, _, _ in steps],
        name="clustering-steps",
        axis_titles=_axis_titles(),
    )
    text = (
        f"k-means in this plane alone, from {len(steps[0][2])} random rows to convergence: move the slider. "
        "Colours are clusters, crosses their centres."
    )
    return Section("iterations", "k-means, step by step", html.figure(drawn, text), interactive=True)


def boundaries_section(study):
    """The decision regions of every classifier, fitted in the plane."""
    s = study.structure
    drawn = planes.decision_regions(
        s.regions,
        s.plane[:600],
        s.groups[:600],
        study.data.class_names,
        axis_titles=("component 1", "component 2"),
        alt="Decision regions of each classifier in the plane of the first two principal components",
    )
    text = (
        "These classifiers were fitted on the two components alone, so that the picture shows all they know; "
        "they are weaker than those of the table, which use every feature."
    )
    return Section("boundaries", "Decision boundaries", html.figure(drawn, text))


def helps_section(study):
    """Whether standardising and reducing help k-NN and k-means."""
    rows = [
        [r["input"], html.percent(r["knn"]), html.percent(r["knn_spread"]), html.number(r["rand"])]
        for r in study.structure.helps
    ]
    body = html.table(
        ["input", "5-NN accuracy", "spread over 3 folds", "k-means, adjusted Rand"],
        rows,
        caption="k-nearest neighbours by cross-validation inside the training part; k-means against the classes.",
    )
    first, best = study.structure.helps[0], max(study.structure.helps, key=lambda r: r["knn"])
    gain = best["knn"] - first["knn"]
    if best is first or gain < best["knn_spread"]:
        body += html.paragraph(
            "For k-NN no preparation is better than the rows as they are by more than the folds vary."
        )
    else:
        text = "For k-NN the best input is “{}”, {} points better than the rows as they are."
        body += html.paragraph(text, best["input"], html.number(100 * gain, 1))
    clusters = max(study.structure.helps, key=lambda r: r["rand"])
    text = "k-means agrees best with the classes on “{}” (adjusted Rand {}; 0 is chance, 1 is perfect)."
    body += html.paragraph(text, clusters["input"], html.number(clusters["rand"]))
    return Section("helps", "Does preparing help?", body)


def components_section(study):
    """One picture from a few components, and what V'V and VV' mean."""
    kept, split = study.structure.reconstructions, study.split
    pixels = [image * split.preparation.scale + split.preparation.shift for _, image in kept]
    titles = [title for title, _ in kept]
    drawn = classes.image_row(pixels, titles, alt="A picture from few components", shape=study.data.image_shape)
    errors = [float(np.mean((image - kept[0][1]) ** 2)) for _, image in kept[1:]]
    rows = [[title, html.number(error)] for (title, _), error in zip(kept[1:], errors)]
    body = html.figure(drawn, "One picture of the training part, and what the first components keep of it.")
    body += html.table(["kept", "mean squared error"], rows)
    body += Markup(
        "<p>The columns of V are the principal directions. V′V is the identity: they are orthonormal. VV′ is the "
        "projection onto them: it is the identity only when all are kept, and the error above is what it removes.</p>\n"
    )
    return Section("components", "A picture from few components", body)


def clusters_section(study):
    """How well k-means fits: inertia and silhouette by k, stability, the verdict, each cluster in words."""
    s = study.structure
    k = [count.n_clusters for count in s.counts]
    elbow = curves.value_curve(k, {"inertia": [c.inertia for c in s.counts]}, name="elbow", x_title="k, number of clusters",
                               y_title="inertia")  # fmt: skip
    lines = {
        "silhouette": [c.silhouette for c in s.counts],
        "stability over seeds": [c.stability for c in s.counts],
        "agreement with the classes": [c.adjusted_rand for c in s.counts],
    }
    quality = curves.value_curve(
        k, lines, name="cluster-quality", x_title="k, number of clusters", y_title="score, at most 1"
    )
    bend = "It has no clear bend." if s.bend is None else f"Its bend is at k = {s.bend}."
    body = html.paragraph("<strong>Does k-means fit these data?</strong> {}", s.verdict.words)
    body += html.figure(elbow, f"Inertia always falls with more clusters; a bend hints at a natural number. {bend}")
    text = (
        "Silhouette: how much nearer rows are to their own cluster than to the next. Stability: how far clusterings from "
        "different seeds agree. Agreement with the classes, which k-means did not see: adjusted Rand index."
    )
    body += html.figure(quality, text)
    body += html.folded("Each cluster in words", html.bullets(s.descriptions))
    return Section("clusters", "Clusters", body, interactive=True)
