"""Print an exercise with the model's own bodies pasted in: ``python exercises/solve.py kmeans [STEP ...] > solved.py``.

With numbers, only these steps are filled in: ``python exercises/solve.py kmeans 1 2`` helps over the first two.
"""

import ast
import pathlib
import sys

EXERCISES = pathlib.Path(__file__).resolve().parent
MODELS = EXERCISES.parent / "src" / "scratchwork" / "models"


def names():
    """The exercises: every model file that has one."""
    return sorted(path.stem for path in EXERCISES.glob("*.py") if (MODELS / path.name).exists())


def steps(text):
    """{name: node} of the public functions of a file, in their order."""
    found = (node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef))
    return {node.name: node for node in found if not node.name.startswith("_")}


def solved(name, only=()):
    """The text of the exercise with the bodies of the model, of all steps or of those whose numbers are given."""
    model = (MODELS / f"{name}.py").read_text(encoding="utf-8")
    stub = (EXERCISES / f"{name}.py").read_text(encoding="utf-8")
    bodies, source, lines = steps(model), model.splitlines(), stub.splitlines()
    numbered = list(enumerate(steps(stub).items(), start=1))
    for number, (step, node) in reversed(numbered):  # from below, so that the lines above keep their numbers
        if only and number not in only:
            continue
        theirs = bodies[step]
        body = source[theirs.body[0].end_lineno : theirs.end_lineno]
        lines[node.body[0].end_lineno : node.end_lineno] = body
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in names():
        sys.exit(f"Say which exercise: {', '.join(names())}.")
    sys.stdout.write(solved(sys.argv[1], {int(number) for number in sys.argv[2:]}))
