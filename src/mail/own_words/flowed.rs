//! format=flowed (RFC 3676): soft-broken lines joined, stuffing undone, quote depth read from the leading `>`.

use super::text::split;
use super::{Flowed, Region, TextLine};
use std::borrow::Cow;

/// The longest paragraph that lines are joined into, in octets; longer ones are broken again. Bounds what one line can hold.
const LONGEST_PARAGRAPH: usize = 1 << 20;

/// The lines of flowed text, each paragraph one line numbered by its first.
pub(super) fn lines(text: &str, flowed: Flowed) -> Vec<TextLine<'_>> {
    let mut out: Vec<TextLine<'_>> = Vec::new();
    let mut open: Option<usize> = None;
    for (number, raw) in split(text) {
        let depth = raw.bytes().take_while(|&b| b == b'>').count();
        let content = raw[depth..].strip_prefix(' ').unwrap_or(&raw[depth..]);
        let separator = content == "-- ";
        let soft = content.ends_with(' ') && !separator;
        let kept = if soft && flowed.del_sp { &content[..content.len() - 1] } else { content };
        match (open, out.last_mut()) {
            (Some(above), Some(last))
                if above == depth && !separator && last.text.len() + kept.len() <= LONGEST_PARAGRAPH =>
            {
                last.join(kept);
            }
            _ => {
                let mut line = TextLine::new(number, Cow::Borrowed(kept));
                line.region = (depth > 0).then_some(Region::Quote);
                out.push(line);
            }
        }
        open = soft.then_some(depth);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(text: &str, del_sp: bool) -> Vec<(u32, u32, String, bool)> {
        lines(text, Flowed { del_sp })
            .into_iter()
            .map(|line| (line.first, line.last, line.text.into_owned(), line.region.is_some()))
            .collect()
    }

    #[test]
    fn soft_breaks_join_within_a_depth() {
        let text = "one \ntwo\n> quoted \n> more \nmine\n-- \nAnn";
        assert_eq!(
            joined(text, false),
            [
                (1, 2, "one two".into(), false),
                (3, 4, "quoted more ".into(), true),
                (5, 5, "mine".into(), false),
                (6, 6, "-- ".into(), false),
                (7, 7, "Ann".into(), false),
            ]
        );
    }

    #[test]
    fn stuffing_and_del_sp_are_undone() {
        assert_eq!(
            joined(" From here\n>> deep\nhalf \nword", true),
            [
                (1, 1, "From here".into(), false),
                (2, 2, "deep".into(), true),
                (3, 4, "halfword".into(), false)
            ]
        );
    }

    #[test]
    fn a_separator_ends_a_soft_break() {
        assert_eq!(joined("so \n-- \nAnn", false).len(), 3);
    }
}
