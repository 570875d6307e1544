//! Signatures: what follows `-- ` (RFC 3676 §4.3), and the lines that phones put below a text.

use super::phrase::{begins_alike, fits, holds_vote, plain_lower};
use super::{Region, TextLine};
use std::sync::LazyLock;

/// Lines that a program writes below every text, in lower case.
const DEVICES: &[(&str, &str)] = &[
    ("en", "sent from my *"),
    ("en", "sent from mail*"),
    ("en", "sent from outlook*"),
    ("en", "sent from yahoo*"),
    ("en", "sent from proton*"),
    ("en", "sent from samsung*"),
    ("en", "sent from gmail*"),
    ("en", "sent from a *"),
    ("en", "sent from an *"),
    ("en", "sent from the *"),
    ("en", "sent from * for ios"),
    ("en", "sent from * for android"),
    ("en", "sent from * for windows*"),
    ("en", "sent from * mobile*"),
    ("en", "sent from blue*"),
    ("en", "sent from spark*"),
    ("en", "sent from nine*"),
    ("en", "sent from k-9*"),
    ("en", "sent via *"),
    ("en", "sent with proton*"),
    ("en", "sent with spark*"),
    ("en", "sent with *airmail*"),
    ("en", "sent with the * app*"),
    ("en", "sent using *"),
    ("en", "get outlook for *"),
    ("en", "download outlook for *"),
    ("en", "get bluemail for *"),
    ("en", "this message was sent from my *"),
    ("de", "von meinem * gesendet*"),
    ("de", "von meiner * gesendet*"),
    ("de", "gesendet von *"),
    ("de", "gesendet mit *"),
    ("de", "gesendet aus *"),
    ("de", "diese nachricht wurde von meinem * gesendet*"),
    ("de", "holen sie sich outlook für *"),
    ("de", "outlook für * herunterladen*"),
    ("de", "outlook für * abrufen*"),
    ("fr", "envoyé de mon *"),
    ("fr", "envoyé de *"),
    ("fr", "envoyé depuis *"),
    ("fr", "envoyé à partir d*"),
    ("fr", "envoyé avec *"),
    ("fr", "obtenir outlook pour *"),
    ("fr", "obtenez outlook pour *"),
    ("fr", "télécharger outlook pour *"),
    ("fr", "provenance : courrier*"),
    ("nl", "verstuurd vanaf *"),
    ("nl", "verzonden vanaf *"),
    ("nl", "verzonden met *"),
    ("nl", "verstuurd met *"),
    ("nl", "verzonden vanuit *"),
    ("nl", "outlook voor * downloaden*"),
    ("nl", "outlook voor * ophalen*"),
    ("es", "enviado desde *"),
    ("es", "enviado con *"),
    ("es", "obtener outlook para *"),
    ("es", "descargar outlook para *"),
    ("it", "inviato da *"),
    ("it", "inviato dal mio *"),
    ("it", "inviato con *"),
    ("it", "scarica outlook per *"),
    ("it", "ottieni outlook per *"),
    ("pt", "enviado do meu *"),
    ("pt", "enviado a partir d*"),
    ("pt", "enviado via *"),
    ("pt", "enviado do *"),
    ("pt", "obter o outlook para *"),
    ("pt", "obtenha o outlook para *"),
    ("sv", "skickat från *"),
    ("sv", "hämta outlook för *"),
    ("da", "sendt fra *"),
    ("da", "hent outlook til *"),
    ("nb", "sendt fra *"),
    ("nb", "få outlook for *"),
    ("nb", "last ned outlook for *"),
    ("cs", "odesláno z *"),
    ("cs", "získejte outlook pro *"),
    ("cs", "získat outlook pro *"),
    ("sk", "odoslané z *"),
    ("pl", "wysłane z *"),
    ("pl", "wysłano z *"),
    ("pl", "pobierz program outlook dla *"),
    ("pl", "pobierz aplikację outlook dla *"),
    ("fi", "lähetetty *"),
    ("hu", "elküldve *"),
    ("hu", "iphone-ról küldve*"),
    ("tr", "*ımdan gönderildi"),
    ("ru", "отправлено с *"),
    ("ru", "отправлено из *"),
    ("ja", "iphoneから送信*"),
    ("ja", "ipadから送信*"),
    ("zh", "从我的*发送*"),
    ("zh", "发自我的*"),
    ("zh", "發自我的*"),
    ("ko", "나의 *에서 보냄*"),
];

/// [`DEVICES`] by the first octet of a line, in either case; where that is beyond ASCII, all that may begin so.
static BY_FIRST_OCTET: LazyLock<Vec<Vec<&'static str>>> = LazyLock::new(|| {
    let mut by_octet = vec![Vec::new(); 256];
    for &(_, phrase) in DEVICES {
        match phrase.as_bytes()[0] {
            octet if octet.is_ascii_alphabetic() => {
                by_octet[usize::from(octet)].push(phrase);
                by_octet[usize::from(octet.to_ascii_uppercase())].push(phrase);
            }
            // A letter beyond ASCII, whose capital begins otherwise, or a gap.
            _ => by_octet[0x80..].iter_mut().for_each(|all| all.push(phrase)),
        }
    }
    by_octet
});

/// The shortest and longest line that a phone writes, in octets.
const SHORTEST_DEVICE: usize = 8;
const LONGEST_DEVICE: usize = 160;

/// How many lines stand at most, blank ones too, below `--` without its space for it to separate a signature.
const MOST_LINES_BARE: usize = 15;

/// Marks signatures. One ends where a quote, an attribution, a pasted mail (`block`: where the first begins) or a footer does:
/// what follows those is looked at anew.
pub(super) fn mark(lines: &mut [TextLine<'_>], block: Option<usize>) {
    let (mut at, mut clear) = (0, 0);
    while at < lines.len() {
        if !lines[at].is_open() {
            at += 1;
            continue;
        }
        if is_separator(&lines[at].text) {
            let bare = lines[at].text.trim_end().len() == lines[at].text.len();
            let end = end(lines, at, block, if bare { MOST_LINES_BARE } else { usize::MAX }, &mut clear);
            if let Some(end) = end {
                sign(&mut lines[at..end]);
                at = end;
                continue;
            }
        } else if is_device(&lines[at].text) {
            lines[at].region = Some(Region::Signature);
        }
        at += 1;
    }
}

/// `-- `, or without its space, which some servers take off.
fn is_separator(text: &str) -> bool {
    matches!(text, "-- " | "--" | "--\u{a0}")
}

/// The line after a signature of at most `most` lines. `clear`: up to where nothing is known to close one; moved on.
fn end(
    lines: &[TextLine<'_>],
    at: usize,
    block: Option<usize>,
    most: usize,
    clear: &mut usize,
) -> Option<usize> {
    let closes = |here: usize| {
        Some(here) == block || lines[here].region.is_some_and(|region| region != Region::Signature)
    };
    let last = at.saturating_add(most).saturating_add(2).min(lines.len());
    let found = ((at + 1).max(*clear)..last).find(|&here| closes(here));
    *clear = (*clear).max(found.unwrap_or(last));
    found.or_else(|| (lines.len() - at - 1 <= most).then_some(lines.len()))
}

/// Marks a signature. A line that is nothing but a vote is left, in doubt: some write below their name.
fn sign(lines: &mut [TextLine<'_>]) {
    for line in lines.iter_mut() {
        if is_bare_vote(&line.text) {
            line.certain = false;
        } else {
            line.region.get_or_insert(Region::Signature);
        }
    }
    // Blank lines at the end are nobody's.
    for line in lines.iter_mut().rev().take_while(|line| line.blank) {
        line.region = None;
    }
}

fn is_bare_vote(text: &str) -> bool {
    const LONGEST: usize = 24;
    let bare = text.trim();
    bare.len() <= LONGEST && holds_vote(bare) && !bare.chars().skip(2).any(|c| c.is_ascii_digit())
}

fn is_device(text: &str) -> bool {
    let bare =
        text.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '_' | '<' | '[' | '('));
    let Some(&first) = bare.as_bytes().first() else { return false };
    if bare.len() < SHORTEST_DEVICE || bare.len() > LONGEST_DEVICE {
        return false;
    }
    let phrases = &BY_FIRST_OCTET[usize::from(first)];
    if !phrases.iter().any(|phrase| begins_alike(phrase, bare)) {
        return false;
    }
    let plain = plain_lower(bare);
    phrases.iter().any(|phrase| fits(phrase, &plain)) && !holds_vote(&plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_phones() {
        for (line, device) in [
            ("Sent from my phone", true),
            ("Sent from my iPhone.", true),
            ("Get Outlook for Android<https://example.org/x>", true),
            ("Sent from Mail for Windows 10", true),
            ("Von meinem iPad gesendet", true),
            ("Envoyé de mon iPhone", true),
            ("Verstuurd vanaf mijn iPhone", true),
            ("Skickat från min iPhone", true),
            ("Отправлено с iPhone", true),
            ("iPhoneから送信", true),
            ("Sent with Proton Mail secure email.", true),
            ("Sent from my own branch, so +1", false),
            ("Sent a patch for this", false),
            ("I sent it from my phone", false),
        ] {
            assert_eq!(is_device(line), device, "{line}");
        }
    }
}
