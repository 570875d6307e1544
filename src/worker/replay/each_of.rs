//! Reading again what an index names, on several threads.

use super::THREADS;
use crate::source::archive::ArchiveError;
use crate::source::in_order::{in_order, processors};
use std::sync::atomic::{AtomicBool, Ordering};

/// Does `work` for every item on several threads, and hands its results to `each` in the order of the items for as long as that
/// wants more.
///
/// # Errors
/// The first error of `work`; what came before it has been handed on.
pub(super) fn each_of<I: Copy + Default + Sync, T: Send>(
    items: &[I],
    work: impl Fn(I) -> Result<T, ArchiveError> + Sync,
    mut each: impl FnMut(T) -> bool,
) -> Result<(), ArchiveError> {
    let mut left = items.iter();
    let mut failed = None;
    let goes_on = AtomicBool::new(true);
    let next = |item: &mut I| match left.next() {
        Some(next) if goes_on.load(Ordering::Relaxed) => {
            *item = *next;
            true
        }
        _ => false,
    };
    let work = |item: &mut I, done: &mut Vec<Result<T, ArchiveError>>| done.push(work(*item));
    in_order(processors(THREADS), next, work, |result| {
        if !goes_on.load(Ordering::Relaxed) {
            return;
        }
        let wants_more = match result {
            Ok(result) => each(result),
            Err(error) => {
                failed = Some(error);
                false
            }
        };
        goes_on.store(wants_more, Ordering::Relaxed);
    });
    failed.map_or(Ok(()), Err)
}
