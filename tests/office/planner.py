"""A planner at work in LibreOffice: run by a Python that has `uno`, told what to do line by line on standard input.

The lines are JSON lists: ["open", path], ["type", path, sheet, cell, text or number], ["bold", path, sheet, cell],
["save", path], ["close", path]; each is answered with a line once it is done. Files are saved as somebody saves them: under their
own name, in their own format. Arguments: the program, and the folder of a profile of its own.
"""

import contextlib
import json
import subprocess
import sys
import time
import uuid
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException


def desktop(pipe):
    resolver = uno.getComponentContext().ServiceManager.createInstance("com.sun.star.bridge.UnoUrlResolver")
    for _ in range(600):
        with contextlib.suppress(NoConnectException):
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        time.sleep(0.1)
    raise SystemExit("LibreOffice does not answer")


def cell(document, sheet, address):
    return document.Sheets.getByName(sheet).getCellRangeByName(address)


def main(office, folder):
    pipe = f"planner{uuid.uuid4().hex}"
    profile = f"-env:UserInstallation={Path(folder).as_uri()}"
    program = subprocess.Popen([office, profile, "--headless", "--norestore", f"--accept=pipe,name={pipe};urp;"])
    application, documents = desktop(pipe), {}
    print("ready", flush=True)
    for line in sys.stdin:
        what, path, *rest = json.loads(line)
        if what == "open":
            hidden = PropertyValue("Hidden", 0, True, 0)
            documents[path] = application.loadComponentFromURL(Path(path).as_uri(), "_blank", 0, (hidden,))
        elif what == "type":
            sheet, address, value = rest
            target = cell(documents[path], sheet, address)
            if isinstance(value, str):
                target.String = value
            else:
                target.Value = value
        elif what == "bold":
            cell(documents[path], *rest).CharWeight = 150.0
        elif what == "save":
            documents[path].store()
        elif what == "close":
            documents.pop(path).close(True)
        print("done", flush=True)
    with contextlib.suppress(Exception):  # the connection ends with the program
        application.terminate()
    program.wait(30)


main(*sys.argv[1:])
