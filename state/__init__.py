"""What we remember of the clusters that we manage. Knows nothing of planner."""
