"""Text that is drawn once and filled often: what differs from time to time stands in it as a mark.

    line = Stencil(template.render(...), {"~name~": "name"})
    line.fill({"name": escape(person.name)})

What a text looks like is still said in its template alone; filling is one formatting, in which no value is ever taken for a mark.
"""

import re
from collections.abc import Mapping

from django.utils.safestring import SafeString


class Stencil:
    """Rendered markup whose marks (mark to name) are places for values."""

    def __init__(self, text: str, marks: Mapping[str, str]) -> None:
        places = re.compile("|".join(re.escape(mark) for mark in sorted(marks, key=len, reverse=True)))
        self._form = places.sub(lambda mark: f"%({marks[mark[0]]})s", text.replace("%", "%%"))

    def fill(self, values: Mapping[str, str]) -> SafeString:
        """The text with its values, which the caller has escaped. Raises KeyError for a place without one."""
        return SafeString(self._form % values)  # the template escaped the text, the caller the values
