//! `plusone roster`: who is on the team, what one of them has done, and the change that a passed proposal asks for.

mod apply;
mod participation;
mod show;

pub use apply::run as apply;
pub use show::run as show;

use super::CliError;
use super::show::named_list;
use crate::config::{Config, ListConfig};
use crate::decision::Roster;
use chrono::{DateTime, NaiveTime, SecondsFormat, Utc};
use chrono_tz::Tz;

/// The list that is meant, and its roster.
fn with_roster<'c>(config: &'c Config, name: Option<&str>) -> Result<(&'c ListConfig, &'c Roster), CliError> {
    let name = named_list(config, name)?;
    let list = config.list(&name).ok_or_else(|| CliError::usage(format!("no list is named {name:?}")))?;
    let roster = list.roster.as_ref().ok_or_else(|| {
        CliError::usage(format!(
            "the list {name} has no roster: add roster = \"roster.toml\" to its [[list]], and a [[member]] for each person to that file"
        ))
    })?;
    Ok((list, roster))
}

/// The day that begins at this instant in the zone; else the instant, in UTC.
fn day(at: DateTime<Utc>, zone: Tz) -> String {
    let local = at.with_timezone(&zone);
    match local.time() == NaiveTime::MIN {
        true => local.date_naive().to_string(),
        false => at.to_rfc3339_opts(SecondsFormat::Secs, true),
    }
}
