//! What came out, beside what went in.

use crate::engine::{asked, program};
use crate::town::Town;
use plusone::decision::Status;
use plusone::store::{OutboxState, Store};
use std::collections::HashMap;
use std::fs;

/// What was counted.
#[derive(Debug, Default)]
pub struct Figures {
    pub proposals: usize,
    pub votes: usize,
    pub mailed: usize,
    /// Notices mailed to a person a second time under the same Message-ID, after a send in doubt.
    pub folded: usize,
    pub shadow: usize,
}

/// Fails, with every fault, unless nothing was lost and nothing doubled.
pub fn judge(town: &Town) -> Figures {
    let mut faults = Vec::new();
    let mut figures = Figures::default();
    let store = Store::open(&town.path("plusone.db")).unwrap();
    whole(town, &store, &mut faults);
    votes(town, &store, &mut figures, &mut faults);
    notices(town, &store, &mut figures, &mut faults);
    drop(store);
    let (code, out, err) = asked(&mut program(&town.path(""), &["rebuild", "--format", "json"]));
    let differing: Vec<&str> = out.lines().filter(|line| !line.contains("\"differences\":[]")).collect();
    if code != Some(0) || !differing.is_empty() || out.lines().count() != town.asked.len() {
        faults.push(format!("rebuild: {code:?} {err} {differing:#?}"));
    }
    let log = fs::read_to_string(town.path("engine.log")).unwrap();
    if let Some(panic) = log.lines().find(|line| line.contains("panicked")) {
        faults.push(panic.to_owned());
    }
    assert!(faults.is_empty(), "{} faults: {faults:#?}", faults.len());
    figures
}

fn whole(town: &Town, store: &Store, faults: &mut Vec<String>) {
    if let Err(error) = store.examine() {
        faults.push(error.to_string());
    }
    let mails = fs::read_dir(town.path("mail/new")).unwrap().count() as u64;
    if store.message_count().unwrap() != mails {
        faults.push(format!("{} of {mails} messages", store.message_count().unwrap()));
    }
}

fn votes(town: &Town, store: &Store, figures: &mut Figures, faults: &mut Vec<String>) {
    let decisions = store.decisions(None).unwrap();
    let find = |root: &str| {
        let root = format!("<{root}@example.org>");
        decisions.iter().filter(move |stored| stored.decision.call.root.as_str() == root).collect::<Vec<_>>()
    };
    for asked in &town.asked {
        figures.proposals += 1;
        let found = find(&asked.root);
        let [stored] = found.as_slice() else {
            faults.push(format!("{} opened {} times", asked.root, found.len()));
            continue;
        };
        let decision = &stored.decision;
        if !stored.published || (!asked.silent && decision.state.outcome() != "passed") {
            faults.push(format!("{}: {} {:?}", asked.root, decision.state.outcome(), decision.why));
        }
        let mut standing = 0;
        for id in &asked.replies {
            figures.votes += 1;
            let id = format!("<{id}@example.org>");
            let posts: Vec<_> = decision.posts.iter().filter(|post| post.message_id.as_str() == id).collect();
            match posts.as_slice() {
                [post] if matches!(post.status, Status::Counted) => standing += 1,
                [post] if matches!(post.status, Status::Superseded | Status::Unexplained) => {}
                posts => faults.push(format!("{id}: {posts:?}")),
            }
        }
        let plus = asked.stands.values().filter(|vote| **vote == "+1").count();
        let zero = asked.stands.values().filter(|vote| **vote == "0").count();
        // Who proposes is for it.
        let binding = &decision.tally.binding;
        if (binding.zero as usize, standing) != (zero, plus + zero) || binding.plus as usize != plus {
            faults
                .push(format!("{}: {:?}, and the votes are {:?}", asked.root, decision.tally, asked.stands));
        }
    }
}

fn notices(town: &Town, store: &Store, figures: &mut Figures, faults: &mut Vec<String>) {
    let mut copies: HashMap<String, Vec<Vec<u8>>> = HashMap::new();
    for taken in town.sink.taken() {
        copies.entry(message_id(&taken.raw)).or_default().push(taken.raw);
    }
    let mut written: HashMap<String, usize> = HashMap::new();
    for entry in fs::read_dir(town.path("shadow")).unwrap() {
        let path = entry.unwrap().path();
        // Killed while it wrote, it leaves a hidden file: no mail, until it bears a mail's name.
        if path.extension().is_some_and(|extension| extension == "eml") {
            *written.entry(message_id(&fs::read(path).unwrap())).or_default() += 1;
        }
    }
    for list in ["infra", "ops"] {
        for entry in store.notices_of(list, None).unwrap() {
            let taken = copies.remove(&entry.message_id).unwrap_or_default();
            let files = written.remove(&entry.message_id).unwrap_or_default();
            figures.mailed += usize::from(!taken.is_empty());
            figures.shadow += files;
            let to_list = entry.recipient == "list";
            if !to_list && taken.len() == 2 && taken[0] == taken[1] {
                figures.folded += 1;
                continue;
            }
            let right = match entry.state {
                OutboxState::Confirmed => (1, 0),
                OutboxState::Sent if !to_list => (1, 0),
                OutboxState::Shadow => (0, 1),
                OutboxState::Dropped => (0, 0),
                _ => (usize::MAX, 0),
            };
            if (taken.len(), files) != right {
                faults.push(format!(
                    "{list} {} {} {} to {}: {:?}, {} copies, {files} files",
                    entry.number,
                    entry.kind,
                    entry.message_id,
                    entry.recipient,
                    entry.state,
                    taken.len()
                ));
            }
        }
    }
    faults.extend(copies.keys().chain(written.keys()).map(|id| format!("{id} is not in the outbox")));
}

fn message_id(raw: &[u8]) -> String {
    let text = String::from_utf8_lossy(raw);
    let line = text.lines().find(|line| line.to_ascii_lowercase().starts_with("message-id:")).unwrap();
    line.split_once(':').unwrap().1.trim().to_owned()
}
