"""Programs told to their end in short: what they do with their weights after the training fires on one changed line, not without it."""

import ast

import pytest

PROGRAM = """
import numpy as np

rng = np.random.default_rng(1)
rows = rng.normal(size=(40, 3)) * 20 + 60
labels = (rows[:, :1] + rows[:, 1:2] > 120) * 1.0


def squash(z):
    return 1 / (1 + np.exp(-np.clip(z, -60, 60)))


def learn(inputs, targets, rate, rounds):
    U, a = rng.normal(size=(3, 5)) * 0.5, np.zeros(5)
    V, b = rng.normal(size=(5, 1)) * 0.5, np.zeros(1)
    for _ in range(rounds):
        order = rng.permutation(len(inputs))
        inputs, targets = inputs[order], targets[order]
        h = np.tanh(inputs @ U + a)
        p = squash(h @ V + b)
        e = (p - targets) / len(inputs)
        g = e @ V.T * (1 - h**2)
        V, b = V - rate * h.T @ e, b - rate * e.sum(axis=0)
        U, a = U - rate * inputs.T @ g, a - rate * g.sum(axis=0)
    return U, a, V, b


def ask(inputs, U, a, V, b):
    h = np.tanh(inputs @ U + a)
    p = squash(h @ V + b)
    return p > 0.5


small = rows / 100
U, a, V, b = learn(small[:30], labels[:30], 0.5, 400)
told = ask(small[30:], U, a, V, b)
print((told == labels[30:]).mean())
"""
CHANGES = [
    ("SW-P1", "def ask(inputs, U, a, V, b):\n    h = np.tanh(inputs @ U + a)", "def ask(inputs, U, a, V, b):\n    h = np.tanh(inputs @ U)"),
    ("SW-P1", "    h = np.tanh(inputs @ U + a)\n    p = squash(h @ V + b)\n    return", "    h = squash(inputs @ U + a)\n    p = squash(h @ V + b)\n    return"),
]  # fmt: skip


def codes(text, tmp_path):
    from scratchwork.checks.engine import check_here

    path = tmp_path / "program.py"
    path.write_text(text)
    return check_here(path)


def test_the_right_program_is_left_alone(tmp_path):
    result = codes(PROGRAM, tmp_path)
    assert {finding.code for finding in result.findings if finding.severity != "remark"} == set()
    assert "SW-P1" in result.passed


@pytest.mark.parametrize(("code", "old", "new"), CHANGES)
def test_one_changed_line_is_seen(code, old, new, tmp_path):
    assert PROGRAM.count(old) == 1
    result = codes(PROGRAM.replace(old, new), tmp_path)
    assert code in {finding.code for finding in result.findings}


def test_what_could_be_anything_tells_of_no_activation():
    import numpy as np

    from scratchwork.checks.watching.story_reading import telling

    Z = np.array([[-1.0, -2.0]])
    assert not telling(np.maximum(Z, 0), Z)
    assert telling(np.maximum(-Z, 0.5), Z)
    assert not telling(np.maximum(-Z, 0), -Z)


def test_names_in_other_languages():
    from scratchwork.checks.recognising import vocabulary

    meant = {"tasa_aprendizaje": "lr", "n_neuronios_escondidos": "n_hidden", "n_entradas": "n_in", "épocas": "epochs", "Y_treino": "y", "ziarno": "seed"}  # fmt: skip
    assert {name: vocabulary.meaning(name) for name in meant} == meant
    roles = {"trenuj": "train", "predykcja": "predict", "hacia_adelante": "forward", "retropropagacion": "backward", "atualizar_pesos": "update",
             "funcion_costo": "loss", "derivada_sigmoid": "derivative", "descenso_gradiente": "train", "inicializar_pesos": "init"}  # fmt: skip
    assert {name: vocabulary.role_of_name(name) for name in roles} == roles


def test_english_names_stay_as_they_are():
    from scratchwork.checks.recognising import vocabulary

    for name in ("W1", "data", "hidden_size", "prediction", "error", "z", "dA_prev", "num_iterations"):
        assert vocabulary.plain(name) == vocabulary.own(name)


ASKED = """
import sys
import numpy as np

if len(sys.argv) == 3:
    table = np.loadtxt(sys.argv[1], delimiter=",")
    weights = np.zeros((6, 1))
    for _ in range(50):
        out = table[:, :-1] @ weights
        weights = weights - 0.01 * table[:, :-1].T @ (out - table[:, -1:]) / len(table)
"""


def test_a_program_gets_the_words_and_the_columns_that_it_asks_for(tmp_path):
    from scratchwork.checks.files.source import load_source
    from scratchwork.checks.running import replay, stand_in_files
    from scratchwork.checks.running.call import Caller
    from scratchwork.checks.watching.tape import Tape

    path = tmp_path / "program.py"
    path.write_text(ASKED)
    source = load_source(path)
    assert source.runs_at_import
    assert "weights" in ast.unparse(source.tree)  # asking has not cut the text down
    with stand_in_files.stood_in(source):
        program, caller = (
            replay.Program(replay.blocks(source.tree)[0], {"__file__": str(path)}),
            Caller(10, 60, str(path)),
        )
        replay.program_runs(program, caller, program.namespace, None, lambda: Tape(program.namespace))
        assert program.failures == []
        assert stand_in_files.MORE == [5]


def test_a_function_that_gives_the_errors_is_no_loss(tmp_path):
    text = "import numpy as np\n\n\ndef compute_error(y_true, y_pred):\n    return y_true - y_pred\n"
    assert codes(text, tmp_path).findings == []
    loss = text.replace("return y_true - y_pred", "return np.mean(y_true - y_pred)")
    assert "SW-G1" in {finding.code for finding in codes(loss, tmp_path).findings}


def test_the_number_beside_a_gradient_is_no_cost():
    import numpy as np

    from scratchwork.checks.views.objective import _more_than

    point = {"w": np.zeros(5), "b": 0.0}
    assert not _more_than(point, (np.zeros(5), 0.3))  # (dw, db)
    assert _more_than(point, (0.7, np.zeros(5), 0.3))  # (cost, dw, db)
    assert _more_than(point, (0.7, {"w": np.zeros(5), "b": 0.3}))
