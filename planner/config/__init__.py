"""Configuration: files to blocks to Desired. Reads files, and refuses every other effect."""
