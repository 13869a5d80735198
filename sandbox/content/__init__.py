"""Definition files: where they are, what is wrong in them (file:line:column), `$step.field`.

This package imports nothing by itself, so that the command line answers before YAML is loaded.
"""
