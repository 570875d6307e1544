//! What Mailman does to mail on its way: dresses it, gathers it into digests, holds it for a moderator.

use super::desk::Desk;
use crate::lab::{FromRewrite, Lab, ListDress};
use crate::{SOON, has, parse, text};
use plusone::ballot::Reading;
use plusone::clock::Deadline;
use plusone::decision::{Decision, Status};
use std::time::Duration;

/// The mail of somebody whose program sends text and HTML: the list puts its footer below in a part of its own.
const ALTERNATIVE: &str = "Content-Type: multipart/alternative; boundary=\"alt\"\n\n\
    --alt\nContent-Type: text/plain; charset=utf-8\n\n+1, tried it.\n\n\
    --alt\nContent-Type: text/html; charset=utf-8\n\n<p>+1, tried it.</p>\n\n--alt--\n";
/// With a file: the list puts its footer behind that.
const MIXED: &str = "Content-Type: multipart/mixed; boundary=\"mix\"\n\n\
    --mix\nContent-Type: text/plain; charset=utf-8\n\n+1\n\n\
    --mix\nContent-Type: text/csv; name=\"load.csv\"\nContent-Disposition: attachment; filename=\"load.csv\"\n\n-1,-1,-1\n\n--mix--\n";
/// In another charset and encoding than the list's.
const ENCODED: &str = "Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\n\
    -1: la migration est pr=E9matur=E9e, les sauvegardes manquent.\n";

pub fn a_list_that_rewrites_from(lab: &Lab) {
    decides_in(lab, "munged", FromRewrite::Munge, "reply-to (mailman)");
}

pub fn a_list_that_wraps_mail(lab: &Lab) {
    decides_in(lab, "nested", FromRewrite::Wrap, "from (wrapped by mailman)");
}

/// A vote in that dress, with footers as text and as parts; then the list gets another prefix.
fn decides_in(lab: &Lab, name: &str, from: FromRewrite, evidence: &str) {
    let dress = ListDress { from, ..ListDress::usual(name) };
    let mut desk = Desk::set(lab, name, lab.ports.imaps, Duration::from_secs(20), &dress);
    desk.begin();
    let root = desk.post("alice", "[VOTE] A new rack", &format!("{name}-root"), None, "Please vote.");
    desk.await_number(&root);
    let subject = format!("Re: [{name}] [VOTE] A new rack");
    desk.post("bob", &subject, &format!("{name}-bob"), Some(&root), "> Please vote.\n\n+1");
    for (voter, body) in [("carol", ALTERNATIVE), ("dave", MIXED), ("erin", ENCODED)] {
        let id = format!("{name}-{voter}");
        desk.post_body(&desk.list.address, voter, &subject, &id, Some(&root), body);
    }
    let result = lab.wait_for("carol", SOON, |mail| has(mail, &format!("X-Plusone-Notice: result {name}")));
    // The notice itself goes through the list, and comes in its dress.
    assert!(has(&result, &format!("In-Reply-To: {root}")), "{}", text(&result));
    let decision = desk.decision(1);
    assert_eq!(votes(&decision), ["bob +1", "carol +1", "dave +1", "erin -1"], "{:#?}", decision.posts);
    assert_eq!(decision.call.root.as_str(), root);
    for post in &decision.posts {
        assert_eq!(post.author.evidence, evidence, "{}", post.message_id.as_str());
    }
    // The list says where its archive has the proposal, and the result passes that on.
    let proposal = lab.wait_for("carol", SOON, |mail| has(mail, &format!("Message-ID: {root}")));
    let proposal = text(&proposal);
    let link = proposal.split("Archived-At: <").nth(1).and_then(|rest| rest.split('>').next());
    let link = link.expect("the list gives a permalink");
    assert!(link.starts_with("http://example.test/"), "{link}");
    let said = text(&result).replace("=\r\n", "").replace("=\n", "");
    assert!(said.contains(link), "{link} is not in:\n{said}");

    another_prefix(lab, &mut desk, name);
    desk.stop();
}

/// A prefix that the configuration does not know hides the tag: that is said. Once it is known, proposals open again; replies under any
/// prefix stay in their thread.
fn another_prefix(lab: &Lab, desk: &mut Desk, name: &str) {
    lab.change_list(&desk.list, &[("subject_prefix", "[Engine Room] ")]);
    desk.post("bob", "[PROPOSAL] Hidden", &format!("{name}-hidden"), None, "Nobody sees the tag.");
    desk.await_problem("unknown-prefix");
    desk.stop();
    desk.change_config("zone = ", &format!("prefix = [\"{name}\", \"Engine Room\"]\nzone = "));
    desk.start();
    let seen = desk.post("bob", "[PROPOSAL] Seen", &format!("{name}-seen"), None, "Everybody sees it.");
    desk.await_number(&seen);
    lab.change_list(&desk.list, &[("subject_prefix", "")]);
    desk.post(
        "carol",
        "Re: [Engine Room] [PROPOSAL] Seen",
        &format!("{name}-against"),
        Some(&seen),
        "-1: it costs too much power.",
    );
    let objected =
        lab.wait_for("dave", SOON, |mail| has(mail, &format!("X-Plusone-Notice: objected {name} 2")));
    assert!(has(&objected, "Subject: Re: [PROPOSAL] Seen"), "{}", text(&objected));
}

fn votes(decision: &Decision) -> Vec<String> {
    let counted = decision.posts.iter().filter(|post| post.status == Status::Counted);
    let mut votes: Vec<String> = counted
        .filter_map(|post| match &post.reading {
            Reading::Cast(cast) => Some(format!("{} {}", post.member.as_deref()?, cast.vote)),
            _ => None,
        })
        .collect();
    votes.sort();
    votes
}

/// A mailbox that gets every mail, and both kinds of digest besides: each vote counts once, and the digests are told of.
pub fn a_mailbox_that_takes_digests_too(lab: &Lab) {
    let name = "digested";
    let mut desk = Desk::set(lab, name, lab.ports.imaps, Duration::from_secs(3600), &ListDress::usual(name));
    for (detail, form) in [("mime", "mime_digests"), ("plain", "plaintext_digests")] {
        lab.subscribe_to_digests(&desk.list, &format!("{}+{detail}", desk.engine), form);
    }
    desk.begin();
    let root = desk.post("alice", "[VOTE] Read by digest", "digested-root", None, "Please vote.");
    desk.await_number(&root);
    for voter in ["bob", "carol"] {
        let id = format!("digested-{voter}");
        desk.post(voter, "Re: [VOTE] Read by digest", &id, Some(&root), "+1");
        desk.await_counted(1, &format!("<{id}@example.test>"), Deadline::after(SOON));
    }
    lab.send_digest(&desk.list);
    let is_digest = |mail: &[u8]| has(mail, "Subject: Digested Digest, Vol 1, Issue 1");
    let mime = lab.wait_for(&desk.engine, SOON, |mail| is_digest(mail) && has(mail, "multipart/digest"));
    lab.wait_for(&desk.engine, SOON, |mail| is_digest(mail) && !has(mail, "multipart/digest"));
    // Somebody reads the digest, and answers it with a vote: which mail it is about, nobody can tell.
    let digest = parse(&mime).message_id().expect("a Message-ID").to_owned();
    desk.post(
        "dave",
        "Re: Digested Digest, Vol 1, Issue 1",
        "digested-dave",
        Some(&format!("<{digest}>")),
        "+1",
    );
    desk.post("erin", "Re: [VOTE] Read by digest", "digested-erin", Some(&root), "+1");
    desk.await_counted(1, "<digested-erin@example.test>", Deadline::after(SOON));
    assert_eq!(votes(&desk.decision(1)), ["bob +1", "carol +1", "erin +1"]);
    assert_eq!(desk.problems(), ["digest", "digest"]);
    assert!(desk.ask(&["list", "--problems", "--format", "json"]).1.contains("without digests"));
    desk.stop();
}

/// Held mail counts from the moment that the moderator lets it through: in time, or too late for a result that stands.
pub fn a_moderator_lets_mail_through(lab: &Lab) {
    let name = "moderated";
    let mut desk = Desk::set(lab, name, lab.ports.imaps, Duration::from_secs(20), &ListDress::usual(name));
    for member in ["dave", "erin"] {
        lab.moderate(&desk.list, member);
    }
    desk.begin();
    let root = desk.post("alice", "[VOTE] Held mail", "moderated-root", None, "Please vote.");
    desk.await_number(&root);
    let vote = |voter: &str, words: &str| {
        let id = format!("moderated-{voter}");
        desk.post(voter, "Re: [moderated] [VOTE] Held mail", &id, Some(&root), words);
    };
    vote("dave", "+1");
    let in_time = lab.await_held(&desk.list, 1, SOON);
    for voter in ["bob", "carol"] {
        vote(voter, "+1");
    }
    vote("erin", "-1: not before the audit.");
    let both = lab.await_held(&desk.list, 2, SOON);
    lab.release(&desk.list, in_time[0]);
    let result = lab.wait_for("carol", SOON, |mail| has(mail, "X-Plusone-Notice: result moderated"));
    assert!(has(&result, "PASSED"), "{}", text(&result));
    assert_eq!(votes(&desk.decision(1)), ["bob +1", "carol +1", "dave +1"]);

    let late = both.into_iter().find(|held| *held != in_time[0]).expect("erin's mail");
    lab.release(&desk.list, late);
    lab.wait_for(&desk.engine, SOON, |mail| has(mail, "Message-ID: <moderated-erin@example.test>"));
    // What the engine says of a mail it says within the second; a correction would be said.
    desk.quiet_for(Duration::from_secs(4));
    assert_eq!(desk.counted("carol", "correction"), 0);
    assert_eq!(desk.decision(1).state.outcome(), "passed");
    // What was published stands as it was.
    assert_eq!(votes(&desk.decision(1)), ["bob +1", "carol +1", "dave +1"]);
    desk.stop();
}
