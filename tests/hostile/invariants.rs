//! What must hold of every reader of mail, whatever it is given. The fuzz targets and the test beside this file share it: each
//! function takes octets and panics where its invariant is broken.

use plusone::ballot::{self, Dialect, Place, Reading, Role};
use plusone::mail::{
    self, Address, Arrival, Flowed, ListForm, MessageId, Munging, OwnWords, Post, Subject, Trust,
};
use plusone::source::in_memory;

/// A reader's name and its invariant.
pub type Target = (&'static str, fn(&[u8]));

/// All of them, by the name of their fuzz target.
pub const TARGETS: [Target; 7] = [
    ("mbox", mbox),
    ("own_words", own_words),
    ("ballot", ballot),
    ("subject", subject),
    ("author", author),
    ("auth_headers", auth_headers),
    ("whole_mail", whole_mail),
];

/// Every octet of an archive belongs to exactly one mail, in order, however the archive is cut while it is read.
pub fn mbox(bytes: &[u8]) {
    let scanned = |chunk: usize| {
        let mut mails = Vec::new();
        let known = in_memory::scan(bytes, chunk, usize::MAX, |mail| {
            mails.push((mail.place.offset, mail.place.len, mail.bytes.to_vec(), mail.from_line));
        });
        (known, mails)
    };
    let (known, mails) = scanned(256 * 1024);
    let mut end = mails.first().map_or(0, |(offset, ..)| *offset);
    for (offset, len, bytes, _) in &mails {
        assert_eq!(*offset, end, "a gap or an overlap between two mails");
        assert!(bytes.len() as u64 <= *len, "a mail longer than its place");
        end += len;
    }
    if known && !mails.is_empty() {
        assert_eq!(end, bytes.len() as u64, "octets behind the last mail");
        let before = usize::try_from(mails[0].0).unwrap();
        let lead = bytes[..before].strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes[..before]);
        assert!(lead.trim_ascii().is_empty(), "octets before the first mail");
    }
    for chunk in [1 << 12, 700] {
        assert!((known, &mails) == (scanned(chunk).0, &scanned(chunk).1), "cut every {chunk} octets");
    }
}

/// Every line with words is the author's own or in one removed region, once and in order.
pub fn own_words(bytes: &[u8]) {
    let Some((&form, bytes)) = bytes.split_first() else { return };
    let text = String::from_utf8_lossy(bytes);
    match form % 4 {
        0 => {
            let words = mail::own_words_of_text(&text, None);
            sound_words(&words);
            nothing_lost(&text, &words);
        }
        1 => sound_words(&mail::own_words_of_text(&text, Some(Flowed { del_sp: false }))),
        2 => sound_words(&mail::own_words_of_text(&text, Some(Flowed { del_sp: true }))),
        _ => sound_words(&mail::own_words_of_html(&text)),
    }
}

fn sound_words(words: &OwnWords) {
    let numbers: Vec<u32> = words.lines.iter().map(|line| line.number).collect();
    assert!(numbers.windows(2).all(|two| two[0] < two[1]), "own lines out of order: {numbers:?}");
    assert!(numbers.first().is_none_or(|&first| first > 0), "lines are numbered from 1");
    let removed: Vec<(u32, u32)> = words.removed.iter().map(|removed| removed.lines).collect();
    assert!(removed.iter().all(|(first, last)| 0 < *first && first <= last), "{removed:?}");
    assert!(removed.windows(2).all(|two| two[0].1 < two[1].0), "regions overlap: {removed:?}");
    let mut regions = removed.iter().peekable();
    for number in numbers {
        while regions.next_if(|(_, last)| *last < number).is_some() {}
        assert!(regions.peek().is_none_or(|(first, _)| number < *first), "line {number} is own and removed");
    }
}

fn nothing_lost(text: &str, words: &OwnWords) {
    let seen = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let mut own = words.lines.iter().peekable();
    let mut removed = words.removed.iter().peekable();
    for (number, line) in (1_u32..).zip(text.lines()) {
        while removed.next_if(|region| region.lines.1 < number).is_some() {}
        if removed.peek().is_some_and(|region| region.lines.0 <= number) {
            continue;
        }
        match own.next_if(|own| own.number == number) {
            Some(own) => assert_eq!(seen(&own.text), seen(line), "line {number} was changed"),
            None => assert!(seen(line).is_empty(), "line {number} is lost: {line:?}"),
        }
    }
    assert!(own.next().is_none(), "an own line behind the last");
}

/// A reading names a line that is there, a vote that is cast is one that `explain` accepts, and a token it names stands on its line.
pub fn ballot(bytes: &[u8]) {
    let Some((&form, bytes)) = bytes.split_first() else { return };
    let text = String::from_utf8_lossy(bytes);
    let words = mail::own_words_of_text(&text, None);
    let role = if form % 2 == 0 { Role::Reply } else { Role::Root };
    let reading = ballot::read(&words, role, &Dialect::default());
    sound_reading(&words, &reading);
    let explained = ballot::explain(&words, role, &Dialect::default());
    for token in &explained {
        let line = words.lines.iter().find(|line| line.number == token.line_number);
        let line = line.unwrap_or_else(|| panic!("no line {} for {:?}", token.line_number, token.token));
        assert!(line.text.contains(&token.token), "{:?} is not on its line {:?}", token.token, line.text);
        assert!(!token.rule.is_empty());
    }
    assert!(explained.windows(2).all(|two| two[0].line_number <= two[1].line_number), "{explained:?}");
    if matches!(reading, Reading::Cast(_)) {
        assert!(explained.iter().any(|token| token.accepted), "{reading:?} without a token that is accepted");
    }
}

fn sound_reading(words: &OwnWords, reading: &Reading) {
    let place = match reading {
        Reading::Cast(cast) => {
            assert!(!cast.written.is_empty());
            assert!(cast.strength.is_none_or(f64::is_finite));
            &cast.place
        }
        Reading::Held(held) => &held.place,
        Reading::Withdraw(place) | Reading::Objects(place) | Reading::Command { place, .. } => place,
        Reading::Automatic { .. } | Reading::Event(_) | Reading::Nothing => return,
    };
    sound_place(words, place);
}

fn sound_place(words: &OwnWords, place: &Place) {
    assert!(!place.rule.is_empty(), "a reading without a rule");
    if place.rule == "reaction" {
        return;
    }
    let line = words.lines.iter().find(|line| line.number == place.line_number);
    assert!(line.is_some(), "line {} of {:?} is none of the author's own", place.line_number, place.rule);
}

/// A base subject is its own base, marks and tags are as they stand in the text.
pub fn subject(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (prefix, text) = text.split_once('\n').unwrap_or(("", &text));
    let subject = Subject::read(text, &[prefix.to_owned()]);
    assert!(subject.text.chars().count() <= 998);
    assert!(subject.text.contains(&subject.base), "the base subject is not in the subject");
    assert!(subject.tags.iter().all(|tag| subject.text.contains(tag.as_str()) && !tag.is_empty()));
    let again = Subject::read(&subject.base, &[prefix.to_owned()]);
    if subject.tags.is_empty() {
        assert_eq!(again.base, subject.base, "the base subject has a base of its own");
        assert_eq!((again.tags.len(), again.reply, again.forward), (0, false, false), "{:?}", subject.base);
    }
    let twice = Subject::read(&format!("Re: {}", subject.text), &[prefix.to_owned()]);
    if subject.text.chars().count() < 990 {
        assert_eq!((&twice.base, twice.reply), (&subject.base, true), "a reply has another base subject");
    }
    if let Some(id) = MessageId::parse(text) {
        assert_eq!(MessageId::parse(id.as_str()).as_ref(), Some(&id));
    }
}

/// An address reads back as itself and can stand in a header, and names hold nothing that breaks a line.
pub fn author(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Some(address) = Address::parse(&text) {
        sound_address(&address);
    }
    let every = [
        Munging::Infer,
        Munging::None,
        Munging::Mailman,
        Munging::Mailman2,
        Munging::Ezmlm,
        Munging::Google,
        Munging::Sympa,
        Munging::GroupsIo,
        Munging::Ietf,
        Munging::Microsoft,
        Munging::AuthorHeader,
        Munging::OriginalSender,
    ];
    let list = Address::parse("infra@lists.example.org");
    for munging in every {
        let addresses = if munging == Munging::Infer { vec![] } else { list.iter().cloned().collect() };
        let form = ListForm { addresses, prefixes: vec!["infra".to_owned()], munging };
        let mut raw = b"From: ".to_vec();
        raw.extend_from_slice(bytes);
        sound_post(&mail::post(&raw, &Arrival::default(), &form, &Trust::default()));
    }
}

fn sound_address(address: &Address) {
    let text = address.as_str();
    assert_eq!(Address::parse(text).as_ref(), Some(address), "an address that reads back as another");
    let odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>');
    assert!(!text.contains(odd) && text.len() <= 254, "{text:?}");
    assert_eq!(text, format!("{}@{}", address.local_part(), address.domain()));
}

fn sound_post(post: &Post) {
    let author = &post.author;
    author.address.iter().for_each(sound_address);
    for mailbox in &post.provenance.recipients {
        mailbox.address.iter().for_each(sound_address);
        assert!(!mailbox.name.contains(char::is_control), "{:?}", mailbox.name);
    }
    assert!(!author.name.contains(char::is_control), "{:?}", author.name);
    assert!(!author.evidence.is_empty());
    assert!(!post.subject.text.contains(char::is_control), "{:?}", post.subject.text);
    assert_eq!(MessageId::parse(post.message_id.as_str()).as_ref(), Some(&post.message_id));
    assert!(post.parents.len() <= Post::MOST_PARENTS);
}

/// What stands in trace and authentication headers proves nothing unless a trusted line does, and the head says what the post says.
pub fn auth_headers(bytes: &[u8]) {
    let arrival = Arrival::default();
    let form = ListForm::default();
    let trusts = [
        Trust::default(),
        Trust {
            list_hosts: vec!["lists.example.org".into(), "192.0.2.25".into(), "127.0.0.1".into()],
            bounce_paths: vec!["infra-*@lists.example.org".into()],
            archive: false,
        },
    ];
    for trust in trusts {
        let post = mail::post(bytes, &arrival, &form, &trust);
        let head = mail::head(bytes, &arrival, &form, &trust);
        sound_post(&post);
        if post.other_ids.is_empty() {
            assert_eq!((&head.message_id, &head.subject), (&post.message_id, &post.subject));
            assert_eq!((&head.parents, head.received), (&post.parents, post.received));
        }
        let trusted = !trust.list_hosts.is_empty();
        assert!(trusted || !post.provenance.through_list, "list mail by nobody's word");
        // A line that a stranger's server wrote on top ends what is believed.
        let mut raw = b"Received: from evil.example.net (evil.example.net [198.51.100.7]) by mx.example.org with SMTP; \
                        Mon, 2 Mar 2026 10:00:00 +0000\r\n"
            .to_vec();
        raw.extend_from_slice(bytes);
        let begins_folded = matches!(bytes.first(), Some(b' ' | b'\t'));
        if !begins_folded {
            assert!(!mail::post(&raw, &arrival, &form, &trust).provenance.through_list, "a stranger's mail");
        }
    }
}

/// A whole mail is read, whatever it is, and what is read is sound.
pub fn whole_mail(bytes: &[u8]) {
    let form = ListForm::default();
    let trust = Trust { archive: true, ..Trust::default() };
    let post = mail::post(bytes, &Arrival::default(), &form, &trust);
    sound_post(&post);
    sound_words(&post.words);
    let reading = ballot::reading(&post, &Dialect::default());
    sound_reading(&post.words, &reading);
    if let Reading::Cast(_) = reading {
        assert!(post.author.address.is_some(), "a vote of nobody's");
        assert!(post.automatic.is_none(), "a vote that no person cast");
    }
    assert_eq!(mail::post(bytes, &Arrival::default(), &form, &trust), post, "read in two ways");
}
