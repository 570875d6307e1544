//! The same beside real servers: Dovecot, Postfix and Mailman.

use crate::chance::Chance;
use crate::desk::Desk;
use crate::lab::{Lab, ListDress};
use crate::{SOON, number};
use plusone::clock::Stopwatch;
use plusone::decision::Status;
use plusone::failpoint::POINTS;
use std::collections::BTreeSet;
use std::time::Duration;

/// Who votes on each proposal; who votes twice is counted once.
const VOTERS: [&str; 6] = ["bob", "carol", "dave", "erin", "bob", "carol"];

/// `PLUSONE_SERVER_KILLS=200` kills it so often.
#[test]
fn killed_beside_real_servers() {
    let kills = number("PLUSONE_SERVER_KILLS", VOTERS.len());
    let mut chance = Chance(number("PLUSONE_SEED", 1) as u64);
    let lab = Lab::up();
    let window = Duration::from_secs(24);
    let mut desk = Desk::set(&lab, "killed", lab.ports.imaps, window, &ListDress::usual("killed"));
    desk.begin();
    desk.kill_after(Duration::ZERO);
    let watch = Stopwatch::start();
    let mut root = String::new();
    for kill in 0..kills {
        let (proposal, round) = (kill / VOTERS.len(), kill % VOTERS.len());
        if round == 0 {
            let subject = format!("[VOTE] Keep rack {proposal}");
            root = desk.post("alice", &subject, &format!("root-{proposal}"), None, "Please vote.");
        }
        // Every other time at a point, the rest at any moment.
        let point = (kill % 2 == 1).then(|| format!("{}:1", POINTS[chance.below(POINTS.len())]));
        desk.start_to_end_at(point.as_deref());
        let subject = format!("Re: [VOTE] Keep rack {proposal}");
        desk.post(VOTERS[round], &subject, &format!("vote-{proposal}-{round}"), Some(&root), "+1");
        desk.kill_after(Duration::from_millis(chance.below(2_000) as u64));
    }
    let killing = watch.elapsed();
    let proposals = kills.div_ceil(VOTERS.len());
    desk.start();
    for number in 1..=proposals {
        let header = format!("X-Plusone-Notice: result killed {number} ");
        lab.wait_for("erin", SOON, |mail| line(mail, &header).is_some());
    }
    // What was in doubt would be mailed again within the wait for a copy.
    desk.quiet_for(Duration::from_secs(5));
    desk.stop();
    votes(&desk, kills);
    let folded = notices(&lab, proposals);
    let (held, said) = desk.ask(&["rebuild"]);
    assert!(held && said.contains(" 0 differ"), "{said}");
    println!(
        "{kills} kills beside real servers in {killing:.0?}, {proposals} proposals: lost 0, doubled 0, folded {folded}"
    );
    drop(desk);
    let left = lab.down();
    assert!(left.is_empty(), "left behind: {left:#?}");
}

fn votes(desk: &Desk<'_>, kills: usize) {
    for proposal in 0..kills.div_ceil(VOTERS.len()) {
        let cast = (kills - proposal * VOTERS.len()).min(VOTERS.len());
        let voters: BTreeSet<&str> = VOTERS[..cast].iter().copied().collect();
        let decision = desk.decision(u32::try_from(proposal + 1).unwrap());
        assert_eq!(decision.tally.binding.plus as usize, voters.len(), "{:#?}", decision.posts);
        for round in 0..cast {
            let id = format!("<vote-{proposal}-{round}@example.test>");
            let posts: Vec<_> = decision.posts.iter().filter(|post| post.message_id.as_str() == id).collect();
            let [post] = posts.as_slice() else { panic!("{id}: {posts:#?}") };
            assert!(matches!(post.status, Status::Counted | Status::Superseded), "{post:#?}");
        }
    }
}

/// Every notice once; gives how many came again under the same Message-ID, after a send in doubt whose copy was slow.
fn notices(lab: &Lab, proposals: usize) -> usize {
    let mut folded = 0;
    for kind in ["opened", "result"] {
        for number in 1..=proposals {
            let header = format!("X-Plusone-Notice: {kind} killed {number} ");
            let mails = lab.mailbox("erin");
            let copies: Vec<String> = mails
                .iter()
                .filter(|mail| line(mail, &header).is_some())
                .map(|mail| line(mail, "Message-ID: ").expect("a Message-ID"))
                .collect();
            let ids: BTreeSet<&String> = copies.iter().collect();
            assert_eq!(ids.len(), 1, "{kind} {number}: {copies:?}");
            folded += copies.len() - 1;
        }
    }
    folded
}

/// The line of a mail that begins so.
fn line(mail: &[u8], begins: &str) -> Option<String> {
    String::from_utf8_lossy(mail).lines().find(|line| line.starts_with(begins)).map(str::to_owned)
}
