"""Suite → addresses and anchors: the only room that knows where a cell is."""

from toolkit.layout.arrange import arrange, instance_id
from toolkit.layout.places import (
    BlockPlace,
    Box,
    Label,
    LabelRole,
    Layout,
    SheetPlace,
    Spot,
    a1,
    defined_name,
    quoted,
)

__all__ = [
    "BlockPlace",
    "Box",
    "Label",
    "LabelRole",
    "Layout",
    "SheetPlace",
    "Spot",
    "a1",
    "arrange",
    "defined_name",
    "instance_id",
    "quoted",
]
