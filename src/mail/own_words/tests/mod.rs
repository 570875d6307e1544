//! Whole texts. Each line of a case begins with what it should be read as: `=` the author's own, `?` own in doubt, `q` quote,
//! `a` attribution, `s` signature, `f` pasted mail, `t` footer, `p` armour; nothing for a blank line.

use super::*;
use proptest::prelude::*;

mod html;
mod limits;
mod parts;
mod properties;

fn letter(region: Region) -> char {
    match region {
        Region::Quote => 'q',
        Region::Attribution => 'a',
        Region::Signature => 's',
        Region::Forward => 'f',
        Region::Footer => 't',
        Region::Armour => 'p',
    }
}

/// The text of a case, and the same with its letters, as read.
fn annotated(text: &str, words: &OwnWords) -> String {
    let mut out = Vec::new();
    for (line, number) in text.lines().zip(1u32..) {
        let removed = words.removed.iter().find(|part| part.lines.0 <= number && number <= part.lines.1);
        let own = words.lines.iter().find(|line| line.number == number);
        assert!(removed.is_none() || own.is_none(), "line {number} is both own and removed");
        out.push(match (line.trim().is_empty(), removed, own) {
            (true, ..) => line.to_owned(),
            (_, Some(part), _) => format!("{}{line}", letter(part.region)),
            (_, _, Some(own)) if own.certain => format!("={line}"),
            (_, _, Some(_)) => format!("?{line}"),
            (_, None, None) => format!("!{line}"),
        });
    }
    out.join("\n")
}

fn check(case: &str) {
    let case = case.strip_prefix('\n').unwrap_or(case).trim_end();
    let bare: Vec<&str> =
        case.lines().map(|line| if line.trim().is_empty() { line } else { &line[1..] }).collect();
    let text = bare.join("\n");
    assert_eq!(annotated(&text, &own_words_of_text(&text, None)), case);
}

fn check_mail(mail: &str, own: &[(u32, &str, bool)]) {
    let message = mail_parser::MessageParser::new().parse(mail.as_bytes()).expect("a mail");
    let words = own_words(&message);
    let filled = words.lines.iter().filter(|line| !line.text.trim().is_empty());
    let read: Vec<_> = filled.map(|line| (line.number, line.text.trim(), line.certain)).collect();
    assert_eq!(read, own, "{words:?}");
}

fn check_html(html: &str, own: &[(&str, bool)], removed: &[Region]) {
    let words = own_words_of_html(html);
    let filled = words.lines.iter().filter(|line| !line.text.trim().is_empty());
    let read: Vec<_> = filled.map(|line| (line.text.trim(), line.certain)).collect();
    assert_eq!(read, own, "{words:?}");
    let regions: Vec<_> = words.removed.iter().map(|part| part.region).collect();
    assert_eq!(regions, removed, "{words:?}");
}

#[test]
fn top_bottom_and_inline_answers() {
    check("=+1\n\naOn Mon, Jan 1, 2018 at 10:00 AM, Ann <ann@example.org> wrote:\nq> Shall we?\nq>\nq> Ann");
    check("aOn Mon, 1 Jan 2018, Ann wrote:\nq> Shall we?\n\n=+1");
    check(
        "aAm 01.01.2018 um 10:00 schrieb Ann:\nq> First?\n\n=Yes.\n\nq> Second?\n=-1, it breaks the mirror.\nq> Third?\n\n=Fine.",
    );
    check("=Hello Ann,\n\naOn 01/01/18 10:00, Ann wrote:\nq> Shall we?\n=+1\n\n=Bob");
}

#[test]
fn a_signature_ends_where_a_quote_begins() {
    check(
        "=+1\n\ns-- \nsBob\ns+1 650 555 0100\n\naOn Mon, 1 Jan 2018, Ann wrote:\nq> Shall we?\nq> -- \nq> Ann\n\n=PS: -1 for the name",
    );
    check("=+1\n\ns--\nsBob\nsExample Ltd");
    check("=I tested it:\n\n=--\n=1\n=2\n=3\n=4\n=5\n=6\n=7\n=8\n=9\n=10\n=11\n=12\n=13\n=14\n=15\n=16\n=+1");
    check("=Tested it.\ns-- \n?+1 (binding)\nsBob");
    check(
        "=+1\n\nsSent from my phone\n\naOn Mon, 1 Jan 2018, Ann wrote:\nq> Shall we?\n\n=But not before Friday.",
    );
}

#[test]
fn outlook_on_the_desktop() {
    check(
        "
=+1 from me.

f-----Original Message-----
fFrom: Ann <ann@example.org>
fSent: Monday, January 1, 2018 10:00 AM
fTo: Infra <infra@example.org>; Bob
f <bob@example.org>
fSubject: [VOTE] Move the mirror

fI am -1 on this.
",
    );
    check(
        "
=Ja.

f________________________________
fVon: Ann <ann@example.org>
fGesendet: Montag, 1. Januar 2018 10:00
fAn: Infra
fBetreff: [VOTE] Umzug

f+1
",
    );
    check(
        "=+1\n\nf*From:* Ann [mailto:ann@example.org]\nf*Sent:* Monday, January 1, 2018 10:00 AM\nf*To:* Infra\nf*Subject:* Mirror\n\nfText",
    );
}

#[test]
fn an_original_with_nothing_above_is_in_doubt() {
    check(
        "f-----Original Message-----\nfFrom: Ann <ann@example.org>\nfSent: Monday\nfSubject: Mirror\n\n?Shall we?\n\n?+1",
    );
    check(
        "=Hi Ann,\n\nf-----Original Message-----\nfFrom: Ann <ann@example.org>\nfSubject: Mirror\n\n?Shall we?\n?+1",
    );
    check(
        "=See my answers inline.\n\nfFrom: Ann <ann@example.org>\nfSent: Monday\nfSubject: Mirror\n\n?Shall we?\n?+1",
    );
}

#[test]
fn localised_heads() {
    for head in [
        "Von: Ann\nGesendet: Montag\nAn: Infra\nBetreff: Umzug",
        "De : Ann\nEnvoyé : lundi\nÀ : Infra\nObjet : Miroir",
        "Van: Ann\nVerzonden: maandag\nAan: Infra\nOnderwerp: Spiegel",
        "De: Ann\nEnviado el: lunes\nPara: Infra\nAsunto: Espejo",
        "Da: Ann\nInviato: lunedì\nA: Infra\nOggetto: Specchio",
        "De: Ann\nEnviada em: segunda\nPara: Infra\nAssunto: Espelho",
        "Från: Ann\nSkickat: måndag\nTill: Infra\nÄmne: Spegel",
        "Fra: Ann\nSendt: mandag\nTil: Infra\nEmne: Spejl",
        "Od: Ann\nOdesláno: pondělí\nKomu: Infra\nPředmět: Zrcadlo",
        "Od: Ann\nWysłano: poniedziałek\nDo: Infra\nTemat: Lustro",
        "发件人： Ann\n发送时间： 2018年1月1日\n收件人： Infra\n主题： 镜像",
        "Gesendet: Montag, 01. Januar 2018 um 10:00 Uhr\nVon: \"Ann\" <ann@example.org>\nAn: infra@example.org\nBetreff: Umzug",
        "From:        Ann/Infra/Example\nTo:          Infra@example.org, \nDate:        01/01/2018 10:00 AM\nSubject:     Mirror",
    ] {
        let marked: Vec<String> = head.lines().map(|line| format!("f{line}")).collect();
        check(&format!("=+1\n\n{}\n\nfsomebody's -1", marked.join("\n")));
    }
}

#[test]
fn words_that_look_like_a_head() {
    check("=The version changes:\n\n=From: 1.0\n=To: 2.0\n\n=+1");
    check("=To: all of you\n=thanks");
    check("=Subject: to what Ann says, +1");
}

#[test]
fn outlook_express_quotes_below_its_head() {
    check(
        "f----- Original Message -----\nfFrom: \"Ann\" <ann@example.org>\nfTo: <infra@example.org>\nfSubject: Mirror\n\nq> Shall we?\n=+1\nq> Ann",
    );
    check(
        "=Top.\n\nf----- Original Message -----\nfFrom: \"Ann\" <ann@example.org>\nfSubject: Mirror\n\nq> Shall we?\n?+1\nq> Ann",
    );
}

#[test]
fn forwards() {
    check(
        "=FYI, +1 to it.\n\nf---------- Forwarded message ---------\nfFrom: Ann <ann@example.org>\nfDate: Mon, Jan 1, 2018\nfSubject: Mirror\nfTo: <bob@example.org>\n\nf-1 from me",
    );
    check("f---------- Forwarded message ---------\nfFrom: Ann <ann@example.org>\nfSubject: Mirror\n\nf+1");
    check(
        "f----- Forwarded message from Ann <ann@example.org> -----\n\nf+1\n\nf----- End forwarded message -----\n\n=That was hers; mine is -1.",
    );
    check(
        "fBegin forwarded message:\n\nq> From: Ann <ann@example.org>\nq> Subject: Mirror\nq>\nq> +1\n\n?So there.",
    );
    check(
        "=Look.\n\nfAnfang der weitergeleiteten Nachricht:\n\nfVon: Ann <ann@example.org>\nfBetreff: Umzug\n\nf+1",
    );
}

#[test]
fn proton_samsung_and_notes() {
    check(
        "=+1\n\nsSent with Proton Mail secure email.\n\nf------- Original Message -------\naOn Monday, January 1st, 2018 at 10:00 AM, Ann <ann@example.org> wrote:\n\nq> Shall we?\n\n=And soon.",
    );
    check(
        "=+1\n\nf-------- Original message --------\nfFrom: Ann <ann@example.org> \nfDate: 1/1/18  10:00 AM  (GMT+01:00) \nfTo: infra@example.org \nfSubject: Mirror \n\nfShall we? -1",
    );
    check(
        "=+1\n\nf-------- Original message --------From: Ann <ann@example.org> Date: 1/1/18 Subject: Mirror\nf-1",
    );
    check(
        "=+1\n\na-----infra-bounces@example.org wrote: -----\nfTo: infra@example.org\nfFrom: Ann <ann@example.org>\nfDate: 01/01/2018 10:00\nfSubject: Mirror\n\nf-1",
    );
}

#[test]
fn an_attribution_over_unmarked_text_leaves_doubt() {
    check(
        "=Thanks!\n\naOn Monday, 1 January 2018, 10:00:00 GMT, Ann <ann@example.org> wrote:  \n\n?I am -1 on this.\n\n?Ann",
    );
    check("aOn Monday, 1 January 2018 10:00:00 CET Ann wrote:\n=Hi Ann!\n\nq> Shall we?\n\n=+1");
}

#[test]
fn gnus_supercite_and_initials() {
    check("aAnn Smith <ann@example.org> writes:\n\nq> Shall we?\n\n=+1");
    check("q>>>>> \"Ann\" == Ann Smith <ann@example.org> writes:\n\nqAnn> Shall we?\n\n=+1");
    check("aAnn wrote:\nqAS> Shall we?\n=+1\nq| or not?\n=No.");
}

#[test]
fn list_footers() {
    check(
        "=+1\n\nt_______________________________________________\ntInfra mailing list\ntInfra@example.org\nthttps://lists.example.org/mailman/listinfo/infra",
    );
    check(
        "=+1\nt_______________________________________________\ntInfra mailing list -- infra@example.org\ntTo unsubscribe send an email to infra-leave@example.org",
    );
    check(
        "=+1\n\nt---------------------------------------------------------------------\ntTo unsubscribe, e-mail: dev-unsubscribe@example.org\ntFor additional commands, e-mail: dev-help@example.org",
    );
    check(
        "=+1\n\nt-- \ntYou received this message because you are subscribed to the Google Groups \"infra\" group.\ntTo unsubscribe from this group, send an email to infra+unsubscribe@example.org.",
    );
    check("=+1\n\ns-- \nsBob\n\nt--\ntTo unsubscribe from this list: send the line \"unsubscribe infra\"");
    check("=Our mailing list\n=----------------\n=Please discuss it there.\n\n=+1");
    check(
        "=+1\nt-------------- next part --------------\ntAn HTML attachment was scrubbed...\ntURL: <https://lists.example.org/a.htm>\nt_______________________________________________\ntInfra mailing list\ntInfra@example.org",
    );
    check("=One.\nt-------------- next part --------------\n?diff --git a b\n?+1");
    check(
        "=+1\n\nt_______________________________________________\ntInfra mailing list\ntInfra@example.org\n\n?Another word",
    );
}

#[test]
fn legal_notices() {
    check(
        "=+1\n\ntThis e-mail and its attachments are confidential and may be privileged.\ntIf you are not the intended recipient, delete it.",
    );
    check("=+1\n\ntDiese E-Mail enthält vertrauliche Informationen.");
    check("=This message of mine is no secret: -1, as it breaks the mirror.");
}

#[test]
fn armour() {
    check(
        "p-----BEGIN PGP SIGNED MESSAGE-----\npHash: SHA256\n\n=+1\n\np-----BEGIN PGP SIGNATURE-----\n\npabc\np-----END PGP SIGNATURE-----",
    );
    let words = own_words_of_text(
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n- -1 for this\n\n- -- \nBob\n-----BEGIN PGP SIGNATURE-----\nabc",
        None,
    );
    assert_eq!(words.text(), "-1 for this");
}

#[test]
fn a_wrapped_quote_leaves_doubt() {
    let long = "x".repeat(70);
    check(&format!("q> {long}\n?+1\nq> and on"));
    check("q> short?\n=+1\nq> and on");
}

#[test]
fn quoted_above_and_below() {
    let words = own_words_of_text("> a\n\n+1\n\n> b", None);
    assert!(words.quoted_above(3) && words.quoted_below(3));
    assert_eq!(words.removed, [(1, 1), (5, 5)].map(|lines| Removed { lines, region: Region::Quote }));
}

/// What a person writes, a line each, none of it the habit of a program.
fn own_text() -> impl Strategy<Value = String> {
    let line = "(\\+1|-1: it breaks|Thanks, Ann\\.|I tested it on two hosts\\.|Why not wait\\?|\\* a point|)";
    proptest::collection::vec(line, 1..8)
        .prop_map(|lines| lines.join("\n"))
        .prop_filter("words", |text| !text.trim().is_empty())
}

proptest! {
    #[test]
    fn a_quote_above_or_below_changes_nothing(own in own_text(), quoted in proptest::collection::vec("[ -~]{0,60}", 1..6)) {
        let alone = own_words_of_text(&own, None).text();
        let quote: String = quoted.iter().map(|line| format!("> {line}\n")).collect();
        let attribution = "On Mon, 1 Jan 2018 at 10:00, Ann <ann@example.org> wrote:\n";
        for text in [format!("{attribution}{quote}\n{own}\n"), format!("{own}\n\n{attribution}{quote}"), format!("{quote}{own}\n{quote}")] {
            prop_assert_eq!(own_words_of_text(&text, None).text(), alone.as_str(), "{}", text);
        }
    }

    #[test]
    fn a_signature_or_a_footer_changes_nothing(own in own_text(), name in "[A-Z][a-z]{1,8}( [A-Z][a-z]{1,8})?") {
        let footer = "_______________________________________________\nInfra mailing list\nInfra@example.org\n";
        for below in [format!("-- \n{name}\n+1 650 555 0100\n"), footer.to_owned(), format!("-- \n{name}\n{footer}"), format!("\nSent from my phone\n\n{footer}")] {
            let text = format!("{own}\n{below}");
            prop_assert_eq!(own_words_of_text(&text, None).text(), own_words_of_text(&own, None).text(), "{}", text);
        }
    }

    #[test]
    fn every_line_is_own_or_removed_once(text in "([ -~]{0,20}|> [a-z]{0,9}|On 1 Jan 2018, A wrote:|-- |From: a@b|Sent: x|-----Original Message-----|\n){0,40}") {
        let words = own_words_of_text(&text, None);
        let mut seen = vec![0u8; text.lines().count() + 1];
        words.lines.iter().for_each(|line| seen[line.number as usize] += 1);
        words.removed.iter().flat_map(|part| part.lines.0..=part.lines.1).for_each(|number| seen[number as usize] += 1);
        prop_assert!(words.removed.windows(2).all(|pair| pair[0].lines.1 < pair[1].lines.0));
        for (line, number) in text.lines().zip(1usize..) {
            prop_assert!(seen[number] == 1 || (seen[number] == 0 && line.trim().is_empty()), "line {}: {}", number, seen[number]);
        }
    }

    #[test]
    fn anything_can_be_read(text in "(?s).{0,400}", html in "(<[/]?(div|blockquote|p|b|pre|li|s)( class=\"?[a-z_]{0,9}\"?)?>|[a-z &;>+-]{0,9}|\n){0,60}") {
        own_words_of_text(&text, Some(Flowed { del_sp: true }));
        own_words_of_html(&text);
        own_words_of_html(&html);
    }
}

#[test]
fn what_is_not_seen_says_nothing() {
    let check = |text: &str, expect: &str| {
        assert_eq!(own_words_of_text(text, None).text(), expect, "{text:?}");
    };
    for mark in ["\u{feff}", "\u{200f}", "\u{200b}", "\u{2067}", "\u{ad}"] {
        check(&format!("{mark}-1, it breaks"), "-1, it breaks");
        check(&format!("No.\n{mark}> +1"), "No.");
    }
    check("\u{2067}-1\u{2069} نمی\u{200c}خواهم", "-1 نمی\u{200c}خواهم");
}
