//! What a mail carries as files.

use super::{Problem, guard};
use mail_parser::{Message, MessagePart, MimeHeaders};

/// How many messages inside one another are looked into: a list wraps a mail once, a member who passes it on once more.
const DEEPEST: usize = 4;
/// The most files that are kept of one mail.
const MOST_FILES: usize = 50;

/// The JSON files (RFC 8259) that a mail carries, also where it stands in another mail: by their media type, or by a name that ends in
/// `.json`. What could not be read is told besides.
pub fn json_files(raw: &[u8]) -> (Vec<Vec<u8>>, Vec<Problem>) {
    let mut files = Vec::new();
    let mut problems = Vec::new();
    let mut inside = vec![raw.to_vec()];
    for _ in 0..DEEPEST {
        let mut further = Vec::new();
        for mail in &inside {
            match guard::parse(mail, |message| look(message, &mut files, &mut further)) {
                Ok(((), remark)) => problems.extend(remark),
                Err(problem) => problems.push(problem),
            }
        }
        inside = further;
    }
    (files, problems)
}

fn look(message: &Message<'_>, files: &mut Vec<Vec<u8>>, inside: &mut Vec<Vec<u8>>) {
    for part in &message.parts {
        if files.len() + inside.len() >= MOST_FILES {
            return;
        }
        if is_json(part) {
            files.push(part.contents().to_vec());
        } else if part.content_type().is_some_and(|kind| kind.c_type.eq_ignore_ascii_case("message")) {
            inside.push(part.contents().to_vec());
        }
    }
}

fn is_json(part: &MessagePart<'_>) -> bool {
    let subtype = part.content_type().and_then(|kind| kind.c_subtype.as_deref()).unwrap_or_default();
    let subtype = subtype.to_ascii_lowercase();
    let named = part.attachment_name().is_some_and(|name| name.to_ascii_lowercase().ends_with(".json"));
    subtype == "json" || subtype.ends_with("+json") && !subtype.starts_with("vnd.google") || named
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(parts: &[&str]) -> String {
        let parts: String = parts.iter().map(|part| format!("--b\n{part}\n")).collect();
        format!(
            "From: ann@example.org\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n{parts}--b--\n"
        )
    }

    #[test]
    fn json_is_found_by_its_type_or_its_name_in_whatever_encoding() {
        let check = |part: &str, expect: &[&str]| {
            let (files, problems) = json_files(mail(&["Content-Type: text/plain\n\nhello", part]).as_bytes());
            let files: Vec<&str> =
                files.iter().map(|file| std::str::from_utf8(file).unwrap_or("-").trim()).collect();
            assert_eq!((files.as_slice(), problems), (expect, Vec::new()), "{part}");
        };
        check("Content-Type: application/json\n\n{}", &["{}"]);
        check("Content-Type: application/json\nContent-Transfer-Encoding: base64\n\ne30K", &["{}"]);
        check("Content-Type: application/octet-stream; name=\"a.JSON\"\n\n{}", &["{}"]);
        check("Content-Type: text/plain\nContent-Disposition: attachment; filename=a.json\n\n{}", &["{}"]);
        check("Content-Type: text/plain\n\n{}", &[]);
        check("Content-Type: text/vnd.google.email-reaction+json\n\n{}", &[]);
        let inner = mail(&["Content-Type: application/json\n\n{}"]).replace("boundary=b", "boundary=c");
        let inner = inner.replace("--b", "--c");
        check(&format!("Content-Type: message/rfc822\n\n{inner}"), &["{}"]);
    }

    #[test]
    fn mails_inside_mails_end_somewhere() {
        let mut deep = "Content-Type: application/json\n\n{}".to_owned();
        for _ in 0..2_000 {
            deep = format!("Content-Type: message/rfc822\n\n{deep}");
        }
        assert_eq!(json_files(deep.as_bytes()).0.len(), 0);
    }
}
