"""Walk from every figure of a report's page to its rows, and hold the rows against the figure."""

from __future__ import annotations

import re
from decimal import Decimal

from bs4 import BeautifulSoup

from matchmaker.domain.money.amount import Money
from matchmaker.domain.money.formatting import format_money, format_money_compact

LISTS = re.compile(r"/organizer/report/(deals|meetings|companies|pairs)(\?|$)")
TABLES = re.compile(r"/organizer/report/values\?")
COUNT = re.compile(r"^[\d,]+$")
SHARE = re.compile(r"^\d+%$")
MOST_LINES = 50
# A ratio of two figures that each have rows of their own.
RATIOS = ("For each meeting held",)


class Walk:
    """The pages behind one report, each read once; ``read`` gives the HTML of an address."""

    def __init__(self, read):
        self._read, self._lists = read, {}

    def page(self, address):
        """A page as a tree."""
        return BeautifulSoup(self._read(address), "html.parser")

    def rows(self, address):
        """How many rows a list has, and what they add up to if they are deals."""
        if address not in self._lists:
            self._lists[address] = self._listed(address)
        return self._lists[address]

    def _listed(self, address):
        main = self.page(address).find("main")
        head = " ".join(main.find(class_="page-head").get_text(" ").split())
        lines = main.select("table.data tbody tr") or main.select("ul.rows > li")
        if "/report/deals" not in address:
            count = int(re.search(r": ([\d,]+)", head)[1].replace(",", ""))
            assert len(lines) == min(count, MOST_LINES), address
            return count, None
        found = re.search(r"([\d,]+) deals?, (?:together|worth) ([A-Z]{3}) ([\d,.]+)\.", head)
        count, total = int(found[1].replace(",", "")), Decimal(found[3].replace(",", ""))
        assert len(lines) == min(count, MOST_LINES), address
        if count <= MOST_LINES:
            shown = [line.select("td")[-1].get_text(strip=True) for line in lines]
            assert sum(Decimal(text.replace(",", "")) for text in shown if text != "–") == total, address
        return count, Money(amount=total, currency=found[2])


def check_figures(walk, page, *, whole):
    """Hold each linked figure of a page against its list; return how many there were. ``whole`` is the total."""
    links = [tag for tag in page.find("main").select("a[href]") if LISTS.search(tag["href"])]
    for tag in links:
        text = " ".join(tag.get_text(" ").split())
        count, total = walk.rows(tag["href"])
        if "among=middle" in tag["href"]:
            assert text == format_money_compact(total.divided_by(count), lang="en"), tag["href"]
        elif COUNT.match(text):
            assert int(text.replace(",", "")) == count, tag["href"]
        elif SHARE.match(text):
            assert text == f"{total.amount / whole.amount * 100:.0f}%", tag["href"]
        elif re.match(r"[A-Z]{3} [\d,]", text):
            assert text in {format_money_compact(total, lang="en"), format_money(total, lang="en")}, tag["href"]
        else:
            assert int(re.findall(r"\d[\d,]*", text)[-1].replace(",", "")) == count, (text, tag["href"])
    return len(links)


def bare_figures(page):
    """The large figures and the cells of charts and tables that lead nowhere, but for ratios."""
    found = []
    for fact in page.select("main dl.facts > div, main dl.hero-side > div"):
        shown = fact.find("dd")
        if re.match(r"\s*[A-Z]{0,3} ?\d", shown.get_text()) and not shown.find("a"):
            found.append(fact.find("dt").get_text())
    found += [cell.get_text() for cell in page.select("main table.chart td.num b, main .k-big") if not cell.find("a")]
    return [text for text in found if text not in RATIOS]


def whole_tables(page):
    """The addresses of the tables that the page shows only the largest rows of."""
    return sorted({tag["href"] for tag in page.find("main").select("a[href]") if TABLES.search(tag["href"])})
