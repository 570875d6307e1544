//! Who may vote, as far as a record tells: for whoever checks it without the roster.

use crate::decision::{Electorate, Member, PostWhy, RoleSpan, Roster, Rule, Status};
use crate::mail::{Address, MessageId, Post};
use crate::record::{Discrepancy, Published, post_sentence};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

/// Somebody whom a record names by an id.
#[derive(Default)]
struct Known {
    name: String,
    addresses: Vec<Address>,
    /// Whether the record says that their votes do not bind.
    outside: bool,
}

/// The roster that a record implies: its member ids, each with the addresses of that member's posts in the archive, and as many more
/// members as it says there are. Says where one address would be two members'.
pub(super) fn implied(published: &Published, rule: &Rule, posts: &[Post]) -> (Roster, Vec<Discrepancy>) {
    let authors: HashMap<&MessageId, &Post> = posts.iter().map(|post| (&post.message_id, post)).collect();
    let mut known = BTreeMap::<&str, Known>::new();
    let outside = [PostWhy::NotElectorate, PostWhy::StrangersObjection].map(|why| post_sentence(&why));
    let root = [(&published.root, &published.proposer, false)];
    let of_posts = published.posts.iter().map(|post| {
        let may_not = post.why.as_ref().is_some_and(|why| outside.contains(why));
        (&post.message_id, &post.author, may_not && post.status != Status::Counted)
    });
    let mut owners = HashMap::<String, &str>::new();
    let mut twice = Vec::new();
    for (id, author, may_not) in root.into_iter().chain(of_posts) {
        let Some(member) = author.member.as_deref() else { continue };
        let Some(address) = authors.get(id).and_then(|post| post.author.address.as_ref()) else { continue };
        let owner = *owners.entry(address.folded().into_owned()).or_insert(member);
        if owner != member {
            twice.push(of_two(id, owner, member));
            continue;
        }
        let entry = known.entry(member).or_default();
        entry.name.clone_from(&author.name);
        entry.outside |= may_not;
        if !address.is_among(&entry.addresses) {
            entry.addresses.push(address.clone());
        }
    }
    let mut members: Vec<Member> = known.into_iter().map(|(id, known)| member(id, known, rule)).collect();
    if let (Electorate::Roster { roles }, Some(size)) = (&rule.electorate, published.electorate_size) {
        let at = published.closed_at.unwrap_or(published.opened_at);
        let there = members.iter().filter(|member| member.holds_any(roles, at)).count();
        // Nobody has a roster of millions; a record may say so.
        let silent = size.saturating_sub(there).min(100_000);
        members.extend((0..silent).map(|n| member(&format!(" {n}"), Known::default(), rule)));
    }
    (Roster { members, seats: Vec::new() }, twice)
}

fn member(id: &str, known: Known, rule: &Rule) -> Member {
    let asked = match &rule.electorate {
        Electorate::Roster { roles } => roles.first(),
        _ => None,
    };
    let always = |role: &str| RoleSpan { role: role.to_owned(), since: None, until: None };
    let roles = match (asked, known.outside) {
        (Some(role), false) => vec![always(role)],
        (None, false) => Vec::new(),
        // On the roster, in no role that votes.
        (Some(_), true) => vec![always(" ")],
        (None, true) => vec![RoleSpan { until: Some(chrono::DateTime::UNIX_EPOCH), ..always(" ") }],
    };
    Member { id: id.to_owned(), name: known.name, addresses: known.addresses, roles, fingerprint: None }
}

fn of_two(post: &MessageId, one: &str, other: &str) -> Discrepancy {
    Discrepancy {
        code: "two-members".to_owned(),
        post: Some(post.clone()),
        recorded: Value::String(other.to_owned()),
        recomputed: Value::String(one.to_owned()),
        why: format!(
            "the record calls the author of this mail {other}, and of another mail from the same address {one}"
        ),
    }
}
