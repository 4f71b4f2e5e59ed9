"""What a docstring or README promises and the code does not hold."""

import ast
import re

from scratchwork.checks.findings import find
from scratchwork.checks.registry import rule

PROMISES = (
    (r"cross[- ]?validat", r"KFold|cross_val|fold", "cross-validation"),
    (r"confusion matrix", r"confusion|crosstab|cm\b", "a confusion matrix"),
    (r"\bplots?\b|visuali[sz]", r"plt\.|plot|matplotlib|seaborn|plotly|imshow|figure", "plots"),
    (r"early stopping", r"patience|best|break|early", "early stopping"),
    (
        r"submission|saves? (the )?(predictions|results)|writes? (a |the )?(csv|submission)",
        r"to_csv|savetxt|\.write\(|dump|save",
        "a saved file",
    ),
    (
        r"grid search|hyper-?parameter (tuning|search)",
        r"Grid|for \w+ in .*(rate|lr|lambda|hidden|k)|product\(|sweep|search",
        "a search",
    ),
    (r"\bROC\b|AUC", r"roc|auc|tpr|fpr", "a ROC curve"),
    (r"dropout", r"drop|keep_prob|mask", "dropout"),
    (r"momentum", r"momentum|velocity|\bv\b|beta|mu", "momentum"),
    (r"regulari[sz]ation", r"lambda|lambd|reg|l2|penalty|decay|alpha", "regularisation"),
    (r"batch norm", r"batch_?norm|BatchNorm|gamma", "batch normalisation"),
    (r"mini-?batch", r"batch", "mini-batches"),
)


@rule("SW-B10")
def what_is_promised_is_there(source):
    """The docstring at the top, and the README beside, name what the code holds."""
    text = promised_text(source)
    code = code_without_text(source)
    missing = [words for said, held, words in PROMISES if re.search(said, text, re.I) and not re.search(held, code)]
    if missing:
        yield find("SW-B10", f"The description promises {', '.join(missing)}; the code holds nothing of it.", line=1)
        return
    yield from names_of_readme(source)


def promised_text(source):
    """The module's docstring; sentences about what is not there are left out."""
    text = ast.get_docstring(source.tree) or ""
    return "\n".join(
        part
        for part in re.split(r"(?<=[.!?])\s|\n", text)
        if not re.search(r"\bno\b|\bnot\b|without|todo|later", part, re.I)
    )


def code_without_text(source):
    """The code without docstrings and comments."""
    first = source.tree.body[0] if source.tree.body else None
    body = (
        source.tree.body[1:]
        if isinstance(first, ast.Expr) and isinstance(getattr(first, "value", None), ast.Constant)
        else source.tree.body
    )
    return ast.unparse(ast.Module(body, []))


def names_of_readme(source):
    """Functions that the README beside names as ``name()`` and that no file of the folder holds."""
    path = source.path.parent / "README.md"
    if not path.is_file() or path.stat().st_size > 60_000 or source.path.name not in path.read_text(errors="replace"):
        return
    text = path.read_text(errors="replace")
    named = set(re.findall(r"`([a-z_][a-z0-9_]{3,})(?:\([^`]*\))?`\s*:", text))
    held = (
        "\n".join(other.read_text(errors="replace") for other in list(source.path.parent.glob("*.py"))[:50])
        + source.text
    )
    missing = sorted(name for name in named if name not in held)
    if missing and len(missing) < len(named):
        yield find("SW-B10", f"The README names {', '.join(missing[:3])}; no code here has that name.", line=1)
