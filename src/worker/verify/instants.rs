//! When a post was received: by the record, and by a copy that came another way.

use super::{Note, Remark};
use crate::mail::{Instant, InstantSource, Post};
use crate::record::PublishedPost;
use chrono::{DateTime, TimeDelta, Utc};

/// How far apart the lines of two mail servers may tell of one mail.
pub(super) const BETWEEN_SERVERS: TimeDelta = TimeDelta::minutes(15);
/// How far a `From_` line or the author's own date may be off: they often tell the local time of somewhere.
const BETWEEN_CLOCKS: TimeDelta = TimeDelta::hours(26);

/// Takes over the record's instant where the copy does not contradict it. A copy that passed other servers tells another one by seconds
/// or minutes; an archive that keeps no `Received` line hardly tells at all. Where the two stand on either side of the close, a good copy
/// goes before the record, and a poor one is remarked on.
pub(super) fn reconcile(
    post: &mut Post,
    recorded: &PublishedPost,
    closed_at: DateTime<Utc>,
    remarks: &mut Vec<Remark>,
) {
    let (ours, theirs) = (post.received, recorded.received_at);
    let apart = (ours.at - theirs).abs();
    let tells_well = matches!(ours.source, InstantSource::Received | InstantSource::InternalDate);
    let is_unknown = ours.source == InstantSource::Unknown;
    let straddles = (ours.at <= closed_at) != (theirs <= closed_at);
    let near = apart <= if tells_well { BETWEEN_SERVERS } else { BETWEEN_CLOCKS };
    if !near && !is_unknown || tells_well && straddles {
        return;
    }
    if is_unknown || straddles {
        remarks.push(Remark::of(Note::InstantNotTold, &recorded.message_id));
    } else if apart > TimeDelta::zero() {
        remarks.push(Remark::of(Note::InstantFromRecord, &recorded.message_id));
    }
    post.received = Instant { at: theirs, source: recorded.instant_from };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::{Arrival, ListForm, Trust, post};
    use InstantSource::{Date, FromLine, Received, Unknown};

    #[test]
    fn a_copy_that_came_another_way_may_be_some_minutes_off_and_never_across_the_close() {
        let at = |minutes: i64| DateTime::UNIX_EPOCH + TimeDelta::days(20_000) + TimeDelta::minutes(minutes);
        let record = |minutes: i64| -> PublishedPost {
            let at = at(minutes).to_rfc3339();
            serde_json::from_value(serde_json::json!({
                "message_id": "<a@example.org>", "author": {"name": "Ann", "member": null}, "received_at": at, "instant_from": "received",
                "own_words_sha256": "", "reading": "cast", "vote": "+1", "line": "+1", "status": "counted", "binding": true, "why": null,
            }))
            .unwrap()
        };
        let check = |source, ours: i64, theirs: i64, taken: bool, remark: Option<Note>| {
            let (form, trust) = (ListForm::default(), Trust::default());
            let mut copy = post(b"Subject: x\n\n+1\n", &Arrival::default(), &form, &trust);
            copy.received = Instant { at: at(ours), source };
            let mut remarks = Vec::new();
            reconcile(&mut copy, &record(theirs), at(1_000), &mut remarks);
            let told = remarks.first().map(|remark| remark.note);
            assert_eq!((copy.received.at == at(theirs), told), (taken, remark), "{source:?} {ours} {theirs}");
        };
        check(Received, 10, 10, true, None);
        check(Received, 12, 10, true, Some(Note::InstantFromRecord));
        check(Received, 26, 10, false, None);
        check(Received, 1_001, 999, false, None);
        check(Received, 1_003, 1_001, true, Some(Note::InstantFromRecord));
        check(FromLine, 130, 10, true, Some(Note::InstantFromRecord));
        check(Date, 1_010, 990, true, Some(Note::InstantNotTold));
        check(Date, 10 + 27 * 60, 10, false, None);
        check(Unknown, -20_000 * 1_440, 10, true, Some(Note::InstantNotTold));
    }
}
