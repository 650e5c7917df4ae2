"""What axe-core finds against WCAG AA in a page of a browser test."""

from axe_playwright_python.sync_playwright import Axe

WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


def violations(page):
    """Each violation with the elements that it is about."""
    found = Axe().run(page, options=WCAG).response["violations"]
    return [f"{item['id']}: {node['target']}" for item in found for node in item["nodes"]]
