//! Attribution lines: the ones that say whose words follow ("On … wrote:").
//!
//! They are found from their end, a colon, upwards over at most four lines, by a table of what mail programs write. An attribution
//! never ends the reading: what stands below the quote is the author's own.

use super::habits::{self, rows};
use super::look::DATE_OR_ADDRESS;
use super::phrase::{Phrase, holds_vote, plain_lower};
use super::text::next_filled;
use super::{Region, TextLine};
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// What must be seen besides the phrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Needs {
    /// A year or a time of day.
    When,
    /// An address.
    Whom,
    /// A year or a time of day, and an address.
    Both,
    /// A quoted line right below.
    Quote,
    /// A quoted line right below and a year or a time of day; where the phrase itself says nothing, it begins with a date in digits.
    DatedQuote,
}

/// One habit of attributing.
struct Row {
    needs: Needs,
    phrase: Phrase,
}

/// The table of attributions.
struct Table {
    /// The rows by how their phrase ends, and those that end with anything.
    by_end: HashMap<char, Vec<Row>>,
    /// What stands behind nothing but a name.
    named: Vec<&'static str>,
    /// Words that no mail program writes.
    prose: HashSet<&'static [u8]>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table { by_end: HashMap::new(), named: Vec::new(), prose: HashSet::new() };
    for habit in rows(habits::ATTRIBUTIONS) {
        let needs = match habit.kind {
            "when" => Needs::When,
            "whom" => Needs::Whom,
            "both" => Needs::Both,
            "quote" => Needs::Quote,
            "dated-quote" => Needs::DatedQuote,
            "named" => {
                table.named.push(habit.phrase);
                continue;
            }
            _ => {
                table.prose.insert(habit.phrase.as_bytes());
                continue;
            }
        };
        let row = Row { needs, phrase: Phrase::of(habit.phrase) };
        table.by_end.entry(end(habit.phrase)).or_default().push(row);
    }
    table
});

/// The last character before the closing colon.
fn end(phrase: &str) -> char {
    phrase.trim_end_matches(':').chars().next_back().unwrap_or(ANYTHING)
}

/// What stands for anything in a phrase.
const ANYTHING: char = '*';

impl Table {
    /// The rows that may fit `plain` by its end.
    fn rows(&self, plain: &str) -> impl Iterator<Item = &Row> {
        let of = |end: char| self.by_end.get(&end).into_iter().flatten();
        of(end(plain)).chain(of(ANYTHING))
    }

    /// Whether `plain` is a sentence of somebody's own.
    fn is_prose(&self, plain: &str) -> bool {
        let to_oneself = |plain: &str| plain.ends_with(" i wrote:") || plain.ends_with(" i said:");
        let mut words = plain.as_bytes().split(|octet| matches!(octet, b' ' | b','));
        words.any(|word| word.len() <= LONGEST_PROSE && self.prose.contains(word)) && !to_oneself(plain)
    }
}

impl Row {
    /// Whether it opens with a word of its own, so that a wrapped one can be told where it begins.
    fn is_anchored(&self) -> bool {
        !self.phrase.text().starts_with(ANYTHING) && self.phrase.text().contains(ANYTHING)
    }
}

/// The longest word of prose in the table, in octets.
const LONGEST_PROSE: usize = 12;

/// The longest attribution, in octets; and over how many lines it may be wrapped.
const LONGEST: usize = 500;
const MOST_LINES: usize = 4;

/// Marks attribution lines.
pub(super) fn mark(lines: &mut [TextLine<'_>]) {
    for end in 0..lines.len() {
        if let Some(start) = start_of(lines, end).or_else(|| is_named(lines, end).then_some(end)) {
            for line in &mut lines[start..=end] {
                line.region = Some(Region::Attribution);
            }
        }
    }
}

/// Puts in doubt what stands right under an attribution instead of a quote: a quote without marks, perhaps. Where nothing stands above it and
/// marked quotes follow, it is the author's greeting.
pub(super) fn doubt_unmarked(lines: &mut [TextLine<'_>]) {
    let mut above = false;
    let mut at = 0;
    while at < lines.len() {
        above |= lines[at].is_open();
        let attributes = lines[at].region == Some(Region::Attribution);
        at += 1;
        if !attributes || lines.get(at).is_none_or(|line| line.region == Some(Region::Attribution)) {
            continue;
        }
        let end = (at..lines.len()).find(|&here| lines[here].region.is_some()).unwrap_or(lines.len());
        let quotes = lines.get(end).is_some_and(|line| line.region == Some(Region::Quote));
        if above || !quotes {
            lines[at..end].iter_mut().for_each(|line| line.certain = false);
        }
    }
}

/// Where the attribution that ends at `end` begins.
fn start_of(lines: &[TextLine<'_>], end: usize) -> Option<usize> {
    let tail = tail(lines, end)?;
    let quote = next_filled(lines, end + 1).is_some_and(|next| lines[next].region == Some(Region::Quote));
    let first = end.saturating_sub(MOST_LINES - 1);
    if !quote && !lines[first..=end].iter().any(|line| line.look.holds(DATE_OR_ADDRESS)) {
        return None;
    }
    let mut seen = Seen { when: false, whom: false, quote };
    let mut octets = 0;
    let (mut loose, mut torn) = (None, false);
    for start in (first..=end).rev() {
        let here = if start == end { tail } else { &lines[start].text };
        octets += here.len() + 1;
        if octets > LONGEST || (start < end && !lines[start].is_open()) {
            break;
        }
        seen.take(here);
        if seen.nothing() {
            continue;
        }
        let above: Vec<String> = lines[start..end].iter().map(|line| plain_lower(&line.text) + " ").collect();
        let plain = above.concat() + &plain_lower(tail);
        let begins = start == 0 || !lines[start - 1].is_open();
        let may_open = opens_at_once(&plain);
        let words = plain.split(' ').count();
        let wrapped = torn && begins && seen.when && seen.whom;
        let may_be_loose = start == end || (begins && loose.is_none()) || wrapped;
        let found = TABLE.rows(&plain).find(|row| {
            let fit = if row.is_anchored() {
                may_open
            } else {
                may_be_loose && is_short_enough(row, words, start == end)
            };
            fit && seen.suffices(row, &plain)
        });
        let Some(row) = found.filter(|_| !holds_vote(&plain) && !TABLE.is_prose(&plain)) else { continue };
        if row.is_anchored() {
            return Some(start);
        }
        // A last line that says too little by itself may be the end of one that begins with the paragraph.
        let says_little = matches!(row.needs, Needs::Quote | Needs::DatedQuote) || words == 1;
        torn = start == end && says_little && !(seen.when && seen.whom);
        loose = Some(start);
    }
    loose
}

/// Whether a paragraph begins with the line, and it is a name and a verb without a colon: "Ann Smith wrote".
fn is_named(lines: &[TextLine<'_>], at: usize) -> bool {
    const LONGEST_NAMED: usize = 80;
    const MOST_NAMES: usize = 4;
    let line = &lines[at];
    let begins = at == 0 || !lines[at - 1].is_open();
    let named = |text: &str| {
        let last = text.bytes().rev().find(|octet| !matches!(octet, b' ' | b'\t'..=b'\r' | b','));
        last.is_some_and(|last| {
            last >= 0x80 || TABLE.named.iter().any(|verb| verb.as_bytes().last() == Some(&last))
        })
    };
    if !begins || !line.is_open() || line.text.len() > LONGEST_NAMED || !named(&line.text) {
        return false;
    }
    let bare = line.text.trim().trim_end_matches(',').trim_end();
    let Some(verb) = TABLE.named.iter().find(|verb| bare.ends_with(**verb)) else { return false };
    let names = bare[..bare.len() - verb.len()].trim_end();
    let capital = |name: &str| name.starts_with(char::is_uppercase);
    let spaced =
        names.len() + verb.len() < bare.len() && (1..=MOST_NAMES).contains(&names.split(' ').count());
    spaced
        && names.split(' ').all(capital)
        && !names.starts_with("As ")
        && names != "As"
        && !TABLE.is_prose(&plain_lower(names))
}

/// The text of the line at `end` if an attribution can end there: it ends with a colon. The `>` that closes an address wrapped
/// onto a line of its own looks like a quote mark (`<ann@example.org` / `> wrote:`).
fn tail<'t>(lines: &'t [TextLine<'_>], end: usize) -> Option<&'t str> {
    const LONGEST_TORN: usize = 40;
    let line = &lines[end];
    let dressing = |octet: &u8| matches!(octet, b' ' | b'\t'..=b'\r' | b'*' | b'_' | b'-');
    let may_be_torn = || line.region == Some(Region::Quote) && end > 0 && lines[end - 1].is_open();
    if line.blank || !(line.region.is_none() || may_be_torn()) {
        return None;
    }
    let last = line.text.bytes().rposition(|octet| !dressing(&octet))?;
    match line.text.as_bytes()[last] {
        b':' | 0x80.. => {}
        b'e' if line.text.as_bytes()[..=last].ends_with(b"wrote") => {}
        _ => return None,
    }
    let text = line.text.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '_' | '-'));
    let text = text.trim_end_matches(|c: char| !c.is_ascii() && !c.is_alphanumeric() && c != '：');
    let ends = text.ends_with([':', '：']) || text.ends_with("wrote");
    if text.len() > LONGEST || !ends {
        return None;
    }
    if line.is_open() {
        return Some(text.trim());
    }
    let torn =
        line.region == Some(Region::Quote) && text.len() <= LONGEST_TORN && text.starts_with('>') && end > 0;
    let above = torn.then(|| &lines[end - 1]).filter(|above| above.is_open())?;
    let opened = above.text.rfind('<')?;
    (!above.text[opened..].contains('>')).then_some(text)
}

/// An opening word is followed closely by a date: "On balance, …" is prose.
fn opens_at_once(plain: &str) -> bool {
    const NEAR: usize = 40;
    let near = plain.char_indices().nth(NEAR).map_or(plain.len(), |(at, _)| at);
    plain[..near].contains(|c: char| c.is_ascii_digit() || c == '@' || c == '<') || !plain.starts_with("on ")
}

/// A phrase without a word of its own at its start is told from prose by its length; more so where only the quote below speaks for it.
fn is_short_enough(row: &Row, words: usize, one_line: bool) -> bool {
    const MOST_WORDS: usize = 15;
    const MOST_WORDS_UNDATED: usize = 7;
    match row.needs {
        Needs::Quote => one_line && words <= MOST_WORDS_UNDATED,
        _ => words <= MOST_WORDS,
    }
}

/// What a possible attribution holds.
struct Seen {
    when: bool,
    whom: bool,
    quote: bool,
}

impl Seen {
    fn take(&mut self, text: &str) {
        self.when = self.when || has_when(text.as_bytes());
        self.whom = self.whom || text.contains('@') || text.contains(" at ");
    }

    fn nothing(&self) -> bool {
        !self.when && !self.whom && !self.quote
    }

    fn suffices(&self, row: &Row, plain: &str) -> bool {
        let enough = match row.needs {
            Needs::When => self.when,
            Needs::Whom => self.whom,
            Needs::Both => self.when && self.whom,
            Needs::Quote => self.quote,
            Needs::DatedQuote => {
                self.quote
                    && self.when
                    && (row.phrase.text() != "*:" || plain.starts_with(|c: char| c.is_ascii_digit()))
            }
        };
        enough && row.phrase.fits(plain)
    }
}

/// Whether there is a year of this or the last century, a time of day or a date in digits.
pub(super) fn has_when(text: &[u8]) -> bool {
    let mut at = 0;
    while at < text.len() {
        if !text[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let digits = text[at..].iter().take_while(|b| b.is_ascii_digit()).count();
        let run = &text[at..at + digits];
        let after = text.get(at + digits..).unwrap_or_default();
        let year = digits == 4 && (run.starts_with(b"19") || run.starts_with(b"20"));
        let paired = digits <= 2
            && matches!(after.first(), Some(b':' | b'.' | b'/' | b'-' | b'h'))
            && after.get(1).is_some_and(u8::is_ascii_digit);
        if year || paired {
            return true;
        }
        at += digits;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::super::text;
    use super::*;

    /// How many lines at the end of the text above a quote are an attribution.
    fn check(attribution: &str, expect: usize) {
        for (below, quoted) in [("\n> quoted\n", true), ("\n\n> quoted", true), ("", false)] {
            let whole = format!("{attribution}{below}");
            let mut lines = text::lines(&whole);
            super::super::quote::mark(&mut lines);
            mark(&mut lines);
            let found = lines.iter().filter(|line| line.region == Some(Region::Attribution)).count();
            if quoted {
                assert_eq!(found, expect, "{whole}");
            } else {
                assert!(found <= expect, "{whole}");
            }
        }
    }

    #[test]
    fn languages_and_habits() {
        for line in [
            "On Mon, Jan 1, 2018 at 10:00 AM, Ann Smith <ann@example.org> wrote:",
            "On Mon, 1 Jan 2018 at 10:00, Ann Smith <ann@example.org> wrote:",
            "On 1 Jan 2018, at 10:00, Ann Smith <ann@example.org> wrote:",
            "On 01/01/18 10:00, Ann Smith wrote:",
            "On Mon, Jan 01, 2018 at 10:00:00AM +0100, Ann Smith wrote:",
            "On Monday, 1 January 2018 10:00:00 CET Ann Smith wrote:",
            "On Monday, January 1st, 2018 at 10:00 AM, Ann Smith <ann@example.org> wrote:",
            "    On Monday, 1 January 2018, 10:00:00 GMT, Ann <ann@example.org> wrote:  ",
            "On 2018-01-01, ann@example.org <ann@example.org> wrote: ",
            "On Mon, 2018-01-01 at 10:00 +0100, Ann Smith via Infra wrote:",
            "*On Mon, 1 Jan 2018 Ann Smith wrote:*",
            "At 10:00 AM 1/1/2018, Ann Smith wrote:",
            "Ann Smith <ann@example.org> writes:",
            "Ann Smith writes:",
            "Ann Smith wrote:",
            "Ann Smith wrote on 01/01/2018 10:00:",
            "Ann/Infra/Example@EXAMPLE wrote on 01/01/2018 10:00:00 AM:",
            "-----ann@example.org wrote: -----",
            "* Ann Smith <ann@example.org> [2018-01-01 10:00]:",
            "Quoting Ann Smith <ann@example.org>:",
            "On Tuesday, 2018-01-02 22:20:31 +1200 Ann Smith <ann@example.org> wrote ",
            "On Thu, Jan 4, 2018 at 6:26 AM, Ann Smith <ann at example.org>wrote:",
            "En 10 jul. 2020 23:54, en 23:54, \"Ann Smith\" <ann@example.org> escribió:",
            "Excerpts from Ann Smith's message of 2018-01-01 10:00:00 +0100:",
            "In message <1@example.org>, Ann Smith writes:",
            "Am 01.01.2018 um 10:00 schrieb Ann Smith:",
            "Am Mo., 1. Jan. 2018 um 10:00 Uhr schrieb Ann Smith <ann@example.org>:",
            "Am Montag, 1. Januar 2018, 10:00:00 CET schrieb Ann Smith:",
            "Ann Smith schrieb am 01.01.2018 um 10:00:",
            "Zitat von Ann Smith <ann@example.org>:",
            "Le lun. 1 janv. 2018 à 10:00, Ann Smith <ann@example.org> a écrit :",
            "Le 01/01/2018 à 10:00, Ann Smith a écrit\u{a0}:",
            "Op ma 1 jan. 2018 om 10:00 schreef Ann Smith <ann@example.org>:",
            "Op 01-01-18 om 10:00 schreef Ann Smith:",
            "Op 1 jan. 2018, om 10:00 heeft Ann Smith <ann@example.org> het volgende geschreven:",
            "El lun, 1 ene 2018 a las 10:00, Ann Smith (<ann@example.org>) escribió:",
            "El 01/01/18 a las 10:00, Ann Smith escribió:",
            "Il giorno lun 1 gen 2018 alle ore 10:00 Ann Smith <ann@example.org> ha scritto:",
            "Il 01/01/2018 10:00, Ann Smith ha scritto:",
            "Em seg., 1 de jan. de 2018 às 10:00, Ann Smith <ann@example.org> escreveu:",
            "Den mån 1 jan. 2018 kl 10:00 skrev Ann Smith <ann@example.org>:",
            "Den man. 1. jan. 2018 kl. 10.00 skrev Ann Smith <ann@example.org>:",
            "man. 1. jan. 2018 kl. 10:00 skrev Ann Smith <ann@example.org>:",
            "ma 1. tammik. 2018 klo 10.00 Ann Smith (ann@example.org) kirjoitti:",
            "Dne 1. 1. 2018 v 10:00 Ann Smith napsal(a):",
            "po 1. 1. 2018 v 10:00 odesílatel Ann Smith <ann@example.org> napsal:",
            "W dniu 01.01.2018 o 10:00, Ann Smith pisze:",
            "Dnia 1 stycznia 2018 10:00 Ann Smith <ann@example.org> napisał(a):",
            "pon., 1 sty 2018 o 10:00 Ann Smith <ann@example.org> napisał(a):",
            "пн, 1 янв. 2018 г. в 10:00, Ann Smith <ann@example.org>:",
            "01.01.2018 10:00, Ann Smith пишет:",
            "Ann Smith <ann@example.org> 于2018年1月1日周一 上午10:00写道：",
            "在 2018年1月1日，上午10:00，Ann Smith <ann@example.org> 写道：",
            "Ann Smith さんは書きました:",
            "2018年1月1日(月) 10:00 Ann Smith <ann@example.org>:",
            "2018년 1월 1일 (월) 오전 10:00, Ann Smith <ann@example.org>님이 작성:",
            "Ann Smith <ann@example.org> ezt írta (időpont: 2018. jan. 1., H, 10:00):",
            "Ann Smith <ann@example.org>, 1 Oca 2018 Pzt, 10:00 tarihinde şunu yazdı:",
            "\u{202b}בתאריך יום ב׳, 1 בינו׳ 2018 ב-10:00 מאת \u{202a}Ann\u{202c} <\u{202a}ann@example.org\u{202c}>:\u{202c}",
        ] {
            check(line, 1);
            check(&format!("+1\n{line}"), 1);
            check(&format!("+1\n\n{line}"), 1);
        }
    }

    #[test]
    fn wrapped_over_lines() {
        for (text, lines) in [
            ("On Mon, Jan 1, 2018 at 10:00 AM, Ann Longname-Smith <\nann@example.org> wrote:", 2),
            ("On Mon, Jan 1, 2018 at 10:00 AM, Ann Smith <ann@example.org>\nwrote:", 2),
            ("On Mon, Jan 1, 2018 at 10:00 AM, Ann Smith <ann@example.org\n> wrote:", 2),
            ("Le lun. 1 janv. 2018 à 10:00, Ann Smith <ann@example.org> a\nécrit :", 2),
            ("On Mon, Jan 1, 2018\nat 10:00 AM, Ann Smith\n<ann@example.org>\nwrote:", 4),
            ("Thanks, +1\nOn Mon, Jan 1, 2018 at 10:00 AM, Ann Smith <ann@example.org>\nwrote:", 2),
            ("Am 1. Januar 2018 um 10:00 schrieb Ann Smith\n<ann@example.org>:", 2),
            ("пн, 1 янв. 2018 г. в 10:00, Ann Smith\n<ann@example.org>:", 2),
        ] {
            check(text, lines);
        }
    }

    #[test]
    fn prose_is_none() {
        for text in [
            "On balance +1 from me, see what in 2017 Bob wrote:",
            "On the other hand I would rather we did as somebody in the 2017 thread wrote:",
            "I have two questions, and the first of them is about what Ann once wrote:",
            "+1, as Ann wrote:",
            "Steps to reproduce:",
            "See http://example.org/2018/01 for this:",
            "Le problème :",
        ] {
            check(text, 0);
        }
    }
}
