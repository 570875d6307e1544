//! A mail's text with every line marked: the author's own or removed as what, and under own lines the tokens with the rules that took
//! or refused them.

use super::table::shown;
use crate::ballot::Considered;
use crate::mail::{MarkedLine, Region};
use anstyle::{AnsiColor, Style};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// How many columns of a line stand in one row: with what stands before it, a row fits a terminal of common width.
const WIDEST_ROW: usize = 96;
/// How many rows of a line are shown.
const MOST_ROWS: usize = 40;
/// How many tokens of a line are told of.
const MOST_TOKENS: usize = 40;
/// Where the text begins: behind the line number and the mark.
const GUTTER: usize = 21;

/// How things look: in colour on a terminal, plain elsewhere.
#[derive(Debug, Clone, Copy, Default)]
pub struct Looks {
    /// Whether there are colours.
    pub colour: bool,
}

impl Looks {
    /// `text` in `style`, plain where there are no colours.
    fn in_style(self, style: Style, text: &str) -> String {
        if self.colour { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }

    /// A heading of the mail.
    pub fn name(self, text: &str) -> String {
        self.in_style(Style::new().bold(), text)
    }

    /// What was read and stands.
    pub fn taken(self, text: &str) -> String {
        self.in_style(AnsiColor::Green.on_default().bold(), text)
    }

    /// What was seen and does not stand.
    pub fn refused(self, text: &str) -> String {
        self.in_style(AnsiColor::Yellow.on_default(), text)
    }

    /// A line of the text by what it is.
    fn line(self, line: &MarkedLine, text: &str) -> String {
        let style = match line.region {
            None if line.certain => return text.to_owned(),
            None => AnsiColor::Yellow.on_default(),
            Some(Region::Quote) => AnsiColor::Blue.on_default(),
            Some(Region::Attribution) => AnsiColor::Cyan.on_default(),
            Some(Region::Forward) => AnsiColor::Magenta.on_default(),
            Some(_) => Style::new().dimmed(),
        };
        self.in_style(style, text)
    }
}

/// What a line is, in one word.
fn mark(line: &MarkedLine) -> &'static str {
    match line.region {
        None if line.certain => "own",
        None => "own?",
        Some(region) => region.as_str(),
    }
}

/// Puts the text behind what `out` holds: number, mark and words of each line, and under it the tokens looked at.
pub fn put(lines: &[MarkedLine], considered: &[Considered], looks: Looks, out: &mut String) {
    let mut considered = considered.iter().peekable();
    for line in lines {
        let number = match line.lines {
            (first, last) if first == last => first.to_string(),
            (first, last) => format!("{first}-{last}"),
        };
        let blank = line.text.trim().is_empty();
        let mark = if blank && line.region.is_none() { "" } else { mark(line) };
        let mut tokens = Vec::new();
        while let Some(token) = considered.next_if(|token| token.line_number <= line.lines.1) {
            tokens.push(token);
        }
        put_line(line, (&number, mark), &tokens, looks, out);
    }
}

/// One line, folded where it is wide, with its tokens under the row that they stand in.
fn put_line(
    line: &MarkedLine,
    (number, mark): (&str, &str),
    tokens: &[&Considered],
    looks: Looks,
    out: &mut String,
) {
    let rows = folded(&line.text);
    let untold = tokens.len().saturating_sub(MOST_TOKENS);
    let mut tokens = tokens.iter().take(MOST_TOKENS).peekable();
    let mut column = 1;
    for (count, row) in rows.iter().take(MOST_ROWS).enumerate() {
        let (number, mark) = if count == 0 { (number, mark) } else { ("", "") };
        let text = looks.line(line, &shown(row, usize::MAX));
        *out += format!("{number:>6} {mark:<11} | {text}").trim_end();
        out.push('\n');
        let end = column + row.chars().count();
        while let Some(token) = tokens.next_if(|token| token.column < end || count + 1 == rows.len()) {
            let before: String = row.chars().take(token.column.saturating_sub(column)).collect();
            *out += &format!(
                "{:1$}{2}\n",
                "",
                shown(&before, usize::MAX).width() + GUTTER,
                told(token, &carets(token), looks)
            );
        }
        column = end;
    }
    if rows.len() > MOST_ROWS {
        *out += &format!("{:GUTTER$}… {} more characters\n", "", line.text.chars().count() + 1 - column);
    }
    for token in tokens {
        *out += &format!("{:GUTTER$}column {}: {}\n", "", token.column, told(token, &token.token, looks));
    }
    if untold > 0 {
        *out += &format!("{:GUTTER$}… {untold} more tokens\n", "");
    }
}

/// Carets as wide as the token.
fn carets(token: &Considered) -> String {
    "^".repeat(shown(&token.token, 60).width().max(1))
}

/// `^^ taken: opening-token`, behind what points at the token.
fn told(token: &Considered, pointer: &str, looks: Looks) -> String {
    let as_what = match (token.accepted, token.made_reading) {
        (true, true) => "taken",
        (false, true) => "held",
        (true, false) => "seen",
        (false, false) => "refused",
    };
    let told = format!("{} {as_what}: {}", shown(pointer, 60), token.rule);
    if token.accepted && token.made_reading { looks.taken(&told) } else { looks.refused(&told) }
}

/// A line in rows of at most [`WIDEST_ROW`] columns, broken behind a space where there is one.
fn folded(text: &str) -> Vec<&str> {
    let mut rows = Vec::new();
    let (mut start, mut width, mut space) = (0, 0, None);
    for (at, c) in text.char_indices() {
        let wide = c.width().unwrap_or(0);
        if width + wide > WIDEST_ROW {
            let end = space.filter(|end| *end > start).unwrap_or(at);
            rows.push(&text[start..end]);
            width = text[end..at].width();
            (start, space) = (end, None);
        }
        width += wide;
        if c == ' ' {
            space = Some(at + 1);
        }
    }
    rows.push(&text[start..]);
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ballot::{Dialect, Role, explain};
    use crate::mail::{Arrival, ListForm, Trust, post_to_show};

    fn shown_in(looks: Looks, body: &str) -> String {
        let mail =
            format!("From: Ann <ann@example.org>\nMessage-ID: <a@example.org>\nSubject: Re: x\n\n{body}");
        let (post, text) =
            post_to_show(mail.as_bytes(), &Arrival::default(), &ListForm::default(), &Trust::default(), true);
        let mut out = String::new();
        put(&text, &explain(&post.words, Role::Reply, &Dialect::default()), looks, &mut out);
        out
    }

    #[test]
    fn every_line_has_its_mark_and_every_token_its_rule() {
        let told = shown_in(Looks::default(), "Grüße, +1\n\n> why the -1?\n>\n\n-- \nAnn");
        let lines = [
            "     1 own         | Grüße, +1",
            "                            ^^ taken: after-clause",
            "     2             |",
            "     3 quote       | > why the -1?",
            "     4 quote       | >",
            "     5 quote       |",
            "     6 signature   | --",
            "     7 signature   | Ann",
        ];
        assert_eq!(told.lines().collect::<Vec<_>>(), lines);
    }

    #[test]
    fn colours_change_nothing_but_the_looks() {
        let body = "Why the -1?\n\nOn Mon, 5 Jan 2026 at 10:00, Bob <bob@example.org> wrote:\n> +1\n";
        let (plain, coloured) = (shown_in(Looks::default(), body), shown_in(Looks { colour: true }, body));
        assert_ne!(plain, coloured);
        let bare = anstream::adapter::strip_str(&coloured).to_string();
        let trimmed: Vec<&str> = bare.lines().map(str::trim_end).collect();
        assert_eq!(trimmed, plain.lines().collect::<Vec<_>>());
    }

    #[test]
    fn a_long_line_is_folded_and_its_votes_are_told_of_where_they_stand() {
        let told = shown_in(Looks::default(), &format!("{}so +1", "word, ".repeat(40)));
        let rows: Vec<&str> = told.lines().collect();
        assert!(rows.iter().all(|row| row.width() <= GUTTER + WIDEST_ROW), "{told}");
        let vote = rows.iter().position(|row| row.ends_with("so +1")).unwrap();
        assert_eq!(rows[vote + 1].find('^'), rows[vote].find("+1"), "{told}");
        let told = shown_in(Looks::default(), &format!("{}+1 from me", "x".repeat(20_000)));
        assert!(told.contains("more characters") && told.len() < 10_000, "{told}");
    }

    #[test]
    fn carets_stand_under_wide_letters() {
        let told = shown_in(Looks::default(), "同意，+1");
        assert!(told.contains(&format!("\n{:1$}^^ taken", "", GUTTER + 6)), "{told}");
    }
}
