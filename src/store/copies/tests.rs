//! Copies made while others write, and copies put back.

use super::*;
use crate::store::Store;

/// A database with so many values in it.
fn database(folder: &Path, values: usize) -> PathBuf {
    let path = folder.join("plusone.db");
    let mut store = Store::open(&path).unwrap();
    store.begin().unwrap();
    for value in 0..values {
        store.set_meta(&format!("value {value}"), &"x".repeat(2_000)).unwrap();
    }
    store.commit().unwrap();
    path
}

fn value(path: &Path, key: &str) -> Option<String> {
    Store::open(path).unwrap().meta(key).unwrap()
}

fn files(folder: &Path) -> Vec<String> {
    let names =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

#[test]
fn a_copy_made_under_writing_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = database(folder.path(), 4_000);
    let mut writer = Store::open(&path).unwrap();
    let mut written = 0;
    let to = folder.path().join("copy.db");
    let mut steps = 0;
    back_up(&path, &to, &mut |done, all| {
        assert!(done <= all);
        steps += 1;
        // Two values that belong together.
        writer.begin().unwrap();
        writer.set_meta("left", &written.to_string()).unwrap();
        writer.set_meta("right", &written.to_string()).unwrap();
        writer.commit().unwrap();
        written += 1;
    })
    .unwrap();
    assert!(steps > 1 && steps < 100, "{steps}");
    assert_eq!(value(&to, "left"), value(&to, "right"));
    assert_eq!(value(&to, "value 3999").map(|text| text.len()), Some(2_000));
}

#[test]
fn no_copy_is_written_over_a_file_and_none_is_left_half() {
    let folder = tempfile::tempdir().unwrap();
    let path = database(folder.path(), 1);
    let to = folder.path().join("copy.db");
    std::fs::write(&to, "something else").unwrap();
    assert!(matches!(back_up(&path, &to, &mut |_, _| {}), Err(CopyError::Exists(_))));
    assert_eq!(std::fs::read(&to).unwrap(), b"something else");
    let missing = folder.path().join("missing.db");
    assert!(matches!(
        back_up(&missing, &folder.path().join("b"), &mut |_, _| {}),
        Err(CopyError::NoDatabase(_))
    ));
    assert!(!files(folder.path()).iter().any(|name| name.starts_with(".plusone") || name == "missing.db"));
}

#[test]
fn a_copy_is_put_back_and_the_old_one_is_kept_with_its_log() {
    let folder = tempfile::tempdir().unwrap();
    let path = database(folder.path(), 3);
    let copy = folder.path().join("copy.db");
    back_up(&path, &copy, &mut |_, _| {}).unwrap();
    let mut later = Store::open(&path).unwrap();
    later.set_meta("later", "yes").unwrap();
    // As if the engine had been killed: its log stays behind.
    let (log, image) = (folder.path().join("plusone.db-wal"), folder.path().join("image"));
    std::fs::copy(&log, &image).unwrap();
    drop(later);
    std::fs::rename(&image, &log).unwrap();
    let (copied, kept) = restore(&copy, &path, "-before").unwrap();
    assert_eq!(copied.messages, 0);
    let kept = kept.unwrap();
    assert!(
        !files(folder.path()).iter().any(|name| name.ends_with("-wal")),
        "it was written into its database"
    );
    assert_eq!(value(&path, "later"), None, "{:?}", files(folder.path()));
    assert_eq!(value(&path, "value 2").map(|text| text.len()), Some(2_000));
    assert_eq!(value(&kept, "later").as_deref(), Some("yes"));
    assert!(matches!(restore(&copy, &path, "-before"), Err(CopyError::Exists(_))));
    assert_eq!(value(&path, "value 2").map(|text| text.len()), Some(2_000));
}

#[test]
fn what_is_no_whole_database_of_ours_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = database(folder.path(), 200);
    let check = |name: &str, bytes: &[u8], expect: &str| {
        let copy = folder.path().join(name);
        std::fs::write(&copy, bytes).unwrap();
        let refused = restore(&copy, &path, "-before").unwrap_err().to_string();
        assert!(refused.contains(expect) && refused.contains("nothing was changed"), "{name}: {refused}");
        assert!(!refused.contains('\n'), "{name} is told in one line: {refused}");
    };
    check("text", &b"not a database at all, but some text\n".repeat(100), "not a database of plusone's");
    let whole = folder.path().join("whole.db");
    back_up(&path, &whole, &mut |_, _| {}).unwrap();
    let mut bytes = std::fs::read(&whole).unwrap();
    let (length, middle) = (bytes.len(), bytes.len() / 2);
    check("cut", &bytes[..length - 40_960], "damaged");
    bytes[middle..middle + 20_000].fill(0x5a);
    check("scribbled", &bytes, "damaged");
    let newer = folder.path().join("newer.db");
    back_up(&path, &newer, &mut |_, _| {}).unwrap();
    Connection::open(&newer).unwrap().pragma_update(None, "user_version", 99).unwrap();
    check("newer", &std::fs::read(&newer).unwrap(), "newer plusone");
    let other = folder.path().join("other.db");
    Connection::open(&other).unwrap().execute_batch("CREATE TABLE other (x)").unwrap();
    check("other", &std::fs::read(&other).unwrap(), "not one of plusone's");
    let alike = folder.path().join("alike.db");
    Connection::open(&alike).unwrap().execute_batch("CREATE TABLE message (x)").unwrap();
    check("alike", &std::fs::read(&alike).unwrap(), "not one of plusone's");
    let missing = restore(&folder.path().join("nowhere"), &path, "-before").unwrap_err();
    assert!(missing.to_string().contains("no such file"), "{missing}");
    assert_eq!(value(&path, "value 2").map(|text| text.len()), Some(2_000));
}

#[test]
fn a_database_behind_a_link_is_put_back_where_the_link_leads() {
    let (folder, disk) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let real = database(disk.path(), 3);
    let link = folder.path().join("plusone.db");
    std::os::unix::fs::symlink(&real, &link).unwrap();
    let copy = folder.path().join("copy.db");
    back_up(&link, &copy, &mut |_, _| {}).unwrap();
    Store::open(&link).unwrap().set_meta("later", "yes").unwrap();
    let (_, kept) = restore(&copy, &link, "-before").unwrap();
    assert_eq!(value(&real, "later"), None);
    assert_eq!(value(&kept.unwrap(), "later").as_deref(), Some("yes"));
    assert!(link.is_symlink());
}
