"""How to harden an agent, one idea per file; `hardened.py` puts them around a graph.

Each idea is LangChain middleware that stands around the model or around the tools. What they know
of the conversation they share in a `Case`.
"""
