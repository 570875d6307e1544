//! Where a secret is, and reading it: never inline, never in a log.

use crate::clock::Deadline;
use crate::config::section::Section;
use secrecy::SecretString;
use secrecy::zeroize::Zeroizing;
use std::fmt;
use std::io::{self, Read};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::Duration;
use toml::de::DeValue;

/// Bytes read at most, of a file or of what a command prints.
const LONGEST: usize = 64 * 1024;
/// How long a command may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often it is looked whether a command is still waited for.
const GLANCE: Duration = Duration::from_millis(50);

/// A secret where the configuration names it: never inline.
#[derive(Clone, PartialEq, Eq)]
pub enum SecretFrom {
    /// A file's first line.
    File(PathBuf),
    /// An environment variable.
    Env(String),
    /// The first line that a command prints: the program and its arguments; no shell takes part.
    Command(Vec<String>),
}

/// Arguments may give a secret away; they are left out.
impl fmt::Debug for SecretFrom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretFrom({self})")
    }
}

/// Where it is, as messages name it: `file …`, `variable …`, `command …`; a command's arguments are left out.
impl fmt::Display for SecretFrom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SecretFrom::File(path) => write!(f, "file {}", path.display()),
            SecretFrom::Env(name) => write!(f, "variable {name}"),
            SecretFrom::Command(argv) => write!(f, "command {}", argv.first().map_or("", String::as_str)),
        }
    }
}

/// Why a secret cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The file cannot be read.
    #[error(
        "the secret's {from} cannot be read: {why} — put the secret into its first line and let only this user read it"
    )]
    File {
        /// Which file.
        from: SecretFrom,
        /// What the system says.
        why: io::Error,
    },
    /// The variable is not set.
    #[error("the secret's {from} is not set — set it where plusone is started")]
    Unset {
        /// Which variable.
        from: SecretFrom,
    },
    /// The command cannot be started, or its output not be read.
    #[error(
        "the secret's {from} cannot be run: {why} — name an installed program, its arguments apart: command = [\"pass\", \"show\", \"imap\"]"
    )]
    Command {
        /// Which command.
        from: SecretFrom,
        /// What the system says.
        why: io::Error,
    },
    /// The command failed.
    #[error("the secret's {from} failed ({status}) — run it by hand as the user that plusone runs as")]
    Failed {
        /// Which command.
        from: SecretFrom,
        /// How it ended.
        status: ExitStatus,
    },
    /// The command took too long, or nobody waits for it any more.
    #[error("the secret's {from} did not end within {} seconds — it must not ask anybody anything", PATIENCE.as_secs())]
    TooSlow {
        /// Which command.
        from: SecretFrom,
    },
    /// Nothing is in it.
    #[error("the secret's {from} is empty — its first line must be the secret")]
    Empty {
        /// Which secret.
        from: SecretFrom,
    },
    /// More than 64 KiB, or no UTF-8.
    #[error("the secret's {from} holds no secret: it is not UTF-8 text of at most {} KiB — its first line must be the secret", LONGEST / 1024)]
    NoText {
        /// Which secret.
        from: SecretFrom,
    },
}

impl SecretFrom {
    /// Reads the secret. A command gets no input, may take 10 seconds and print 64 KiB.
    ///
    /// # Errors
    /// Which source it is and what to do, where there is nothing to be had; never the secret or a part of it.
    pub fn read(&self) -> Result<SecretString, SecretError> {
        self.read_while(&|| true)
    }

    /// Reads the secret as [`SecretFrom::read`] does, for as long as it is `wanted`: a command is ended when it is not.
    ///
    /// # Errors
    /// As [`SecretFrom::read`]; [`SecretError::TooSlow`] when it is not wanted any more.
    pub fn read_while(&self, wanted: &dyn Fn() -> bool) -> Result<SecretString, SecretError> {
        self.read_within(PATIENCE, wanted)
    }

    fn read_within(
        &self,
        patience: Duration,
        wanted: &dyn Fn() -> bool,
    ) -> Result<SecretString, SecretError> {
        let from = || self.clone();
        let bytes = match self {
            SecretFrom::File(path) => {
                let file = std::fs::File::open(path);
                file.and_then(bounded).map_err(|why| SecretError::File { from: from(), why })?
            }
            SecretFrom::Env(name) => {
                let value = std::env::var_os(name).ok_or_else(|| SecretError::Unset { from: from() })?;
                let value = value.into_string().map_err(|_| SecretError::NoText { from: from() })?;
                Zeroizing::new(value.into_bytes())
            }
            SecretFrom::Command(argv) => self.printed(argv, patience, wanted)?,
        };
        if bytes.len() > LONGEST {
            return Err(SecretError::NoText { from: from() });
        }
        let text = std::str::from_utf8(&bytes).map_err(|_| SecretError::NoText { from: from() })?;
        let line = text.split('\n').next().unwrap_or_default().trim_end_matches('\r');
        if line.is_empty() {
            return Err(SecretError::Empty { from: from() });
        }
        Ok(SecretString::from(line))
    }

    fn printed(
        &self,
        argv: &[String],
        patience: Duration,
        wanted: &dyn Fn() -> bool,
    ) -> Result<Zeroizing<Vec<u8>>, SecretError> {
        let command = |why: io::Error| SecretError::Command { from: self.clone(), why };
        let (program, arguments) =
            argv.split_first().ok_or_else(|| command(io::ErrorKind::InvalidInput.into()))?;
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(command)?;
        let deadline = Deadline::after(patience);
        let (sender, receiver) = mpsc::channel();
        let stdout = child.stdout.take();
        // A child of the child may keep the pipe open after the kill: then this thread alone waits for it.
        std::thread::spawn(move || {
            let read = stdout.map_or_else(|| Ok(Zeroizing::default()), bounded);
            // Nobody listens any more where the time was over.
            let _ = sender.send(read);
        });
        let read = loop {
            match receiver.recv_timeout(deadline.left().min(GLANCE)) {
                Err(mpsc::RecvTimeoutError::Timeout) if !deadline.is_past() && wanted() => {}
                read => break read,
            }
        };
        let long = matches!(&read, Ok(Ok(bytes)) if bytes.len() > LONGEST);
        let ended = if long { None } else { read.is_ok().then(|| ended(&mut child, deadline)).flatten() };
        if ended.is_none() {
            // Both fail only where it has just ended by itself.
            let _ = child.kill();
            let _ = child.wait();
        }
        match (read, ended) {
            (Ok(Err(why)), _) => Err(command(why)),
            (Ok(Ok(bytes)), _) if long => Ok(bytes),
            (Ok(Ok(bytes)), Some(status)) if status.success() => Ok(bytes),
            (_, Some(status)) => Err(SecretError::Failed { from: self.clone(), status }),
            (_, None) => Err(SecretError::TooSlow { from: self.clone() }),
        }
    }
}

/// How the child ended, if it ends before the deadline. It has closed its output, so it is about to.
fn ended(child: &mut Child, deadline: Deadline) -> Option<ExitStatus> {
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status),
            Ok(None) if !deadline.is_past() => {
                std::thread::sleep(Duration::from_millis(5).min(deadline.left()))
            }
            _ => return None,
        }
    }
}

/// What `source` holds, up to one byte more than is allowed, in memory that is wiped.
fn bounded(source: impl Read) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(LONGEST + 64));
    source.take(LONGEST as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Reads `key = { file | env | command }`. What stands there is never repeated: it may be the secret.
pub(super) fn secret(section: &Section<'_>, key: &'static str, example: &str) -> Option<SecretFrom> {
    let value = section.value(key)?;
    let at = value.span().start;
    if !value.get_ref().is_table() {
        let what = format!("`{key}` in {} must not stand in the file itself", section.shown);
        let remedy = format!(
            "name where it is: {key} = {example}, or {{ file = … }} or {{ command = [\"pass\", \"show\", \"imap\"] }}"
        );
        section.problem(at, what, remedy);
        return None;
    }
    let table = section.table(key, key, example)?;
    let file = table.path("file", "\"imap-password\"").map(|path| SecretFrom::File(path.value));
    let env = table.value("env").and_then(|name| variable(&table, name.span().start, name.get_ref()));
    let argv: Vec<String> = table
        .texts("command", "[\"pass\", \"show\", \"imap\"]")
        .iter()
        .map(|word| word.value.to_owned())
        .collect();
    let named = ["file", "env", "command"].iter().filter(|key| table.has(key)).count();
    table.finish();
    if named != 1 {
        let what = format!(
            "`{key}` in {} names {} places",
            section.shown,
            if named == 0 { "no" } else { "several" }
        );
        section.problem(
            at,
            what,
            format!(
                "name one: {{ file = … }}, {{ env = … }} or {{ command = … }}, such as {key} = {example}"
            ),
        );
        return None;
    }
    if table.has("command") && argv.first().is_none_or(String::is_empty) {
        section.document.problem(
            at,
            format!("the command of `{key}` names no program"),
            "write command = [\"pass\", \"show\", \"imap\"]",
        );
    }
    file.or(env).or((!argv.is_empty()).then_some(SecretFrom::Command(argv)))
}

fn variable(table: &Section<'_>, at: usize, name: &DeValue<'_>) -> Option<SecretFrom> {
    let sound = |name: &&str| {
        !name.is_empty()
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            && !name.starts_with(|c: char| c.is_ascii_digit())
    };
    let name = name.as_str().filter(sound);
    if name.is_none() {
        table.problem(
            at,
            "`env` must name an environment variable",
            "write for example env = \"IMAP_PASSWORD\"; the secret itself does not stand here",
        );
    }
    name.map(|name| SecretFrom::Env(name.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret;

    fn shell(script: &str) -> SecretFrom {
        SecretFrom::Command(vec!["sh".into(), "-c".into(), script.into()])
    }

    #[test]
    fn a_secret_is_the_first_line_of_where_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let check = |bytes: &[u8], expect: Result<&str, &str>| {
            let path = folder.path().join("secret");
            std::fs::write(&path, bytes).unwrap();
            match (SecretFrom::File(path).read(), expect) {
                (Ok(secret), Ok(expect)) => assert_eq!(secret.expose_secret(), expect),
                (Err(error), Err(says)) => assert!(error.to_string().contains(says), "{error}"),
                (read, expect) => panic!("{:?} is not {expect:?}", read.map(|_| ())),
            }
        };
        check(b"hunter 2\n", Ok("hunter 2"));
        check(b"hunter2", Ok("hunter2"));
        check(b"hunter2\r\nnotes\n", Ok("hunter2"));
        check(b" space counts \n", Ok(" space counts "));
        check(b"", Err("is empty"));
        check(b"\nhunter2\n", Err("is empty"));
        check(b"\xff\xfe\n", Err("not UTF-8"));
        check(&[b'x'; LONGEST + 1], Err("at most 64 KiB"));
    }

    #[test]
    fn what_is_not_there_is_said_with_its_remedy() {
        let check = |from: SecretFrom, says: &str| {
            let line = from.read_within(Duration::from_millis(300), &|| true).unwrap_err().to_string();
            assert!(line.contains(says) && line.contains(" — ") && !line.contains('\n'), "{line}");
            assert!(!line.contains("hunter"), "{line}");
        };
        check(SecretFrom::File("/nonexistent/imap".into()), "file /nonexistent/imap cannot be read");
        check(SecretFrom::Env("PLUSONE_TEST_UNSET".into()), "variable PLUSONE_TEST_UNSET is not set");
        check(SecretFrom::Command(vec!["/nonexistent/pass".into()]), "cannot be run");
        check(SecretFrom::Command(Vec::new()), "cannot be run");
        check(shell("echo hunter2; exit 3"), "failed (exit status: 3)");
        check(shell("exit 0"), "is empty");
        check(shell("exec sleep 60"), "did not end");
        check(shell("echo hunter2; exec >&-; exec sleep 60"), "did not end");
        check(shell("yes hunter2"), "at most 64 KiB");
    }

    #[test]
    fn a_command_that_nobody_waits_for_is_ended() {
        let watch = crate::clock::Stopwatch::start();
        let error = shell("exec sleep 60").read_while(&|| watch.elapsed() < Duration::from_millis(100));
        assert!(matches!(error, Err(SecretError::TooSlow { .. })));
        assert!(watch.elapsed() < PATIENCE / 2, "took {:?}", watch.elapsed());
    }

    #[test]
    fn a_command_prints_it_without_a_shell() {
        let printed = SecretFrom::Command(vec!["echo".into(), "$HOME; x".into()]).read().unwrap();
        assert_eq!(printed.expose_secret(), "$HOME; x");
        assert_eq!(
            SecretFrom::Env("PATH".into()).read().unwrap().expose_secret(),
            std::env::var("PATH").unwrap()
        );
    }

    #[test]
    fn arguments_are_in_no_debug_output() {
        assert_eq!(format!("{:?}", shell("echo hunter2")), "SecretFrom(command sh)");
    }
}
