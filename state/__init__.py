"""What we remember of the clusters that we manage. Knows nothing of planner.

`snapshot`, `record` and `entries` are the model, `codec` and `journal` the file formats, `backends` the storage, and
`store` the face of it all. Import what you need from the module that has it: importing the package costs nothing.
"""
