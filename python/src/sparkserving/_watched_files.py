"""Whether the files that make an application have changed."""

import sys
from pathlib import Path


class WatchedFiles:
    """A Python file, and the modules beside it or below that it has imported."""

    def __init__(self, file: Path) -> None:
        """Takes the file as it is now."""
        self._file = file.resolve()
        self._seen: dict[Path, tuple[int, int]] = {}
        self.have_changed()

    def have_changed(self) -> bool:
        """Whether one of them has changed since this was asked last, or is gone."""
        now = {path: _state(path) for path in (self._file, *self._modules().values())}
        # Modules that were imported meanwhile are new, and have not changed.
        changed = any(now.get(path, state) != state for path, state in self._seen.items())
        self._seen = now
        return changed

    def forget_modules(self) -> None:
        """Makes the file import its modules anew."""
        for name in self._modules():
            del sys.modules[name]

    def _modules(self) -> dict[str, Path]:
        folder = self._file.parent
        found = {}
        for name, module in list(sys.modules.items()):
            path = getattr(module, "__file__", None)
            if name == "__main__" or not path or not Path(path).is_relative_to(folder):
                continue
            if "site-packages" not in Path(path).relative_to(folder).parts:
                found[name] = Path(path)
        return found


def _state(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError:
        return (0, 0)
    return (status.st_mtime_ns, status.st_size)
