"""Faults at system calls of the installed command; `make faults` runs the whole sweep."""
