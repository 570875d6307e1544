//! One poll: everything that the mailbox holds beyond the cursor, handed over in order.

use super::error::ImapError;
use super::session::{Examined, Item, Session};
use super::{Cursor, Fetched, MailboxEvent};
use crate::clock::Clock;
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

/// Mails handed over at once.
pub(super) const BATCH_MAILS: usize = 250;
/// Bytes handed over at once, unless one mail alone has more.
pub(super) const BATCH_BYTES: u64 = 1 << 20;
/// UIDs whose sizes are asked for at once.
const SIZES: usize = 2000;

/// Whether to go on after an event was handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    /// Whoever takes the events wants more.
    On,
    /// Nobody does.
    Stop,
}

/// Where the events of a poll go: `false` stops it.
pub(super) type Sink<'a> = &'a mut dyn FnMut(MailboxEvent) -> bool;

/// Polls once. The cursor moves with each batch that was handed over.
///
/// # Errors
/// What went wrong; then no [`MailboxEvent::ReadThrough`] was handed over.
pub(super) fn poll(
    session: &mut Session,
    cursor: &mut Option<Cursor>,
    clock: &dyn Clock,
    max_mail: u64,
    sink: Sink<'_>,
) -> Result<Flow, ImapError> {
    // Before the first command: whatever was in the mailbox at this instant is seen by what follows.
    let began_at = clock.now();
    let mailbox = session.examine()?;
    if let Some(old) = another(session, cursor.as_ref(), &mailbox)? {
        *cursor = None;
        if !sink(MailboxEvent::UidValidityChanged { old, new: mailbox.uid_validity }) {
            return Ok(Flow::Stop);
        }
    }
    let mut at = cursor.unwrap_or(Cursor { uid_validity: mailbox.uid_validity, last_uid: 0 });
    for uids in new_uids(session, &mailbox, at.last_uid)?.chunks(SIZES) {
        let (Some(first), Some(last)) = (uids.first(), uids.last()) else { continue };
        let mut sizes = session.sizes(*first, *last, SIZES as u64)?;
        // One that is not told of may be gone since; whether it is, is asked alone.
        for uid in uids {
            sizes.entry(*uid).or_default();
        }
        for batch in batches(&sizes, max_mail) {
            let mails = fetch(session, &batch, at.uid_validity, max_mail)?;
            if !mails.is_empty() && !sink(MailboxEvent::Mail(mails)) {
                return Ok(Flow::Stop);
            }
            at.last_uid = at.last_uid.max(batch.last);
            *cursor = Some(at);
        }
    }
    let seen_up_to = mailbox.uid_next.map_or(0, |next| next.saturating_sub(1));
    at.last_uid = at.last_uid.max(seen_up_to);
    *cursor = Some(at);
    let read = MailboxEvent::ReadThrough { began_at, cursor: at };
    Ok(if sink(read) { Flow::On } else { Flow::Stop })
}

/// The UIDVALIDITY of the mailbox that the cursor was for, where this is another one: a new UIDVALIDITY, or (a mailbox
/// put back from a backup) UIDs that go on below what was already seen.
fn another(
    session: &mut Session,
    cursor: Option<&Cursor>,
    mailbox: &Examined,
) -> Result<Option<u32>, ImapError> {
    let Some(cursor) = cursor else { return Ok(None) };
    if cursor.uid_validity != mailbox.uid_validity {
        return Ok(Some(cursor.uid_validity));
    }
    let went_back = match mailbox.uid_next {
        // A UIDNEXT with mails at or above it is only stale.
        Some(next) if next <= cursor.last_uid => {
            mailbox.exists == 0 || session.uids_from(next, mailbox.exists)?.is_empty()
        }
        _ => false,
    };
    Ok(went_back.then_some(cursor.uid_validity))
}

/// The UIDs after `last_uid`, ascending. The mailbox itself is asked, whatever UIDNEXT says: that nothing is there must be its own answer.
/// (SEARCH, because a FETCH of `n:*` always opens the last mail, which takes a server a quarter of a second in a Maildir of 10,000.)
fn new_uids(session: &mut Session, mailbox: &Examined, last_uid: u32) -> Result<Vec<u32>, ImapError> {
    match last_uid.checked_add(1).filter(|_| mailbox.exists > 0) {
        Some(first) => session.uids_from(first, mailbox.exists),
        None => Ok(Vec::new()),
    }
}

/// Mails fetched by one command: all that exist from the first UID to the last.
#[derive(Debug, PartialEq, Eq)]
struct Batch {
    first: u32,
    last: u32,
    uids: Vec<u32>,
    bytes: u64,
    /// The one mail in it is longer than may be fetched.
    cut: bool,
}

/// Groups mails by number and size. A size that the server keeps to itself counts as the largest.
fn batches(sizes: &BTreeMap<u32, Item>, max_mail: u64) -> Vec<Batch> {
    let mut batches: Vec<Batch> = Vec::new();
    for (&uid, item) in sizes {
        let size = item.size.map_or(u64::MAX, u64::from);
        let (bytes, cut) = (size.min(max_mail), size > max_mail);
        match batches.last_mut() {
            Some(last)
                if !cut
                    && !last.cut
                    && last.uids.len() < BATCH_MAILS
                    && last.bytes + bytes <= BATCH_BYTES =>
            {
                last.last = uid;
                last.uids.push(uid);
                last.bytes += bytes;
            }
            _ => batches.push(Batch { first: uid, last: uid, uids: vec![uid], bytes, cut }),
        }
    }
    batches
}

/// Fetches a batch; what the server left out is asked for once more, alone.
fn fetch(
    session: &mut Session,
    batch: &Batch,
    uid_validity: u32,
    max_mail: u64,
) -> Result<Vec<Fetched>, ImapError> {
    let cut_at = batch.cut.then_some(max_mail);
    // Sizes are what the server says they are: twice that is let in, no more.
    let mut items = session.bodies(batch.first, batch.last, batch.bytes.saturating_mul(2), cut_at)?;
    let mut mails = Vec::with_capacity(batch.uids.len());
    for &uid in &batch.uids {
        let mut item = items.remove(&uid).unwrap_or_default();
        if item.body.is_none() {
            match session.bodies(uid, uid, max_mail.saturating_mul(2), Some(max_mail))?.remove(&uid) {
                Some(again) => item = again,
                // Expunged since its size was told.
                None => continue,
            }
        }
        mails.push(fetched(uid, uid_validity, item, max_mail));
    }
    Ok(mails)
}

/// A mail as it came. One whose body the server withholds is handed over empty and marked cut, so that it is not lost unseen.
fn fetched(uid: u32, uid_validity: u32, item: Item, max_mail: u64) -> Fetched {
    let withheld = item.body.is_none();
    let bytes = item.body.unwrap_or_default();
    let length = bytes.len() as u64;
    let size = item.size.unwrap_or(u32::try_from(length).unwrap_or(u32::MAX));
    // Where nobody tells the size, what fills all the room there is may go on.
    let cut = withheld || (length >= max_mail && item.size.is_none_or(|size| u64::from(size) != length));
    let internal_date = item.internal_date.as_deref().and_then(instant);
    Fetched { uid, uid_validity, internal_date, size, bytes, cut }
}

/// An INTERNALDATE (RFC 9051 section 9, date-time), such as ` 1-Nov-2026 09:00:00 +0100`.
pub(super) fn instant(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_str(text.trim(), "%d-%b-%Y %H:%M:%S %z").ok().map(|at| at.to_utc())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_internal_date_is_read_with_its_zone() {
        let check = |text: &str, utc: Option<&str>| {
            assert_eq!(instant(text).map(|at| at.to_rfc3339()).as_deref(), utc, "{text}");
        };
        check("02-Nov-2026 10:00:00 +0100", Some("2026-11-02T09:00:00+00:00"));
        check(" 2-Nov-2026 10:00:00 -0030", Some("2026-11-02T10:30:00+00:00"));
        check("31-Feb-2026 10:00:00 +0000", None);
        check("yesterday", None);
    }

    proptest! {
        #[test]
        fn batches_hold_every_mail_once_in_order_and_within_bounds(
            sizes in prop::collection::btree_map(1u32.., prop::option::of(0u32..(40 << 20)), 0..1500),
        ) {
            let max_mail = 10 << 20;
            let items = sizes.iter().map(|(uid, size)| (*uid, Item { size: *size, ..Item::default() })).collect();
            let batches = batches(&items, max_mail);
            let uids: Vec<u32> = batches.iter().flat_map(|batch| batch.uids.clone()).collect();
            prop_assert_eq!(uids, sizes.keys().copied().collect::<Vec<_>>());
            for batch in &batches {
                prop_assert!(batch.uids.len() <= BATCH_MAILS);
                prop_assert!(batch.bytes <= BATCH_BYTES || batch.uids.len() == 1);
                prop_assert!(!batch.cut || batch.uids.len() == 1);
                prop_assert_eq!((Some(&batch.first), Some(&batch.last)), (batch.uids.first(), batch.uids.last()));
            }
        }
    }
}
