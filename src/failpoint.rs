//! Points at which a test lets the process die, as if the power had gone. They are there in a build with the feature `failpoints` alone;
//! the usual build holds no trace of them.

/// Marks a point by its name, which stands in `POINTS`.
macro_rules! fail_point {
    ($name:literal) => {
        #[cfg(feature = "failpoints")]
        $crate::failpoint::reached($name);
    };
}
pub(crate) use fail_point;

/// Every point, in the order in which a mail meets them.
#[cfg(feature = "failpoints")]
pub const POINTS: [&str; 27] = [
    "instance begun",
    "roster taken up",
    "mailbox read",
    "message kept",
    "message indexed",
    "call opened",
    "decision saved",
    "notice queued",
    "intake before commit",
    "intake after commit",
    "cursor set",
    "reading through before commit",
    "reading through after commit",
    "digest before commit",
    "digest after commit",
    "shadow before file",
    "shadow after file",
    "shadow after mark",
    "send before mark",
    "send after mark",
    "smtp connected",
    "smtp after MAIL",
    "smtp before DATA",
    "smtp after DATA",
    "smtp accepted",
    "send recorded",
    "send put off",
];

/// Ends the process where `PLUSONE_FAIL_POINT` is `name:n` and this is the n-th time that the point is reached.
#[cfg(feature = "failpoints")]
pub fn reached(name: &str) {
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU32, Ordering};
    static ARMED: OnceLock<Option<(String, u32)>> = OnceLock::new();
    static HITS: AtomicU32 = AtomicU32::new(0);
    assert!(POINTS.contains(&name), "{name} is not among the points");
    let armed = ARMED.get_or_init(|| {
        let set = std::env::var("PLUSONE_FAIL_POINT").ok()?;
        let (name, hit) = set.rsplit_once(':')?;
        Some((name.to_owned(), hit.parse().ok()?))
    });
    if let Some((point, hit)) = armed
        && point == name
        && HITS.fetch_add(1, Ordering::SeqCst) + 1 == *hit
    {
        eprintln!("fail point: {name}");
        std::process::abort();
    }
}
