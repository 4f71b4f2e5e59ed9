"""One uniform way to use each kind of thing, whatever its interface, and what it is compared with."""
