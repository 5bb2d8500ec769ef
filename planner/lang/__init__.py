"""The expression language: text to syntax tree to values. Pure; refuses to read files or to know what a cluster is."""
