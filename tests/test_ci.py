"""The checks of this project's CI, as far as they have logic of their own."""

import importlib.util
import json
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[1]


def describe(report):
    specification = importlib.util.spec_from_file_location("audit", ROOT / ".ci" / "audit.py")
    audit = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(audit)
    return audit.describe(report)


def report(*packages):
    return json.dumps({"dependencies": packages, "fixes": []})


def test_a_known_vulnerability_is_named_with_what_mends_it():
    bad = {
        "name": "left",
        "version": "1.0",
        "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.1"], "aliases": []}],
    }
    good = {"name": "right", "version": "2.0", "vulns": []}
    unknown = {"name": "own", "skip_reason": "not found"}
    assert describe(report(bad, good, unknown)) == [
        "left 1.0: PYSEC-1, mended in 1.1",
        "1 known vulnerabilities in 2 of 3 packages audited.",
    ]


def test_where_the_service_cannot_be_reached_one_line_says_so():
    unreachable = "the service of vulnerabilities cannot be reached."
    assert describe("") == [f"pip-audit gave no report: {unreachable}"]
    assert describe("[]") == [f"pip-audit gave no report: {unreachable}"]
    skipped = {"name": "a", "skip_reason": "Dependency not found on PyPI"}
    assert describe(report(skipped)) == [f"None of 1 packages was audited: {unreachable}"]


def test_the_audit_fails_no_run():
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert 'timeout 60 bash -c known_vulnerabilities || echo "pip-audit did not end' in script
    assert "check " not in script.split("== known vulnerabilities")[1]
    subprocess.run(["bash", "-n", str(ROOT / ".ci" / "run")], check=True)
