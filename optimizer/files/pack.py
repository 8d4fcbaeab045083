"""The last touch to a written workbook: rows that still grow with their text, and a container that is the same everywhere."""

from __future__ import annotations

import io
import re
import zipfile

_FIXED_HEIGHT = re.compile(rb'(<row r="(?!1")\d+"[^>]*?) customHeight="1"')
_UNIX = 3


def finish(workbook: bytes, free_sheets: frozenset[str]) -> bytes:
    """The workbook packed again. In the parts named by `free_sheets`, rows below the first get a height that is not fixed.

    XlsxWriter can only fix heights, and a fixed height cuts what somebody types later; without any height other programs than
    Excel show one line. Excel itself saves a height without the mark customHeight, and so does this. Time stamps and the
    operating system's mark, which the container also holds, are set to constants.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as before, zipfile.ZipFile(packed, "w") as after:
        for name in before.namelist():
            content = before.read(name)
            if name in free_sheets:
                content = _FIXED_HEIGHT.sub(rb"\1", content)
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system = _UNIX
            entry.external_attr = 0o600 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            after.writestr(entry, content)
    return packed.getvalue()
