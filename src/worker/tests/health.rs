//! Whether anybody is needed.

use super::*;
use crate::worker::Health;
use crate::worker::health::{MAILBOX_TROUBLE, MENDED_BY_A_PERSON};

/// What a person is needed for, so many minutes after the mailbox was read last.
fn needs(desk: &Desk, minutes: i64) -> Vec<String> {
    let now = desk.now + TimeDelta::minutes(minutes);
    Health::of(desk.engine.store(), "inbox", now).unwrap().needs_a_person
}

#[test]
fn a_close_that_waits_for_the_next_look_at_the_mailbox_calls_nobody() {
    let mut desk = Desk::set();
    desk.take(&[proposal().listed()]);
    desk.read_to(hours(72) - TimeDelta::minutes(1));
    assert_eq!(desk.decision("root").closes_at, hours(72));
    for (minutes, is_called) in [(2, false), (5, false), (10, false), (12, true), (29, true)] {
        let needs = needs(&desk, minutes);
        assert_eq!(
            needs.iter().any(|need| need.contains("is due and waits")),
            is_called,
            "{minutes} {needs:?}"
        );
    }
    desk.engine.store_mut().set_meta(MAILBOX_TROUBLE, "no route").unwrap();
    let at_once = needs(&desk, 2);
    assert!(at_once.len() == 2 && at_once.contains(&"no route".to_owned()), "it cannot be read: {at_once:?}");
    desk.engine.store_mut().set_meta(MAILBOX_TROUBLE, "").unwrap();
    desk.read_to(hours(73));
    assert_eq!(needs(&desk, 29), <[String; 0]>::default(), "it is decided");
}

#[test]
fn a_mail_server_that_is_started_anew_calls_nobody() {
    let mut desk = Desk::set();
    desk.read_to(hours(1));
    let health = |desk: &Desk| Health::of(desk.engine.store(), "inbox", desk.now).unwrap().mailbox_trouble;
    assert_eq!(health(&desk), None);
    desk.engine.store_mut().set_meta(MAILBOX_TROUBLE, "no route").unwrap();
    assert_eq!(health(&desk).as_deref(), Some("no route"), "it is told all the same");
    assert_eq!(needs(&desk, 29), <[String; 0]>::default());
    assert!(needs(&desk, 31).contains(&"no route".to_owned()), "{:?}", needs(&desk, 31));
    // A password that is refused is another matter.
    desk.engine.store_mut().set_meta(MENDED_BY_A_PERSON, "yes").unwrap();
    assert_eq!(needs(&desk, 0), ["no route"]);
}
