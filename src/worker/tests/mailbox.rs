//! A Maildir as a mailbox.

use super::super::maildir::look_at_maildir;
use super::*;
use crate::clock::Clock;
use crate::source::imap::MailboxEvent;
use crate::worker::RunError;
use crate::worker::reader::{Heard, hear};
use std::collections::HashSet;
use std::ffi::OsString;
use std::fs;
use std::path::Path;

struct Noon;

impl Clock for Noon {
    fn now(&self) -> DateTime<Utc> {
        hours(3)
    }
}

fn counted(events: &[MailboxEvent]) -> (usize, bool) {
    let mails = events.iter().map(|event| match event {
        MailboxEvent::Mail(mails) => mails.len(),
        _ => 0,
    });
    let through =
        matches!(events.last(), Some(MailboxEvent::ReadThrough { began_at, .. }) if *began_at == hours(3));
    (mails.sum(), through)
}

/// What one look hands over.
fn look(folder: &Path, seen: &mut HashSet<OsString>) -> Result<Vec<MailboxEvent>, RunError> {
    let mut events = Vec::new();
    look_at_maildir(folder, seen, &Noon, &mut |event| {
        events.push(event);
        Ok(())
    })?;
    Ok(events)
}

#[test]
fn each_mail_is_seen_once_wherever_its_flags_move_it() {
    let folder = tempfile::tempdir().unwrap();
    for sub in ["cur", "new", "tmp"] {
        fs::create_dir(folder.path().join(sub)).unwrap();
    }
    let raw = proposal().listed().raw;
    fs::write(folder.path().join("new/1.a.host"), &raw).unwrap();
    fs::write(folder.path().join("cur/2.b.host:2,S"), &raw).unwrap();
    fs::write(folder.path().join("tmp/3.c.host"), &raw).unwrap();
    fs::write(folder.path().join("new/.hidden"), &raw).unwrap();
    let mut seen = HashSet::new();
    let mut look = || counted(&look(folder.path(), &mut seen).unwrap());
    assert_eq!(look(), (2, true));
    assert_eq!(look(), (0, true));
    fs::rename(folder.path().join("new/1.a.host"), folder.path().join("cur/1.a.host:2,RS")).unwrap();
    assert_eq!(look(), (0, true));
    fs::write(folder.path().join("new/4.d.host"), &raw).unwrap();
    assert_eq!(look(), (1, true));
}

#[test]
fn what_is_stored_is_not_read_again() {
    let folder = tempfile::tempdir().unwrap();
    for sub in ["cur", "new"] {
        fs::create_dir(folder.path().join(sub)).unwrap();
    }
    let mut desk = Desk::set();
    let known = proposal().listed();
    fs::write(folder.path().join("cur/1.a.host:2,S"), &known.raw).unwrap();
    fs::write(folder.path().join("new/2.b.host"), &ballot().listed().raw).unwrap();
    desk.take(&[known]);
    let events = look(folder.path(), &mut HashSet::new()).unwrap();
    let ids = |store: Option<&Store>| {
        let heard = hear(&desk.engine.lists, "inbox", store, events[0].clone());
        let Heard::Mail { mails, read, newest } = heard else { panic!("no mail") };
        assert_eq!(mails.len(), read.len());
        // The clock is compared with all that is there.
        assert!(newest.is_some());
        read.into_iter().map(|read| read.post.message_id.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(ids(None).len(), 2);
    assert_eq!(ids(Some(desk.engine.store())), ["<vote@example.org>"]);
}

#[test]
fn a_folder_that_is_no_maildir_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let error = look(folder.path(), &mut HashSet::new()).unwrap_err().to_string();
    assert!(error.contains("in the Maildir") && error.contains("check the path"), "{error}");
}

#[cfg(unix)]
#[test]
fn a_mail_that_cannot_be_read_keeps_the_mailbox_from_being_read_through() {
    let folder = tempfile::tempdir().unwrap();
    for sub in ["cur", "new"] {
        fs::create_dir(folder.path().join(sub)).unwrap();
    }
    // A name that leads nowhere, as when a mail reader moves the mail between the listing and the reading.
    std::os::unix::fs::symlink("/nonexistent/mail", folder.path().join("new/1.a.host")).unwrap();
    let events = look(folder.path(), &mut HashSet::new()).unwrap();
    assert_eq!(counted(&events), (0, false));
}
