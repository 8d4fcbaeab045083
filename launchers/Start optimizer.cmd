@echo off
rem Opens the window of optimizer; sets it up the first time. A workbook dropped on this file is opened in it.
rem No blocks in brackets: the name of a folder may have brackets of its own.
setlocal EnableExtensions DisableDelayedExpansion
title optimizer
set "TEST=import sys; sys.exit(sys.version_info[:2] not in ((3, n) for n in range(11, 99)))"

py -3 -c "%TEST%" >nul 2>nul
if not errorlevel 1 goto py
python -c "%TEST%" >nul 2>nul
if not errorlevel 1 goto python
goto missing

:py
py -3 "%~dp0start.py" %*
goto ended

:python
python "%~dp0start.py" %*
goto ended

:missing
echo optimizer needs Python 3.11 or newer, and none was found.
echo Get it from your software centre or from https://www.python.org/downloads
echo (administrator rights are not needed), then start this again.
pause
exit /b 1

:ended
if not errorlevel 1 exit /b 0
pause
exit /b 1
