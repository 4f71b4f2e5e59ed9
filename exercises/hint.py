"""Ask for one hint: ``python exercises/hint.py kmeans 2 --level 1``. Level 1 asks a question, 2 tells the idea, 3 the line.

Without a step it lists the steps of the exercise. A step is a number or a name.
"""

import argparse
import pathlib
import tomllib

HINTS = pathlib.Path(__file__).resolve().parent / "hints.toml"


def read_hints():
    """{exercise: {step: [level 1, level 2, level 3]}}, steps in their order."""
    return tomllib.loads(HINTS.read_text(encoding="utf-8"))


def hint(exercise, step, level):
    """The words of one hint; ``step`` is a number from 1, as text, or a name.

    >>> hint("kmeans", "3", 2)
    'It is their sum, each as often as its weight says.'
    """
    steps = read_hints()[exercise]
    names = list(steps)
    known = {**{str(number): name for number, name in enumerate(names, start=1)}, **{name: name for name in names}}
    if step not in known:
        listed = ", ".join(f"{number} {name}" for number, name in enumerate(names, start=1))
        raise SystemExit(f"{exercise} has no step {step}; its steps are {listed}.")
    return steps[known[step]][level - 1]


def main(arguments=None):
    hints = read_hints()
    parser = argparse.ArgumentParser(prog="hint.py", description="One hint for one step of an exercise.")
    parser.add_argument("exercise", choices=sorted(hints))
    parser.add_argument("step", nargs="?", help="number or name; without it the steps are listed")
    parser.add_argument("--level", type=int, choices=(1, 2, 3), default=1)
    asked = parser.parse_args(arguments)
    if asked.step is None:
        print("\n".join(f"step {number}: {name}" for number, name in enumerate(hints[asked.exercise], start=1)))
    else:
        print(hint(asked.exercise, asked.step, asked.level))


if __name__ == "__main__":
    main()
