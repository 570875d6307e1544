//! `weekend` and `holidays` of a list: which days count in windows of business days.

use super::holidays::holidays;
use super::list::Files;
use super::problem::quoted;
use super::section::{Said, Section, one_of};
use crate::decision::WorkingDays;
use chrono::Weekday;
use chrono_tz::Tz;

/// The days of the week.
const WEEK: [(&str, Weekday); 7] = [
    ("mon", Weekday::Mon),
    ("tue", Weekday::Tue),
    ("wed", Weekday::Wed),
    ("thu", Weekday::Thu),
    ("fri", Weekday::Fri),
    ("sat", Weekday::Sat),
    ("sun", Weekday::Sun),
];
/// Which days count in windows of business days.
pub(super) fn working_days(section: &Section<'_>, zone: Tz, files: &Files<'_>) -> WorkingDays {
    let mut days = WorkingDays { zone, ..WorkingDays::default() };
    if let Some(weekend) = section.value("weekend") {
        let said = section.texts("weekend", "[\"sat\", \"sun\"]");
        days.weekend = said.iter().filter_map(|day| weekday(section, *day)).collect();
        if WEEK.iter().all(|(_, day)| days.weekend.contains(day)) {
            let what = format!("`weekend` in {} leaves no working day", section.shown);
            section.problem(
                weekend.span().start,
                what,
                "write the free days alone: weekend = [\"sat\", \"sun\"]",
            );
        }
    }
    if let Some(path) = section.path("holidays", "\"holidays.ics\"") {
        match files(&path.value) {
            Ok(text) => {
                let (holidays, problems) = holidays(&path.value, &text);
                section.document.take_over(problems);
                days.holidays = holidays;
            }
            Err(problem) => {
                let what =
                    format!("`holidays` in {}: {}: {}", section.shown, problem.file.display(), problem.what);
                section.problem(path.at, what, problem.remedy);
            }
        }
    }
    days
}

fn weekday(section: &Section<'_>, said: Said<&str>) -> Option<Weekday> {
    let known = WEEK.iter().find(|(word, _)| said.value.eq_ignore_ascii_case(word));
    if known.is_none() {
        let what = format!("`weekend` in {} names {}", section.shown, quoted(said.value));
        section.problem(said.at, what, one_of(said.value, WEEK.iter().map(|(word, _)| *word)));
    }
    known.map(|(_, day)| *day)
}
