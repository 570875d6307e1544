//! Mail comes in: what opens, what joins, what counts once.

use super::*;
use crate::decision::Status;
use crate::worker::EngineError;

#[test]
fn silence_passes_only_once_the_mailbox_is_read_past_the_close() {
    let mut desk = Desk::set();
    desk.take(&[proposal().listed()]);
    for (at, outcome) in [
        (hours(71), "open"),
        (hours(72), "waiting"),
        (hours(72) + TimeDelta::minutes(14), "waiting"),
        (hours(72) + TimeDelta::minutes(15), "passed"),
    ] {
        desk.read_to(at);
        assert_eq!(desk.outcome("root"), outcome, "{at}");
    }
    assert_eq!(desk.decision("root").state.closed_at(), Some(hours(72)));
    assert_eq!(desk.kinds(), ["opened", "result"]);
    // Whatever the clock says, only reading lets time pass.
    let mut desk = Desk::set();
    desk.take(&[proposal().listed()]);
    desk.now = hours(500);
    desk.take(&[mail("x", "bob", hours(1), "Hello", "Unrelated.").listed()]);
    assert_eq!(desk.outcome("root"), "open");
}

#[test]
fn it_tells_what_it_does_in_order() {
    let mut desk = Desk::set();
    let told = desk.take(&[proposal().listed()]);
    let word = |told: &Told| match told {
        Told::Stored(_) => "stored",
        Told::Opened(_) => "opened",
        Told::Decided(_) => "decided",
        Told::Queued { .. } => "queued",
        Told::Confirmed(_) => "confirmed",
        Told::Problem { .. } => "problem",
        Told::Brief(_) => "brief",
    };
    assert_eq!(told.iter().map(word).collect::<Vec<_>>(), ["opened", "stored", "decided", "queued"]);
    let told = desk.read_to(hours(73));
    let last: Vec<&str> = told.iter().map(word).skip_while(|word| *word == "decided").collect();
    assert_eq!(last, ["queued"]);
}

#[test]
fn the_mailbox_read_again_says_nothing_new() {
    let mails = [
        proposal().listed(),
        mail("minus", "bob", hours(1), "Re: [PROPOSAL] Two mirrors", "-1").to("root").listed(),
        ballot().listed(),
    ];
    let mut desk = Desk::set();
    desk.take(&mails);
    desk.read_to(hours(100));
    let (before, problems) = (desk.outbox().len(), desk.problems());
    for mail in &mails {
        assert!(desk.take(std::slice::from_ref(mail)).is_empty());
    }
    assert!(desk.take(&mails).is_empty());
    desk.read_to(hours(101));
    assert_eq!((desk.outbox().len(), desk.problems()), (before, problems));
    assert_eq!(desk.engine.store().message_count().unwrap(), 3);
}

#[test]
fn a_restart_says_nothing_new() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plusone.db");
    let begin = |now| Desk { engine: engine(Store::open(&path).unwrap(), list(), now), now };
    let mails = [proposal().listed(), ballot().listed()];
    let mut desk = begin(hours(-1));
    desk.take(&mails);
    let begun_at = desk.engine.begun_at;
    let ids = |desk: &Desk| desk.outbox().into_iter().map(|entry| entry.message_id).collect::<Vec<_>>();
    let before = ids(&desk);
    drop(desk);
    let mut desk = begin(hours(5));
    assert_eq!(desk.engine.begun_at, begun_at);
    desk.take(&mails);
    desk.read_to(hours(6));
    assert_eq!(ids(&desk), before);
    desk.read_to(hours(80));
    drop(desk);
    let mut desk = begin(hours(90));
    desk.read_to(hours(91));
    // The reminder was due while nothing was read; it is dropped.
    assert_eq!(desk.kinds(), ["opened", "opened", "reminder", "result"]);
    assert_eq!(desk.outcome("root"), "passed");
}

#[test]
fn a_vote_that_comes_direct_and_by_the_list_counts_once() {
    let vote = mail("plus", "bob", hours(1), "Re: [VOTE] Move CI", "+1").to("vote");
    for direct_first in [true, false] {
        let mut desk = Desk::set();
        desk.take(&[ballot().listed()]);
        let (direct, listed) = (vote.direct(), vote.listed());
        let order = if direct_first { [direct, listed] } else { [listed, direct] };
        desk.take(&order[..1]);
        assert_eq!(desk.decision("vote").tally.binding.plus, u32::from(!direct_first));
        desk.take(&order[1..]);
        let decision = desk.decision("vote");
        assert_eq!(decision.tally.binding.plus, 1, "{:#?}", decision.posts);
        assert_eq!(desk.problems(), ["not-through-list"]);
    }
}

#[test]
fn what_a_step_that_was_undone_had_read_is_forgotten() {
    let mut desk = Desk::set();
    desk.take(&[ballot().listed()]);
    let vote = |words| mail("reply", "bob", hours(1), "Re: [VOTE] Move CI", words).to("vote").listed();
    let undone = desk.engine.step(|engine| {
        let mail = vote("+1");
        let read = crate::worker::reader::read(&engine.lists, &mail);
        engine.take_in(&[mail], vec![read], hours(1))?;
        Err(EngineError::Random("of a test".to_owned()))
    });
    assert!(undone.is_err());
    // The same place in the store, taken by another mail, one that was cut.
    desk.take(&[Incoming { true_size: Some(90_000_000), ..vote("Nothing to say.") }]);
    assert_eq!(desk.decision("vote").tally.binding.plus, 0);
}

#[test]
fn a_proposal_sent_to_the_engine_alone_opens_with_the_lists_copy() {
    let mut desk = Desk::set();
    desk.take(&[proposal().direct()]);
    assert!(desk.engine.store().decisions(None).unwrap().is_empty());
    let listed = Mail { at: hours(2), ..proposal() };
    desk.take(&[listed.listed()]);
    assert_eq!(desk.decision("root").call.opened_at, hours(2));
    assert_eq!(desk.kinds(), ["opened"]);
}

#[test]
fn a_reply_by_subject_joins_where_one_open_proposal_matches() {
    let reply = |at| mail("loose", "bob", at, "Re: [PROPOSAL] Two mirrors", "+1");
    let again = Mail { id: "again", at: start() + TimeDelta::minutes(1), ..proposal() };
    let check = |mails: &[Mail], plus: &[(&str, u32)]| {
        let mut desk = Desk::set();
        for mail in mails {
            desk.read_to(mail.at - TimeDelta::minutes(1));
            desk.take(&[mail.listed()]);
        }
        for (root, plus) in plus {
            assert_eq!(desk.decision(root).tally.binding.plus, *plus, "{root} of {mails:#?}");
        }
    };
    check(&[proposal(), reply(hours(1))], &[("root", 1)]);
    check(&[proposal(), again.clone(), reply(hours(1))], &[("root", 0), ("again", 0)]);
    check(
        &[proposal(), Mail { at: hours(100), ..again.clone() }, reply(hours(101))],
        &[("root", 0), ("again", 1)],
    );
    check(&[proposal(), reply(hours(100))], &[("root", 0)]);
    check(
        &[proposal(), mail("loose", "bob", hours(1), "Re: [PROPOSAL] Three mirrors", "+1")],
        &[("root", 0)],
    );
    // A rival that is found later takes the reply away again.
    check(&[proposal(), reply(hours(1)), again], &[("root", 0), ("again", 0)]);
}

#[test]
fn a_vote_on_a_proposal_owns_what_replies_to_it() {
    let ballot = mail("vote", "ann", hours(1), "[VOTE] Two mirrors", "Please vote.").to("root");
    let below = mail("below", "bob", hours(2), "Re: [VOTE] Two mirrors", "+1").to("vote");
    let beside = mail("beside", "cy", hours(3), "Re: [PROPOSAL] Two mirrors", "+1").to("root");
    let repeat = mail("repeat", "ann", hours(4), "[PROPOSAL] Two mirrors", "Once more.").to("root");
    let mails = [proposal(), ballot, below, beside, repeat].map(|mail| mail.listed());
    for order in [[0, 1, 2, 3, 4], [2, 1, 0, 3, 4], [1, 2, 3, 4, 0], [4, 3, 2, 1, 0]] {
        let mut desk = Desk::set();
        for at in order {
            desk.take(&mails[at..=at]);
        }
        let ids = |root| {
            let posts = desk.decision(root).posts;
            posts.into_iter().map(|post| post.message_id.as_str().to_owned()).collect::<Vec<_>>()
        };
        let named = |ids: &[&str]| ids.iter().map(|id| format!("<{id}@example.org>")).collect::<Vec<_>>();
        assert_eq!(ids("root"), named(&["root", "beside", "repeat"]), "{order:?}");
        assert_eq!(ids("vote"), named(&["vote", "below"]), "{order:?}");
        assert_eq!(desk.engine.store().decisions(None).unwrap().len(), 2);
    }
}

#[test]
fn what_is_older_than_the_engine_is_recorded_and_never_announced() {
    let old = Mail { id: "old", at: hours(-2), ..proposal() };
    let mut desk = Desk::with(ListConfig { digest: Some("0 9 * * MON".into()), ..list() });
    desk.take(&[old.listed(), mail("minus", "bob", hours(1), "Re: x", "-1").to("old").listed()]);
    desk.read_to(hours(300));
    assert_eq!(desk.decision("old").call.mode, Mode::Recorded);
    assert!(desk.decision("old").state.closed_at().is_some());
    desk.digests(hours(300));
    assert_eq!(desk.kinds(), [""; 0]);
}

#[test]
fn shadow_mode_queues_nothing_to_be_sent() {
    let mut shadow = list();
    shadow.rules.mode = Mode::Shadow;
    let mut desk = Desk::with(shadow);
    desk.take(&[proposal().listed()]);
    desk.read_to(hours(80));
    assert_eq!(desk.kinds(), ["opened", "result"]);
    assert!(desk.engine.store().sendable(hours(1000)).unwrap().is_empty());
}

#[test]
fn what_surfaces_after_the_result_is_listed_and_rewrites_nothing() {
    let mut desk = Desk::set();
    desk.take(&[proposal().listed()]);
    desk.read_to(hours(80));
    let published = desk.decision("root");
    let late =
        mail("late", "bob", hours(71), "Re: [PROPOSAL] Two mirrors", "-1: it costs too much.").to("root");
    desk.take(&[late.listed()]);
    assert_eq!(desk.decision("root"), published);
    assert_eq!(desk.problems(), ["surfaced-late"]);
    let problem = &desk.engine.store().problems().unwrap()[0];
    assert_eq!(problem.message_id.as_deref(), Some("<late@example.org>"));
    assert!(problem.detail.contains("objected"), "{}", problem.detail);
    // Once is enough, whatever else comes in that thread; what came after the close is no surprise.
    let after =
        mail("after", "cy", hours(90), "Re: [PROPOSAL] Two mirrors", "-1: too late, I know.").to("root");
    assert!(!desk.take(&[after.listed()]).iter().any(|told| matches!(told, Told::Problem { .. })));
    assert_eq!(desk.problems(), ["surfaced-late"]);
    assert_eq!(desk.kinds(), ["opened", "result", "correction"]);
}

#[test]
fn mail_of_no_list_is_kept_and_listed() {
    let mut desk = Desk::set();
    let raw = b"From: ann@example.org\r\nTo: someone@example.net\r\nSubject: [VOTE] x\r\nMessage-ID: <n@example.org>\r\n\r\nx\r\n";
    desk.take(&[arrived(raw.to_vec(), start()), arrived(b"\x00\xff no mail at all".to_vec(), start())]);
    assert_eq!(desk.engine.store().message_count().unwrap(), 2);
    assert!(desk.problems().contains(&"no-list".to_owned()));
    assert!(desk.engine.store().decisions(None).unwrap().is_empty());
}

#[test]
fn one_message_id_over_two_texts_is_noted_and_the_first_counts() {
    let mut desk = Desk::set();
    let vote = |at, words| mail("same", "bob", at, "Re: [VOTE] Move CI", words).to("vote").listed();
    desk.take(&[ballot().listed(), vote(hours(1), "+1"), vote(hours(2), "-1: changed my mind")]);
    let decision = desk.decision("vote");
    assert_eq!((decision.tally.binding.plus, decision.tally.binding.minus), (1, 0));
    assert_eq!(desk.problems(), ["same-id"]);
    assert!(decision.posts.iter().any(|post| post.status == Status::Counted));
}
