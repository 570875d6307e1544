//! A mail's text with every line marked: the author's own or removed as what, and under own lines the tokens with the rules that took
//! or refused them.

use super::table::shown;
use crate::ballot::Considered;
use crate::mail::{MarkedLine, Region};
use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

/// How wide a line is shown.
const WIDEST_LINE: usize = 400;
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
        Some(Region::Quote) => "quote",
        Some(Region::Attribution) => "attribution",
        Some(Region::Signature) => "signature",
        Some(Region::Forward) => "forward",
        Some(Region::Footer) => "footer",
        Some(Region::Armour) => "armour",
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
        let text = looks.line(line, &shown(&line.text, WIDEST_LINE));
        *out += format!("{number:>6} {mark:<11} | {text}").trim_end();
        out.push('\n');
        while let Some(token) = considered.next_if(|token| token.line_number <= line.lines.1) {
            put_token(line, token, looks, out);
        }
    }
}

/// `^^ taken: opening-token`, the carets under the token.
fn put_token(line: &MarkedLine, token: &Considered, looks: Looks, out: &mut String) {
    let before: String = line.text.chars().take(token.column.saturating_sub(1)).collect();
    let before = shown(&before, usize::MAX).width();
    if before + GUTTER > WIDEST_LINE {
        return;
    }
    let carets = "^".repeat(shown(&token.token, 60).width().max(1));
    let told = match (token.accepted, token.made_reading) {
        (true, _) => looks.taken(&format!("{carets} taken: {}", token.rule)),
        (false, true) => looks.refused(&format!("{carets} held: {}", token.rule)),
        (false, false) => looks.refused(&format!("{carets} refused: {}", token.rule)),
    };
    *out += &format!("{:1$}{told}\n", "", before + GUTTER);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ballot::{Dialect, Role, explain};
    use crate::mail::{Arrival, ListForm, Trust, post_and_text};

    fn shown_in(looks: Looks, body: &str) -> String {
        let mail =
            format!("From: Ann <ann@example.org>\nMessage-ID: <a@example.org>\nSubject: Re: x\n\n{body}");
        let (post, text) =
            post_and_text(mail.as_bytes(), &Arrival::default(), &ListForm::default(), &Trust::default());
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
    fn carets_stand_under_wide_letters() {
        let told = shown_in(Looks::default(), "同意，+1");
        assert!(told.contains(&format!("\n{:1$}^^ taken", "", GUTTER + 6)), "{told}");
    }
}
