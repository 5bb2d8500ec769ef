"""Benchmarks, run by hand: seconds and peak memory of the command, against the emulator as a server."""
