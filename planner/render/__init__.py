"""Rendering: plans, diagnostics, events and reports to text and JSON. Pure; computes nothing that is not in them."""
