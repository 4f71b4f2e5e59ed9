"""`scratchwork predict`: a study's saved model on new rows."""

import click


@click.command()
@click.argument("run_dir", type=click.Path(file_okay=False))
@click.argument("table", type=click.Path(dir_okay=False))
@click.option("--out", type=click.Path(dir_okay=False), help="Write the predictions to this CSV instead of stdout.")
def predict(run_dir, table, out):
    """Apply the model of a study to new rows.

    RUN_DIR is the study's --out; TABLE holds the same columns as the table that was studied. One line for each row: its
    line in the file, the prediction, and for classes the probability of each.
    """
    import pathlib

    from scratchwork.predicting import predict_table
    from scratchwork.report.build import write_aside

    predictions, remarks = predict_table(run_dir, table)
    for remark in remarks:
        click.echo(f"scratchwork: {remark}", err=True)
    text = predictions.to_csv(index=False)
    if out:
        write_aside(pathlib.Path(out), text)
        click.echo(f"{len(predictions):,} predictions: {pathlib.Path(out).resolve()}", err=True)
    else:
        click.echo(text, nl=False)
