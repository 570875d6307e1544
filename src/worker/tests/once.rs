//! Nothing is said twice, whatever happens to the proposal meanwhile.

use super::*;

const RE: &str = "Re: [PROPOSAL] Two mirrors";

fn re(id: &'static str, who: &'static str, at: i64, words: &str) -> Incoming {
    mail(id, who, hours(at), RE, words).to("root").listed()
}

/// How many of each kind are in the outbox.
fn counted(desk: &Desk) -> Vec<(String, usize)> {
    let mut kinds = desk.kinds();
    kinds.sort_unstable();
    kinds.chunk_by(|a, b| a == b).map(|same| (same[0].clone(), same.len())).collect()
}

fn check(list: ListConfig, mails: &[Incoming], expect: &[(&str, usize)]) {
    let mut desk = Desk::with(list);
    for mail in mails {
        desk.take(std::slice::from_ref(mail));
    }
    let counted = counted(&desk);
    let counted: Vec<(&str, usize)> = counted.iter().map(|(kind, count)| (kind.as_str(), *count)).collect();
    assert_eq!(counted, expect);
}

#[test]
fn a_new_text_makes_nothing_be_said_again() {
    let amend = |id, at| re(id, "ann", at, "Proposal: amend\n\nLet us run three, from May on.");
    let mails = [
        proposal().listed(),
        re("longer", "ann", 1, "Proposal: extend 24h"),
        re("refused", "bob", 2, "Proposal: withdraw"),
        re("status", "cy", 3, "Proposal: status"),
        amend("amend1", 4),
        re("status2", "cy", 5, "Proposal: status"),
        amend("amend2", 6),
    ];
    let once = [("amended", 2), ("extended", 1), ("opened", 1), ("question", 1), ("status", 1)];
    check(list(), &mails, &once);
}

#[test]
fn what_stands_under_a_new_text_is_told_once() {
    let mut list = list();
    list.rules.kinds[0].1.on_amend = crate::decision::OnAmend::Keep;
    let mails = [
        proposal().listed(),
        re("against", "bob", 1, "-1: it costs too much."),
        re("bare", "cy", 2, "-1"),
        re("amend", "ann", 4, "Proposal: amend\n\nLet us run three, from May on."),
        re("again", "dan", 5, "Proposal: extend 1h"),
    ];
    let once = [("amended", 1), ("objected", 1), ("opened", 1), ("question", 2)];
    check(list, &mails, &once);
}

#[test]
fn who_objects_again_and_again_is_announced_three_times() {
    let mut mails = vec![proposal().listed()];
    for round in 0..6 {
        let id = |word: &str| -> &'static str { Box::leak(format!("{word}{round}").into_boxed_str()) };
        mails.push(re(id("against"), "bob", 2 * round + 1, "-1: it costs too much."));
        mails.push(re(id("back"), "bob", 2 * round + 2, "I withdraw my -1."));
    }
    mails.push(re("last", "bob", 20, "-1: it costs too much."));
    mails.push(re("other", "cy", 21, "-1: we do not need it."));
    check(list(), &mails, &[("objected", 4), ("opened", 1)]);
}
