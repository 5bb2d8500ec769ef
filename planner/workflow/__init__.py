"""Workflows: one use case a file, a straight line with its effects passed in."""
