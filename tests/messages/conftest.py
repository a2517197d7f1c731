import sys
from pathlib import Path

# The tool under test stands outside the package.
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
