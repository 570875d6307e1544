//! `plusone check --probe` on a real list.

use super::desk::Desk;
use crate::lab::{Lab, ListDress};
use crate::{SOON, has};
use std::time::Duration;

/// Before the first run and beside a running worker, with a configuration that fits and with some that do not, and where the list keeps the
/// probe to itself. Nothing of it is ever read.
pub fn a_probe_goes_there_and_back(lab: &Lab) {
    let name = "probed";
    let mut desk = Desk::set(lab, name, lab.ports.imaps, Duration::from_secs(3600), &ListDress::usual(name));
    let first = probed(&desk, &[], "60s");
    assert!(first.0, "{}", first.1);
    desk.begin();

    let (sound, said) = probed(&desk, &[], "60s");
    assert!(sound, "{said}");
    for line in [
        "mailed to probed@example.test as decisions@example.test",
        "it came back after ",
        "Mailman 3 made From its own address; who wrote it is told by reply-to (mailman)",
        "with the configuration as it is, it came through the list",
        "    list_hosts = [\"127.0.0.1\"]\n    bounce = [\"probed-bounces@example.test\"]\n    munging = \"mailman\"\n",
    ] {
        assert!(said.contains(line), "no {line:?} in:\n{said}");
    }

    let lines = "list_hosts = [\"127.0.0.1\"]";
    for (changes, fault) in [
        (
            &[(lines, "list_hosts = [\"lists.example.net\"]")][..],
            "nothing shows that it came through the list",
        ),
        (&[("munging = \"mailman\"", "munging = \"none\"")], "votes would be held"),
        (&[("list_id = \"probed.", "list_id = \"other.")], "its List-Id is probed.example.test"),
    ] {
        let (sound, said) = probed(&desk, changes, "60s");
        assert!(!sound && said.contains(fault) && said.contains(lines), "no {fault:?} in:\n{said}");
    }

    // The list holds it for a moderator: it does not come, and what to do is said.
    lab.change_list(&desk.list, &[("accept_these_nonmembers", "nobody@example.test")]);
    let (sound, said) = probed(&desk, &[], "3s");
    assert!(!sound && said.contains("did not come back within 3s"), "{said}");
    assert!(said.contains("may decisions@example.test post there?"), "{said}");
    // It comes all the same, later.
    let held = lab.await_held(&desk.list, 1, SOON);
    lab.release(&desk.list, held[0]);

    let is_probe = |mail: &&Vec<u8>| has(mail, "X-Plusone-Notice: probe probed ");
    desk.await_that(|| lab.mailbox(&desk.engine).iter().filter(is_probe).count() == 6);
    lab.change_list(&desk.list, &[("accept_these_nonmembers", "decisions@example.test")]);
    let root = desk.post("alice", "[VOTE] Afterwards", "probed-root", None, "Please vote.");
    desk.await_number(&root);
    assert_eq!(desk.problems(), Vec::<String>::new());
    assert_eq!(desk.decision(1).call.root.as_str(), root);
    for probe in lab.mailbox("carol").iter().filter(is_probe) {
        assert!(has(probe, "Auto-Submitted: auto-generated"));
    }
    desk.stop();
}

fn probed(desk: &Desk, changes: &[(&str, &str)], wait: &str) -> (bool, String) {
    desk.ask_with(changes, &["check", "--probe", "probed", "--wait", wait])
}
