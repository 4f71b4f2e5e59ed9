"""Layers that are described by records instead of sizes."""

import ast
import textwrap

from scratchwork.checks.recognising import records

READS = """
    def start(plan):
        return [(layer["n_in"], layer["n_out"]) for layer in plan]
    def forward(x, plan):
        for number, layer in enumerate(plan):
            x = {"tanh": abs, "softmax": abs}[layer["act"]](x)
        return x
    def counted(sizes):
        return [size * 2 for size in sizes]
"""


def functions():
    space = {"__tree__": ast.parse(textwrap.dedent(READS))}
    exec(textwrap.dedent(READS), space)
    return space


def test_the_keys_are_those_that_the_file_reads():
    start = functions()["start"]
    first = {"n_in": 5, "n_out": 7, "act": "tanh"}
    assert records.described(start, "plan", [5, 7, 3]) == [first, {"n_in": 7, "n_out": 3, "act": "softmax"}]
    assert records.described(start, "plan", [5, 7, 1])[1]["act"] == "tanh"


def test_sizes_stay_sizes_where_no_record_is_read():
    counted = functions()["counted"]
    assert records.described(counted, "sizes", [5, 7, 3]) == [5, 7, 3]
    assert records.described(len, "sizes", [5, 7, 3]) == [5, 7, 3]
