"""The text that a reader sees of an HTML body, without the earlier mails that it quotes."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

# Much of a body may be styles and quoted mails; this is ten times the longest text.
MAX_HTML_CHARACTERS = 1 << 20

_BREAKS = frozenset(
    {
        "address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd",
        "details", "div", "dl", "dt", "fieldset", "figure", "figcaption", "footer", "form", "h1",
        "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "legend", "li", "main", "nav", "ol",
        "p", "pre", "section", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul",
    }
)  # fmt: skip
_INLINE = frozenset(
    {
        "a", "abbr", "acronym", "area", "audio", "b", "base", "basefont", "bdi", "bdo", "big",
        "button", "canvas", "cite", "code", "col", "colgroup", "data", "del", "dfn", "em", "embed",
        "font", "i", "iframe", "img", "input", "ins", "kbd", "label", "link", "map", "mark", "meta",
        "meter", "noscript", "object", "option", "output", "param", "picture", "progress", "q", "s",
        "samp", "select", "small", "source", "span", "strike", "strong", "sub", "sup", "td", "th",
        "textarea", "time", "tt", "u", "var", "video", "wbr",
    }
)  # fmt: skip
# What stands in these is not read, or is not words.
_UNREAD = frozenset({"head", "math", "script", "style", "svg", "template", "title"})
_KNOWN = _BREAKS | _INLINE | _UNREAD

# How mail programs mark what they quote; a prefix x_ comes from a mail within a mail.
_QUOTES = frozenset(
    {
        "gmail_quote", "gmail_quote_container", "gmail_attr", "yahoo_quoted", "moz-cite-prefix",
        "protonmail_quote", "zmail_extra", "outlookmessageheader", "tutanota_quote",
    }
)  # fmt: skip
# All that follows these is quoted.
_QUOTED_FROM_HERE = "divrplyfwdmsg"
_OUTLOOK_RULE = re.compile(r"border-top:\s*solid\s+#(?:e1e1e1|b5c4df)", re.I)
_ATTRIBUTION = re.compile(r"(?:^|\n)\s*On\b[^\n]{4,300}\bwrote:\s*$", re.I)

# What no markup begins with is passed over quickly.
_START = re.compile(r"<(?=[a-z/!?])", re.I)
_NAME = r"<(/?)([a-z][a-z0-9:-]*)(?=[\s/>])"
_TAG = re.compile(_NAME + r"""((?:[^"'<>]|"[^"]*"|'[^']*')*+)>""", re.I)
# Where a quotation mark is left open: up to the next bracket.
_LOOSE_TAG = re.compile(_NAME + r"([^<>]*)>", re.I)
# Trying _TAG where it fails may read on to the end of the body, so it is not done at every bracket.
_MAX_FAILURES = 100
_ATTRIBUTE = re.compile(r"""\b(class|id|style)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.I)
# In "a<b and b>c" nothing is an element, since none has words after its name that set nothing.
_IS_HTML = re.compile(
    rf"<(?:!--|!doctype|/?(?:{'|'.join(sorted(_KNOWN))})(?:\s*+/?|\s[^<>=]*+=[^<>]*+)>)", re.I
)
# Bounded, since Python refuses to read a number of over 4,300 digits.
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z][a-z0-9]{1,31});", re.I)
_SPACE = re.compile(r"[ \t\n\r\f]+")


def html_text(body: str) -> str:
    r"""Return the words of an HTML body; nothing of it is executed or fetched.

    Paragraphs and line breaks become newlines, links keep their words, entities are resolved.
    Quoted earlier mails, scripts, styles and comments are left out. A text without HTML elements
    stays as it is, but for its entities.

    :param body: at most MAX_HTML_CHARACTERS, to be checked by the caller; the time is linear in it.

    >>> html_text("<p>It <b>broke</b> &amp; nobody<br>called.</p><blockquote>Hello</blockquote>")
    'It broke & nobody\ncalled.'
    >>> html_text("I <3 this, and it was < 5 pounds")
    'I <3 this, and it was < 5 pounds'
    """
    if not _IS_HTML.search(body):
        return _ENTITY.sub(lambda match: html.unescape(match[0]), body)
    page = _Page()
    end = n_failures = 0
    while start := _START.search(body, end):
        at = start.start()
        page.add(body[end:at])
        if body.startswith("<!--", at):
            close = body.find("-->", at + 4)
            end = len(body) if close < 0 else close + 3
            continue
        if body.startswith(("<!", "<?"), at):
            close = body.find(">", at)
            end = len(body) if close < 0 else close + 1
            continue
        tag = _TAG.match(body, at) if n_failures < _MAX_FAILURES else None
        if tag is None:
            n_failures += 1
            tag = _LOOSE_TAG.match(body, at)
        if tag is None or not _is_known(tag[2]):
            page.add("<")
            end = at + 1
            continue
        end = tag.end()
        name = tag[2].lower()
        if tag[1]:
            page.close(name)
            continue
        if name in ("script", "style"):
            end = _end_of_raw(body, end, name)
            continue
        page.open(name, tag[3])
        if page.is_done:
            return page.text()
    page.add(body[end:])
    return page.text()


@dataclass(slots=True, kw_only=True)
class _Page:
    """What was read so far, and the element that is being left out."""

    is_done: bool = False
    _parts: list[str] = field(default_factory=list)
    _dropped: str = ""  # its name
    _depth: int = 0  # of elements of that name
    _n_pre: int = 0

    def add(self, text: str) -> None:
        if not text or self._dropped:
            return
        # Spaces first: those that entities stand for are kept.
        text = text if self._n_pre else _SPACE.sub(" ", text)
        self._parts.append(_ENTITY.sub(lambda match: html.unescape(match[0]), text))

    def open(self, name: str, attributes: str) -> None:
        if self._dropped:
            self._depth += name == self._dropped
            if self._dropped == "head" and name == "body":  # </head> may be left out
                self._dropped = ""
            return
        marks = "" if name in _INLINE and name != "span" else _marks(attributes)
        if marks == "rest":
            self._drop_attribution()
            self.is_done = True
        elif name in _UNREAD or name == "blockquote" or marks == "quote":
            self._drop_attribution()
            self._parts.append("\n")
            self._dropped, self._depth = name, 1
        elif name in _BREAKS:
            self._parts.append("\n" if name != "br" else "\v")
            self._n_pre += name == "pre"
        elif name in ("td", "th"):
            self._parts.append(" ")

    def close(self, name: str) -> None:
        if self._dropped:
            self._depth -= name == self._dropped
            if not self._depth:
                self._dropped = ""
            return
        if name in _BREAKS and name != "br":
            self._parts.append("\n")
        if name == "pre":
            self._n_pre = max(0, self._n_pre - 1)

    def _drop_attribution(self) -> None:
        """Leave out "On Monday Anna wrote:" before a quoted mail."""
        end = "".join(self._parts[-12:])
        match = _ATTRIBUTION.search(end[-400:])
        if match:
            kept = end[: len(end) - len(end[-400:]) + match.start()]
            self._parts[-12:] = [kept]

    def text(self) -> str:
        # A block ends a line once, however many elements end there; each <br> ends one more.
        joined = re.sub(r" +", " ", "".join(self._parts))
        joined = re.sub(r" ?\n[ \n]*+", "\n", joined)
        joined = re.sub(r" ?\v ?", "\v", re.sub(r"\n?\v\n", "\v", joined))
        joined = joined.replace("\v", "\n").replace("\xa0", " ")
        return re.sub(r"\n{3,}", "\n\n", joined).strip()


def _is_known(name: str) -> bool:
    """Return whether a name is that of an element, and not a word that somebody put in brackets."""
    return name.lower() in _KNOWN or ":" in name


def _marks(attributes: str) -> str:
    """Return "quote" where an element is a quoted mail, "rest" where one starts with it."""
    for match in _ATTRIBUTE.finditer(attributes):
        kind = match[1].lower()
        value = (match[2] or match[3] or match[4] or "").lower()
        if kind == "style":
            if _OUTLOOK_RULE.search(value):
                return "rest"
            continue
        names = {name.removeprefix("x_") for name in value.split()}
        if _QUOTED_FROM_HERE in names:
            return "rest"
        if names & _QUOTES:
            return "quote"
    return ""


def _end_of_raw(body: str, start: int, name: str) -> int:
    """Return where a script or style ends, which no other element can close."""
    close = re.compile(rf"</{name}(?=[\s/>])[^>]*>?", re.I).search(body, start)
    return len(body) if close is None else close.end()
