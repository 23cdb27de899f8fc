"""What the site needs beyond the pages of docs/: files from elsewhere, and links that lead there.

Links of the pages are written as GitHub has them, from one file of the repository to another. What
a link to a file outside of docs/ leads to is on the site, too: a page for Markdown and for code,
and the file itself for anything else. A link to what is not there is a warning, which fails a
strict build. So the site asks no other host for anything, and is of one version throughout.
"""

import posixpath
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import get_plugin_logger
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[1]
#: Files of others, as the session `docs` of noxfile.py has brought or made them.
BROUGHT = ROOT / "target" / "website"
MERMAID = "assets/mermaid.min.js"
JAVADOC = "javadoc/index.html"
#: Pages of the navigation that are files elsewhere in the repository.
PAGES = {
    "CHANGELOG.md": "changes.md",
    "CONTRIBUTING.md": "contributing.md",
    "benchmarks/README.md": "benchmarks.md",
}
#: What readers of the site have in place of these.
INSTEAD = {"README.md": "index.md", **PAGES}
#: Pages of code, by what their files' names end with.
LANGUAGES = {
    ".dockerfile": "dockerfile",
    ".java": "java",
    ".json": "json",
    ".py": "python",
    ".scala": "scala",
    ".sh": "bash",
    ".txt": "text",
    ".xml": "xml",
    ".yaml": "yaml",
    ".yml": "yaml",
}
LINK = re.compile(r"(?<=\]\()(?P<target>[^)\s#:]+)(?P<rest>#[^)\s]*)?(?=\))")
CODE = re.compile(r"(^ *```.*?^ *```[^\n]*$|`[^`\n]+`)", re.DOTALL | re.MULTILINE)
DIAGRAM = re.compile(r'<pre class="mermaid"><code>(?P<kind>\w+).*?</pre>', re.DOTALL)
#: What docstrings say for Sphinx, before code.
ROLE = re.compile(r":(?:func|class|meth|mod):(?=<code)")

log = get_plugin_logger("links")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add what is not in docs/."""
    for source, page in PAGES.items():
        files.append(File.generated(config, page, content=(ROOT / source).read_text("utf-8")))
    sources = [source_of(file.src_uri) for file in files.documentation_pages()]
    for target in linked_from(sources):
        files.append(added(target, config))
    for folder, place in ((BROUGHT / "assets", "assets"), (BROUGHT / "javadoc", "javadoc")):
        # Javadoc brings licences in Markdown, which are no pages of this site.
        for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.suffix != ".md"):
            name = f"{place}/{path.relative_to(folder).as_posix()}"
            files.append(File.generated(config, name, abs_src_path=str(path)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Let links lead to where on the site things are."""
    source = source_of(page.file.src_uri)
    if source == "docs/java-api.md" and files.get_file_from_path(JAVADOC) is not None:
        markdown += f"\n[All of it, class by class]({JAVADOC})\n"

    def link(found: re.Match[str]) -> str:
        target = resolved(source, found["target"])
        place = place_of(target)
        if not target.startswith("docs/") and not (ROOT / target).exists():
            log.warning(f"{source} links to {target}, which is not in the repository")
        # The overview that stands for the README has other headings.
        anchor = "" if place == "index.md" else found["rest"] or ""
        return posixpath.relpath(place, posixpath.dirname(page.file.src_uri)) + anchor

    return outside_code(markdown, lambda text: LINK.sub(link, text))


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Bring Mermaid along where a page has diagrams; the theme would ask another host for it."""
    html = ROLE.sub("", html)
    if DIAGRAM.search(html) is None:
        return html
    if files.get_file_from_path(MERMAID) is None:
        log.info(f"{page.file.src_uri} needs {MERMAID}, which nobody has brought")
        return html
    html = DIAGRAM.sub(r'<div class="diagram \g<kind>">\g<0></div>', html)
    place = posixpath.relpath(MERMAID, posixpath.dirname(page.file.dest_uri) or ".")
    return f'{html}<script src="{place}"></script>'


def source_of(page: str) -> str:
    """Give the file of the repository that a page of the site is."""
    named = {page: source for source, page in PAGES.items()}.get(page)
    if named is not None:
        return named
    if page.startswith("source/"):
        target = page.removeprefix("source/")
        return target if (ROOT / target).exists() else target.removesuffix(".md")
    return f"docs/{page}"


def place_of(target: str) -> str:
    """Give where on the site a file of the repository is."""
    if target in INSTEAD:
        return INSTEAD[target]
    if target.startswith("docs/"):
        return target.removeprefix("docs/")
    is_page = (ROOT / target).is_dir() or language_of(target) is not None
    return f"source/{target}{'.md' if is_page else ''}"


def language_of(target: str) -> str | None:
    """Give the language of a file that becomes a page of code."""
    name, suffix = posixpath.splitext(posixpath.basename(target))
    if name == "Dockerfile":
        return "dockerfile"
    return LANGUAGES.get(suffix, "bash" if suffix == "" else None)


def added(target: str, config: MkDocsConfig) -> File:
    """Make the file of the site for one of the repository."""
    path = ROOT / target
    place = place_of(target)
    if not place.endswith(".md"):
        return File.generated(config, place, abs_src_path=str(path))
    if path.is_dir():
        names = sorted(p.name for p in path.iterdir() if not p.name.startswith((".", "_")))
        content = f"# {target}\n\n" + "".join(f"- `{name}`\n" for name in names)
    elif target.endswith(".md"):
        content = path.read_text("utf-8")
    else:
        code = path.read_text("utf-8").rstrip("\n")
        heading = f"# {path.name}\n\n`{target}`\n\n"
        content = f"{heading}````{language_of(target)}\n{code}\n````\n"
    content = f"---\nsearch:\n  exclude: true\n---\n\n{content}"
    return File.generated(config, place, content=content, inclusion=InclusionLevel.NOT_IN_NAV)


def linked_from(sources: list[str]) -> Iterator[str]:
    """Find what pages link to outside of docs/, and what that links to."""
    seen: set[str] = set()
    while sources:
        source = sources.pop()
        for target in sorted({resolved(source, found) for found in links_of(source)} - seen):
            seen.add(target)
            path = ROOT / target
            if target in INSTEAD or target.startswith("docs/") or not path.exists():
                continue
            if target.endswith(".md"):
                sources.append(target)
            yield target


def links_of(source: str) -> list[str]:
    """Give the links of a file to others."""
    found: list[str] = []
    outside_code(
        (ROOT / source).read_text("utf-8"),
        lambda text: found.extend(link["target"] for link in LINK.finditer(text)) or text,
    )
    return found


def resolved(source: str, target: str) -> str:
    """Give what a link from a file of the repository leads to."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(source), target))


def outside_code(markdown: str, change: Callable[[str], str]) -> str:
    """Change what is neither in a block of code nor between backticks."""
    parts = CODE.split(markdown)
    return "".join(part if i % 2 == 1 else change(part) for i, part in enumerate(parts))
