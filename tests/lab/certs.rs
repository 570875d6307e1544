//! A private certificate authority, and the leaf that every server of the lab shows.

use super::accounts::{Account, permit, write};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// A leaf is taken by rustls only with a subjectAltName, and only if it says that it is no authority itself.
const LEAF: &str = "basicConstraints = critical, CA:FALSE\n\
    extendedKeyUsage = serverAuth\n\
    subjectAltName = DNS:localhost, DNS:mail.example.test, IP:127.0.0.1\n";

/// Makes `ca.pem`, `leaf.pem` and `leaf.key` in `dir`; the leaf's key is readable by `reader` alone.
pub fn make(dir: &Path, reader: &Account) {
    fs::create_dir(dir).expect("the lab's folder is new");
    permit(dir, 0o755);
    write(&dir.join("leaf.ext"), LEAF, 0o644);
    openssl(
        dir,
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -keyout ca.key -out ca.pem \
        -subj /CN=lab-authority -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign",
    );
    openssl(
        dir,
        "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout leaf.key -out leaf.csr \
        -subj /CN=mail.example.test",
    );
    openssl(
        dir,
        "x509 -req -in leaf.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -extfile leaf.ext \
        -out leaf.pem",
    );
    permit(&dir.join("ca.pem"), 0o644);
    permit(&dir.join("leaf.pem"), 0o644);
    permit(&dir.join("leaf.key"), 0o600);
    reader.own(&dir.join("leaf.key"));
}

fn openssl(dir: &Path, arguments: &str) {
    let run = Command::new("openssl")
        .args(arguments.split_whitespace())
        .current_dir(dir)
        .stdin(Stdio::null())
        .output()
        .expect("openssl runs: Lab::up has looked for it");
    assert!(run.status.success(), "openssl {arguments}\n{}", String::from_utf8_lossy(&run.stderr));
}
