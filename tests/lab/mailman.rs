//! Mailman 3 core: the list server, and the lists that scenarios make on it while it runs.

use super::accounts::{Account, fill, write};
use super::keeper::Keeper;
use super::ports::Ports;
use super::rest::Rest;
use super::{DOMAIN, address};
use serde_json::Value;
use std::path::Path;

/// How a list rewrites the mail that it passes on.
#[derive(Debug, Clone)]
pub struct ListDress {
    /// What becomes of the author's `From:`.
    pub from: FromRewrite,
    /// What stands before every subject, with its blank; empty for nothing.
    pub subject_prefix: String,
    /// What stands under every mail; empty for nothing.
    pub footer: String,
}

/// What a list does about the author's domain's DMARC policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FromRewrite {
    /// `From:` stays as the author wrote it.
    Leave,
    /// `From: Alice via Infra <infra@…>`, the author in `Reply-To:`.
    Munge,
    /// The mail becomes a `message/rfc822` part inside a mail of the list's own.
    Wrap,
}

impl ListDress {
    /// What most lists wear today: munged `From:`, `[name] ` before the subject, a footer.
    pub fn usual(name: &str) -> ListDress {
        ListDress {
            from: FromRewrite::Munge,
            subject_prefix: format!("[{name}] "),
            footer: format!("_______________________________________________\n{name} mailing list\n"),
        }
    }

    /// The author's own subject and text, with nothing added and nothing rewritten.
    pub fn plain() -> ListDress {
        ListDress { from: FromRewrite::Leave, subject_prefix: String::new(), footer: String::new() }
    }
}

/// Where a list is written to, and what tells its mail.
#[derive(Debug, Clone)]
pub struct ListAddress {
    /// The local part: `infra`.
    pub name: String,
    /// `infra@example.test`.
    pub address: String,
    /// What stands in `List-Id`: `infra.example.test`.
    pub list_id: String,
    /// The envelope sender of the list's mail: `infra-bounces@example.test`.
    pub bounces: String,
}

/// Starts Mailman; it takes seconds until it answers.
pub fn start(keeper: &mut Keeper, dir: &Path, ports: &Ports) {
    let list = Account::of("list");
    let home = dir.join("mailman");
    list.folder(&home);
    for folder in [
        "archives",
        "cache",
        "data",
        "ext",
        "footers",
        "lists",
        "locks",
        "logs",
        "messages",
        "queue",
        "templates",
    ] {
        list.folder(&home.join(folder));
    }
    let mut values = ports.values();
    values.push(("dir", dir.display().to_string()));
    let conf = home.join("mailman.cfg");
    write(&conf, &fill(include_str!("conf/mailman.cfg"), &values), 0o644);
    let conf = conf.to_string_lossy();
    keeper.start("mailman", &["/usr/lib/mailman3/bin/master", "-C", &conf], Some(&list), &home);
}

/// Waits until Mailman answers, and makes the domain.
pub fn await_ready(keeper: &mut Keeper, ports: &Ports) -> Rest {
    let rest = Rest::at(ports.rest);
    keeper.await_answer("mailman", || rest.call("GET", "system/versions", &[]).ok());
    keeper.await_greeting("mailman", ports.mailman_lmtp, "220 ");
    rest.change("POST", "domains", &[("mail_host", DOMAIN)]);
    rest
}

/// Makes the list `name`, with these members, and lets `guest` post to it without being one.
pub fn create_list(
    rest: &Rest,
    dir: &Path,
    name: &str,
    members: &[&str],
    guest: &str,
    dress: &ListDress,
) -> ListAddress {
    let list = ListAddress {
        name: name.to_owned(),
        address: address(name),
        list_id: format!("{name}.{DOMAIN}"),
        bounces: address(&format!("{name}-bounces")),
    };
    let footer = dir.join("mailman/footers").join(name);
    write(&footer, &dress.footer, 0o644);
    let footer = format!("file://{}", footer.display());
    let (action, always) = match dress.from {
        FromRewrite::Leave => ("no_mitigation", "False"),
        // Without DNS no policy can be looked up, so the list is told to rewrite every mail.
        FromRewrite::Munge => ("munge_from", "True"),
        FromRewrite::Wrap => ("wrap_message", "True"),
    };

    rest.change("POST", "lists", &[("fqdn_listname", &list.address)]);
    rest.change(
        "PATCH",
        &format!("lists/{}/config", list.list_id),
        &[
            ("accept_these_nonmembers", &address(guest)),
            ("admin_immed_notify", "False"),
            ("default_member_action", "accept"),
            ("dmarc_mitigate_action", action),
            ("dmarc_mitigate_unconditionally", always),
            ("max_message_size", "0"),
            ("reply_goes_to_list", "no_munging"),
            ("send_welcome_message", "False"),
            ("subject_prefix", &dress.subject_prefix),
        ],
    );
    rest.change("PATCH", &format!("lists/{}/uris", list.list_id), &[("list:member:regular:footer", &footer)]);
    for member in members {
        subscribe(rest, &list, member, "regular");
    }
    list
}

/// Makes `member` a member, who is known there by the local part with a capital: Alice.
pub fn subscribe(rest: &Rest, list: &ListAddress, member: &str, delivery_mode: &str) {
    let (initial, others) = member.split_at(1);
    rest.change(
        "POST",
        "members",
        &[
            ("list_id", &list.list_id),
            ("subscriber", &address(member)),
            ("display_name", &format!("{}{others}", initial.to_uppercase())),
            ("delivery_mode", delivery_mode),
            ("pre_approved", "True"),
            ("pre_confirmed", "True"),
            ("pre_verified", "True"),
            ("send_welcome_message", "False"),
        ],
    );
}

/// Has the list hold what `member` posts.
pub fn moderate(rest: &Rest, list: &ListAddress, member: &str) {
    let asked = [("list_id", list.list_id.as_str()), ("subscriber", &address(member))];
    let found = asked_for(rest, "POST", "members/find", &asked);
    let id =
        found["entries"][0]["member_id"].as_str().unwrap_or_else(|| panic!("no member {member}: {found}"));
    rest.change("PATCH", &format!("members/{id}"), &[("moderation_action", "hold")]);
}

/// What the list holds for its moderator.
pub fn held(rest: &Rest, list: &ListAddress) -> Vec<u64> {
    let held = asked_for(rest, "GET", &format!("lists/{}/held", list.list_id), &[]);
    let entries = held["entries"].as_array().cloned().unwrap_or_default();
    entries.iter().filter_map(|entry| entry["request_id"].as_u64()).collect()
}

fn asked_for(rest: &Rest, method: &str, path: &str, form: &[(&str, &str)]) -> Value {
    match rest.call(method, path, form) {
        Ok((200, body)) => serde_json::from_str(&body).unwrap_or_else(|e| panic!("{path}: {e}: {body}")),
        other => panic!("Mailman answers {method} {path} with {other:?}"),
    }
}
