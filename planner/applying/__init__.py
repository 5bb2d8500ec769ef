"""Applying: performs the operations of a plan through ports, and records each outcome. Decides nothing."""
