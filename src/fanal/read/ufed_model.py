"""What a UFED report is made of: models with fields, facts of the extraction, and what could not be read."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Model:
    """One decoded thing.

    Attributes:
        kind: its type (Chat, InstantMessage, Party), or "file" for a tagged file.
        offset: byte of the report at which it begins.
        attributes: of its element: id, deleted_state, decoding_confidence, source_index, path, size ...
        fields: text of its fields by name; the form of a value (its `format`) under "name@format". Of a tagged file,
            its metadata under "section/name".
        models: models in its fields, by the field's name.
        targets: ids of files that it points to.
        sources: files of the extraction that it was decoded from.
        size: characters that it holds.
        cut: whether a value of it was cut.
        around: the model in which it stands, or None.
        opened: whether models that stand in it were handed out before it.
    """

    kind: str
    offset: int
    attributes: dict[str, str]
    fields: dict[str, str] = field(default_factory=dict)
    models: dict[str, list["Model"]] = field(default_factory=dict)
    targets: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    size: int = 0
    cut: bool = False
    around: "Model | None" = None
    opened: bool = False

    @property
    def id(self) -> str | None:
        """Its id in the report."""
        return self.attributes.get("id") or None

    def get(self, *names: str) -> str | None:
        """The first of these fields that says something."""
        for name in names:
            said = self.fields.get(name)
            if said:
                return said
        return None

    def all(self, *names: str) -> list["Model"]:
        """The models in these fields, in order."""
        return [model for name in names for model in self.models.get(name, ())]


@dataclass(frozen=True)
class Fact:
    """One line that holds for the extraction: its section, name and value."""

    section: str
    name: str
    value: str


@dataclass(frozen=True)
class Failure:
    """What was not read: where it begins, what it was, and why."""

    offset: int
    kind: str
    reason: str


Piece = Model | Fact | Failure
