"""What the site needs beyond the pages of docs/: files from elsewhere, and links that lead there.

Links of the pages are written as GitHub has them, from one file of the repository to another. A
link that leaves docs/ leads on the site to the page that stands for that file, or to the file in
the repository; one to a file that is not there is a warning, which fails a strict build.
"""

import posixpath
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import get_plugin_logger
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[1]
#: Files of others, as the session `docs` of noxfile.py has brought or made them.
BROUGHT = ROOT / "target" / "website"
#: Pages of the site that are files elsewhere in the repository.
PAGES = {
    "CHANGELOG.md": "changes.md",
    "CONTRIBUTING.md": "contributing.md",
    "benchmarks/README.md": "benchmarks.md",
}
#: What readers of the site have in place of these.
INSTEAD = {"README.md": "index.md", **PAGES}
JAVADOC = "javadoc/index.html"
MERMAID = "assets/mermaid.min.js"
LINK = re.compile(r"(?<=\]\()(?P<target>[^)\s#:]+)(?P<rest>#[^)\s]*)?(?=\))")
DIAGRAM = re.compile(r'<pre class="mermaid"><code>(?P<kind>\w+).*?</pre>', re.DOTALL)
#: What docstrings say for Sphinx, before code.
ROLE = re.compile(r":(?:func|class|meth|mod):(?=<code)")

log = get_plugin_logger("links")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add what is not in docs/."""
    for source, page in PAGES.items():
        files.append(File.generated(config, page, content=(ROOT / source).read_text("utf-8")))
    for folder, place in ((BROUGHT / "assets", "assets"), (BROUGHT / "javadoc", "javadoc")):
        # Javadoc brings licences in Markdown, which are no pages of this site.
        for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.suffix != ".md"):
            name = f"{place}/{path.relative_to(folder).as_posix()}"
            files.append(File.generated(config, name, abs_src_path=str(path)))
    for path in pictures(files):
        files.append(File.generated(config, path, abs_src_path=str(ROOT / path)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Let links lead to where on the site things are."""
    source = source_of(page.file.src_uri)
    if source == "docs/java-api.md" and files.get_file_from_path(JAVADOC) is not None:
        markdown += f"\n[All of it, class by class]({JAVADOC})\n"

    def link(found: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(source), found["target"]))
        anchor = found["rest"] or ""
        on_site = INSTEAD.get(target)
        if on_site == "index.md":
            anchor = ""
        if on_site is None and target.startswith("docs/"):
            on_site = target.removeprefix("docs/")
        if on_site is None and files.get_file_from_path(target) is not None:
            on_site = target
        if on_site is not None:
            return posixpath.relpath(on_site, posixpath.dirname(page.file.src_uri)) + anchor
        if not (ROOT / target).exists():
            log.warning(f"{source} links to {target}, which is not in the repository")
        kind = "tree" if (ROOT / target).is_dir() else "blob"
        return f"{config.extra['repository']}/{kind}/main/{target}{anchor}"

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
    return {page: source for source, page in PAGES.items()}.get(page, f"docs/{page}")


def outside_code(markdown: str, change) -> str:  # type: ignore[no-untyped-def]
    """Change what is neither in a block of code nor between backticks."""
    parts = re.split(r"(^```.*?^```[^\n]*$|`[^`\n]+`)", markdown, flags=re.DOTALL | re.MULTILINE)
    return "".join(part if part.startswith("`") else change(part) for part in parts)


def pictures(files: Files) -> set[str]:
    """Find the pictures that pages show from elsewhere in the repository."""
    found = set()
    for file in files.documentation_pages():
        source = source_of(file.src_uri)
        text = (ROOT / source).read_text("utf-8")
        for name in re.findall(r"!\[[^\]]*\]\(([^):\s]+)\)", text):
            path = posixpath.normpath(posixpath.join(posixpath.dirname(source), name))
            if not path.startswith("docs/"):
                found.add(path)
    return found
