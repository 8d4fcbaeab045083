#!/bin/sh
# Opens the window of optimizer; sets it up the first time. A workbook dropped on this file is opened in it.
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd -P) || exit 1

# Started by a double-click, without a terminal: take one, so that messages can be read.
if [ ! -t 1 ] && [ -z "$OPTIMIZER_IN_TERMINAL" ] && [ -n "$DISPLAY$WAYLAND_DISPLAY" ]; then
  export OPTIMIZER_IN_TERMINAL=1
  command -v x-terminal-emulator >/dev/null 2>&1 && exec x-terminal-emulator -e sh "$0" "$@"
  command -v gnome-terminal >/dev/null 2>&1 && exec gnome-terminal --wait -- sh "$0" "$@"
  command -v konsole >/dev/null 2>&1 && exec konsole -e sh "$0" "$@"
  command -v xterm >/dev/null 2>&1 && exec xterm -e sh "$0" "$@"
fi

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

python=
for name in python3 python3.14 python3.13 python3.12 python3.11 \
  /Library/Frameworks/Python.framework/Versions/Current/bin/python3 /opt/homebrew/bin/python3 /usr/local/bin/python3; do
  found=$(command -v "$name") || continue
  # On a Mac without developer tools this one only asks to install them.
  [ "$found" = /usr/bin/python3 ] && [ "$(uname)" = Darwin ] && ! xcode-select -p >/dev/null 2>&1 && continue
  new_enough "$found" && python=$found && break
done

if [ -n "$python" ]; then
  "$python" "$here/start.py" "$@"
  code=$?
else
  echo "optimizer needs Python 3.11 or newer, and none was found." >&2
  echo "Get it from your software centre or from https://www.python.org/downloads, then start this again." >&2
  code=1
fi
if [ "$code" -ne 0 ] && [ -t 0 ]; then
  printf 'Press Enter to close this window. '
  read -r _
fi
exit "$code"
