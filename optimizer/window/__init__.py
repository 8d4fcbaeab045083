"""A small window for a planner who has never opened a terminal: a local page, answered by this computer alone.

Why a page and not a window of tkinter: what a locked-down Windows desktop has for certain is a browser. The Python of the
Microsoft Store or of a software centre may come without tkinter; macros and downloaded programs are blocked by policy. A
server that listens on 127.0.0.1 needs no administrator rights, and Windows asks nothing about its firewall, because that only
asks for what can be reached from other computers. A browser also brings zoom, contrast, dark mode and screen readers.

Everything on the computer can knock at that door, other users and pages of the web included: server.py says who is let in.
"""
