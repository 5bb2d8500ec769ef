"""What a Cluster is: JSON Schema documents, what their annotations mean, and what is wrong with a document."""
