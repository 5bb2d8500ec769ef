"""Where a state is kept; each backend speaks bytes and versions, nothing else."""
