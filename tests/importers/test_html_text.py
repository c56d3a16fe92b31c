"""HTML bodies as the words that a customer wrote."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxnlp.importers.html_text import MAX_HTML_CHARACTERS, html_text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<p>Hi,</p>\n<p>my <a href='http://x/?a=1&b=2'>order</a> is.</p>", "Hi,\nmy order is."),
        ("Broken.<br><br>Really<br/>so<BR>yes", "Broken.\n\nReally\nso\nyes"),
        ("<p>a</p><p><br></p><p>b</p>", "a\nb"),
        ("<ul><li>one<li>two</ul><table><tr><td>a</td><td>b</td></tr></table>", "one\ntwo\na b"),
        ("<b>bold</b>ly <span class='x'>said</span>", "boldly said"),
        ("<p>Al &amp; Ann&#39;s &lt;b&gt;&nbsp;th&eacute; &#x1F600;</p>", "Al & Ann's <b> thé 😀"),
        ("<p>&amp;lt;p&amp;gt; once only</p>", "&lt;p&gt; once only"),
        ("<div>many   \n  spaces</div>", "many spaces"),
    ],
)  # fmt: skip
def test_elements_become_lines_and_words(body, text):
    assert html_text(body) == text


@pytest.mark.parametrize(
    "text",
    [
        "I <3 this, but it was < 5 pounds and > 3",
        "a<b and b>c",
        "two\n\nlines  with   spaces ",
        "mail me at <anna@example.com> or <your name>",
        "if x <y then <",
        "",
    ],
)
def test_plain_text_stays_as_it_is(text):
    assert html_text(text) == text


def test_brackets_that_are_no_elements_stay_in_html_too():
    body = "<p>I <3 it & <anna@example.com> paid < 5 <your name></p><o:p></o:p>"
    assert html_text(body) == "I <3 it & <anna@example.com> paid < 5 <your name>"


@pytest.mark.parametrize(
    "body",
    [
        "<p>kept</p><script>if (a<b) document.write('<p>gone</p>')</script>",
        "<script src=x>gone</script >kept<br>",
        "<style>p {content: 'gone'}</style><p>kept</p>",
        "<html><head><title>gone</title><meta x><body><p>kept</p></body></html>",
        "<p>kept<!-- gone <p>gone</p> --></p>",
        "<!--[if mso]><p>gone</p><![endif]--><p>kept</p>",
        "<p>kept</p><svg><text>gone</text></svg>",
        "<p>kept</p><template><p>gone</p></template>",
        "<p title='<b>gone</b> > gone' class=\">gone\">kept</p>",
        "<p>kept</p><!-- gone",
        "<p>kept</p><script>gone",
    ],
)
def test_what_is_not_shown_is_left_out(body):
    assert html_text(body) == "kept"


@pytest.mark.parametrize(
    "body",
    [
        '<div>mine</div><br><div class="gmail_quote"><div class="gmail_attr">On Monday Ann wrote:'
        "</div><blockquote>theirs<div>theirs</div></blockquote></div>",
        "<p>mine</p><blockquote type=cite>theirs<blockquote>older</blockquote>theirs</blockquote>",
        "<div>mine</div><div>On 3 Jun 2024, at 10:12, Ann &lt;ann@x.example&gt; wrote:</div>"
        "<blockquote>theirs</blockquote>",
        '<div class="yahoo_quoted"><p>theirs</p></div>mine',
        '<p>mine</p><div class="moz-cite-prefix">Ann wrote:</div><blockquote>x</blockquote>',
        '<p>mine</p><hr><div id="divRplyFwdMsg"><b>From:</b> Ann</div><div>theirs</div>',
        '<p>mine</p><div id="x_divRplyFwdMsg">From: Ann</div><p>theirs</p>',
        '<p>mine</p><div style="color:red;border-top:solid #E1E1E1 1pt"><p>From: x</p></div>x',
        '<p>mine</p><div class="protonmail_quote">theirs',
    ],
)
def test_quoted_mails_are_left_out(body):
    assert html_text(body) == "mine"


def test_an_answer_below_a_quote_is_kept():
    body = "<p>first</p><blockquote>theirs</blockquote><p>second</p>"
    assert html_text(body) == "first\nsecond"


def test_on_the_way_is_no_attribution():
    assert html_text("<p>On the way home I wrote:</p><p>bad</p>") == "On the way home I wrote:\nbad"


@pytest.mark.parametrize(
    "part",
    [
        "<a \"'", "<a '", "<!--", "<", "<p", "<div>", "<blockquote>", "</div>", "&", "&#", "&#9",
        "<script>", " \n", "<br>", "<p>On a ", "<p class=", "class = ", "<pre>", "\v",
        "<p>On x wrote:<blockquote></blockquote>", "<!", "<?", "<a b='", "On ", "=",
        " =", " ", "\xa0", "&nbsp;", " \v",
    ],
)  # fmt: skip
def test_time_is_linear_whatever_is_repeated(part):
    start = time.process_time()
    for head in ("<p>", "<p ", "<pre>", ""):
        html_text(head + part * (MAX_HTML_CHARACTERS // 8 // len(part)))
    assert time.process_time() - start < 5  # a quadratic one takes far longer


def test_a_number_of_many_digits_is_no_entity():
    body = "<p>&#" + "9" * 10_000 + ";</p>"
    assert html_text(body) == body[3:-4]


@given(st.text(alphabet="<>/!-pbr&;#x1 '\"=\nA", max_size=80))
def test_no_text_fails(text):
    assert isinstance(html_text(text), str)


@given(st.text(alphabet=st.characters(exclude_characters="<&"), max_size=80))
def test_text_without_brackets_is_left_alone(text):
    assert html_text(text) == text
