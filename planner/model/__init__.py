"""The vocabulary: what a plan is made of. Data only; refuses every effect."""
