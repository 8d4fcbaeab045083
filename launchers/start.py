"""Sets optimizer up where that has not been done, and opens its window. What the launchers beside it run.

It installs into the folder .venv of this copy of optimizer: no administrator rights, and nothing elsewhere is changed. A newer
copy in the same place is installed again by itself. Plain Python, because any version may be asked to run it.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

LEAST = (3, 11)
ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / ".venv"
PYTHON = HOME / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = HOME / "installed-by-launcher.txt"  # which copy was installed; only where this file did it
LOG = HOME / "setup.log"
OK, FAILED = 0, 1


def main(arguments):
    if sys.version_info < LEAST:
        return fail(f"Python {LEAST[0]}.{LEAST[1]} or newer is needed; this is {sys.version.split()[0]}.")
    if not is_ready():
        try:
            problem = set_up()
        except OSError as error:
            problem = f"This folder cannot be written to: {ROOT}\n{error}\nCopy it to a folder of your own, and start it there."
        if problem:
            return fail(problem)
    # -P: what lies in the folder where this was started is never taken for a part of optimizer
    return subprocess.call([str(PYTHON), "-P", "-m", "optimizer.cli", "app", *arguments])


def fail(text):
    print(f"\noptimizer cannot be started.\n{text}\n", file=sys.stderr)
    return FAILED


def is_ready():
    """Whether it can be started as it is. An environment that somebody made by hand is left alone as long as it works."""
    if STAMP.exists():
        return STAMP.read_text(encoding="utf-8") == fingerprint()
    return PYTHON.exists() and subprocess.call([str(PYTHON), "-P", "-c", "import optimizer"], stderr=subprocess.DEVNULL) == 0


def fingerprint():
    """Of everything that is installed."""
    found = hashlib.sha256()
    parts = [ROOT / "setup.cfg", ROOT / "constraints.txt", *sorted((ROOT / "optimizer").rglob("*"))]
    for path in parts:
        if path.is_file() and path.suffix != ".pyc":
            found.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return found.hexdigest()


def set_up():
    """What is wrong, in words; empty when all went well."""
    print("Setting optimizer up in its own folder. This is done once, takes a few minutes and needs the network ...", flush=True)
    if not PYTHON.exists() and run([sys.executable, "-m", "venv", str(HOME)], ROOT / "setup.log"):
        return f"Python could not make its folder {HOME}.\n{last_lines(ROOT / 'setup.log')}"
    (ROOT / "setup.log").unlink(missing_ok=True)
    STAMP.unlink(missing_ok=True)
    install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--constraint", str(ROOT / "constraints.txt")]
    if run([str(PYTHON), *install, str(ROOT)], LOG):
        hint = "Is there a network? In an organisation, ask which address pip has to use for it (a proxy or an index)."
        return f"Its parts could not be fetched or installed.\n{last_lines(LOG)}\n{hint}\nAll of it: {LOG}"
    STAMP.write_text(fingerprint(), encoding="utf-8")
    print("Done.", flush=True)
    return ""


def run(command, log):
    """The exit code; what it says goes to a file."""
    with log.open("wb") as stream:
        return subprocess.call(command, stdout=stream, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)


def last_lines(log, most=6):
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-most:])


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(OK)
