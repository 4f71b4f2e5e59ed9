"""Which files are checked through their training loop: those whose functions alone do not show how the network learns."""

from scratchwork.checks.findings import CannotCheck
from scratchwork.checks.probes import gradient as probe_gradient
from scratchwork.checks.probes import loop as probe_loop
from scratchwork.checks.recognising import recognise
from scratchwork.checks.views import claims, network_build, returned
from scratchwork.checks.watching import round_loops, script_loop

LOOP_SECONDS = 6.0


def with_loops(subjects, namespace, caller):
    """Subjects and the training loop of functions or of a script, where the functions alone do not show how it learns."""

    tree = namespace.get("__tree__")
    taken = {"mlp", "logistic", "linear", "kmeans", "knn", "kmeans functions", "knn functions", "pca functions"}
    if tree is None or taken & {subject.kind for subject in subjects}:
        return subjects
    known = next((subject for subject in subjects if subject.kind == "network functions"), None)
    nodes = returned.functions_of(tree)
    if known is not None and _judges(known, namespace, nodes, caller):
        return subjects
    caller.give(LOOP_SECONDS)
    for look in (round_loops.nets_of, script_loop.net_of_script):
        try:
            net = look(tree, namespace, caller, namespace.get("__file__", "script"))
        except CannotCheck:
            continue
        finally:
            caller.give(None)
        if known is not None and known.net is not None and net.spec is None:
            return _sure(subjects, known)
        if known is not None and known.net is not None and known.net.extras.get("sure"):
            net.extras["unsure"] = (
                True  # its functions are right as they are named; what the loop says must not call them wrong
            )
        made = recognise.Subject("network functions", net.name or "the training loop", net, net.extras["line"])
        return [*(subject for subject in subjects if subject is not known), made]
    return _sure(subjects, known)


def _sure(subjects, known):
    """The subjects; functions that nobody is seen to put together as we did are doubted, and left out where their layers are not known."""
    if known is None or known.net is None or known.net.extras.get("sure"):
        return subjects
    known.net.extras["unsure"] = True
    invented = "invented" in known.net.extras and known.net.spec is None
    return [subject for subject in subjects if subject is not known or not invented]


def _judges(subject, namespace, nodes, caller):
    """Whether the functions as they are named give a network whose output layer is understood; it is kept."""

    caller.give(LOOP_SECONDS)
    try:
        net = network_build.from_functions(subject.name, subject.value, caller, nodes, namespace, subject.roles)
        subject.net = net
        verdict = probe_gradient.judged(net)
    except CannotCheck:
        return False
    finally:
        caller.give(None)
    net.extras["sure"] = verdict.best[2] <= verdict.tolerance or (
        net.spec is not None and not claims.output_misfit(net, verdict)
    )
    return net.extras["sure"] and ("train" not in net.roles or _trains(net, verdict))


def _trains(net, verdict):
    """Whether the training function of these can be run as it is named."""

    try:
        probe_loop.trained(net, verdict, 1e-3, n_hidden=7, sizes=[net.n_in, 7, net.n_out])
    except CannotCheck:
        return False
    return True
