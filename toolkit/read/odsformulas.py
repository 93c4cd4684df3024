"""OpenFormula (``of:=SUM([.C5:.C9];[$'表'.A1])``) as Excel writes it (``SUM(C5:C9,'表'!A1)``)."""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r"""("(?:[^"]|"")*")              # a text
    |\[((?:'(?:[^']|'')*'|[^\]'])*)\]  # a reference
    |(;)|(~)|([^"\[;~]+)|(.)""",
    re.VERBOSE | re.DOTALL,
)
_CORNER = re.compile(
    r"""(?:'((?:[^']|'')*)'\#)?                       # another file
    \$?(?:'((?:[^']|'')*)'|([^.':\[\]]*))            # a sheet
    \.(\$?[A-Z]{1,3}\$?[0-9]{1,7}|\$?[A-Z]{1,3}|\$?[0-9]{1,7}|\#REF!)""",
    re.VERBOSE,
)
_PREFIX = re.compile(r"[a-zA-Z]+:=|=")
_ELSEWHERE = {"COM.MICROSOFT.": "", "ORG.OPENOFFICE.": "", "ORG.LIBREOFFICE.": "", "ORG.GNUMERIC.": ""}


def a1_formula(text: str) -> str:
    """The formula without ``=``. What is no OpenFormula stays as it is."""
    match = _PREFIX.match(text)
    body = text[match.end() :] if match else text
    if match is not None and match[0].startswith(("msoxl", "oooc")):
        return body if match[0].startswith("msoxl") else a1_formula("of:=" + body)
    pieces = []
    for string, reference, separator, union, plain, other in _TOKEN.findall(body):
        if string:
            pieces.append(string)
        elif reference:
            pieces.append(a1_address(reference))
        elif separator or union:
            pieces.append(",")
        else:
            pieces.append(_renamed(plain or other))
    return "".join(pieces)


def a1_address(text: str) -> str:
    """``'a b'!$C$5:$D$9`` of ``$'a b'.$C$5:.$D$9``; the text itself where it is anything else."""
    corners = list(_CORNER.finditer(text))
    if not corners or ":".join(match[0] for match in corners) != text:
        return text
    first = corners[0]
    sheet = first[2] if first[2] is not None else first[3]
    places = ":".join(match[4] for match in corners)
    if first[1] is not None:
        return f"'[{first[1].rpartition('/')[2]}]{sheet}'!{places}"
    if not sheet:
        return places
    return f"'{sheet}'!{places}"


def _renamed(piece: str) -> str:
    for there, here in _ELSEWHERE.items():
        piece = piece.replace(there, here)
    return piece
