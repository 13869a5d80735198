"""The rules by which a user understands an agent, one module per kind of thing that is said."""
