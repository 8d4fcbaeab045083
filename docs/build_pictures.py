"""Makes the pictures of the guides anew: python docs/build_pictures.py

Needs LibreOffice, Chromium and pdftoppm (Debian: libreoffice-calc libreoffice-writer chromium chromium-driver
poppler-utils), and the tools of the tests (pip install -e ".[test]").
"""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from PIL import Image, ImageChops
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.support.ui import WebDriverWait

ROOT = Path(__file__).resolve().parent.parent
PICTURES = Path(__file__).parent / "pictures"
BASE = "results/plan_outputs_Base"
WIDTH = 1200  # pixels
BROWSER = (
    "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars",
)  # fmt: skip


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        subprocess.run(["optimizer", "run", str(ROOT / "inputs" / "plan_outputs.xlsx"), "-o", str(work / "results")], check=True)
        save("input.png", page_of(ROOT / "inputs" / "plan_outputs.xlsx", "Responsible unit", work))
        save("scenarios.png", page_of(ROOT / "inputs" / "plan_outputs.xlsx", "Resources: basis", work))
        save("summary.png", page_of(work / f"{BASE}.xlsx", "Approaches side by side", work))
        save("prioritisation.png", page_of(work / f"{BASE}.xlsx", "Prioritisation of outputs", work))
        save("word.png", page_of(work / f"{BASE}.docx", "Prioritisation of outputs", work))
        save("window.png", window(work))
        save("page.png", shot((work / f"{BASE}.html").as_uri(), work, 1250))


def page_of(document: Path, text: str, work: Path) -> Image.Image:
    """The first page of a document that has a text, as it prints."""
    profile = f"-env:UserInstallation={(work / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(work), str(document)]
    subprocess.run(command, check=True, capture_output=True)
    printed = work / f"{document.stem}.pdf"
    pages = (
        subprocess.run(["pdftotext", "-layout", str(printed), "-"], check=True, capture_output=True).stdout.decode().split("\f")
    )
    number = str(next(number for number, page in enumerate(pages, start=1) if text in page))
    drawn = ["pdftoppm", "-r", "110", "-f", number, "-l", number, "-png", str(printed)]
    return Image.open(io.BytesIO(subprocess.run(drawn, check=True, capture_output=True).stdout))


def shot(address: str, work: Path, height: int) -> Image.Image:
    """What a browser shows of a page."""
    target = work / "shot.png"
    flags = (f"--user-data-dir={work / 'browser'}", f"--window-size={WIDTH},{height}", f"--screenshot={target}")
    subprocess.run([*BROWSER, *flags, address], check=True, capture_output=True)
    return Image.open(target)


def window(work: Path) -> Image.Image:
    """The window of `optimizer app` once the shipped plan was chosen and its base scenario run."""
    command = ["optimizer", "app", "--no-browser", "--lang", "en"]
    home = os.environ | {"HOME": str(work)}  # results of a chosen workbook go there
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=home) as running:
        assert running.stdout is not None
        address = next(found.group() for line in running.stdout if (found := re.search(r"http://\S+", line)))
        options = webdriver.ChromeOptions()
        options.binary_location = str(shutil.which(BROWSER[0]))
        for flag in (*BROWSER[1:], f"--window-size={WIDTH},1100", f"--user-data-dir={work / 'driven'}"):
            options.add_argument(flag)
        driver = webdriver.Chrome(options=options, service=Service(str(shutil.which("chromedriver"))))
        try:
            driver.get(address)
            driver.find_element("id", "file").send_keys(str(ROOT / "inputs" / "plan_outputs.xlsx"))
            wait = WebDriverWait(driver, 60)
            wait.until(lambda page: page.find_element("id", "run").is_displayed())
            driver.find_element("id", "run").click()
            wait.until(lambda page: "36 outputs" in page.find_element("id", "answers").text)
            neutral = "source.textContent = source.textContent.replace(arguments[0], '/home/planner'); window.scrollTo(0, 0)"
            driver.execute_script(neutral, str(work))  # the folder of this machine is nobody's business
            return Image.open(io.BytesIO(driver.get_screenshot_as_png()))
        finally:
            driver.quit()
            running.terminate()


def save(name: str, picture: Image.Image) -> None:
    """Without margins, no wider than a screen, and small."""
    picture = picture.convert("RGB")
    box = ImageChops.difference(picture, Image.new("RGB", picture.size, "white")).getbbox()
    picture = picture.crop(box) if box else picture
    if picture.width > WIDTH:
        picture = picture.resize((WIDTH, round(picture.height * WIDTH / picture.width)))
    picture.quantize(64).save(PICTURES / name, "PNG", optimize=True)


if __name__ == "__main__":
    main()
