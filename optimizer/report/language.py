"""The languages of the published tables: which words stand for the English ones, and how figures are written.

The English phrase is the key. Its translations stand in languages/<code>.toml, one line a phrase, for anybody to edit.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from importlib import resources
from string import Formatter

from optimizer.report.table import Cell, Kind, plain

NIL = "–"
MINUS = "\N{MINUS SIGN}"
LEAST_SHARE = Fraction(1, 2000)  # rounds to one decimal of a per cent
FIXED = "\N{NO-BREAK SPACE}"
UNITS = {1_000: "thousand", 1_000_000: "million", 1_000_000_000: "billion"}
Catalogue = Mapping[str, str]


class UnknownPhrase(KeyError):
    """A phrase that the language has no translation for: a published table is translated in full or not at all."""

    def __init__(self, phrase: str, code: str) -> None:
        super().__init__(phrase)
        self.phrase, self.code = phrase, code

    def __str__(self) -> str:
        return f"no translation into {self.code!r} of: {self.phrase}"


@dataclass(frozen=True)
class Language:
    """`groups` stands between groups of three digits, `percent` is the sign with what stands before it.

    `years` stands between the first and the last year of a range; `full_years`: the last has all its digits. `singular` are the
    numbers that take the singular. `tag` is the language as programs name it.
    """

    code: str
    tag: str
    groups: str = FIXED
    decimal: str = ","
    percent: str = f"{FIXED}%"
    years: str = "-"
    full_years: bool = False
    singular: tuple[int, ...] = (1,)

    @cached_property
    def phrases(self) -> Catalogue:
        """Empty for English, whose phrases are the keys."""
        return {} if self.english else catalogue(self.code)

    @property
    def english(self) -> bool:
        return self.code == "en"

    def say(self, phrase: str, **values: str | int) -> str:
        """The phrase with its {names} filled in; whole numbers are written as the language writes them. Raises UnknownPhrase."""
        if not self.english and phrase not in self.phrases:
            raise UnknownPhrase(phrase, self.code)
        shown = {name: value if isinstance(value, str) else self.integer(value) for name, value in values.items()}
        text = self.phrases.get(phrase, phrase)
        for name, value in shown.items():
            if value.endswith("."):  # dollars É.-U. at the end of a sentence
                text = text.replace(f"{{{name}}}.", f"{{{name}}}")
        return text.format_map(shown)

    def count(self, number: int, one: str, many: str, **values: str | int) -> str:
        """The phrase for one or the phrase for many, both with {number}."""
        return self.say(one if number in self.singular else many, number=number, **values)

    @staticmethod
    def sentences(parts: Iterable[str]) -> str:
        """Each ended with one full stop."""
        return " ".join(f"{part.rstrip('.')}." for part in parts if part)

    def integer(self, value: int) -> str:
        digits = f"{abs(value):,}".replace(",", self.groups)
        return MINUS + digits if value < 0 else digits

    def rounded(self, value: Fraction | int, places: int) -> str:
        """With so many decimals, halves away from nil, as spreadsheet programs show them."""
        scaled = int(abs(value) * 10**places + Fraction(1, 2))
        whole, rest = divmod(scaled, 10**places)
        text = self.integer(whole) + (f"{self.decimal}{rest:0{places}d}" if places else "")
        return MINUS + text if value < 0 and scaled else text

    def number(self, value: Fraction | int, places: int = 10) -> str:
        """With the decimals that it has, at most so many: 37.5, 40."""
        text = self.rounded(value, places)
        return text.rstrip("0").removesuffix(self.decimal) if self.decimal in text[-places - 1 :] else text

    def ratio(self, value: Fraction | int, places: int = 1) -> str:
        """3/4 as 75.0%."""
        return self.rounded(percentage(value, places), places) + self.percent

    def share(self, value: Fraction) -> Fraction | str:
        """For a cell with one decimal of a per cent: a share that is there is not shown as none."""
        shown = not value or value >= LEAST_SHARE
        return value if shown else self.say("under {share}", share=self.points(Fraction(1, 10)))

    def points(self, value: Fraction | int) -> str:
        """A number of percentage points as typed: 37.5%."""
        return self.number(value) + self.percent

    def shown(self, cell: Cell, kind: Kind) -> str:
        """A cell as it reads on a page."""
        value = plain(cell)
        if value is None:
            return ""
        if isinstance(value, bool):
            return self.say("yes" if value else "no")
        if isinstance(value, str):
            return value
        if kind is Kind.PERCENT:
            return self.ratio(value)
        if isinstance(value, Fraction) or kind is Kind.NUMBER:
            return self.rounded(value, 2)
        return NIL if kind is Kind.MONEY and not value else self.integer(value)

    def money(self, currency: str, amount: int, unit: int = 1) -> str:
        """An amount in text, in units of so much: US$237 million, 237 millions de dollars É.-U., CHF 5,000."""
        size = UNITS.get(unit, "")
        if unit > 1 and not size:
            amount, unit = amount * unit, 1
        if self.english:
            text = f"{_before(currency)}{self.integer(amount)}" if amount >= 0 else MINUS + self.money(currency, -amount)
            return f"{text}{FIXED}{size}" if size else text
        if not size:
            name = self.phrases.get(f"1 {currency}", self._name(currency)) if amount in self.singular else self._name(currency)
            return f"{self.integer(amount)}{FIXED}{name}"
        phrase = "1 {size} {currency}" if amount in self.singular else "{number} {size} {currency}"
        return self.say(phrase.replace("{size}", size), number=amount, currency=self._of(currency))

    def spoken(self, currency: str, amount: int) -> str:
        """An amount to be read aloud, exact: in millions where it is whole thousands: US$1.43 million."""
        if amount < 1_000_000 or amount % 1_000:
            return self.money(currency, amount)
        millions = Fraction(amount, 1_000_000)
        number = self.number(millions, 3)
        if self.english:
            return f"{_before(currency)}{number}{FIXED}million"
        single = int(millions) in self.singular if 0 in self.singular else millions in self.singular
        return self.say(
            "1 million {currency}" if single else "{number} million {currency}", number=number, currency=self._of(currency)
        )

    def unit(self, currency: str, unit: int) -> str:
        """The unit of a table of amounts: US$ thousand, en milliers de dollars É.-U."""
        if unit == 1:
            return self.say("in {currency}", currency=self._name(currency)) if not self.english else currency
        if unit in UNITS:
            return self.say(f"{{currency}} {UNITS[unit]}", currency=self._of(currency))
        return self.say("{currency} × {number}", currency=self._name(currency), number=unit)

    def _name(self, currency: str) -> str:
        return self.phrases.get(currency, currency)

    def _of(self, currency: str) -> str:
        """The name as it follows a number of millions."""
        if self.english:
            return currency
        return self.phrases.get(f"of {currency}") or self.say("of {currency}", currency=self._name(currency))

    def span(self, first: int | None, last: int | None) -> str:
        """2021–26; one year where there is no other; in full where the century changes."""
        given = [year for year in (first, last) if year is not None]
        if len(set(given)) < 2:
            return str(given[0]) if given else ""
        start, end = given
        short = start // 100 == end // 100 and not self.full_years
        return f"{start}{self.years}{end % 100:02d}" if short else f"{start}{self.years}{end}"

    def period(self, name: str) -> str:
        """The name of a period where it is a range of years, as the language writes ranges; any other name as it stands."""
        found = RANGE.fullmatch(name.strip())
        if not found:
            return name
        first, last = found.groups()
        return self.span(int(first), int(first[: 4 - len(last)] + last))

    def term(self, word: str) -> str:
        """A word of the plan, for instance a category of funds: its translation where there is one, else as it stands."""
        return self.phrases.get(word, word)

    def named(self, word: str) -> str:
        """The same as a heading: with a capital."""
        capital = word[:1].upper() + word[1:]
        return self.phrases.get(word) or self.term(capital)

    def enumeration(self, words: Sequence[str]) -> str:
        """a, b and c."""
        if len(words) < 2:
            return "".join(words)
        last = words[-1]
        phrase = "{list} and {last} (before the sound i)" if self.code == "es" and SOUND_I.match(last) else "{list} and {last}"
        return self.say(phrase, list=", ".join(words[:-1]), last=last)

    def caption(self, number: str, title: str) -> str:
        """Table 1. Title"""
        return f"{self.label}{FIXED}{number}. {title}"

    @property
    def label(self) -> str:
        """What a table is called in its caption."""
        return self.say("Table")


RANGE = re.compile("([0-9]{4})[-–]([0-9]{2}|[0-9]{4})")
SOUND_I = re.compile("(i|hi(?![aeo]))", re.IGNORECASE)  # Spanish: y becomes e
ENGLISH = Language("en", "en-GB", groups=",", decimal=".", percent="%", years="–")
LANGUAGES: Mapping[str, Language] = {
    language.code: language
    for language in (ENGLISH, Language("fr", "fr-FR", singular=(0, 1)), Language("es", "es-ES", full_years=True))
}


def catalogue(code: str) -> Catalogue:
    """The translations of all phrases into a language. Raises ValueError where a phrase stands twice or is blank."""
    text = resources.files("optimizer.report").joinpath("languages", f"{code}.toml").read_text(encoding="utf-8")
    found: dict[str, str] = {}
    for section, phrases in tomllib.loads(text).items():
        for phrase, translation in phrases.items():
            if phrase in found or not translation.strip():
                raise ValueError(f"{code}.toml: [{section}] {phrase!r} stands twice or is blank")
            found[phrase] = translation
    return found


def percentage(ratio: Fraction | int, places: int) -> Fraction | int:
    """In points; a share short of the whole is not rounded up to the whole."""
    points, step = 100 * ratio, Fraction(1, 10**places)
    return 100 - step if 100 - step < points < 100 else points


def placeholders(phrase: str) -> frozenset[str]:
    """The names that a phrase wants filled in."""
    return frozenset(name for _, name, _, _ in Formatter().parse(phrase) if name is not None)


def _before(currency: str) -> str:
    return f"{currency}{FIXED}" if currency[-1:].isalnum() else currency
