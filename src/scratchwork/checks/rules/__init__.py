"""Static rules: what can be said from the source alone. Every module here registers its rules with ``@rule``."""
