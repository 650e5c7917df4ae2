"""Files for the doctor in a folder of their own."""

import pytest


@pytest.fixture
def save(tmp_path):
    """Writes bytes or text into a file and gives its path."""

    def write(content, name="x.tsv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write
