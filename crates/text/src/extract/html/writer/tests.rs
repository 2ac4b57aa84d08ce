use super::super::blocks::outline;

fn texts(page: &str) -> Vec<String> {
    outline(page).blocks.into_iter().map(|block| block.text).collect()
}

#[test]
fn blocks_lines_and_references() {
    assert_eq!(
        texts("<p>a <b>b</b>\n c<p>d&eacute;&nbsp;&#8220;e&rdquo;<br>f<br><br>g"),
        ["a b c", "dé\u{a0}“e”\nf", "g"]
    );
    assert_eq!(texts("<ul><li>one<li>two</ul><td>x</td>"), ["one", "two", "x"]);
    assert_eq!(texts("<pre>a\n  b\n\nc</pre>"), ["a\n  b", "c"]);
    assert_eq!(texts("con<wbr>tin&shy;gent"), ["contin\u{ad}gent"]);
}

#[test]
fn what_is_not_shown_is_not_read() {
    let page = "<html lang=en><head><title>The\n title</title><style>p{}</style></head><body><script>x</script>\
        <p hidden>no</p><div style='display: none'>no<div>no</div>no</div><p>yes</p>";
    let outline = outline(page);
    assert_eq!(outline.title.as_deref(), Some("The title"));
    assert_eq!(outline.lang.as_deref(), Some("en"));
    assert_eq!(outline.blocks.iter().map(|block| block.text.as_str()).collect::<Vec<_>>(), ["yes"]);
}

#[test]
fn what_stands_around_is_marked() {
    let page =
        "<header>h</header><nav>n</nav><article><header>t</header><blockquote>q</blockquote></article>";
    let marks: Vec<_> =
        outline(page).blocks.iter().map(|b| (b.text.clone(), b.around, b.quoted)).collect();
    let expected = [("h", true, false), ("n", true, false), ("t", false, false), ("q", false, true)];
    assert_eq!(marks, expected.map(|(text, around, quoted)| (text.to_owned(), around, quoted)));
}

#[test]
fn hiding_ends_where_the_element_does() {
    for (page, shown) in [
        ("<p hidden>x<p>a", "a"),
        ("<ul><li hidden>x<li>a</ul>", "a"),
        ("<table><tr><td hidden>x<td>a<tr hidden><td>x<tr><td>b</table>", "a|b"),
        ("<dl><dt hidden>x<dd>a</dl>", "a"),
        ("<p hidden>x<div>a</div>", "a"),
        ("<div><p hidden>x</div>a", "a"),
        ("<div><span hidden>x</div>a", "a"),
        ("<select><option hidden>x<option>a</select>", "a"),
        ("<img hidden>a<br hidden>b", "a\nb"),
        ("<svg hidden/>a", "a"),
        ("<div hidden/>x", ""),
        ("<td hidden>a", "a"),
        ("<svg hidden><g><p>a", "a"),
        ("<table hidden><tr><td>x</td></tr><div>a</div></table>", "a"),
        ("<p><b hidden>x<p>x</b>a", "a"),
        ("<a hidden>x<a>a", "a"),
        ("<button hidden>x<button>a", "a"),
        ("<div hidden>x<p>x</p>x<div>x</div>x</span>x</div>a", "a"),
        ("<div style=visibility:hidden>x<b style=visibility:visible>a</b>x</div>", "a"),
        ("<div style=font-size:0>x<b style=font-size:12px>a</b><i style=font-size:2em>x</i></div>", "a"),
        ("<div hidden style=display:block>a</div>", "a"),
        ("<style>.h, #h {display:none}</style><p class='g h'>x<p id=h>x<p id=g>a", "a"),
        (
            "a<b class=h>x</b><style media=print>.g{display:none}</style><b class=g>b</b><style>.h{display:none}</style>",
            "ab",
        ),
        ("<style>body{display:none}</style><body>a", "a"),
    ] {
        assert_eq!(texts(page).join("|"), shown, "{page}");
    }
}

#[test]
fn what_is_shown_is_read() {
    for (page, shown) in [
        ("a<button>not</button>b", "a not b"),
        ("a <math><mtext>not</mtext><annotation>x</annotation></math>", "a not"),
        ("a <svg><title>x</title><text>not</text><desc>x</desc></svg>", "a not"),
        ("a <svg><text><![CDATA[not]]></text></svg>", "a not"),
        ("a <textarea>not &lt;b></textarea>", "a not <b>"),
        ("<dialog open>a</dialog><dialog>x</dialog>", "a"),
        ("a<select><option>b<option>c</select>d", "a b c d"),
        ("a <object>not</object>", "a not"),
        ("a <noscript>not</noscript>", "a not"),
        ("<body>a<head><p>b</head>", "a|b"),
        ("a <iframe srcdoc='<b>not</b>'>x</iframe> b", "a not b"),
        ("<iframe srcdoc='<p>a<p>b'></iframe><iframe hidden srcdoc=x></iframe>", "a|b"),
        ("a <audio>x</audio><video>x</video><ruby>b<rp>x</rp><rt>c</rt></ruby>", "a bc"),
        ("<p><template shadowrootmode=open>a</template><template>x</template></p>", "a"),
        ("<!-- x --!>a<!-- x -->", "a"),
    ] {
        assert_eq!(texts(page).join("|"), shown, "{page}");
    }
}

#[test]
fn the_head_ends_where_it_must() {
    for page in [
        "<html><head><meta charset=utf-8><title>t</title><p>a",
        "<html><head><title>t</title>a",
        "<html><head><style>x</style><script>x</script><template><p>x</p></template><div>a</div>",
        "<title>t</title><p>a",
        "<html><head><noscript><style>x</style></noscript><link><body>a",
    ] {
        assert_eq!(texts(page), ["a"], "{page}");
    }
}

#[test]
fn quotation_marks_and_marks_of_footnotes() {
    for (page, shown) in [
        ("He wrote <q>We <b>respect</b> it. </q> And left.", "He wrote “We respect it.” And left."),
        ("<p><q>a<p>b", "“a”|b"),
        ("a <q hidden>x</q>b", "a b"),
        ("left.<sup><a href=#1>[1]</a></sup> Then", "left. Then"),
        ("left<sup class=reference>12</sup>, then", "left, then"),
        ("left<sup id=cite-a>a</sup>", "left"),
        ("10<sup>6</sup> people, the 2<sup>nd</sup>", "106 people, the 2nd"),
        ("will<sup><a href=x>not</a></sup> go", "willnot go"),
        ("will <sup class=ref>not</sup> go", "will not go"),
    ] {
        assert_eq!(texts(page).join("|"), shown, "{page}");
    }
}

#[test]
fn frames_in_frames_end() {
    let page = "<iframe/srcdoc=".repeat(100_000);
    assert_eq!(texts(&page), [""; 0]);
}
