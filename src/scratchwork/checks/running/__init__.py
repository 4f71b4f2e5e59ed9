"""The user's code is run here: in a child process, silently, within limits, with stand-ins for what is missing."""
