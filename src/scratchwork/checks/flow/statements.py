"""The data flow of a file: its statements are followed in order, with what is known of each value, and nothing is run.

Functions of the file are followed into at their calls, loops once, both branches of a condition. What happens is
written down as events (split, fit, scale, score, select, ...), and the rules read those. Where the flow is not
understood, values become unknown and no event is written: a rule then stays silent.
"""

import ast
import collections

from scratchwork.checks.files.names import kind_of, part_of, tokens
from scratchwork.checks.files.syntax import dotted
from scratchwork.checks.flow import assign, calls, expressions
from scratchwork.checks.flow.arithmetic import both_known
from scratchwork.checks.flow.axis import stands_in_columns
from scratchwork.checks.flow.values import ROWS, UNKNOWN, Event, Value, either, merged, parts_in

MOST_STEPS = 40_000
DEEPEST = 5


class TooLongError(Exception):
    """The file is longer than the flow is followed."""


class Flow:
    """The state of the walk: scopes, where we stand, and the events so far."""

    def __init__(self, tree):
        self.tree = tree
        self.functions, self.classes, self.imports = {}, {}, {}
        self.scopes = [{}]
        self.stack, self.settled = [(None, 1)], [{}]
        self.loops = []
        self.returns = [[]]
        self.events = []
        self.visited = set()
        self.steps = 0
        self.seeds, self.drawn = None, collections.Counter()  # the generator of the module; draws of each
        self.again = False  # whether a loop is followed for the second time
        self.columns = stands_in_columns(tree)
        self.guessed = set()  # origins known by a name alone
        self.held, self.late = {}, []  # scores that objects of each class hold, and what happens in the class
        for node in ast.walk(tree):
            self.declare(node)
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        self.has_train = any(part_of(name) == "train" and kind_of(name) and len(tokens(name)) > 1 for name in names)

    def declare(self, node):
        """Remember functions, classes and imports wherever they stand."""
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            self.functions.setdefault(node.name, node)
        elif isinstance(node, ast.ClassDef):
            self.classes[node.name] = node
        elif isinstance(node, ast.Import):
            for alias in node.names:
                self.imports[alias.asname or alias.name.split(".")[0]] = alias.name if alias.asname else ""
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                self.imports[alias.asname or alias.name] = f"{node.module or ''}.{alias.name}"

    def trace(self):
        """All events: of the module, then of functions nobody calls, then of classes."""
        try:
            self.run(self.tree.body)
            self.finish()
            methods = {part for kind in self.classes.values() for part in kind.body}
            for name, node in list(self.functions.items()):
                if node not in self.visited and node not in methods:
                    self.alone(node, name)
            for node in list(self.classes.values()):
                self.scores_of(node)
            self.events += self.late
        except (TooLongError, RecursionError):
            pass
        return self.events

    def finish(self):
        """Write down what each name of the module ends as."""
        self.note("end", self.tree, names=dict(self.scopes[-1]))

    def alone(self, node, name):
        """Follow a function whose caller is not in the file: its parameters are data of their own."""
        self.visited.add(node)
        self.within(node, name, assign.scope_of(node))

    def scores_of(self, node):
        """{attribute: score} of the objects of a class, which is followed by itself when it is first asked about."""
        if node not in self.held:
            self.held[node] = {}
            apart = {"stack": [(None, 1)], "loops": [], "scopes": self.scopes[:1], "events": [], "settled": [{}]}
            kept = {name: getattr(self, name) for name in apart}
            self.__dict__.update(apart)
            shared = self.class_alone(node)
            self.late += self.events
            self.__dict__.update(kept)
            self.held[node] = {key[5:]: value for key, value in shared.items() if value.kind in ("score", "scores")}
        return self.held[node]

    def class_alone(self, node):
        """Follow the methods of a class in their order, with one ``self``; what that holds in the end."""
        methods = [part for part in node.body if isinstance(part, ast.FunctionDef)]
        called = {dotted(part.func) for method in methods for part in ast.walk(method) if isinstance(part, ast.Call)}
        shared = {}
        for method in methods:
            if f"self.{method.name}" in called and method.name != "__init__":
                continue
            scope = assign.scope_of(method, True) | shared
            scope["self"] = Value(kind="self", const=node)
            self.within(method, method.name, scope)
            shared |= {key: value for key, value in scope.items() if key.startswith("self.")}
        return shared

    def within(self, node, name, scope):
        """Run a function's body in its own scope; what it returns."""
        self.scopes.append(scope)
        self.returns.append([])
        self.stack.append((name, node.lineno))
        loops, self.loops = self.loops, list(self.loops)
        self.run(node.body)
        if len(self.stack) == 2:
            self.finish()
        self.loops = loops
        self.stack.pop()
        self.scopes.pop()
        return merged(self.returns.pop())

    def note(self, kind, node, **what):
        """Write an event down; in a second round only what rows and labels by name have lost each other."""
        if self.again and kind == "misaligned":
            named = kind_of(what["labels"].name) == "labels" and (
                not what["data"].name or kind_of(what["data"].name) == "data"
            )
            if not named:
                return
        line = getattr(node, "lineno", self.stack[-1][1])
        self.events.append(Event(kind, line, tuple(self.stack), tuple(self.loops), node, what))

    def lookup(self, name):
        """The value of a name, innermost scope first, then the module's."""
        for scope in (self.scopes[-1], self.scopes[0]):
            if name in scope:
                return scope[name]
        return None

    def bind(self, name, value):
        self.scopes[-1][name] = value

    def evaluate(self, node):
        """What is known of an expression."""
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise TooLongError
        return expressions.evaluate(self, node)

    def run(self, statements):
        """Follow statements in order."""
        for statement in statements:
            self.stack[-1] = (self.stack[-1][0], statement.lineno)
            follow = getattr(self, f"on_{type(statement).__name__.lower()}", None)
            if follow and follow(statement):  # the function has ended
                return

    def on_functiondef(self, node):
        if len(self.scopes) > 1:  # what a function defines it may return
            self.bind(node.name, expressions.function(self, node))

    def on_assign(self, node):
        step, target = node.value, node.targets[0]
        same = isinstance(step, ast.BinOp) and ast.unparse(step.left) == ast.unparse(target)
        if same and self.moves(target, step.op, step.right):
            return
        value = self.evaluate(node.value)
        for target in node.targets:
            assign.assign(self, target, value, node)

    def on_annassign(self, node):
        if node.value is not None:
            assign.assign(self, node.target, self.evaluate(node.value), node)

    def moves(self, target, op, added):
        """Whether ``w -= lr * gradient`` moves parameters: these are no data, whatever the gradient was made of."""
        old = self.lookup(dotted(target))
        parameters = old is not None and (not old.roots or old.kind not in ROWS)
        return isinstance(op, (ast.Sub, ast.Add)) and parameters and self.evaluate(added).kind not in ("hits", "score")

    def on_augassign(self, node):
        if self.moves(node.target, node.op, node.value) or assign.lengthened(self, node):
            return
        load = ast.BinOp(loaded(node.target), node.op, node.value)
        assign.assign(self, node.target, self.evaluate(ast.copy_location(load, node)), node, augmented=True)

    def on_expr(self, node):
        self.evaluate(node.value)

    def on_return(self, node):
        value = self.evaluate(node.value) if node.value is not None else UNKNOWN
        self.note("return", node, value=value)
        self.returned(node, value)
        self.returns[-1].append(value)

    def returned(self, node, value):
        """Rows and labels that leave a function together, in two orders."""
        items = value.items or ()
        data = [item for item in items if item.kind == "data" and item.roots]
        labels = [item for item in items if item.kind == "labels" and item.roots]
        for one, other in zip(data, labels) if len(data) == len(labels) <= 3 else ():
            if one.part == other.part and one.perm != other.perm and both_known(self, one, other):
                self.note("misaligned", node, data=one, labels=other)
                return

    def on_for(self, node):
        iterable = self.evaluate(node.iter)
        self.loops.append(node)
        before = len(self.events)
        for value in self.passes(node, iterable):
            assign.assign(self, node.target, value, node)
            self.run(node.body)
        if not self.again and any(event.kind == "shuffle" for event in self.events[before:]):
            self.again = True  # what is shuffled at the end of a round is used in the next
            self.run(node.body)
            self.again = False
        self.loops.pop()
        self.run(node.orelse)

    on_asyncfor = on_for

    def passes(self, node, iterable):
        """The values of a loop's target: each where parts of the data are written out one by one, else one for all."""
        items = iterable.items or ()
        written = isinstance(node.iter, (ast.Tuple, ast.List)) or iterable.kind == "pairs"
        if written and 1 < len(items) <= 4 and all(parts_in(item) for item in items):
            return items
        return [expressions.element(self, iterable, node.iter)]

    def on_while(self, node):
        self.loops.append(node)
        self.evaluate(node.test)
        self.run(node.body)
        self.loops.pop()

    def on_if(self, node):
        before_test = len(self.events)
        held = self.evaluate(node.test)
        compared = {
            id(event.node): assign.score_of(event) for event in self.events[before_test:] if event.kind == "compare"
        }
        self.note("if", node, scores=compared)
        choice = calls.decided(self, node.test)
        if choice is not None:
            taken = node.body if choice else node.orelse
            self.run(taken)
            return bool(taken) and isinstance(taken[-1], (ast.Return, ast.Raise))
        if "__name__" in ast.dump(node.test) or not node.orelse:
            self.run(node.body)
            assign.counted(self, node.body, held)
            return
        scope = self.scopes[-1]  # the same dict after as before: a caller reads self.* in it
        before = dict(scope)
        self.run(node.body)
        after_body = dict(scope)
        scope.clear()
        scope.update(before)
        self.run(node.orelse)
        for name, value in after_body.items():
            other = scope.get(name)
            scope[name] = value if other is None or other == value else either(value, other)

    def on_with(self, node):
        for item in node.items:
            value = self.evaluate(item.context_expr)
            if item.optional_vars is not None:
                assign.assign(self, item.optional_vars, value, node)
        self.run(node.body)

    on_asyncwith = on_with

    def on_try(self, node):
        self.run(node.body)
        for handler in node.handlers:
            self.run(handler.body)
        self.run(node.orelse)
        self.run(node.finalbody)

    def on_match(self, node):
        for case in node.cases:
            self.run(case.body)


def loaded(target):
    """The target of ``x += 1`` as an expression to read."""
    return ast.copy_location(ast.parse(ast.unparse(target), mode="eval").body, target)


def trace_of(source):
    """The events of a SourceUnit, worked out once."""
    if "_events" not in source.__dict__:
        source.__dict__["_events"] = Flow(source.tree).trace()
    return source.__dict__["_events"]
