//! Schedules in cron syntax: minute, hour, day of the month, month, day of the week.

use chrono::DateTime;
use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};

/// Reads a schedule such as `0 9 * * MON` or `@weekly`. Whoever asks it for an instant says in which zone.
///
/// # Errors
/// What is wrong with it, where it is none or never falls due.
pub fn parse_schedule(text: &str) -> Result<Cron, String> {
    if text.len() > 100 {
        return Err("longer than any schedule".to_owned());
    }
    // croner looks for the nickname anywhere and takes what surrounds it for nothing.
    if text.contains('@') && text.split_whitespace().count() != 1 {
        return Err("a nickname such as @weekly stands alone".to_owned());
    }
    let parser = CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
    let fields = || "five fields are needed: minute, hour, day, month, day of the week".to_owned();
    if !text.contains('@') && text.split_whitespace().count() != 5 {
        return Err(fields());
    }
    let schedule = parser.parse(text).map_err(|error| error.to_string())?;
    match schedule.find_next_occurrence(&DateTime::UNIX_EPOCH, true) {
        Ok(_) => Ok(schedule),
        Err(_) => Err("it never falls due".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_a_schedule_and_what_is_none() {
        let check = |text: &str, sound: bool| assert_eq!(parse_schedule(text).is_ok(), sound, "{text:?}");
        check("0 9 * * MON", true);
        check("*/15 8-18 * * 1-5", true);
        check("30 7 1 JAN,JUL *", true);
        check("@weekly", true);
        check("0 9 * * MOON", false);
        check("0 9 * *", false);
        check("0 0 9 * * MON", false);
        check("61 9 * * MON", false);
        check("0 0 30 2 *", false);
        check("@weekly 0 9", false);
        check("@sometimes", false);
        check("", false);
        check(&"1,".repeat(5_000), false);
    }
}
