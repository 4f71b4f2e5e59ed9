"""What the commands show on a terminal: a progress bar on stderr, tables on stdout."""

from contextlib import contextmanager


@contextmanager
def progress_bar():
    """Yield ``progress(done, total, label)``, which draws a bar with the time left on stderr from its first call on."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (TextColumn("{task.description:32}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    bar = Progress(*columns, TextColumn("left"), TimeRemainingColumn(), console=Console(stderr=True))
    task = bar.add_task("reading", total=None)

    def progress(done, total, label):
        bar.start()
        bar.update(task, completed=done, total=total, description=label or "done")

    try:
        yield progress
    finally:
        if bar.live.is_started:
            bar.stop()


def percent(value):
    return "-" if value is None else f"{100 * value:.1f} %"


def number(value):
    return "-" if value is None else f"{value:.3f}"


def print_study(study):
    """One table: each model's scores, and what can be told apart."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    whole = len(study.split.y_train) + len(study.split.y_test) == study.split.n_available
    sample = f", quick: {'fewer epochs' if whole else f'a sample of {study.split.n_available:,} rows'}"
    sample = sample if study.quick else ""
    rows = f"{len(study.split.y_train):,} rows to train on, {len(study.split.y_test):,} to test on"
    table = Table(title=f"{study.name}: {rows}, seed {study.seed}{sample}", box=box.SIMPLE_HEAD, title_justify="left")
    for name in ("model", "implementation"):
        table.add_column(name, no_wrap=True)
    names = score_columns(study.task)
    for name in names:
        table.add_column(name, justify="right", no_wrap=True)
    for run, scores in zip(study.runs, study.scores):
        table.add_row(run.model, run.implementation, *cells(study.task, scores), f"{run.fit_seconds:.2f}")
    console = Console(width=max(Console().width, 120), soft_wrap=False)
    console.print(table)
    for contender in study.contenders:
        if contender.missing:
            console.print(
                f"Not compared: {contender.model} ({contender.implementation}). {contender.missing}", markup=False
            )
    print_differences(console, study)


def score_columns(task):
    if task == "regression":
        return ("R2", "95 % interval", "RMSE", "MAE", "fit seconds")
    return ("accuracy", "95 % interval, %", "precision", "recall", "F1", "log-loss", "fit seconds")


def cells(task, s):
    if task == "regression":
        span = "-" if s.r2_low is None else f"{s.r2_low:.3f} to {s.r2_high:.3f}"
        return (number(s.r2), span, number(s.rmse), number(s.mae))
    span = f"{100 * s.accuracy_low:.1f} to {100 * s.accuracy_high:.1f}"
    return (percent(s.accuracy), span, number(s.precision), number(s.recall), number(s.f1), number(s.log_loss))


def print_differences(console, study):
    """Which pairs of models, the baseline aside, differ by more than chance."""
    if not study.differences:
        return
    pairs = [d for d in study.differences if "baseline" not in (d.first, d.second)]
    told = [d for d in pairs if d.distinguishable]
    text = f"{len(told)} of {len(pairs)} pairs of models can be told apart (exact McNemar, Holm-corrected, 5 %)"
    console.print(text + (":" if told else "."), markup=False)
    for d in told:
        console.print(
            f"  {d.first} / {d.second}: {d.only_first} / {d.only_second} rows right alone, p {d.p_corrected:.2g}",
            markup=False,
        )
