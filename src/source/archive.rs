//! Mail archives on disk: mbox, mbox.gz, Maildir, folders of `.eml`, one `.eml`, standard input.

use super::files::Files;
use super::in_order::in_order;
use super::mbox::{Batch, Splitter};
use super::raw_mail::{ArchiveProblem, Place, RawMail, RawMailRef};
use super::separator::LOOKAHEAD;
use super::sniff::{BYTE_ORDER_MARK, Form};
use super::stream::Stream;
use super::unquote::undress;
use crate::mail::LARGEST_MAIL;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// How much of an mbox is read before it is cut and handed to a thread, in octets.
const CHUNK: usize = 256 * 1024;

/// How many files of a folder a thread takes at a time.
const FILES: usize = 32;

/// Bounds on what is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Octets of a mail that are kept; the rest is passed over, and the mail is marked as cut.
    pub max_mail: usize,
    /// Octets that a packed archive may unpack to, or that standard input may hold.
    pub max_unpacked: u64,
}

impl Default for Limits {
    /// [`LARGEST_MAIL`] a mail, 16 GiB unpacked.
    fn default() -> Self {
        Limits { max_mail: LARGEST_MAIL, max_unpacked: 16 << 30 }
    }
}

/// Why an archive cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// A path could not be opened or read.
    #[error("{path}: {source}; check that the path is right and may be read")]
    Open {
        /// The path as it was given.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// A file is neither an mbox nor a message.
    #[error(
        "{0}: neither an mbox (no From_ line with a date near its beginning) nor a message (no header fields); \
         give an mbox, an mbox.gz, a Maildir, a folder of .eml files or one .eml file"
    )]
    NotMail(String),
    /// A folder is neither a Maildir nor has it `.eml` files.
    #[error(
        "{0}: a folder with neither cur or new (a Maildir) nor .eml files; to read mboxes in it, name each of them"
    )]
    NotMailFolder(String),
    /// A mail could not be read again.
    #[error(
        "{place}: {source}; the mail was there when the archive was read: has it been changed or moved since?"
    )]
    Fetch {
        /// The place, as [`Archive::display`] writes it.
        place: String,
        /// What the system said.
        source: io::Error,
    },
}

/// What a scan went through.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ScanSummary {
    /// Entries handed on, those with a problem too.
    pub mails: u64,
    /// Entries with an [`ArchiveProblem`].
    pub problems: u64,
    /// Mails of which only the beginning was kept.
    pub cut: u64,
    /// Octets of mail handed on.
    pub bytes: u64,
}

/// One or more inputs, read one after another in the order given.
#[derive(Debug)]
pub struct Archive {
    inputs: Vec<Input>,
    limits: Limits,
}

#[derive(Debug)]
struct Input {
    /// The path as it was given.
    name: String,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Stream(Stream),
    Files(Files),
}

impl Archive {
    /// Opens every path: an mbox (packed by gzip or not), a Maildir, a folder of `.eml` files, one message, or `-` for
    /// standard input, which is read to its end into a temporary file. What each is is told by what is in it.
    ///
    /// # Errors
    /// A path cannot be read, or holds no mail. An empty file or folder is an archive without mail.
    pub fn open(paths: &[PathBuf], limits: Limits) -> Result<Archive, ArchiveError> {
        let inputs = paths.iter().map(|path| Input::open(path, limits)).collect::<Result<_, _>>()?;
        Ok(Archive { inputs, limits })
    }

    /// Reads every mail: `map` on `threads` threads, several mails at once; `each` on the calling thread with what `map` gave,
    /// in the order of the archive. Memory is bounded by the limits and the threads, not by the archive.
    ///
    /// # Errors
    /// An input cannot be opened any more; what came before it has been handed on.
    ///
    /// # Panics
    /// Where `map` or `each` does.
    pub fn scan<T: Send>(
        &self,
        threads: usize,
        map: impl Fn(&RawMailRef<'_>) -> T + Sync,
        mut each: impl FnMut(T),
    ) -> Result<ScanSummary, ArchiveError> {
        let mut failed = None;
        let mut cursor = Cursor { archive: self, input: 0, at: At::Beginning };
        let mut summary = ScanSummary::default();
        let source = |load: &mut Load| {
            cursor.next(load).unwrap_or_else(|error| {
                failed = Some(error);
                false
            })
        };
        let work = |load: &mut Load, done: &mut Vec<(ScanSummary, T)>| {
            self.mails(load, |mail| done.push((ScanSummary::of(&mail), map(&mail))));
        };
        in_order(threads, source, work, |(one, result)| {
            summary.add(one);
            each(result);
        });
        failed.map_or(Ok(summary), Err)
    }

    /// Reads one mail again. The first time this asks for a mail of a packed archive, that is unpacked into a temporary file.
    ///
    /// # Errors
    /// The archive cannot be read there, or has been changed since it was scanned.
    pub fn fetch(&self, place: Place) -> Result<RawMail, ArchiveError> {
        let failed = |source| ArchiveError::Fetch { place: self.display(place), source };
        let input = self.inputs.get(place.input as usize);
        let stream = match input.map(|input| &input.kind) {
            Some(Kind::Stream(stream)) => stream,
            Some(Kind::Files(files)) => return Ok(files.fetch(place, self.limits.max_mail)),
            None => return Err(failed(io::ErrorKind::NotFound.into())),
        };
        let wanted = place.len.min((self.limits.max_mail + LOOKAHEAD) as u64);
        let bytes = stream.read_at(place.offset, wanted).map_err(failed)?;
        if (bytes.len() as u64) < wanted {
            return Err(failed(io::ErrorKind::UnexpectedEof.into()));
        }
        let begins = stream.form() == Form::Single || bytes.starts_with(b"From ");
        if !begins && place.offset > BYTE_ORDER_MARK.len() as u64 {
            return Err(failed(io::Error::other("no mail begins there")));
        }
        let mut scratch = Vec::new();
        let mut mail = undress(&bytes, place.len, stream.form(), place, self.limits.max_mail, &mut scratch);
        if !begins {
            mail.problem = Some(ArchiveProblem::BeforeFirstFromLine);
        }
        Ok(mail.to_raw_mail())
    }

    /// The place for a reader: `list.mbox:1234` with the octet that the mail begins at (unpacked), or the file it is.
    pub fn display(&self, place: Place) -> String {
        match self.inputs.get(place.input as usize) {
            Some(Input { kind: Kind::Files(files), name }) => {
                files.path(place.offset).map_or_else(|| name.clone(), |path| path.display().to_string())
            }
            Some(Input { kind: Kind::Stream(stream), name }) if stream.form() == Form::Single => name.clone(),
            Some(Input { name, .. }) => format!("{name}:{}", place.offset),
            None => "an archive that is not open".to_string(),
        }
    }

    /// Hands on the mails of one load.
    fn mails(&self, load: &mut Load, mut each: impl FnMut(RawMailRef<'_>)) {
        let Load { input, batch, files: numbers, buf, scratch } = load;
        let max = self.limits.max_mail;
        // The cursor only names inputs that are there.
        let Some(found) = self.inputs.get(*input as usize) else { return };
        match &found.kind {
            Kind::Stream(stream) => batch.mails(stream.form(), *input, max, scratch, each),
            Kind::Files(files) => {
                for number in numbers {
                    let place = Place { input: *input, offset: number as u64, len: 0 };
                    each(files.mail(place, max, buf, scratch));
                    give_back(buf);
                }
            }
        }
        give_back(scratch);
    }
}

/// Gives back what one giant mail took.
fn give_back(buf: &mut Vec<u8>) {
    if buf.capacity() > 8 * CHUNK {
        *buf = Vec::new();
    }
}

impl Input {
    fn open(path: &Path, limits: Limits) -> Result<Input, ArchiveError> {
        if path == Path::new("-") {
            return Input::read_once("standard input", &mut io::stdin().lock(), limits);
        }
        let name = path.display().to_string();
        let failed = |source| ArchiveError::Open { path: name.clone(), source };
        let kind = if path.is_dir() {
            Files::open(path)
                .map_err(failed)?
                .map(Kind::Files)
                .ok_or(ArchiveError::NotMailFolder(name.clone()))
        } else {
            let stream = Stream::open(path, limits.max_unpacked).map_err(failed)?;
            stream.map(Kind::Stream).ok_or(ArchiveError::NotMail(name.clone()))
        };
        kind.map(|kind| Input { name, kind })
    }

    fn read_once(name: &str, from: &mut dyn io::Read, limits: Limits) -> Result<Input, ArchiveError> {
        let stream = Stream::copied(Path::new(name), from, limits.max_unpacked)
            .map_err(|source| ArchiveError::Open { path: name.to_string(), source })?;
        let kind = stream.map(Kind::Stream).ok_or_else(|| ArchiveError::NotMail(name.to_string()))?;
        Ok(Input { name: name.to_string(), kind })
    }
}

/// What one thread works on at a time.
#[derive(Default)]
struct Load {
    input: u32,
    batch: Batch,
    files: Range<usize>,
    buf: Vec<u8>,
    scratch: Vec<u8>,
}

/// How far a scan has come.
struct Cursor<'a> {
    archive: &'a Archive,
    input: usize,
    at: At,
}

enum At {
    Beginning,
    Stream(Box<Splitter>),
    File(usize),
}

impl Cursor<'_> {
    /// Fills `load` with what comes next; `false` at the end.
    fn next(&mut self, load: &mut Load) -> Result<bool, ArchiveError> {
        while let Some(input) = self.archive.inputs.get(self.input) {
            load.input = u32::try_from(self.input).unwrap_or(u32::MAX);
            match (&mut self.at, &input.kind) {
                (At::Beginning, Kind::Stream(stream)) => {
                    let bytes = stream
                        .read()
                        .map_err(|source| ArchiveError::Open { path: input.name.clone(), source })?;
                    let max = self.archive.limits.max_mail;
                    self.at = At::Stream(Box::new(Splitter::new(bytes, stream.form(), max, CHUNK)));
                    continue;
                }
                (At::Stream(splitter), _) => {
                    if splitter.next(&mut load.batch) {
                        return Ok(true);
                    }
                }
                (at, Kind::Files(files)) => {
                    let first = if let At::File(next) = at { *next } else { 0 };
                    load.files = first..files.len().min(first + FILES);
                    *at = At::File(load.files.end);
                    if !load.files.is_empty() {
                        return Ok(true);
                    }
                }
                (At::File(_), Kind::Stream(_)) => {}
            }
            self.input += 1;
            self.at = At::Beginning;
        }
        Ok(false)
    }
}

impl ScanSummary {
    fn of(mail: &RawMailRef<'_>) -> ScanSummary {
        ScanSummary {
            mails: 1,
            problems: u64::from(mail.problem.is_some()),
            cut: u64::from(mail.cut.is_some()),
            bytes: mail.bytes.len() as u64,
        }
    }

    fn add(&mut self, other: ScanSummary) {
        self.mails += other.mails;
        self.problems += other.problems;
        self.cut += other.cut;
        self.bytes += other.bytes;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::fs;
    use std::io::Write;
    use tempfile::TempDir;

    const FROM: &str = "From ann@example.org Thu Sep  7 18:44:03 2017";

    fn mbox(subjects: &[&str]) -> Vec<u8> {
        subjects
            .iter()
            .map(|subject| format!("{FROM}\nSubject: {subject}\n\n>From the list\n\n"))
            .collect::<String>()
            .into_bytes()
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut packed = GzEncoder::new(Vec::new(), Compression::default());
        packed.write_all(bytes).unwrap();
        packed.finish().unwrap()
    }

    /// A folder with files in it.
    fn folder(files: &[(&str, &[u8])]) -> TempDir {
        let dir = tempfile::tempdir().unwrap();
        for (name, bytes) in files {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        dir
    }

    fn open(dir: &TempDir, names: &[&str], limits: Limits) -> Result<Archive, ArchiveError> {
        let paths: Vec<PathBuf> = names.iter().map(|name| dir.path().join(name)).collect();
        Archive::open(&paths, limits)
    }

    fn all(archive: &Archive) -> (Vec<RawMail>, ScanSummary) {
        let mut mails = Vec::new();
        let summary = archive.scan(2, |mail| mail.to_raw_mail(), |mail| mails.push(mail)).unwrap();
        (mails, summary)
    }

    fn subjects(mails: &[RawMail]) -> Vec<String> {
        let subject = |mail: &RawMail| {
            let text = String::from_utf8_lossy(&mail.bytes).into_owned();
            text.lines().next().unwrap_or("").trim_start_matches("Subject: ").to_string()
        };
        mails.iter().map(subject).collect()
    }

    #[test]
    fn every_kind_of_archive_is_told_by_what_is_in_it_and_read_in_the_order_given() {
        let eml = b"Subject: five\n\n>From the list\n";
        let dir = folder(&[
            ("list.mbox", &mbox(&["one", "two"])),
            ("packed", &[gzip(&mbox(&["three"])), gzip(&mbox(&["four"]))].concat()),
            ("single", eml),
            ("single.eml.gz", &gzip(b"Subject: six\n")),
            ("maildir/cur/2.host:2,S", b"Subject: eight\n"),
            ("maildir/new/1.host", b"Subject: seven\n"),
            ("maildir/new/3.host", b"Subject: nine\n"),
            ("maildir/new/.hidden", b"Subject: never\n"),
            ("maildir/tmp/0.host", b"Subject: never\n"),
            ("maildir/.Sent/cur/0.host", b"Subject: never\n"),
            ("folder/b.eml", b"Subject: eleven\n"),
            ("folder/a.EML", format!("{FROM}\nSubject: ten\n").as_bytes()),
            ("folder/notes.txt", b"Subject: never\n"),
            ("empty.mbox", b""),
        ]);
        fs::create_dir(dir.path().join("none")).unwrap();
        let names =
            ["list.mbox", "packed", "single", "single.eml.gz", "empty.mbox", "maildir", "none", "folder"];
        let archive = open(&dir, &names, Limits::default()).unwrap();
        let (mails, summary) = all(&archive);
        let expect =
            ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"];
        assert_eq!(subjects(&mails), expect);
        let bytes = mails.iter().map(|mail| mail.bytes.len() as u64).sum();
        assert_eq!(summary, ScanSummary { mails: 11, problems: 0, cut: 0, bytes });
        // Only an mbox is quoted, and only a From_ line has an instant.
        assert!(mails[0].bytes.ends_with(b"\n\nFrom the list\n"));
        assert!(mails[4].bytes.ends_with(b"\n\n>From the list\n"));
        let dated: Vec<usize> = (0..mails.len()).filter(|at| mails[*at].from_line.is_some()).collect();
        assert_eq!(dated, [0, 1, 2, 3, 9]);
        // Each can be read again, in any order, and has a place that a person can find.
        for mail in mails.iter().rev() {
            assert_eq!(&archive.fetch(mail.place).unwrap(), mail);
        }
        let at = |mail: &RawMail| {
            archive.display(mail.place).strip_prefix(dir.path().to_str().unwrap()).map(String::from)
        };
        assert_eq!(at(&mails[1]).unwrap(), "/list.mbox:76");
        assert_eq!(at(&mails[3]).unwrap(), "/packed:78");
        assert_eq!(at(&mails[7]).unwrap(), "/maildir/cur/2.host:2,S");
    }

    #[test]
    fn what_holds_no_mail_is_refused_with_its_path_and_a_remedy() {
        let dir = folder(&[
            ("notes.mbox", b"Dear all,\n\nFrom here on we build.\n"),
            ("notes.gz", &gzip(b"notes")),
            ("cut.gz", &gzip(b"notes")[..4]),
            ("mboxes/a.mbox", &mbox(&["x"])),
        ]);
        let check = |name: &str, what: &str, remedy: &str| {
            let error = open(&dir, &[name], Limits::default()).unwrap_err().to_string();
            assert!(error.contains(name) && error.contains(what) && error.contains(remedy), "{error}");
        };
        check("notes.mbox", "neither an mbox", "give an mbox");
        check("notes.gz", "neither an mbox", "give an mbox");
        check("cut.gz", "", "check");
        check("missing.mbox", "No such file", "check that the path is right");
        check("mboxes", "neither cur or new", "name each of them");
    }

    #[test]
    fn a_packed_archive_that_ends_early_or_never_gives_what_it_has() {
        let noise: String =
            (0..20_000u32).map(|n| format!("{:x}\n", n.wrapping_mul(2_654_435_761))).collect();
        let text = [mbox(&["one"]), format!("{FROM}\nSubject: two\n\n{noise}").into_bytes()].concat();
        let packed = gzip(&text);
        let bomb = gzip(&[mbox(&["one"]), vec![b'\n'; 40 << 20]].concat());
        let dir = folder(&[
            ("short.gz", &packed[..packed.len() / 2]),
            ("bomb.gz", &bomb),
            ("whole", &mbox(&["three"])),
        ]);
        let limits = Limits { max_mail: 10_000, max_unpacked: 20 << 20 };
        let archive = open(&dir, &["short.gz", "bomb.gz", "whole"], limits).unwrap();
        let (mails, summary) = all(&archive);
        assert_eq!(subjects(&mails), ["one", "two", "one", "three"]);
        let early = |mail: &RawMail| matches!(&mail.problem, Some(ArchiveProblem::EndsEarly(_)));
        assert_eq!(mails.iter().map(early).collect::<Vec<_>>(), [false, true, true, false]);
        assert_eq!((summary.problems, summary.cut), (2, 2));
        assert!(mails[2].problem.as_ref().unwrap().to_string().contains("limit"), "{:?}", mails[2].problem);
        assert_eq!(archive.fetch(mails[0].place).unwrap(), mails[0]);
        assert_eq!(archive.fetch(mails[2].place).unwrap().bytes, mails[2].bytes);
    }

    #[test]
    fn standard_input_is_copied_so_that_it_can_be_read_twice() {
        let limits = Limits { max_unpacked: 1_000, ..Limits::default() };
        for bytes in [mbox(&["one", "two"]), gzip(&mbox(&["one", "two"]))] {
            let input = Input::read_once("standard input", &mut bytes.as_slice(), limits).unwrap();
            let archive = Archive { inputs: vec![input], limits };
            let (mails, _) = all(&archive);
            assert_eq!(subjects(&mails), ["one", "two"]);
            assert_eq!(archive.fetch(mails[1].place).unwrap(), mails[1]);
            assert_eq!(archive.display(mails[1].place), "standard input:76");
        }
        let endless = Input::read_once("standard input", &mut std::io::repeat(b'\n'), limits).unwrap_err();
        assert!(endless.to_string().contains("limit"), "{endless}");
    }

    #[test]
    fn a_file_that_cannot_be_read_is_a_problem_and_the_rest_is_read() {
        let dir =
            folder(&[("m/new/1", b"Subject: one\n"), ("m/new/3", b"Subject: three\n"), ("m/new/4", b"")]);
        fs::create_dir(dir.path().join("m/new/2")).unwrap();
        let archive = open(&dir, &["m"], Limits::default()).unwrap();
        fs::remove_file(dir.path().join("m/new/3")).unwrap();
        let (mails, summary) = all(&archive);
        assert_eq!(subjects(&mails), ["one", "", "", ""]);
        assert!(
            matches!(&mails[1].problem, Some(ArchiveProblem::Unreadable(why)) if why.contains("not a file"))
        );
        assert!(
            matches!(&mails[2].problem, Some(ArchiveProblem::Unreadable(why)) if why.contains("No such file"))
        );
        assert_eq!(mails[3].problem, Some(ArchiveProblem::Empty));
        assert_eq!((summary.mails, summary.problems), (4, 3));
    }

    #[test]
    fn a_large_mail_is_cut_the_same_way_wherever_it_lies() {
        let text = format!("Subject: large\n\n{}", "x".repeat(90_000));
        let archived = format!("{FROM}\n{text}\n\n{FROM}\nSubject: next\n\n");
        let dir = folder(&[
            ("a.mbox", archived.as_bytes()),
            ("b.eml", text.as_bytes()),
            ("c/d.eml", text.as_bytes()),
        ]);
        let limits = Limits { max_mail: 1_000, ..Limits::default() };
        let archive = open(&dir, &["a.mbox", "b.eml", "c"], limits).unwrap();
        let (mails, summary) = all(&archive);
        assert_eq!(subjects(&mails), ["large", "next", "large", "large"]);
        assert_eq!(summary.cut, 3);
        for mail in &mails {
            assert_eq!(&archive.fetch(mail.place).unwrap(), mail);
        }
        let size = text.len() as u64;
        let cuts: Vec<_> = mails.iter().map(|mail| mail.cut).collect();
        // In an mbox the line ends that it added are counted too.
        assert_eq!(cuts, [Some(size + 2), None, Some(size), Some(size)]);
        assert!(mails[0].bytes == text.as_bytes()[..1_000] && mails[0].bytes == mails[2].bytes);
    }

    #[test]
    fn a_changed_archive_is_noticed_on_fetch() {
        let dir = folder(&[("a.mbox", &mbox(&["one", "two"]))]);
        let archive = open(&dir, &["a.mbox"], Limits::default()).unwrap();
        let (mails, _) = all(&archive);
        fs::write(dir.path().join("a.mbox"), [b"\n".as_slice(), &mbox(&["one", "two"])].concat()).unwrap();
        let error = archive.fetch(mails[1].place).unwrap_err().to_string();
        assert!(error.contains("a.mbox:76") && error.contains("changed"), "{error}");
        fs::write(dir.path().join("a.mbox"), mbox(&["one"])).unwrap();
        assert!(archive.fetch(mails[1].place).is_err());
        fs::remove_file(dir.path().join("a.mbox")).unwrap();
        assert!(archive.fetch(mails[1].place).is_err());
        assert!(archive.scan(2, |_| (), |()| ()).is_err());
        assert!(archive.fetch(Place { input: 9, offset: 0, len: 0 }).is_err());
    }

    #[test]
    fn the_real_lists_have_the_messages_that_they_are_known_to_have() {
        let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
        let corpus = std::env::var_os("PLUSONE_CORPUS").map_or(beside, PathBuf::from);
        if !corpus.is_dir() {
            println!("skipped: no corpus at {}; set PLUSONE_CORPUS", corpus.display());
            return;
        }
        for (name, expect) in [
            ("maven-dev-2017-11.mbox", 293),
            ("maven-dev-2017-12.mbox", 201),
            ("asterix-dev-2017-09.mbox", 53),
            ("httpd-users-2020-07.mbox", 108),
            ("samba-technical.mbox", 481),
            ("twisted-python.mbox", 388),
            ("xen-devel.mbox", 10),
        ] {
            let archive = Archive::open(&[corpus.join(name)], Limits::default()).unwrap();
            let (mails, summary) = all(&archive);
            assert_eq!((mails.len(), summary.problems, summary.cut), (expect, 0, 0), "{name}");
            for mail in mails {
                assert!(mail.from_line.is_some(), "{name} {}", archive.display(mail.place));
                assert_eq!(archive.fetch(mail.place).unwrap(), mail, "{name}");
            }
        }
    }
}
