//! What mail programs put in front of a subject when somebody replies or forwards, in the languages that lists use.
//!
//! RFC 5256 §2.1 knows `re`, `fw` and `fwd`; the rest is what localised mail programs write.

/// What a mark says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Reply,
    Forward,
}

/// Marks of a reply, in lower case.
const REPLY: &[&str] = &[
    "re",
    "r",
    "res",
    "rif",
    "aw",
    "antw",
    "antwort",
    "antwoord",
    "sv",
    "svar",
    "vs",
    "vast",
    "odp",
    "odpověď",
    "odpoved",
    "odg",
    "vá",
    "ynt",
    "yan",
    "απ",
    "σχετ",
    "rép",
    "rsp",
    "resp",
    "reply",
    "bls",
    "atb",
    "att",
    "на",
    "отв",
    "ответ",
    "відп",
    "回复",
    "回復",
    "回覆",
    "答复",
    "答覆",
    "返信",
    "답장",
    "회신",
    "رد",
    "תשובה",
    "השב",
    "trả lời",
];

/// Marks of a forward, in lower case.
const FORWARD: &[&str] = &[
    "fwd",
    "fw",
    "wg",
    "wtr",
    "tr",
    "trs",
    "i",
    "rv",
    "enc",
    "encam",
    "vb",
    "vl",
    "vd",
    "vidb",
    "doorst",
    "pd",
    "fs",
    "yml",
    "ilt",
    "i̇lt",
    "πρθ",
    "továbbítás",
    "forwarded",
    "пересл",
    "пер",
    "转发",
    "轉寄",
    "轉發",
    "転送",
    "전달",
    "إعادة توجيه",
    "הועבר",
];

/// Reads a mark at the start of `text`, also counted (`Re[2]:`, `Re(3):`, `Re^2:`) and with white space or the wide colon
/// behind it. Returns it with the rest.
///
/// `anywhere` is false behind a tag: there a single letter is rather the subject's own (`[VOTE] R: a language`).
pub(super) fn read(text: &str, anywhere: bool) -> Option<(Mark, &str)> {
    let (colon, width) = text
        .char_indices()
        .take(40)
        .find(|(_, c)| matches!(c, ':' | '：' | '︰'))
        .map(|(at, c)| (at, c.len_utf8()))?;
    let written = text[..colon].trim();
    let word = written.trim_end_matches([']', ')']).trim_end_matches(|c: char| c.is_ascii_digit());
    let word = match word.len() == written.len() {
        true => word,
        false => word.strip_suffix(['[', '(', '^', '*']).unwrap_or(word),
    };
    let word = word.trim().to_lowercase();
    if !anywhere && word.chars().count() < 2 {
        return None;
    }
    let mark = match word.as_str() {
        word if REPLY.contains(&word) => Mark::Reply,
        word if FORWARD.contains(&word) => Mark::Forward,
        _ => return None,
    };
    Some((mark, &text[colon + width..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_in_many_languages() {
        let check = |text: &str, expect: Option<Mark>| {
            assert_eq!(read(text, true).map(|(mark, _)| mark), expect, "{text:?}")
        };
        for reply in
            "Re RE re R RIF AW Antw SV VS Odp Vá YNT ΑΠ απ 回复 答复 回覆 返信 답장 RES ATB Отв رد".split(' ')
        {
            check(&format!("{reply}: x"), Some(Mark::Reply));
        }
        for forward in "Fwd FW WG TR RV VB VL Doorst 转发 轉寄 ENC I PD".split(' ') {
            check(&format!("{forward}: x"), Some(Mark::Forward));
        }
        check("Re[2]: x", Some(Mark::Reply));
        check("Re(12): x", Some(Mark::Reply));
        check("Re^3: x", Some(Mark::Reply));
        check("Re2: x", Some(Mark::Reply));
        check("RE : x", Some(Mark::Reply));
        check("回复：x", Some(Mark::Reply));
        check("Request: x", None);
        check("PROPOSAL: x", None);
        check("Release 2: x", None);
        check("Re x", None);
        check(": x", None);
        check("2: x", None);
        check("", None);
    }

    #[test]
    fn a_single_letter_is_a_mark_only_in_front() {
        assert_eq!(read("R: x", false), None);
        assert_eq!(read("Re: x", false), Some((Mark::Reply, " x")));
    }
}
