//! From when until when a proposal is open.

use super::length::Length;
use super::{Calendar, Close, Rule, Span, WorkingDays};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

/// The instants between which votes count, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    /// When it begins.
    pub begins: DateTime<Utc>,
    /// Under a silence rule its end; under an approval rule the end of the minimum.
    pub minimum: DateTime<Utc>,
    /// The last instant, which under a silence rule is the minimum's end.
    pub last: DateTime<Utc>,
}

impl Window {
    /// The window under `rule` that begins at that instant.
    pub fn new(rule: &Rule, begins: DateTime<Utc>) -> Self {
        let minimum = rule.calendar.after(begins, rule.window);
        let last = match rule.is_silence() {
            true => minimum,
            false => rule.calendar.after(begins, rule.max_window).max(minimum),
        };
        Window { begins, minimum, last }
    }

    /// The same with both ends later, each by one window of the rule at most.
    pub fn extended(self, rule: &Rule, zone: Tz, length: Length) -> Self {
        let later = |end| length.after(&rule.calendar, zone, end).min(rule.calendar.after(end, rule.window));
        Window { minimum: later(self.minimum), last: later(self.last), ..self }
    }

    /// The same with no end before the other's. Of a silence, both ends of either are one.
    pub fn no_earlier_than(self, other: Window) -> Self {
        let minimum = self.minimum.max(other.minimum);
        Window { minimum, last: self.last.max(other.last).max(minimum), ..self }
    }

    /// When a proposal that nobody opened is given up.
    pub fn given_up(self, rule: &Rule) -> DateTime<Utc> {
        rule.calendar.after(self.begins, rule.max_window)
    }

    /// From when on it may close because nothing that is missing can change the outcome.
    pub fn may_be_decided_from(self, rule: &Rule) -> Option<DateTime<Utc>> {
        match rule.close {
            Close::Window => None,
            Close::WhenDecided { min_wait } => Some(rule.calendar.after(self.begins, min_wait)),
        }
    }
}

impl Calendar {
    /// The instant a span of this calendar after another.
    pub(super) fn after(&self, from: DateTime<Utc>, span: Span) -> DateTime<Utc> {
        match self {
            Calendar::Hours => from + span.delta(),
            Calendar::Business(days) => days.after(from, span),
        }
    }
}

impl Length {
    /// The instant so long after another: hours as the calendar counts them, business days by its working days; where it has none, by the
    /// usual ones in the list's zone.
    pub(super) fn after(self, calendar: &Calendar, zone: Tz, from: DateTime<Utc>) -> DateTime<Utc> {
        match (self, calendar) {
            (Length::Time(span), calendar) => calendar.after(from, span),
            (Length::BusinessDays(days), Calendar::Business(working)) => {
                working.after(from, Span::days(days))
            }
            (Length::BusinessDays(days), Calendar::Hours) => {
                WorkingDays { zone, ..WorkingDays::default() }.after(from, Span::days(days))
            }
        }
    }
}
