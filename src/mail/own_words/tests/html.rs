//! HTML as mail programs write it.

use super::*;

#[test]
fn gmail_in_html() {
    check_html(
        "<div dir=\"ltr\">+1 (binding)</div><br><div class=\"gmail_quote\"><div dir=\"ltr\" class=\"gmail_attr\">On Mon, Jan 1, 2018 at 10:00 AM Ann &lt;<a href=\"mailto:ann@example.org\">ann@example.org</a>&gt; wrote:<br></div><blockquote class=\"gmail_quote\" style=\"margin:0 0 0 .8ex;border-left:1px #ccc solid\">Shall we? -1</blockquote></div>",
        &[("+1 (binding)", true)],
        &[Region::Attribution, Region::Quote],
    );
    check_html(
        "<div class=gmail_quote><div class=gmail_attr>On 1 Jan 2018, Ann wrote:</div><blockquote class=gmail_quote>Shall we?</blockquote><div>+1</div><blockquote>And now?</blockquote>No.</div>",
        &[("+1", true), ("No.", true)],
        &[Region::Attribution, Region::Quote, Region::Quote],
    );
    check_html(
        "<div>+1</div>-- <br><div class=\"gmail_signature\">Bob<br>+1 650 555 0100</div>",
        &[("+1", true)],
        &[Region::Signature],
    );
    check_html(
        "Before<blockquote style=\"margin:0 0 0 40px;border:none;padding:0px\">indented</blockquote>",
        &[("Before", true), ("indented", false)],
        &[],
    );
}

#[test]
fn outlook_in_html() {
    let below = "<p class=MsoNormal><b>From:</b> Ann &lt;ann@example.org&gt;<br><b>Sent:</b> Monday<br><b>To:</b> Infra<br><b>Subject:</b> Mirror</p></div></div><p>I am -1.</p>";
    check_html(
        &format!(
            "<html><head><style>p {{ margin: 0 }}</style></head><body><div><p class=MsoNormal>+1<o:p></o:p></p><div><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in 0in 0in'>{below}"
        ),
        &[("+1", true)],
        &[Region::Forward],
    );
    check_html(
        "<div>+1</div><div id=\"appendonsend\"></div><hr><div id=\"divRplyFwdMsg\"><b>Lähettäjä:</b> Ann<br></div><div>-1</div>",
        &[("+1", true)],
        &[Region::Forward],
    );
    check_html(
        "<div id=divRplyFwdMsg>From: Ann</div><div>Shall we?</div><div>+1</div>",
        &[("From: Ann", false), ("Shall we?", false), ("+1", false)],
        &[],
    );
}

#[test]
fn other_programs_in_html() {
    check_html(
        "<body><div class=\"moz-cite-prefix\">On 01/01/18 10:00, Ann wrote:<br></div><blockquote type=\"cite\" cite=\"mid:1@example.org\"><pre>Shall\nwe?</pre></blockquote><p>+1</p><div class=\"moz-signature\">-- <br>Bob</div>",
        &[("+1", true)],
        &[Region::Attribution, Region::Quote, Region::Signature],
    );
    check_html(
        "+1<br><div id=\"yahoo_quoted_12\" class=\"yahoo_quoted\"><div>On Monday, Ann wrote:</div><div>-1</div></div>",
        &[("+1", true)],
        &[Region::Quote],
    );
    check_html(
        "<div>+1</div><div><br><blockquote type=\"cite\"><div>On 1 Jan 2018, at 10:00, Ann wrote:</div><br><div>-1</div></blockquote></div>",
        &[("+1", true)],
        &[Region::Quote],
    );
    check_html(
        "<div class=\"protonmail_quote\">On Monday, January 1st, 2018 at 10:00 AM, Ann wrote:<br><blockquote type=cite>-1</blockquote><br></div>+1",
        &[("+1", true)],
        &[Region::Attribution, Region::Quote],
    );
    check_html(
        "<div>+1</div><div name=\"quote\">Gesendet: Montag<br>Von: Ann<br>-1</div>",
        &[("+1", true)],
        &[Region::Quote],
    );
}

#[test]
fn html_as_it_reads() {
    let words = own_words_of_html(
        "<p>One\n two&nbsp;&#43;1</p><p>three<br>four</p><ul><li>five<li>+1</ul><table><tr><td>a<td>b</table><pre>x\n  y</pre>",
    );
    assert_eq!(words.text(), "One two +1\n\nthree\nfour\n\n* five\n* +1\na b\nx\n  y");
    check_html("<div style=\"display: none\">+1</div><script>-1</script>seen", &[("seen", true)], &[]);
    check_html("<s>-1</s> +1", &[("+1", true)], &[]);
    check_html("<p>&gt; quoted -1</p><p>+1</p>", &[("+1", true)], &[Region::Quote]);
    check_html("<div class=signature>+1</div>", &[("+1", false)], &[]);
}
