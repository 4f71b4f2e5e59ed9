"""The data flow of a file: what is known of each value, followed statement by statement, without running anything."""
