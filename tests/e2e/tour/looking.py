"""What a browser finds wrong with a page as it stands: wider than the window, text cut off, texts on one another."""

from __future__ import annotations

from playwright.sync_api import Page

__all__ = ["faults_of", "photograph"]

_FAULTS = """() => {
  const faults = [], told = (what, element) =>
    faults.push(`${what}: <${element.tagName.toLowerCase()} class="${element.className}"> ` +
                `${(element.innerText || element.value || "").trim().slice(0, 60)}`);
  const style = (element) => getComputedStyle(element);
  const unseen = (element) => element.closest(".visually-hidden, .skip") || !element.checkVisibility();
  const scrolls = (element) => /auto|scroll/.test(style(element).overflowX + style(element).overflowY);
  const scroller = (element) => {
    for (let up = element.parentElement; up && up !== document.body; up = up.parentElement) if (scrolls(up)) return up;
    return null;
  };
  const all = [...document.body.querySelectorAll("*")].filter((element) => !unseen(element));
  for (const element of all) {
    if (element.getBoundingClientRect().right > innerWidth + 1 && !scroller(element)) told("wider than the window", element);
    const hides = /hidden|clip/.test(style(element).overflowX) || /^(INPUT|BUTTON)$/.test(element.tagName);
    if (hides && element.scrollWidth > element.clientWidth + 1) told("text cut off", element);
    if (/hidden|clip/.test(style(element).overflowY) && element.scrollHeight > element.clientHeight + 2) told("text cut off", element);
  }
  const pieces = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const node = texts.currentNode, element = node.parentElement;
    if (!node.data.trim() || unseen(element) || /fixed|sticky/.test(style(element).position)) continue;
    const frame = scroller(element)?.getBoundingClientRect(), range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      const left = Math.max(box.left, frame?.left ?? -Infinity) + 2, right = Math.min(box.right, frame?.right ?? Infinity) - 2;
      const top = Math.max(box.top, frame?.top ?? -Infinity) + 4, bottom = Math.min(box.bottom, frame?.bottom ?? Infinity) - 4;
      if (left < right && top < bottom) pieces.push({left, right, top, bottom, element, node});
    }
  }
  pieces.sort((one, other) => one.top - other.top);
  pieces.forEach((one, at) => {
    for (let next = at + 1; next < pieces.length && pieces[next].top < one.bottom; next++) {
      const other = pieces[next];
      if (other.node !== one.node && other.left < one.right && one.left < other.right) {
        told(`"${one.node.data.trim().slice(0, 30)}" lies on`, other.element);
      }
    }
  });
  return faults.slice(0, 12);
}"""


# A browser without Chinese language files (Debian: chromium-l10n) shows days the English way round.
_DAYS = """() => document.querySelectorAll("input[type=date], input[type=datetime-local]").forEach((field) => {
  field.type = "text";
  field.value = field.value.replaceAll("-", "/") || "年/月/日";
})"""


def photograph(page: Page) -> bytes:
    """The whole page as PNG, its days as they stand in a Chinese browser."""
    page.evaluate(_DAYS)
    return page.screenshot(full_page=True)


def faults_of(page: Page) -> list[str]:
    """What is wrong, each in a sentence that names the element. What scrolls by itself may be wider than it shows."""
    found: list[str] = page.evaluate(_FAULTS)
    return found
