"""What `pip-audit --format json` found, in a line each; ends with 0 whatever it is, for it only informs."""

import json
import sys
from typing import Any


def describe(report: str) -> list[str]:
    """The lines of a report; one that says so where there is none, or no package could be asked about."""
    try:
        packages: list[dict[str, Any]] = json.loads(report)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return ["pip-audit gave no report: the service of vulnerabilities cannot be reached."]
    asked = [package for package in packages if "vulns" in package]
    found = [(package, each) for package in asked for each in package["vulns"]]
    lines = [
        f"{package['name']} {package['version']}: {each['id']}, mended in {_mended_in(each)}"
        for package, each in found
    ]
    if not asked:
        return [
            f"None of {len(packages)} packages was audited: the service of vulnerabilities cannot be reached."
        ]
    return [
        *lines,
        f"{len(found)} known vulnerabilities in {len(asked)} of {len(packages)} packages audited.",
    ]


def _mended_in(vulnerability: dict[str, Any]) -> str:
    return ", ".join(vulnerability["fix_versions"]) or "no version yet"


if __name__ == "__main__":
    print("\n".join(describe(sys.stdin.read())))
