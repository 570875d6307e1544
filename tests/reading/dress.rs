//! The dress a text may come in: what may stand around it, how its lines are broken, how its octets are written, what MIME structure
//! holds it. None of it may change how the text is read.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use encoding_rs::Encoding;
use std::fmt::Write;

/// What stands around the text, or how its lines are broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Surroundings {
    QuoteBelow,
    QuoteAbove,
    Signature,
    MobileSignature,
    ListFooter,
    TrailingBlanks,
    Wrapped(usize),
}

impl Surroundings {
    pub const ALL: [Self; 11] = [
        Self::QuoteBelow,
        Self::QuoteAbove,
        Self::Signature,
        Self::MobileSignature,
        Self::ListFooter,
        Self::TrailingBlanks,
        Self::Wrapped(60),
        Self::Wrapped(66),
        Self::Wrapped(72),
        Self::Wrapped(76),
        Self::Wrapped(78),
    ];

    /// Whether a text is still the same question to its reader in these surroundings: one that quotes already would have words
    /// between quotations, and what stands behind a signature or a footer belongs to it.
    pub fn suits(self, text: &str, proposal: bool) -> bool {
        let has_line = |is: fn(&str) -> bool| text.lines().any(is);
        let quotes = has_line(|line| {
            line.trim_start().starts_with(['>', '|']) || line.trim_end().ends_with([':', '：'])
        });
        let ended =
            has_line(|line| line.trim_end() == "--" || line.starts_with("____") || line.starts_with("-----"));
        match self {
            Self::QuoteBelow | Self::QuoteAbove => !quotes && !ended && !proposal,
            Self::Signature | Self::MobileSignature | Self::ListFooter | Self::TrailingBlanks => !ended,
            Self::Wrapped(_) => true,
        }
    }

    pub fn around(self, text: &str) -> String {
        let quotation = "On Mon, 5 Jan 2026 at 09:00, Bob Jones <bob@example.org> wrote:\n> I would move the builds.\n> [ ] +1\n> [ ] -1, because\n>\n> -1 from me so far, I object.";
        let text = text.trim_end();
        match self {
            Self::QuoteBelow => format!("{text}\n\n{quotation}\n"),
            Self::QuoteAbove => format!("{quotation}\n\n{text}\n"),
            Self::Signature => format!("{text}\n\n-- \nAnn Smith\nOperations, phone +1 555 0100\n"),
            Self::MobileSignature => format!("{text}\n\nSent from my iPhone\n"),
            Self::ListFooter => format!(
                "{text}\n\n_______________________________________________\nInfra mailing list -- infra@lists.example.org\nTo unsubscribe send an email to infra-leave@lists.example.org\n"
            ),
            Self::TrailingBlanks => {
                let mut out = text.lines().fold(String::new(), |out, line| out + line.trim_end() + " \t\n");
                out.push_str("\n\n\n");
                out
            }
            Self::Wrapped(width) => text.lines().map(|line| wrapped(line, width, "\n")).collect(),
        }
    }
}

/// One line broken at white space so that none is wider, where words allow; what is quoted or dressed as code stays.
fn wrapped(line: &str, width: usize, line_end: &str) -> String {
    if line.starts_with(['>', '|', ' ', '\t']) || line.chars().count() <= width {
        return line.to_owned() + "\n";
    }
    let mut out = String::new();
    let mut column = 0;
    for word in line.split(' ') {
        let length = word.chars().count();
        if column > 0 && column + 1 + length > width {
            out.push_str(line_end);
            column = 0;
        } else if column > 0 {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += length;
    }
    out + "\n"
}

/// How the octets are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoded {
    EightBit(&'static str),
    QuotedPrintable(&'static str),
    Base64(&'static str),
    /// `format=flowed` (RFC 3676), long lines broken softly, with `DelSp` or without.
    Flowed {
        del_sp: bool,
    },
}

impl Encoded {
    pub const ALL: [Self; 18] = [
        Self::EightBit("utf-8"),
        Self::EightBit("iso-8859-1"),
        Self::EightBit("iso-8859-15"),
        Self::EightBit("iso-8859-2"),
        Self::EightBit("windows-1252"),
        Self::EightBit("gb18030"),
        Self::QuotedPrintable("utf-8"),
        Self::QuotedPrintable("iso-8859-1"),
        Self::QuotedPrintable("iso-8859-15"),
        Self::QuotedPrintable("gb18030"),
        Self::Base64("utf-8"),
        Self::Base64("iso-8859-1"),
        Self::Base64("gb18030"),
        Self::Base64("utf-16be"),
        Self::Base64("utf-16le"),
        Self::Base64("utf-16"),
        Self::Flowed { del_sp: false },
        Self::Flowed { del_sp: true },
    ];

    /// The MIME fields and the body; `None` where the charset cannot write the text.
    pub fn part(self, text: &str) -> Option<Part> {
        let crlf = text.replace('\n', "\r\n");
        let part = |charset: &str, encoding: &str, body: Vec<u8>| Part {
            head: format!(
                "Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: {encoding}\n"
            ),
            body,
        };
        Some(match self {
            Self::EightBit(charset) => part(charset, "8bit", octets(&crlf, charset)?),
            Self::QuotedPrintable(charset) => {
                part(charset, "quoted-printable", quoted_printable::encode(octets(&crlf, charset)?))
            }
            Self::Base64(charset) => {
                let line = STANDARD.encode(octets(&crlf, charset)?);
                let mut body = Vec::new();
                for chunk in line.as_bytes().chunks(76) {
                    body.extend_from_slice(chunk);
                    body.extend_from_slice(b"\r\n");
                }
                part(charset, "base64", body)
            }
            Self::Flowed { del_sp } => {
                let mut body = String::new();
                for line in text.lines() {
                    let end = if del_sp { "  \n" } else { " \n" };
                    let line = line.trim_end();
                    let stuffed =
                        if line.starts_with([' ', '>']) || line.starts_with("From ") { " " } else { "" };
                    // A quotation is left alone: its own mark is no text that would be stuffed.
                    let stuffed = if line.starts_with('>') { "" } else { stuffed };
                    let signature = if line == "--" { " " } else { "" };
                    let _ = write!(body, "{stuffed}{}", wrapped(&format!("{line}{signature}"), 66, end));
                }
                let del_sp = if del_sp { "; delsp=yes" } else { "" };
                Part {
                    head: format!(
                        "Content-Type: text/plain; charset=utf-8; format=flowed{del_sp}\nContent-Transfer-Encoding: 8bit\n"
                    ),
                    body: body.replace('\n', "\r\n").into_bytes(),
                }
            }
        })
    }
}

fn octets(text: &str, charset: &str) -> Option<Vec<u8>> {
    let units = |mark: bool| mark.then_some(0xfeff_u16).into_iter().chain(text.encode_utf16());
    match charset {
        "utf-16be" => Some(units(false).flat_map(u16::to_be_bytes).collect()),
        "utf-16le" => Some(units(false).flat_map(u16::to_le_bytes).collect()),
        "utf-16" => Some(units(true).flat_map(u16::to_be_bytes).collect()),
        _ => {
            let (octets, _, lossy) = Encoding::for_label(charset.as_bytes())?.encode(text);
            (!lossy).then(|| octets.into_owned())
        }
    }
}

/// A MIME part: its fields, lines ending in LF, and its body.
#[derive(Debug, Clone)]
pub struct Part {
    pub head: String,
    pub body: Vec<u8>,
}

/// The MIME structure around the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Structure {
    Bare,
    Alternative,
    Signed,
    FooterPart,
    Attachment,
    SignedInFooter,
    RelatedAlternative,
}

impl Structure {
    pub const ALL: [Self; 7] = [
        Self::Bare,
        Self::Alternative,
        Self::Signed,
        Self::FooterPart,
        Self::Attachment,
        Self::SignedInFooter,
        Self::RelatedAlternative,
    ];

    /// The part that holds `part`; `text` is what it says, for the HTML beside it.
    pub fn around(self, part: Part, text: &str) -> Part {
        let plain = |body: &str| Part {
            head: "Content-Type: text/plain; charset=us-ascii\nContent-Transfer-Encoding: 7bit\n".to_owned(),
            body: body.replace('\n', "\r\n").into_bytes(),
        };
        let footer = || {
            let mut footer = plain(
                "_______________________________________________\nInfra mailing list\nInfra@lists.example.org\nhttps://lists.example.org/listinfo/infra\n",
            );
            footer.head.push_str("Content-Disposition: inline\n");
            footer
        };
        let signature = || {
            let mut signature =
                plain("-----BEGIN PGP SIGNATURE-----\n\nbm8gc2lnbmF0dXJl\n-----END PGP SIGNATURE-----\n");
            signature.head = "Content-Type: application/pgp-signature; name=signature.asc\n".to_owned();
            signature
        };
        match self {
            Self::Bare => part,
            Self::Alternative => multipart("alternative", "a", vec![part, html(text)]),
            Self::Signed => multipart(
                "signed; protocol=\"application/pgp-signature\"; micalg=pgp-sha256",
                "s",
                vec![part, signature()],
            ),
            Self::FooterPart => multipart("mixed", "m", vec![part, footer()]),
            Self::SignedInFooter => {
                let signed = Self::Signed.around(part, text);
                multipart("mixed", "m", vec![signed, footer()])
            }
            Self::Attachment => {
                let mut patch = plain("--- a/vote\n+++ b/vote\n@@ -1 +1 @@\n-1\n+1\n");
                patch.head = "Content-Type: text/x-patch; name=vote.patch\nContent-Disposition: attachment; filename=vote.patch\n".to_owned();
                multipart("mixed", "m", vec![part, patch])
            }
            Self::RelatedAlternative => {
                let related = multipart("related; type=\"text/html\"", "r", vec![html(text)]);
                multipart("alternative", "a", vec![part, related])
            }
        }
    }
}

fn multipart(kind: &str, boundary: &str, parts: Vec<Part>) -> Part {
    let mut body = Vec::new();
    for part in parts {
        body.extend_from_slice(
            format!("--=_{boundary}_=\r\n{}\r\n", part.head.replace('\n', "\r\n")).as_bytes(),
        );
        body.extend_from_slice(&part.body);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--=_{boundary}_=--\r\n").as_bytes());
    Part { head: format!("Content-Type: multipart/{kind}; boundary=\"=_{boundary}_=\"\n"), body }
}

/// The text as a mail program would set it in HTML, each line in a block of its own.
pub fn html(text: &str) -> Part {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let blocks: String = escaped
        .lines()
        .map(|line| {
            if line.trim().is_empty() {
                "<div><br></div>\r\n".to_owned()
            } else {
                format!("<div>{line}</div>\r\n")
            }
        })
        .collect();
    Part {
        head: "Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: 8bit\n".to_owned(),
        body: format!("<html><body>\r\n{blocks}</body></html>\r\n").into_bytes(),
    }
}
