"""A file becomes a pydantic model, or a list of everything that is wrong in it."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from sandbox.content.document import Document, Loc, load_yaml
from sandbox.content.findings import findings
from sandbox.errors import ContentError


class ContentModel(BaseModel):
    """The base of every model that a definition file fills: closed, frozen, documented.

    The string below an attribute is its documentation in the JSON Schema.
    """

    model_config = ConfigDict(
        extra="forbid", frozen=True, use_attribute_docstrings=True, allow_inf_nan=False
    )


Model = TypeVar("Model", bound=BaseModel)


def load_model(path: Path, model: type[Model]) -> Model:
    """The *model* in the YAML file *path*; `ContentError` lists every problem of the file."""
    return validate(load_yaml(path, cache=True), model)


def validate(document: Document, model: type[Model], loc: Loc = ()) -> Model:
    """The *model* at *loc* of *document*; `ContentError` lists every problem at once."""
    node = document.at(loc)
    if node is None:
        raise ContentError([document.problem(loc, f"missing key {loc[-1]!r}")])
    try:
        return model.model_validate(node.plain())
    except ValidationError as error:
        found = findings(model, error, lambda inner: document.at((*loc, *inner)) is not None)
    raise ContentError([document.problem((*loc, *f.loc), f.message, key=f.at_key) for f in found])
