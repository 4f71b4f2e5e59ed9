"""A user's file or notebook, read and never run."""
