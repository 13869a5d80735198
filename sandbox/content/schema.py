"""JSON Schemas of definition files, for editors that complete and check while one types."""

from __future__ import annotations

import re
from typing import Any

from pydantic import BaseModel

_FIRST = ("$schema", "$id", "title", "description", "type")
_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def json_schema(model: type[BaseModel]) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of *model*, with its docs; the same text on every machine.

    Properties keep the order of the fields; every other object is sorted.
    """
    schema = model.model_json_schema(mode="validation")
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["$id"] = f"urn:agent-windtunnel:{_WORD_START.sub('-', model.__name__).lower()}"
    return {key: schema[key] for key in (*_FIRST, *sorted(schema)) if key in schema}
