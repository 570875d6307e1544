//! One mail as it lies in an archive: its bytes, its place, and what is wrong with it.

use chrono::{DateTime, Utc};

/// Where a mail lies in the [`Archive`](super::archive::Archive) that handed it out. Means nothing to another archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// Which of the paths the archive was opened with, from 0.
    pub input: u32,
    /// In an mbox (unpacked): the octet its `From_` line begins at. In a Maildir or a folder: the file's number in name order.
    pub offset: u64,
    /// In an mbox: the octets from there to the next `From_` line. In a Maildir or a folder: 0.
    pub len: u64,
}

/// A mail borrowed from the buffer that it was read into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawMailRef<'a> {
    /// The message (RFC 5322): without its `From_` line, with `>From ` unquoted, line ends as they were.
    pub bytes: &'a [u8],
    /// The instant of its `From_` line; `None` where there is no such line.
    pub from_line: Option<DateTime<Utc>>,
    /// Where it lies.
    pub place: Place,
    /// Its size in the archive, in octets, where it is over `Limits::max_mail` and `bytes` is only its beginning.
    pub cut: Option<u64>,
    /// What is wrong with it, other than its size.
    pub problem: Option<ArchiveProblem>,
}

impl RawMailRef<'_> {
    /// The same mail with bytes of its own.
    pub fn to_raw_mail(&self) -> RawMail {
        RawMail {
            bytes: self.bytes.to_vec(),
            from_line: self.from_line,
            place: self.place,
            cut: self.cut,
            problem: self.problem.clone(),
        }
    }
}

/// A mail that owns its bytes; the fields are those of [`RawMailRef`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawMail {
    /// The message (RFC 5322): without its `From_` line, with `>From ` unquoted, line ends as they were.
    pub bytes: Vec<u8>,
    /// The instant of its `From_` line; `None` where there is no such line.
    pub from_line: Option<DateTime<Utc>>,
    /// Where it lies.
    pub place: Place,
    /// Its size in the archive, in octets, where it is over `Limits::max_mail` and `bytes` is only its beginning.
    pub cut: Option<u64>,
    /// What is wrong with it, other than its size.
    pub problem: Option<ArchiveProblem>,
}

impl RawMail {
    /// The same mail, borrowed.
    pub fn view(&self) -> RawMailRef<'_> {
        RawMailRef {
            bytes: &self.bytes,
            from_line: self.from_line,
            place: self.place,
            cut: self.cut,
            problem: self.problem.clone(),
        }
    }
}

/// Why an entry of an archive is not, or not wholly, the mail that was sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArchiveProblem {
    /// Bytes stand before the first `From_` line: the end of a mail whose beginning is lost, or no mail at all.
    #[error("stands before the first From_ line: the beginning of the mbox is lost; fetch the archive again")]
    BeforeFirstFromLine,
    /// The archive could not be read further, so this mail may lack its end, and mails after it are missing.
    #[error("the archive cannot be read beyond this mail: {0}; fetch the archive again")]
    EndsEarly(String),
    /// There is not one octet of a message.
    #[error("is empty: the mail was never written whole; fetch it again")]
    Empty,
    /// A file of a Maildir or a folder could not be read.
    #[error("cannot be read: {0}; check the file and its permissions")]
    Unreadable(String),
}
