//! OpenPGP armour around and below a signed text (RFC 9580 §6 and §7).

use super::look::Look;
use super::{Region, TextLine};
use std::borrow::Cow;

/// Marks armour: the head of a clear-signed text with its `Hash:` lines, and whole signature, key and message blocks. Undoes the
/// dash-escaping (RFC 9580 §7.2) of the signed text between.
pub(super) fn mark(lines: &mut [TextLine<'_>]) {
    let mut inside = Inside::Nothing;
    for line in lines.iter_mut().filter(|line| line.region.is_none()) {
        if matches!(inside, Inside::Nothing) && line.look.lead() != b'-' {
            continue;
        }
        let trimmed = line.text.trim();
        let begins = trimmed.strip_prefix("-----BEGIN PGP ").map(|rest| rest == "SIGNED MESSAGE-----");
        inside = match (inside, begins) {
            (_, Some(true)) => {
                line.region = Some(Region::Armour);
                Inside::Head
            }
            (_, Some(false)) => {
                line.region = Some(Region::Armour);
                Inside::Block
            }
            (Inside::Head, None) => {
                line.region = Some(Region::Armour);
                if trimmed.is_empty() { Inside::Signed } else { Inside::Head }
            }
            (Inside::Block, None) => {
                line.region = Some(Region::Armour);
                if trimmed.starts_with("-----END PGP ") { Inside::Nothing } else { Inside::Block }
            }
            (Inside::Signed, None) => {
                if line.text.starts_with("- ") {
                    line.text = match std::mem::take(&mut line.text) {
                        Cow::Borrowed(text) => Cow::Borrowed(&text[2..]),
                        Cow::Owned(text) => Cow::Owned(text[2..].to_owned()),
                    };
                    line.look = Look::of(&line.text);
                    line.blank = line.look.is_blank();
                }
                Inside::Signed
            }
            (Inside::Nothing, None) => Inside::Nothing,
        };
    }
}

/// Where in armoured text a line stands.
#[derive(Clone, Copy)]
enum Inside {
    Nothing,
    Head,
    Signed,
    Block,
}
