"""Personas by name, from the user's own `personas/` folder first, then the sandbox's."""

from __future__ import annotations

from pathlib import Path

from sandbox.content.document import load_yaml
from sandbox.content.model import load_model
from sandbox.content.places import Places
from sandbox.errors import ContentError
from sandbox.personas.persona import Persona


def load_persona(name: str, *, places: Places | None = None, near: Path | None = None) -> Persona:
    """The persona called *name* (a name, a file name or a path); *near* is the file that names it.

    Its `id` must be the name of its file: reports name personas by their id.
    """
    path = (places or Places()).find("personas", name, near=near)
    persona = load_model(path, Persona)
    if persona.id != path.stem:
        document = load_yaml(path, cache=True)
        message = f"id {persona.id!r} must be the name of the file: {path.stem!r}"
        raise ContentError([document.problem(("id",), message)])
    return persona
