"""Follows the location of a pydantic error through a model's types to a place in the file.

A pydantic location also names the member of each union on the way, which is no key of the file.
Only the types can tell such a name from a key, so they are walked along.
"""

from __future__ import annotations

import types
from collections import abc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, Discriminator, RootModel, Tag
from pydantic.fields import FieldInfo

from sandbox.content.document import Loc

KEY = "[key]"
"""How pydantic ends the location of an error in a mapping's key."""
_LISTS = (list, set, frozenset, abc.Sequence, abc.Iterable, abc.Collection, abc.Set)
_MAPPINGS = (dict, abc.Mapping, abc.MutableMapping)
_UNKNOWN: Any = None


@dataclass(frozen=True, slots=True)
class Branch:
    """One member of a plain union that the location goes through."""

    loc: Loc
    """The value that may be one of several things."""
    member: str
    """pydantic's name of the member that was tried."""
    depth: int
    """How much of pydantic's location leads into the member, its name included."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an error stands in the file, and which types belong there."""

    loc: Loc
    owner: Any
    """The type of what holds the last key of *loc*."""
    expected: Any
    """The type expected at *loc*."""
    branches: tuple[Branch, ...]


def locate(model: Any, location: Sequence[str | int], exists: Callable[[Loc], bool]) -> Place:
    """The place that pydantic calls *location* in data for *model*.

    *exists* says what the data holds: it decides where the types are not known (a custom type).
    """
    expected, owner = model, _UNKNOWN
    loc: Loc = ()
    branches: list[Branch] = []
    for depth, part in enumerate(location, start=1):
        expected, discriminator = _peel(expected)
        members = union_members(expected)
        if len(members) > 1:
            if discriminator is None:
                branches.append(Branch(loc, str(part), depth))
            expected = _member(members, discriminator, str(part))
        elif part != KEY:
            below = _below(expected, part)
            if below is not _UNKNOWN or exists((*loc, part)) or depth == len(location):
                loc = (*loc, part)
                owner, expected = expected, below
    return Place(loc, owner, _peel(expected)[0], tuple(branches))


def field_names(model: Any) -> list[str]:
    """The keys that *model* knows, as they are written in a file; none if it is not a model."""
    return list(_fields(model)) if _is_model(model) else []


def required_names(model: type[BaseModel]) -> list[str]:
    """The keys that *model* cannot do without."""
    return [
        field.alias or name for name, field in model.model_fields.items() if field.is_required()
    ]


def union_members(annotation: Any) -> list[Any]:
    """The members of a union, without None; a single type is its own only member."""
    if get_origin(annotation) in (Union, types.UnionType):
        return [member for member in get_args(annotation) if member is not types.NoneType]
    return [annotation]


def tags(annotation: Any, discriminator: str) -> list[str]:
    """The values that *discriminator* may have in the union *annotation*."""
    return [
        str(tag)
        for member in union_members(_peel(annotation)[0])
        for tag in _literals(member, discriminator)
    ]


def _peel(annotation: Any) -> tuple[Any, Any]:
    """*annotation* without its wrappers, and the discriminator found among them."""
    discriminator: Any = None
    while True:
        if get_origin(annotation) is Annotated:
            for extra in annotation.__metadata__:
                if isinstance(extra, (FieldInfo, Discriminator)):
                    discriminator = extra.discriminator or discriminator
            annotation = annotation.__origin__
        elif hasattr(annotation, "__value__"):  # type X = ...
            annotation = annotation.__value__
        elif hasattr(annotation, "__supertype__"):  # NewType
            annotation = annotation.__supertype__
        elif _is_model(annotation) and issubclass(annotation, RootModel):
            annotation = _annotation(annotation.model_fields["root"])
        elif len(members := union_members(annotation)) == 1 and members[0] is not annotation:
            annotation = members[0]
        else:
            return annotation, discriminator


def _below(annotation: Any, part: str | int) -> Any:
    """The type of the element *part* of a value of type *annotation*."""
    if _is_model(annotation):
        return _fields(annotation).get(str(part), Any)
    origin, args = get_origin(annotation) or annotation, get_args(annotation)
    if origin is tuple and args and isinstance(part, int):
        if args[-1] is Ellipsis:
            return args[0]
        return args[part] if part < len(args) else Any
    if origin in _LISTS:
        return args[0] if args else Any
    if origin in _MAPPINGS:
        return args[1] if args else Any
    return _UNKNOWN


def _member(members: list[Any], discriminator: Any, tag: str) -> Any:
    for member in members:
        if discriminator is None:
            if _answers_to(_peel(member)[0], tag):
                return member
        elif isinstance(discriminator, str):
            if tag in map(str, _literals(member, discriminator)):
                return member
        elif tag in [x.tag for x in getattr(member, "__metadata__", ()) if isinstance(x, Tag)]:
            return member
    return _UNKNOWN


def _answers_to(member: Any, tag: str) -> bool:
    if _is_model(member):
        # Validators wrap the name: function-after[check(), Model].
        return tag == member.__name__ or tag.endswith(f", {member.__name__}]")
    origin = get_origin(member) or member
    return tag.partition("[")[0] == getattr(origin, "__name__", "").lower()


def _literals(member: Any, discriminator: str) -> tuple[Any, ...]:
    model = _peel(member)[0]
    annotation = _peel(_fields(model).get(discriminator))[0] if _is_model(model) else None
    return get_args(annotation) if get_origin(annotation) is Literal else ()


def _fields(model: type[BaseModel]) -> dict[str, Any]:
    return {field.alias or name: _annotation(field) for name, field in model.model_fields.items()}


def _annotation(field: FieldInfo) -> Any:
    return Annotated[field.annotation, field]


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)
