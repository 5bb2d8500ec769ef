"""The functions of the language: what each takes, what it gives, and one table of them all."""
