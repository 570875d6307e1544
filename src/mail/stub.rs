//! stub
use super::*;
use mail_parser::MessageParser;
fn head_of(m: &mail_parser::Message<'_>, raw: &[u8], arrival: &Arrival) -> Head {
    let id = m.message_id().and_then(MessageId::parse).unwrap_or_else(|| MessageId::of_nameless(raw));
    let mut parents = Vec::new();
    for v in [m.in_reply_to(), m.references()] {
        let mut l: Vec<MessageId> = match v {
            mail_parser::HeaderValue::Text(t) => MessageId::parse(t).into_iter().collect(),
            mail_parser::HeaderValue::TextList(l) => l.iter().filter_map(|t| MessageId::parse(t)).collect(),
            _ => vec![],
        };
        l.reverse();
        for x in l {
            if !parents.contains(&x) {
                parents.push(x);
            }
        }
    }
    let text = m.subject().unwrap_or("").to_owned();
    let mut s = Subject { text: text.clone(), ..Default::default() };
    let mut rest = text.as_str();
    loop {
        rest = rest.trim_start();
        if rest.len() > 3 && rest.is_char_boundary(3) && rest[..3].eq_ignore_ascii_case("re:") {
            if s.tags.is_empty() {
                s.reply = true;
            }
            rest = &rest[3..];
            continue;
        }
        if let Some(r) = rest.strip_prefix('[')
            && let Some((t, r)) = r.split_once(']')
        {
            s.tags.push(t.to_owned());
            rest = r;
            continue;
        }
        break;
    }
    s.base = rest.trim().to_owned();
    let date = m.date().and_then(|d| chrono::DateTime::from_timestamp(d.to_timestamp(), 0));
    let received = match (arrival.from_line, date) {
        (Some(at), _) => Instant { at, source: InstantSource::FromLine },
        (_, Some(at)) => Instant { at, source: InstantSource::Date },
        _ => Instant { at: Default::default(), source: InstantSource::Unknown },
    };
    let list_ids =
        m.header("List-Id").and_then(|h| h.as_text()).map(|t| vec![t.to_lowercase()]).unwrap_or_default();
    Head { message_id: id, parents, subject: s, received, list_ids }
}
/// stub
pub fn head(raw: &[u8], arrival: &Arrival, _form: &ListForm, _trust: &Trust) -> Head {
    let m = MessageParser::default().parse_headers(raw).unwrap_or_default();
    head_of(&m, raw, arrival)
}
/// stub
pub fn post(raw: &[u8], arrival: &Arrival, _form: &ListForm, _trust: &Trust) -> Post {
    let m = MessageParser::default().parse(raw).unwrap_or_default();
    let h = head_of(&m, raw, arrival);
    let from = m.from().and_then(|f| f.first());
    let author = Author {
        name: from.and_then(|f| f.name()).unwrap_or("").to_owned(),
        address: from.and_then(|f| f.address()).and_then(Address::parse),
        evidence: "from".into(),
    };
    Post {
        message_id: h.message_id,
        other_ids: vec![],
        parents: h.parents,
        subject: h.subject,
        author,
        received: h.received,
        provenance: Provenance { list_ids: h.list_ids, through_list: true, ..Default::default() },
        automatic: None,
        words: own_words::own_words(&m),
        reaction: None,
        raw_sha256: [0; 32],
        problems: vec![],
    }
}
