//! `plusone roster apply`: the role that a passed proposal gives, written into `roster.toml` by hand of an administrator.

use super::with_roster;
use crate::cli::{CliError, setup, table};
use crate::config::{Admission, Admitted, ListConfig, admit, unified};
use crate::decision::{Decision, Nominee, OnPass, State};
use crate::store::Store;
use chrono::{DateTime, Utc};
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Shows what the proposal changes, and writes it unless `dry_run`.
///
/// # Errors
/// Where there is no such proposal, it gives nobody a role or did not pass; where the roster has it already or cannot be written.
pub fn run(
    path: &Path,
    number: u32,
    list: Option<&str>,
    dry_run: bool,
    out: &mut dyn Write,
) -> Result<(), CliError> {
    let config = setup::load(path)?;
    let (list, _) = with_roster(&config, list)?;
    let file = list.roster_file.as_deref().ok_or_else(|| CliError::usage("the list has no roster"))?;
    let store = setup::open_store(&config)?;
    let decision = proposal(&store, &list.rules.name, number)?;
    let (nominee, role, closed_at) = proposed(&decision)?;
    let original = fs::read_to_string(file).map_err(|error| unreadable(file, &error))?;
    let known_ids = known_ids(&store, &list.rules.name)?;
    let since = closed_at.with_timezone(&list.zone).date_naive();
    let admission = admit(file, &original, list, &Admitted { nominee, role, since, known_ids: &known_ids })
        .map_err(CliError::work)?;
    let name =
        file.file_name().map_or_else(|| file.display().to_string(), |name| name.to_string_lossy().into());
    explain(&admission, nominee, &decision, since, out)?;
    write!(out, "\n{}\n", unified(&name, &original, &admission.text))?;
    if dry_run {
        writeln!(out, "Nothing is written: --dry-run.")?;
        return Ok(());
    }
    replace(file, &original, &admission.text)?;
    done(&config.lists, list, file, out)
}

fn proposal(store: &Store, list: &str, number: u32) -> Result<Decision, CliError> {
    let stored = store.decision(list, number)?;
    Ok(stored
        .ok_or_else(|| {
            CliError::work(format!(
                "list {list} has no proposal {number}; `plusone list --all` shows what there is"
            ))
        })?
        .decision)
}

/// Whom the proposal gives which role, and when it closed (UTC).
fn proposed(decision: &Decision) -> Result<(&Nominee, &str, DateTime<Utc>), CliError> {
    let number = decision.call.number;
    let refused = |why: String| Err(CliError::work(why));
    let Some(OnPass::Role { role }) = &decision.rule.on_pass else {
        return refused(format!(
            "proposal {number} is decided by the rule {}, which proposes no change of the roster; edit the roster by hand, or give the kind {} on_pass = {{ propose = \"role\", role = \"…\" }} for proposals to come",
            decision.rule.name, decision.call.kind
        ));
    };
    let State::Passed { at } = decision.state else {
        let how = match decision.state.closed_at() {
            None => {
                format!("it is open until {}; run this again once it has", table::instant(decision.closes_at))
            }
            Some(at) => format!(
                "it closed as {} on {}; a new proposal can say otherwise",
                decision.state.outcome(),
                table::instant(at)
            ),
        };
        return refused(format!("proposal {number} has not passed: {how}"));
    };
    let Some(nominee) = &decision.call.nominee else {
        return refused(format!(
            "proposal {number} passed and says of nobody that they get a role: it has no line `Nominee: Name <address>` at its head; add the role to the roster by hand"
        ));
    };
    Ok((nominee, nominee.role.as_deref().unwrap_or(role), at))
}

/// The ids of everybody who has ever been on the list's roster.
fn known_ids(store: &Store, list: &str) -> Result<Vec<String>, CliError> {
    let versions = store.rosters(list)?.versions.clone();
    Ok(versions.into_iter().flat_map(|(_, roster)| roster.members).map(|member| member.id).collect())
}

fn explain(
    admission: &Admission,
    nominee: &Nominee,
    decision: &Decision,
    since: chrono::NaiveDate,
    out: &mut dyn Write,
) -> Result<(), CliError> {
    let who = table::shown(&nominee.name, 60);
    let (member, role) = (&admission.member, &admission.role);
    let number = decision.call.number;
    let gets = match admission.is_new {
        true => format!("{who} comes onto the roster as {member}, in the role {role} from {since} on"),
        false => format!("{who} ({member}) has the role {role} from {since} on"),
    };
    table::fold(out, "", &format!("Proposal {number} passed: {gets}."))?;
    if admission.was_plain {
        let note = format!(
            "{member} had no role until now, and was a plain member at all times; with a role they are a member only while one lasts. If votes from before {since} are to be judged again by this file (`plusone replay`), add {{ role = \"member\" }} to the roles of {member} by hand."
        );
        table::fold(out, "Note: ", &note)?;
    }
    Ok(())
}

/// Puts the new text in the place of the file, whole or not at all, with the same permissions.
fn replace(file: &Path, original: &str, text: &str) -> Result<(), CliError> {
    // What a link points to is replaced, not the link.
    let file = fs::canonicalize(file).map_err(|error| unreadable(file, &error))?;
    let failed = |error: &dyn std::fmt::Display| {
        CliError::work(format!(
            "cannot write {}: {error}; nothing was changed: let this user write in that folder, or apply the diff with `patch`",
            file.display()
        ))
    };
    let folder = file.parent().map_or_else(PathBuf::new, Path::to_path_buf);
    let mut new = tempfile::NamedTempFile::new_in(&folder).map_err(|error| failed(&error))?;
    new.write_all(text.as_bytes()).map_err(|error| failed(&error))?;
    let like = fs::metadata(&file).map_err(|error| unreadable(&file, &error))?;
    own_like(new.path(), &like);
    new.as_file().set_permissions(like.permissions()).map_err(|error| failed(&error))?;
    new.as_file().sync_all().map_err(|error| failed(&error))?;
    if fs::read_to_string(&file).map_err(|error| unreadable(&file, &error))? != original {
        return Err(failed(&"somebody else has changed it in the meantime; run this again"));
    }
    new.persist(&file).map_err(|error| failed(&error.error))?;
    // The name is durable once the folder is; where a system cannot do that, the file is there all the same.
    let _ = File::open(&folder).and_then(|folder| folder.sync_all());
    Ok(())
}

/// Gives a file the owner of another, as far as this user may.
#[cfg(unix)]
fn own_like(file: &Path, like: &fs::Metadata) {
    use std::os::unix::fs::MetadataExt;
    let ours = fs::metadata(file).map(|ours| (ours.uid(), ours.gid())).ok();
    if ours != Some((like.uid(), like.gid())) {
        // Only the superuser may give a file away; anybody else's remains theirs.
        let _ = std::os::unix::fs::chown(file, Some(like.uid()), Some(like.gid()));
    }
}

#[cfg(not(unix))]
fn own_like(_: &Path, _: &fs::Metadata) {}

fn unreadable(file: &Path, error: &std::io::Error) -> CliError {
    CliError::work(format!("cannot read {}: {error}; let this user read it", file.display()))
}

fn done(lists: &[ListConfig], list: &ListConfig, file: &Path, out: &mut dyn Write) -> Result<(), CliError> {
    writeln!(out, "Written to {}.", file.display())?;
    let others: Vec<&str> = lists
        .iter()
        .filter(|other| other.roster_file == list.roster_file && other.rules.name != list.rules.name)
        .map(|other| other.rules.name.as_str())
        .collect();
    if !others.is_empty() {
        table::fold(out, "", &format!("The same roster is that of the list {}.", others.join(", ")))?;
    }
    writeln!(out, "`plusone check` reads it over; `plusone run` takes it up when it starts.")?;
    Ok(())
}
