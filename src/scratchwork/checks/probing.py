"""Views are built and probes run here: each in its own try, each outcome a finding, a pass, or a reason why not."""

import contextlib
import dataclasses
import importlib
import itertools
import re

from scratchwork.checks.files import open_bodies
from scratchwork.checks.findings import CallFailed, CannotCheck, NotWritten, OutOfTime, Unseen, find
from scratchwork.checks.recognising import seen_models, subjects_beside
from scratchwork.checks.registry import PROBES, Target
from scratchwork.checks.running import endless, replay
from scratchwork.checks.running.call import StuckError, own_limit
from scratchwork.checks.watching import training_runs

PROBE_FILES = (
    "seen_clusters", "functions", "loss_functions", "gradient", "update", "losses", "pair_steps", "objective",
    "objective_penalty", "descent", "training", "loop", "prediction", "interface",
    "parameters", "neighbors", "neighbors_data", "neighbor_values", "units", "clusters", "clusters_steps", "clusters_start",
    "components", "components_rows", "linear", "linear_history", "linear_penalty", "closed_form", "seen_ridge", "layers", "layer_penalties", "layer_functions", "optimizers",
    "slope_pairs", "watched", "nudged", "story", "watched_loop", "watched_prediction", "watched_penalty",
    "watched_rules", "autograd", "autograd_loop", "trail", "siblings", "fit_functions", "arrival",
    "crashes", "rolled", "meetings", "program_calls", "odd_calls", "own_scores", "compared", "uneven", "plain_numbers", "alike_units", "program_gradients", "model_steps", "parts", "influence", "stops",
)  # fmt: skip
OTHER_FILES = (
    "counting", "averages", "metrics", "regression_metrics", "counts", "scores", "tables", "roc", "preparation", "folds", "scalers",
    "scaler_options", "imputers",
)  # fmt: skip
NETWORKS = ("mlp", "network functions")
SUBJECT_SECONDS = 8.0
PROBE_SECONDS = 8.0
OF_THE_USUAL_AIM = {"SW-G1", "SW-G13", "SW-T2", "SW-T3", "SW-T13", "SW-T15", "SW-P1", "SW-P90"}
OTHER_AIMS = re.compile(
    r"(?i)lars|omp(?![a-z])|pursuit|theil|sen(?![a-z])|ransac|huber|quantile|lad(?![a-z])|median|robust|pls|pcr|bayes|poisson|"
    r"gamma|tweedie|glm|generali|isotonic|selection|eliminat|stepwise|sv[mrc]|local|lowess|loess|kernel|siegel|passive"
)
GAPS = (
    ArithmeticError, ValueError, TypeError, IndexError, KeyError, AttributeError, NameError, RuntimeError, AssertionError,
)  # fmt: skip
GAP = "the check itself could not deal with it"
SLOW = {
    "separable_data_is_learnt", "every_class_can_be_predicted", "it_stops_when_it_has_arrived", "the_best_start_is_kept",
}  # fmt: skip


def load_probes():
    """Import every file of probes, so that they register; they run in the order of the files, whoever imported one before."""
    places = {f"scratchwork.checks.probes.{name}": place for place, name in enumerate((*PROBE_FILES, *OTHER_FILES))}
    for name in (*PROBE_FILES, *OTHER_FILES):
        importlib.import_module(f"scratchwork.checks.probes.{name}")
    PROBES.sort(key=lambda probe: places.get(probe.function.__module__, len(places)))


def view_of(subject, namespace, nodes, caller):
    """The view that the probes of a subject's kind take: a Net, an Estimator, or the function itself."""
    from scratchwork.checks.recognising import interface
    from scratchwork.checks.views import estimator, network, network_build

    if isinstance(subject.value, network.Net):
        return subject.value
    if getattr(subject, "net", None) is not None:
        return subject.net
    if subject.kind == "network functions":
        return network_build.from_functions(subject.name, subject.value, caller, nodes, namespace, subject.roles)
    if subject.kind == "mlp":
        return network_build.from_class(subject.value, subject.name, caller, nodes, namespace, subject.roles)
    if subject.kind in ("logistic", "linear", "knn", "kmeans", "pca", "estimator") and not isinstance(
        subject.value, dict
    ):
        maker = estimator.Estimator(subject.value, subject.name, caller, subject.roles)
        return dataclasses.replace(maker, roles=interface.completed(maker, subject.kind))
    return subject.value


def probe_subjects(subjects, namespace, nodes, lines, source, caller, fast, out):
    """Run all probes; whether anything passed or was found."""
    load_probes()
    from scratchwork.checks.watching import driven, layer_calls

    used = subjects_beside.tried(lambda: layer_calls.subjects(namespace, subjects, caller), [])
    subjects = layer_calls.instead(subjects, used)
    told = {subject.kind for subject in subjects}
    used = [*_as_far_as_it_goes(seen_models.first(namespace, nodes, told, caller))]
    kinds = told | {subject.kind for subject in used}
    runs = [*used, *training_runs.subjects(namespace, kinds), *training_runs.divided(namespace)]
    done = endless.tell_stops(None, caller, (0, 0), out)  # of calls that were made to recognise the parts
    known = [*subjects, *_as_far_as_it_goes(subjects_beside.methods_as_functions(subjects, caller)), *runs]
    together = {name for subject in subjects if isinstance(subject.value, dict) for name in subject.value}
    later = driven.subjects(namespace, subjects, caller), seen_models.later(namespace, nodes, told, caller)
    for subject in itertools.chain(known, *map(_as_far_as_it_goes, later)):
        left_out = SLOW if fast else set()
        probes = [one for one in PROBES if one.applies(subject.kind) and one.function.__name__ not in left_out]
        stub = _open_stub(subject, nodes) if probes else None
        if stub:
            out.add(_still_open(stub, lines))
        elif probes:
            beside = not isinstance(subject.value, dict) and subject.name in together
            space = {"lines": lines, "namespace": namespace, "nodes": nodes, "kinds": kinds, "beside": beside}
            space |= getattr(subject.value, "placed", {})
            caller.give(SUBJECT_SECONDS / 2 if fast else SUBJECT_SECONDS)
            marks = len(caller.timeouts), len(caller.exits)
            done = _probe_subject(subject, probes, space, source, caller, out) or done
            done = endless.tell_stops(subject.name, caller, marks, out) or done
    caller.give(None)
    for finding, target in namespace.get("__doubts__", ()):  # that no closer look has cleared up
        out.add(_placed(finding, target))
    return done or "__doubts__" in namespace


def _still_open(stub, lines):
    owner, _, name = stub.rpartition(".")
    return find("SW-X96", f"{stub} is not written yet.", object=owner or None, function=name, line=lines.get(stub))


def _as_far_as_it_goes(found):
    """What is found until our own search fails: what has been found before is checked nevertheless."""
    with contextlib.suppress(*GAPS):
        yield from found


def _view_of(subject, space, caller):
    """The view; CannotCheck where making it fails in a way that nobody foresaw, so that the other subjects are checked."""
    try:
        return view_of(subject, space["namespace"], space["nodes"], caller)
    except GAPS as error:
        raise CannotCheck(f"{GAP} ({type(error).__name__}: {error})") from None


def _probe_subject(subject, probes, space, source, caller, out):
    """The probes of one subject over its view; a network that cannot be taken apart still is fitted and asked."""
    done, answered = False, caller.answered
    try:
        view = _view_of(subject, space, caller)
    except CannotCheck as failure:
        done = _no_view(subject, failure, probes, space, out)
        if subject.kind != "mlp":
            _block(space, (), out)
            return done
        subject = dataclasses.replace(subject, kind="estimator")
        view = _view_of(subject, space, caller)
        probes = [probe for probe in PROBES if probe.applies("estimator")]
    target, passed = Target(view, subject.name, subject.kind, subject.line, source, space), []
    verdicts = [_run(probe, target, caller, out, passed) for probe in probes]
    if subject.kind.split(" ")[0] in seen_models.KINDS:
        space["namespace"].setdefault("__reached__", set()).update(passed, space.get("found", ()))
    if caller.answered == answered and subject.kind not in training_runs.RUNS:
        _nothing_came_back(target, passed, space, out)
    # Where most probes meet a body that is still open, the others passed by accident.
    elif 2 * space.get("open", 0) < len(probes):
        done = any(verdicts) or done
        for code in passed:
            out.passes(code)
            if type(subject.value) is replay.Program and subject.kind == "training run":
                out.proves(code)
    _block(space, passed, out)
    return done


def _nothing_came_back(target, passed, space, out):
    """An object of which no call gave anything has passed nothing."""
    for code in set(passed):
        out.cannot(code, f"{target.name}: none of its calls came back")
    space["failed"] = space.get("failed", set()) | set(passed)
    passed.clear()


def _block(space, passed, out):
    """Codes that could not be asked of this object did not pass in the file; a function asked once more by itself blocks none."""
    for code in set() if space.get("beside") else space.get("failed", set()) - set(passed):
        out.blocks(code)


def _open_stub(subject, nodes):
    """The name of the function of a subject whose body is still open (pass, ..., NotImplementedError), or None."""
    if isinstance(subject.value, dict):
        bodies = [name for name in subject.value if name in nodes]
        still = [name for name in bodies if open_bodies.is_open(nodes[name])]
        return still[0] if bodies and len(still) == len(bodies) else None
    if subject.name in nodes:
        return subject.name if open_bodies.is_open(nodes[subject.name]) else None
    methods = {
        key: node for key, node in nodes.items() if key.startswith(f"{subject.name}.") and not key.endswith("__init__")
    }
    still = [key for key, node in methods.items() if open_bodies.is_open(node)]
    return still[0] if methods and len(still) == len(methods) else None


def _no_view(subject, failure, probes, space, out):
    """The user's code does not even run on a probe: a stub, a crash, or something we cannot call."""
    if isinstance(failure, NotWritten):
        out.add(find("SW-X96", f"{failure}.", object=subject.name, function=failure.function, line=failure.line))
        return False
    if isinstance(failure, CallFailed) and failure.kind in ("time", "exit", "memory", "prints"):
        out.add(of_failure(failure, subject.name))
        return True
    space["failed"] = {code for probe in probes for code in probe.codes}
    for code in sorted(space["failed"]):
        out.cannot(code, f"{subject.name}: {failure}")
    return False


def of_failure(failure, name):
    """The finding that a failed call is."""
    if isinstance(failure.cause, endless.Stop):
        return endless.finding_of(failure.cause, name)
    code = {"time": "SW-X91", "exit": "SW-X93", "memory": "SW-X95", "prints": "SW-X94"}.get(failure.kind, "SW-X92")
    function = str(failure).split(" ")[0]
    return find(code, f"{failure}.", object=name, function=function, line=failure.line)


def _run(probe, target, caller, out, passed):
    """One probe; whether it came to a verdict. What it passes is put into ``passed``."""
    out.tell("doing", what=f"checking {target.name}: {probe.function.__name__.replace('_', ' ')}")
    found = target.namespace.setdefault("found", set())
    before = len(found)
    try:
        _tell(probe, target, caller, out, found)
    except NotWritten as failure:
        target.namespace["open"] = target.namespace.get("open", 0) + 1
        out.add(_placed(find("SW-X96", f"{failure}.", function=failure.function, line=failure.line), target))
        return len(found) > before
    except CannotCheck as failure:
        if isinstance(failure, CallFailed) and failure.kind in ("time", "exit", "memory", "prints"):
            out.add(_placed(of_failure(failure, target.name), target))
            return True
        _cannot(probe, target, str(failure), out, isinstance(failure, (CallFailed, OutOfTime, Unseen)))
        return len(found) > before
    except (StuckError, *GAPS) as error:  # no statement about the code
        stuck = isinstance(error, StuckError)
        why = "the check took too long here" if stuck else f"{GAP} ({type(error).__name__}: {error})"
        _cannot(probe, target, why, out)
        return len(found) > before
    unasked = target.namespace.pop("unasked", {})
    for code in probe.codes:
        if code in unasked:
            out.cannot(code, f"{target.name}: {unasked[code]}")
        elif code not in found:
            passed.append(code)
    return True


def _cannot(probe, target, why, out, failed=True):
    """Tell why a probe came to no verdict; ``failed`` where it was to have one, and not merely nothing to ask."""
    for code in probe.codes:
        out.cannot(code, f"{target.name}: {why}")
        if target.role != "program" and training_runs.alone(target.value, target.namespace["kinds"]):
            out.blocks(code)
    if failed and target.role not in training_runs.RUNS:  # of several ways to see a training one is enough
        target.namespace["failed"] = target.namespace.get("failed", set()) | set(probe.codes)


def _tell(probe, target, caller, out, found):
    """Pass on what a probe finds, as it finds it."""
    with own_limit(PROBE_SECONDS):
        for finding in probe.function(target, caller):
            finding = _doubted(_placed(finding, target), target)
            found.add(finding.code)
            target.namespace.get("namespace", {}).setdefault("__found__", set()).add(finding.code)
            out.add(finding)


def _doubted(finding, target):
    """The finding, a warning of functions that are not seen to belong together, or of a linear model that names another aim."""
    if finding.severity == "error" and getattr(target.value, "extras", {}).get("unsure"):
        return dataclasses.replace(finding, severity="warning")
    if target.role in ("linear", "logistic") and finding.code in OF_THE_USUAL_AIM and OTHER_AIMS.search(target.name):
        return dataclasses.replace(finding, severity="warning")
    return finding


def _placed(finding, target):
    """Object, line and role filled in; a program without functions has no function to name."""
    if finding.function == "the_program":
        finding = dataclasses.replace(finding, function=None)
    names = target.namespace.get("names", {})
    finding = dataclasses.replace(finding, function=names.get(finding.function, finding.function))
    lines = target.namespace.get("lines", {})
    single = target.role in ("activation", "derivative", "loss", "loss_derivative", "function") or ":" in target.role
    owner, _, method = target.name.rpartition(".")
    name = None if target.role.endswith("functions") or single else target.name
    name = owner or name
    function = finding.function or (method if single else None)
    line = finding.line
    if line is None and function:
        line = lines.get(f"{name}.{function}") or lines.get(function)
    return finding.at(object=name, function=function, line=line or target.line, role=target.role)
