"""`scratchwork data`: which data sets there are, and where they are."""

import click

TITLES = {
    "digits": "1,797 handwritten digits, 8 x 8 pixels (comes with scikit-learn)",
    "mnist": "70,000 handwritten digits, 28 x 28 pixels",
    "fashion-mnist": "70,000 pictures of clothes, 28 x 28 pixels, ten named classes",
    "admissions": "55 applicants to medical schools, and 4,526 to Berkeley in 1973 (ship inside)",
}


@click.group()
def data():
    """List the data sets; fetch one."""


@data.command("list")
def list_():
    """Say what each data set is and where its files are."""
    from scratchwork.datasets import idx_images

    sources = {"mnist": idx_images.MNIST, "fashion-mnist": idx_images.FASHION_MNIST}
    for name, title in TITLES.items():
        click.echo(f"{name:14} {title}")
        if name in sources:
            found = idx_images.first_complete_folder(sources[name])
            where = f"found in {found}" if found else f"not here yet: scratchwork data fetch {name}"
            click.echo(f"{'':14} {where}")


@data.command()
@click.argument("name", type=click.Choice(["mnist", "fashion-mnist"]))
def fetch(name):
    """Find or download a data set, verify every byte, and say where it is."""
    from scratchwork import datasets
    from scratchwork.datasets import idx_images

    loaders = {"mnist": datasets.fetch_mnist, "fashion-mnist": datasets.fetch_fashion_mnist}
    sources = {"mnist": idx_images.MNIST, "fashion-mnist": idx_images.FASHION_MNIST}
    dataset = loaders[name]()
    where = idx_images.first_complete_folder(sources[name])
    click.echo(f"{name}: {len(dataset.y):,} images, verified, in {where}")
