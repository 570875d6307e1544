//! What the outbox promises.

use super::*;

fn states(store: &Store) -> Vec<OutboxState> {
    store.notices_of("infra", None).unwrap().into_iter().map(|entry| entry.state).collect()
}

#[test]
fn a_notice_is_queued_once() {
    let mut store = Store::in_memory().unwrap();
    let result = notice(Kind::Result, None, 0);
    assert!(!store.has_notice("infra", 1, &result.notice).unwrap());
    assert!(store.queue(&result, at(0)).unwrap());
    let again = Queued {
        message_id: MessageId::parse("another@example.org").unwrap(),
        raw: b"else".to_vec(),
        ..result.clone()
    };
    assert!(!store.queue(&again, at(1)).unwrap());
    assert!(store.has_notice("infra", 1, &result.notice).unwrap());
    assert!(store.queue(&notice(Kind::Result, None, 1), at(1)).unwrap());
    assert!(store.queue(&notice(Kind::Question, Some("ann@example.org"), 0), at(1)).unwrap());
    assert!(store.queue(&notice(Kind::Question, Some("bob@example.org"), 0), at(1)).unwrap());
    assert_eq!(store.notices_of("infra", Some(1)).unwrap()[0].raw, result.raw);
}

#[test]
fn the_oldest_is_sent_first_and_one_in_doubt_waits() {
    let mut store = Store::in_memory().unwrap();
    for (ordinal, queued) in [(0, 2), (1, 1), (2, 9)] {
        store.queue(&notice(Kind::Opened, None, ordinal), at(queued)).unwrap();
    }
    let ids = |store: &Store, now| -> Vec<i64> {
        store.sendable(now).unwrap().iter().map(|entry| entry.id).collect()
    };
    assert_eq!(ids(&store, at(2)), [2, 1]);
    assert_eq!(store.next_try().unwrap(), Some(at(1)));
    // The process dies while 2 is being sent.
    assert!(store.begin_send(2, at(3), at(3)).unwrap());
    assert_eq!(ids(&store, at(2)), [1]);
    let doubted = &store.sendable(at(3)).unwrap()[0];
    assert_eq!((doubted.id, doubted.state, doubted.attempts), (2, OutboxState::Sending, 1));
    assert!(store.begin_send(2, at(4), at(4)).unwrap());
    store.sent(2, at(3)).unwrap();
    assert_eq!(ids(&store, at(8)), [1]);
    assert!(!store.begin_send(2, at(9), at(9)).unwrap(), "what was sent is not sent again");
    store.begin_send(1, at(4), at(4)).unwrap();
    store.try_again(1, at(6), false, "451 later").unwrap();
    assert_eq!(ids(&store, at(5)), [0i64; 0]);
    store.postpone(1, at(7)).unwrap();
    assert_eq!((ids(&store, at(6)), ids(&store, at(7))), (vec![], vec![1]));
    store.give_up(1, "550 no").unwrap();
    assert_eq!(ids(&store, at(8)), [0i64; 0]);
    assert_eq!(states(&store), [OutboxState::Sent, OutboxState::Failed, OutboxState::Queued]);
}

#[test]
fn a_copy_confirms_by_its_words() {
    let words = |text: &str| Sha256::digest(text).into();
    let mut store = Store::in_memory().unwrap();
    let mail = notice(Kind::Opened, None, 0);
    store.queue(&mail, at(0)).unwrap();
    let strange = MessageId::parse("strange@example.org").unwrap();
    assert_eq!(store.confirm(&strange, &words("Words"), at(1), at(1)).unwrap(), None);
    assert_eq!(store.confirm(&mail.message_id, &words("Other words"), at(1), at(1)).unwrap(), Some(false));
    assert_eq!(states(&store), [OutboxState::Queued]);
    store.begin_send(1, at(1), at(1)).unwrap();
    assert_eq!(store.confirm(&mail.message_id, &words("Words"), at(1), at(1)).unwrap(), Some(true));
    assert_eq!(states(&store), [OutboxState::Confirmed]);
    // Whatever the server says afterwards, it has been on the list.
    store.sent(1, at(2)).unwrap();
    store.try_again(1, at(2), true, "timed out").unwrap();
    store.give_up(1, "550").unwrap();
    assert!(!store.begin_send(1, at(3), at(3)).unwrap());
    assert_eq!(states(&store), [OutboxState::Confirmed]);
}

#[test]
fn budgets_are_counted_apart() {
    let mut store = Store::in_memory().unwrap();
    let all = [
        (Kind::Result, None),
        (Kind::Objected, None),
        (Kind::Correction, None),
        (Kind::Opened, None),
        (Kind::Question, Some("ann@example.org")),
        (Kind::Question, Some("bob@example.org")),
    ];
    for (id, (kind, to)) in (1..).zip(all) {
        store.queue(&notice(kind, to, 0), at(0)).unwrap();
        store.begin_send(id, at(1), at(1)).unwrap();
        store.sent(id, at(1)).unwrap();
    }
    store.queue(&notice(Kind::Opened, None, 1), at(2)).unwrap();
    store.queue(&notice(Kind::Opened, None, 2), at(2)).unwrap();
    store.begin_send(8, at(3), at(3)).unwrap();
    let spent = |budget, to: &str, since| store.spent("infra", budget, to, since).unwrap();
    assert_eq!(spent(Budget::Reserved, "list", at(0)), 3);
    assert_eq!(spent(Budget::List, "list", at(0)), 2, "one sent, one on its way, one waiting");
    assert_eq!(spent(Budget::Author, "Ann@example.org", at(0)), 1);
    assert_eq!(spent(Budget::Author, "cy@example.org", at(0)), 0);
    assert_eq!(spent(Budget::Reserved, "list", at(2)), 0);
    assert_eq!(store.spent("web", Budget::List, "list", at(0)).unwrap(), 0);
}

#[test]
fn shadow_notices_are_written_and_never_sent() {
    let mut store = Store::in_memory().unwrap();
    store.queue(&Queued { shadow: true, ..notice(Kind::Opened, None, 0) }, at(0)).unwrap();
    assert_eq!(store.sendable(at(100)).unwrap().len(), 0);
    assert!(!store.begin_send(1, at(1), at(1)).unwrap());
    assert_eq!(store.unwritten_shadow().unwrap().len(), 1);
    store.shadow_written(1, at(1)).unwrap();
    assert_eq!(store.unwritten_shadow().unwrap().len(), 0);
    assert_eq!(store.outbox_counts().unwrap(), [(OutboxState::Shadow, "opened".to_owned(), 1)]);
}
