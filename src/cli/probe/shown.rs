//! What the copy of a probe shows of the list, and the lines of configuration that follow from it.

use crate::cli::{CliError, table};
use crate::config::{ListConfig, munging_name};
use crate::mail::{self, Address, Arrival, Mediator, Post, Subject};
use crate::notice::Draft;
use crate::source::imap::Fetched;
use std::io::Write;
use std::time::Duration;

/// Says how the copy came and how it is read; gives how many things failed.
pub fn show(
    list: &ListConfig,
    from: &Address,
    draft: &Draft,
    copy: &Fetched,
    took: Duration,
    out: &mut dyn Write,
) -> Result<u32, CliError> {
    let seen = mail::mediator(&copy.bytes, &list.address, from, &draft.subject);
    let arrival = Arrival { internal_date: copy.internal_date, ..Arrival::default() };
    let post = mail::post(&copy.bytes, &arrival, &list.form, &list.trust);
    fine(out, &format!("it came back after {:.1} s", took.as_secs_f64()))?;
    fine(out, &described(&seen))?;
    let mut failed = 0;
    let faults = faults(list, from, &seen, &post);
    for fault in &faults {
        table::fold(out, "FAIL  probe: ", fault)?;
        failed += 1;
    }
    if faults.is_empty() {
        let through =
            "with the configuration as it is, it came through the list, and the sender is read as its author";
        fine(out, through)?;
    }
    propose(list, &seen, out)?;
    Ok(failed)
}

fn fine(out: &mut dyn Write, what: &str) -> Result<(), CliError> {
    Ok(table::fold(out, "ok    probe: ", what)?)
}

/// The list in a sentence.
fn described(seen: &Mediator) -> String {
    let who = seen.software.unwrap_or("the list");
    let from = match (seen.rewritten, &seen.evidence) {
        (false, _) => "left From as it was".to_owned(),
        (true, Some(header)) => format!("made From its own address; who wrote it is told by {header}"),
        (true, None) => "made From its own address, and no header tells who wrote it".to_owned(),
    };
    let handed = match &seen.hand_over {
        Some(hand_over) => format!("; {} handed it over", hand_over.client),
        None => String::new(),
    };
    format!("{who} {from}{handed}")
}

/// Why mail of this list would not count as the list is configured; each with what to do.
fn faults(list: &ListConfig, from: &Address, seen: &Mediator, post: &Post) -> Vec<String> {
    let mut faults = Vec::new();
    if !seen.list_ids.is_empty() && !seen.list_ids.contains(&list.list_id) {
        faults.push(format!(
            "its List-Id is {}, and the configuration has {}: no mail of the list would be taken for its own",
            table::shown(&seen.list_ids.join(" and "), 120),
            list.list_id
        ));
    }
    if !post.provenance.through_list {
        let why = "with the configuration as it is, nothing shows that it came through the list: no vote would count";
        let what = match &seen.hand_over {
            Some(_) => "write the lines below",
            None => {
                "its header has no Received line with a client's address, so nothing can: have the mailbox's server write one"
            }
        };
        faults.push(format!("{why}; {what}"));
    }
    if !post.author.address.as_ref().is_some_and(|author| author.same_as(from)) {
        let read = post.author.address.as_ref().map_or("nobody".to_owned(), ToString::to_string);
        let what = match seen.evidence {
            Some(_) => "write the lines below",
            None => "let the list keep From, or name the author in Reply-To (Mailman: dmarc_mitigate_action)",
        };
        faults.push(format!(
            "with the configuration as it is, its author is {read}, not {from}: votes would be held; {what}"
        ));
    }
    if let Some(prefix) = unknown_prefix(list, seen) {
        faults.push(format!(
            "it puts [{}] before subjects, which the configuration does not know: no tag behind it would open a proposal; write the line below",
            table::shown(prefix, 60)
        ));
    }
    faults
}

/// What the list puts before subjects, where the configuration would take it for a tag.
fn unknown_prefix<'s>(list: &ListConfig, seen: &'s Mediator) -> Option<&'s str> {
    let prefix = seen.prefix.as_deref()?;
    let tags = Subject::read(&format!("[{prefix}] x"), &list.form.prefixes).tags;
    (!tags.is_empty()).then_some(prefix)
}

/// The lines to write, and which of them stand there already.
fn propose(list: &ListConfig, seen: &Mediator, out: &mut dyn Write) -> Result<(), CliError> {
    let mut above = Vec::new();
    if let Some(list_id) = seen.list_ids.first().filter(|_| !seen.list_ids.contains(&list.list_id)) {
        above.push(format!("list_id = {}", quoted(list_id)));
    }
    if let Some(prefix) = unknown_prefix(list, seen) {
        let all = list.form.prefixes.iter().map(String::as_str).chain([prefix]);
        above.push(format!("prefix = [{}]", all.map(quoted).collect::<Vec<_>>().join(", ")));
    }
    let mut trust = Vec::new();
    if let Some(hand_over) = &seen.hand_over {
        trust.push(format!("list_hosts = [{}]", quoted(&hand_over.host)));
        if let Some(bounce) = hand_over.bounce.as_deref().filter(|_| hand_over.shared) {
            trust.push(format!("bounce = [{}]", quoted(bounce)));
        }
    }
    trust.extend(munging_name(seen.munging).map(|name| format!("munging = {}", quoted(name))));
    writeln!(out, "\nWhat this copy shows, for the list {} in the configuration:\n", list.rules.name)?;
    for line in above {
        writeln!(out, "    {line}")?;
    }
    writeln!(out, "    [list.trust]")?;
    for line in trust {
        writeln!(out, "    {line}")?;
    }
    writeln!(out)?;
    for remark in remarks(seen) {
        table::fold(out, "", &remark)?;
    }
    Ok(())
}

/// What to know before one writes the lines.
fn remarks(seen: &Mediator) -> Vec<String> {
    let mut remarks = Vec::new();
    if let Some(hand_over) = &seen.hand_over {
        if hand_over.shared && hand_over.bounce.is_none() {
            remarks.push(
                "Other mail comes from that host as well, and the mailbox's server notes no Return-Path that would tell it from the list's: without `bounce` no mail counts. Have it write Return-Path."
                    .to_owned(),
            );
        } else if !hand_over.shared {
            remarks.push(format!(
                "Is {} the list's own host? If people's mail comes from it as well, add `bounce`{}.",
                hand_over.client,
                hand_over.bounce.as_ref().map_or(String::new(), |bounce| format!(" = [{}]", quoted(bounce)))
            ));
        }
    }
    if !seen.rewritten {
        remarks.push(
            "From was left as it was for this sender. A list may rewrite it for senders whose domain has a strict DMARC policy; where nothing here names the software, ask who runs the list."
                .to_owned(),
        );
    }
    remarks
}

/// A TOML string. What stands in it is a host, an address or what stood in a subject's brackets.
fn quoted(text: &str) -> String {
    let safe: String = table::shown(text, 200).chars().filter(|c| !matches!(c, '"' | '\\')).collect();
    format!("\"{safe}\"")
}
