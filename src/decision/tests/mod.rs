//! What is checked of deciding beside the cases of `tests/decide`, which speak of whole threads and are plain data: what no case can say,
//! and what holds of every thread. The cases' own grammar is used here too.

mod announced;
#[path = "../../../tests/decide/case/mod.rs"]
mod case;
mod headers;
mod linking;
mod opening;
mod properties;
mod raising;
mod scale;

use super::*;
use crate::mail::{MessageId, Subject};
use case::{Case, author, cast, check, dialect, instant, post, start};
use chrono::{DateTime, TimeDelta, Utc};
