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

/// `^^ +1 casts: opening-token`, the carets under the token.
fn put_token(line: &MarkedLine, token: &Considered, looks: Looks, out: &mut String) {
    let before: String = line.text.chars().take(usize::try_from(token.column).unwrap_or(1) - 1).collect();
    let before = shown(&before, usize::MAX).width();
    let carets = "^".repeat(shown(&token.token, 60).width().max(1));
    let told = format!("{carets} {} {}", if token.accepted { "taken:" } else { "refused:" }, token.rule);
    let told = if token.accepted { looks.taken(&told) } else { looks.refused(&told) };
    if before + GUTTER < WIDEST_LINE {
        *out += &format!("{:1$}{told}\n", "", before + GUTTER);
    }
}
