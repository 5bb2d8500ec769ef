"""Backends: where a state is kept. Each speaks bytes and versions, and knows nothing of what they mean."""
