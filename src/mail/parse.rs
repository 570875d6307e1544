//! From a message's bytes to a [`Post`] or a [`Head`].

use super::author::Ladder;
use super::automatic::automatic;
use super::field::{self, Section};
use super::own_words::{MarkedLine, encryption, words_and_text};
use super::route::Route;
use super::{
    Address, Arrival, Head, InstantSource, ListForm, Mailbox, MessageId, Munging, OwnWords, Post, Problem,
    Provenance, Subject, Trust, damage, guard,
};
use chrono::TimeDelta;
use mail_parser::{Message, MimeHeaders};
use sha2::{Digest, Sha256};

/// How many mailboxes of To and Cc are kept.
const MOST_RECIPIENTS: usize = 100;
/// How many characters of an author's name are kept.
const LONGEST_NAME: usize = 500;

/// Reads a message as a list of that form hands it on. Never fails: what cannot be read is named in [`Post::problems`].
pub fn post(raw: &[u8], arrival: &Arrival, form: &ListForm, trust: &Trust) -> Post {
    post_hashed(raw, Sha256::digest(raw).into(), arrival, form, trust)
}

/// Reads a message as [`post`] does, where the SHA-256 of its bytes is known.
pub fn post_hashed(
    raw: &[u8],
    raw_sha256: [u8; 32],
    arrival: &Arrival,
    form: &ListForm,
    trust: &Trust,
) -> Post {
    let mut post = read(raw, arrival, form, trust, false).0;
    post.raw_sha256 = Some(raw_sha256);
    post
}

/// Reads a message as [`post`] does, for showing how it is read: without [`Post::raw_sha256`], and `keep_text` asks besides for the whole
/// text that its own words were taken from, line by line with what each was read as.
pub fn post_to_show(
    raw: &[u8],
    arrival: &Arrival,
    form: &ListForm,
    trust: &Trust,
    keep_text: bool,
) -> (Post, Vec<MarkedLine>) {
    read(raw, arrival, form, trust, keep_text)
}

fn read(
    raw: &[u8],
    arrival: &Arrival,
    form: &ListForm,
    trust: &Trust,
    keep_text: bool,
) -> (Post, Vec<MarkedLine>) {
    let section = Section::read(raw);
    let route = Route::of(&section, arrival, trust);
    let provenance = provenance(&section, route.through_list);
    let ladder = Ladder::of(&section, form, &provenance.recipients, &provenance.list_ids);
    let mut problems = Vec::new();
    let wraps = ladder.is_rewritten()
        && matches!(form.munging, Munging::Infer | Munging::Mailman | Munging::Mailman2);
    let body = Body::read(raw, wraps, keep_text, &mut problems);
    let mut text = body.text;
    let outer = message_id(raw, &section, &mut problems);
    let subject = subject(&section, form, &provenance.list_ids);
    let author = ladder.author();
    let mut post = Post {
        parents: parents(&section, &mut problems),
        automatic: automatic(&section, &subject, &author),
        message_id: outer,
        other_ids: Vec::new(),
        subject,
        author,
        received: route.received,
        provenance,
        words: body.words,
        reaction: body.reaction,
        raw_sha256: None,
        problems: Vec::new(),
    };
    if let Some(inner) = body.wrapped {
        let inner = take_what_is_wrapped(&mut post, &inner, form, keep_text, &mut problems);
        text = inner.unwrap_or(text);
    }
    if let Some((end, _)) = post.author.name.char_indices().nth(LONGEST_NAME) {
        post.author.name.truncate(end);
    }
    if section.is_empty() {
        problems.push(Problem::NoHeader);
    }
    problems.extend(section.overlong().map(Problem::LongField));
    if post.author.address.is_none() {
        problems.push(Problem::NoAuthor(post.author.evidence.clone()));
    }
    if post.received.source == InstantSource::Unknown {
        problems.push(Problem::NoInstant);
    }
    let date = post.provenance.dated;
    if date.is_some_and(|date| (date - post.received.at).abs() > TimeDelta::days(1)) {
        problems.push(Problem::OddDate);
    }
    post.problems = problems;
    (post, text)
}

/// Reads a message's header section alone: enough to thread by and to see whether it may open a proposal.
pub fn head(raw: &[u8], arrival: &Arrival, form: &ListForm, trust: &Trust) -> Head {
    let section = Section::read(raw);
    let mut problems = Vec::new();
    let list_ids = field::list_ids(&section);
    Head {
        message_id: message_id(raw, &section, &mut problems),
        parents: parents(&section, &mut problems),
        subject: subject(&section, form, &list_ids),
        received: Route::of(&section, arrival, trust).received,
        list_ids,
    }
}

/// Mailman's `wrap_message` sends the author's mail as an attachment under the list's From and a new Message-ID: the inner mail is the
/// post, known by both ids. When and how it came is told by the outer one, and who wrote it by both: where the outer mail names another
/// author, somebody passes another's mail on. Gives the inner mail's text where it is taken.
fn take_what_is_wrapped(
    post: &mut Post,
    inner: &[u8],
    form: &ListForm,
    keep_text: bool,
    problems: &mut Vec<Problem>,
) -> Option<Vec<MarkedLine>> {
    let section = Section::read(inner);
    let id = section.first("Message-ID").and_then(|value| field::message_ids(value).into_iter().next())?;
    let list_ids = field::list_ids(&section);
    let author = Ladder::of(&section, form, &recipients(&section), &list_ids).author();
    let same = |(outer, inner): (&Address, &Address)| outer.same_as(inner);
    if !post.author.address.as_ref().zip(author.address.as_ref()).is_some_and(same) {
        return None;
    }
    let outer = std::mem::replace(&mut post.message_id, id);
    if outer != post.message_id {
        post.other_ids.push(outer);
    }
    post.subject = subject(&section, form, &list_ids);
    post.automatic = automatic(&section, &post.subject, &author);
    post.author = author;
    post.author.evidence.push_str(" (wrapped by mailman)");
    for parent in parents(&section, problems) {
        if !post.parents.contains(&parent) && post.parents.len() < Post::MOST_PARENTS {
            post.parents.push(parent);
        }
    }
    let body = Body::read(inner, false, keep_text, problems);
    post.words = body.words;
    post.reaction = body.reaction;
    Some(body.text)
}

fn message_id(raw: &[u8], section: &Section<'_>, problems: &mut Vec<Problem>) -> MessageId {
    let own = section.first("Message-ID").and_then(|value| field::message_ids(value).into_iter().next());
    own.unwrap_or_else(|| {
        problems.push(Problem::NoMessageId);
        MessageId::of_nameless(raw)
    })
}

/// What the message replies to, nearest first: the nearest ones, and the first of References, which names the root.
fn parents(section: &Section<'_>, problems: &mut Vec<Problem>) -> Vec<MessageId> {
    let mut parents: Vec<MessageId> = Vec::new();
    let take = |id: MessageId, parents: &mut Vec<MessageId>| {
        if parents.len() < Post::MOST_PARENTS - 1 && !parents.contains(&id) {
            parents.push(id);
        }
    };
    let replied = section.first("In-Reply-To").map(field::message_ids).unwrap_or_default();
    replied.into_iter().take(Post::MOST_PARENTS).for_each(|id| take(id, &mut parents));
    let references = section.first("References").map(field::message_ids).unwrap_or_default();
    let (count, first) = (references.len(), references.first().cloned());
    references.into_iter().rev().take(Post::MOST_PARENTS * 4).for_each(|id| take(id, &mut parents));
    if let Some(first) = first.filter(|first| !parents.contains(first)) {
        parents.push(first);
    }
    if count > Post::MOST_PARENTS {
        problems.push(Problem::ManyReferences(u32::try_from(count).unwrap_or(u32::MAX)));
    }
    parents
}

fn subject(section: &Section<'_>, form: &ListForm, list_ids: &[String]) -> Subject {
    let text = section.text("Subject").unwrap_or_default();
    if form.munging != Munging::Infer || !form.prefixes.is_empty() || !text.contains('[') {
        return Subject::read(&text, &form.prefixes);
    }
    Subject::read(&text, &inferred_prefixes(section, list_ids))
}

/// What stands in the brackets of a list's subjects, as its own headers let one guess: for archives alone.
fn inferred_prefixes(section: &Section<'_>, list_ids: &[String]) -> Vec<String> {
    let mut prefixes = Vec::new();
    for id in list_ids {
        let mut labels = id.split('.');
        let (first, second) =
            (labels.next().unwrap_or_default().to_owned(), labels.next().unwrap_or_default());
        prefixes.push(format!("{first}@{second}"));
        prefixes.push(first);
    }
    for value in section.all("List-Post").take(5) {
        let text = field::raw_text(value).into_owned();
        let local = text
            .split_once("mailto:")
            .and_then(|(_, rest)| rest.split_once('@'))
            .map(|(local, _)| local.to_owned());
        prefixes.extend(local);
    }
    prefixes
}

/// To and Cc.
fn recipients(section: &Section<'_>) -> Vec<Mailbox> {
    let named = ["To", "Cc"].iter().flat_map(|name| section.all(name)).flat_map(field::mailboxes);
    named.take(MOST_RECIPIENTS).collect()
}

fn provenance(section: &Section<'_>, through_list: bool) -> Provenance {
    let permalink = section
        .first("Archived-At")
        .map(|value| field::raw_text(value).trim().trim_matches(['<', '>']).to_owned());
    let sound = |link: &String| {
        (link.starts_with("https://") || link.starts_with("http://"))
            && link.len() < 500
            && link.chars().all(|c| c.is_ascii_graphic())
    };
    Provenance {
        list_ids: field::list_ids(section),
        recipients: recipients(section),
        through_list,
        dated: section.first("Date").and_then(field::date),
        archived_at: permalink.filter(sound),
    }
}

/// What a message's body holds.
#[derive(Default)]
struct Body {
    words: OwnWords,
    /// The text that they were taken from, where it is asked for.
    text: Vec<MarkedLine>,
    reaction: Option<String>,
    /// The one message inside, where the list may have wrapped it.
    wrapped: Option<Vec<u8>>,
}

impl Body {
    fn read(raw: &[u8], may_wrap: bool, keep_text: bool, problems: &mut Vec<Problem>) -> Self {
        let readable = &raw[..raw.len().min(guard::LARGEST_MAIL)];
        if readable.len() < raw.len() {
            problems.push(Problem::TooLarge(raw.len() as u64));
        }
        problems.extend(damage::nul_octets(readable));
        let read = |message: &Message<'_>| {
            problems.extend(damage::damaged_texts(message));
            problems.extend(encryption(message).map(|what| Problem::Undecodable(what.to_owned())));
            let (words, text) = words_and_text(message, keep_text);
            Body {
                words,
                text,
                reaction: reaction(message),
                wrapped: if may_wrap { wrapped(message) } else { None },
            }
        };
        match guard::parse(readable, read) {
            Ok((body, remark)) => {
                problems.extend(remark);
                body
            }
            Err(problem) => {
                problems.push(problem);
                Body::default()
            }
        }
    }
}

/// The emoji of a Gmail reaction: `{"emoji":"👍","version":1}`.
fn reaction(message: &Message<'_>) -> Option<String> {
    let is_reaction = |content: &mail_parser::ContentType<'_>| {
        content.c_type.eq_ignore_ascii_case("text")
            && content
                .c_subtype
                .as_ref()
                .is_some_and(|kind| kind.eq_ignore_ascii_case("vnd.google.email-reaction+json"))
    };
    let part = message.parts.iter().find(|part| part.content_type().is_some_and(is_reaction))?;
    let parsed: serde_json::Value =
        serde_json::from_slice(part.contents().get(..4096).unwrap_or(part.contents())).ok()?;
    let emoji: String = parsed.get("emoji")?.as_str()?.chars().filter(|c| !c.is_control()).take(16).collect();
    (!emoji.is_empty()).then_some(emoji)
}

/// The message inside, where there is exactly one.
fn wrapped(message: &Message<'_>) -> Option<Vec<u8>> {
    let is_message = |content: &mail_parser::ContentType<'_>| content.c_type.eq_ignore_ascii_case("message");
    let mut inside = message.parts.iter().filter(|part| part.content_type().is_some_and(is_message));
    let only = inside.next().filter(|_| inside.next().is_none())?;
    Some(only.contents().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(raw: &str) -> Post {
        let form = ListForm {
            addresses: Address::parse("infra@lists.example.org").into_iter().collect(),
            prefixes: Vec::new(),
            munging: Munging::Mailman,
        };
        post(raw.as_bytes(), &Arrival::default(), &form, &Trust::default())
    }

    /// A mail that the list sends under its own From for `author`, with Bob's vote inside.
    fn around_bobs_vote(author: &str) -> Post {
        read(&format!(
            "From: Somebody via Infra <infra@lists.example.org>\nReply-To: {author}\nMessage-ID: <outer@lists.example.org>\n\
             Subject: Re: [VOTE] x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n\
             --b\nContent-Type: text/plain\n\nSee below.\n--b\nContent-Type: message/rfc822\n\n\
             From: Bob <bob@example.org>\nMessage-ID: <inner@example.org>\nSubject: Re: [VOTE] x\n\n+1\n--b--\n"
        ))
    }

    #[test]
    fn a_mail_that_the_list_wraps_is_its_authors() {
        let post = around_bobs_vote("Bob <Bob@example.org>");
        assert_eq!(post.message_id.as_str(), "<inner@example.org>");
        assert_eq!(post.words.text(), "+1");
        assert_eq!(post.author.evidence, "from (wrapped by mailman)");
    }

    #[test]
    fn a_mail_that_somebody_passes_on_is_not_a_vote_of_whoever_wrote_it() {
        for sender in ["eve@example.net", "infra@lists.example.org"] {
            let post = around_bobs_vote(sender);
            assert_eq!(post.message_id.as_str(), "<outer@lists.example.org>", "{sender}");
            assert_eq!(post.words.text(), "See below.");
            assert_ne!(post.author.name, "Bob");
        }
    }
}
