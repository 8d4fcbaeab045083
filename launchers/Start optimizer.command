#!/bin/sh
# For a double-click in the Finder of macOS. The first time: right click, Open.
exec sh "$(dirname -- "$0")/Start optimizer.sh" "$@"
