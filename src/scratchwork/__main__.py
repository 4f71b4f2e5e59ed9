"""`python -m scratchwork`: the command line."""

from scratchwork.cli.main import main

main()
