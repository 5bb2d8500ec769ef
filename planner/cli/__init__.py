"""The command line: options in, one workflow call, render, exit code. The only door to click and rich."""
