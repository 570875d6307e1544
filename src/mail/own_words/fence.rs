//! Fenced text: what stands between two lines that say that it was taken from somewhere (`{quote}`, `[quote="ann"]`, a line to cut
//! along), as trackers, forums and editors write them.

use super::habits::{self, rows};
use super::phrase::{Phrases, plain_lower};
use super::text::fill;
use super::{Region, TextLine};
use std::sync::LazyLock;

/// The table of fences, by kind.
struct Fences {
    /// Lines that open and close alike.
    both: Phrases,
    open: Phrases,
    close: Phrases,
}

static FENCES: LazyLock<Fences> = LazyLock::new(|| {
    let of = |kind: &'static str| {
        Phrases::of(rows(habits::FENCES).filter(move |row| row.kind == kind).map(|row| row.phrase))
    };
    Fences { both: of("both"), open: of("open"), close: of("close") }
});

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fence {
    /// Opens, or closes what it opened.
    Both,
    Open,
    Close,
    /// Quoted by itself: `bq. …`.
    Line,
}

/// Marks fences and what stands between them. Below one that nothing closes all is in doubt.
pub(super) fn mark(lines: &mut [TextLine<'_>]) {
    let (mut depth, mut opened) = (0_usize, 0);
    for at in 0..lines.len() {
        let Some(fence) = fence(&lines[at]) else { continue };
        let inside = depth > 0;
        match fence {
            Fence::Open => depth += 1,
            Fence::Both => depth = usize::from(!inside),
            Fence::Close if inside => depth -= 1,
            Fence::Close => continue,
            Fence::Line => {}
        }
        lines[at].region = Some(Region::Quote);
        if !inside {
            opened = at;
        } else if depth == 0 {
            fill(lines, opened..at, Region::Quote);
        }
    }
    if depth > 0 {
        lines[opened..].iter_mut().for_each(|line| line.certain = false);
    }
}

/// What the line is as one of the table's.
fn fence(line: &TextLine<'_>) -> Option<Fence> {
    const LONGEST: usize = 160;
    let may = matches!(line.look.lead(), b'{' | b'[' | b'<' | b'-' | b'b' | b'#');
    if !may || !line.is_open() {
        return None;
    }
    let text = line.text.trim();
    if text.starts_with("bq. ") {
        return Some(Fence::Line);
    }
    let mut tables = [&FENCES.both, &FENCES.open, &FENCES.close].into_iter();
    if line.look.lead() == b'b' || text.len() > LONGEST || !tables.any(|table| table.may_fit(text, line.look))
    {
        return None;
    }
    let plain = plain_lower(text);
    match () {
        () if FENCES.both.fit(&plain) => Some(Fence::Both),
        () if FENCES.open.fit(&plain) => Some(Fence::Open),
        () if FENCES.close.fit(&plain) => Some(Fence::Close),
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::mail::own_words_of_text;

    #[test]
    fn what_stands_between_fences_is_somebody_elses() {
        for (text, own) in [
            ("why?\n{quote}\na\n\nb\n{quote}\nso\n", "why?\nso"),
            ("[quote=\"ann, post:3\"]\na\n[quote]\nb\n[/quote]\nc\n[/quote]\nso", "so"),
            ("<quote who=\"Ann\">\na\n</quote>\nso", "so"),
            ("bq. a\nso", "so"),
            (
                "--8<---------------cut here---------------start------------->8---\na\n\
              --8<---------------cut here---------------end--------------->8---\nso",
                "so",
            ),
            ("[/quote]\nso", "[/quote]\nso"),
            ("[quote the bylaws]\nso", "[quote the bylaws]\nso"),
        ] {
            let words = own_words_of_text(text, None);
            assert_eq!(words.text(), own, "{text:?}");
            assert!(words.lines.iter().all(|line| line.certain), "{text:?}");
        }
        let open = own_words_of_text("so\n[quote]\na\n\nb", None);
        assert_eq!(open.text(), "so\na\n\nb");
        assert!(open.lines.iter().all(|line| line.certain == (line.text == "so")));
    }
}
