//! TLS for both mail protocols: rustls, with the machine's roots or one private CA, and failures told apart.

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{CertificateError, ClientConfig, InvalidMessage, RootCertStore};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Why TLS did not come about, with the remedy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TlsFault {
    /// The certificate was not issued by an authority known here.
    #[error(
        "its certificate is from an unknown authority; if the CA is your own, name its PEM file under `ca`"
    )]
    UnknownCa,
    /// The certificate is for other names.
    #[error("its certificate is for another name{}; use a name that it holds, or have it issued anew", names(.presented))]
    NameMismatch {
        /// The names that the certificate does hold.
        presented: Vec<String>,
    },
    /// The certificate's time is over.
    #[error("its certificate has expired; have it renewed")]
    Expired,
    /// The certificate's time has not begun.
    #[error("its certificate is not valid yet; check this machine's clock")]
    NotYetValid,
    /// What came is not TLS.
    #[error("it does not speak TLS on this port; use the TLS port, or the +starttls scheme")]
    NotTls,
    /// The file under `ca` cannot be used.
    #[error("the CA file {} {why}; `ca` must be a readable PEM file of certificates", .path.display())]
    CaFile {
        /// The file that was named.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The machine has no roots.
    #[error(
        "this machine has no CA certificates; install them (ca-certificates), or name a PEM file under `ca`"
    )]
    NoRoots,
    /// Anything else, in the TLS library's words.
    #[error("TLS failed: {0}")]
    Other(String),
}

impl TlsFault {
    /// The TLS failure somewhere in `error` or in what caused it, where there is one.
    pub fn find(error: &(dyn Error + 'static)) -> Option<TlsFault> {
        let mut next = Some(error);
        while let Some(error) = next {
            if let Some(fault) = error.downcast_ref::<rustls::Error>() {
                return Some(TlsFault::of(fault));
            }
            // An io::Error names the cause of what it wraps as its source, not what it wraps.
            let wrapped = error.downcast_ref::<std::io::Error>().and_then(|io| io.get_ref());
            next = wrapped.map(|inner| inner as &(dyn Error + 'static)).or_else(|| error.source());
        }
        None
    }

    /// Which failure `error` is.
    pub fn of(error: &rustls::Error) -> TlsFault {
        use CertificateError as Certificate;
        match error {
            rustls::Error::InvalidCertificate(why) => match why {
                Certificate::UnknownIssuer => TlsFault::UnknownCa,
                Certificate::NotValidForName => TlsFault::NameMismatch { presented: Vec::new() },
                Certificate::NotValidForNameContext { presented, .. } => {
                    TlsFault::NameMismatch { presented: presented.clone() }
                }
                Certificate::Expired | Certificate::ExpiredContext { .. } => TlsFault::Expired,
                Certificate::NotValidYet | Certificate::NotValidYetContext { .. } => TlsFault::NotYetValid,
                other => TlsFault::Other(format!("certificate refused: {other}")),
            },
            rustls::Error::InvalidMessage(
                InvalidMessage::InvalidContentType
                | InvalidMessage::UnknownProtocolVersion
                | InvalidMessage::MessageTooLarge
                | InvalidMessage::InvalidEmptyPayload,
            ) => TlsFault::NotTls,
            other => TlsFault::Other(other.to_string()),
        }
    }
}

/// ` (it holds a, b)`: at most three names. They come as `DnsName("a")` or `IpAddress(a)`.
fn names(presented: &[String]) -> String {
    if presented.is_empty() {
        return String::new();
    }
    let bare = |name: &String| {
        let inner = name.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')')).unwrap_or(name);
        super::reply::one_line(inner.trim_matches('"'))
    };
    format!(" (it holds {})", presented.iter().take(3).map(bare).collect::<Vec<_>>().join(", "))
}

/// The bytes of a private CA's PEM file, checked to hold certificates that can be trusted.
///
/// # Errors
/// [`TlsFault::CaFile`].
pub fn read_ca(path: &Path) -> Result<Vec<u8>, TlsFault> {
    let fault = |why: String| TlsFault::CaFile { path: path.to_owned(), why };
    let pem = std::fs::read(path).map_err(|why| fault(format!("cannot be read ({why})")))?;
    roots_of(&pem).map_err(fault)?;
    Ok(pem)
}

fn roots_of(pem: &[u8]) -> Result<RootCertStore, String> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|why| format!("is not PEM ({why})"))?;
        roots.add(certificate).map_err(|why| format!("holds a certificate that cannot be used ({why})"))?;
    }
    if roots.is_empty() { Err("holds no certificate".to_owned()) } else { Ok(roots) }
}

/// What a client of a mail server trusts: the certificates in the file `ca` alone, or else the machine's roots. TLS 1.2 or later.
///
/// # Errors
/// [`TlsFault::CaFile`] or [`TlsFault::NoRoots`].
pub fn client_config(ca: Option<&Path>) -> Result<Arc<ClientConfig>, TlsFault> {
    let roots = match ca {
        Some(path) => {
            let pem = read_ca(path)?;
            roots_of(&pem).map_err(|why| TlsFault::CaFile { path: path.to_owned(), why })?
        }
        None => {
            let mut roots = RootCertStore::empty();
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
            if roots.is_empty() {
                return Err(TlsFault::NoRoots);
            }
            roots
        }
    };
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|why| TlsFault::Other(why.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io;

    #[test]
    fn a_failure_is_found_however_deep_it_is_wrapped() {
        let refused = || rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer);
        assert_eq!(TlsFault::find(&refused()), Some(TlsFault::UnknownCa));
        let once = io::Error::new(io::ErrorKind::InvalidData, refused());
        assert_eq!(TlsFault::find(&once), Some(TlsFault::UnknownCa));
        let twice = io::Error::other(io::Error::new(io::ErrorKind::InvalidData, refused()));
        assert_eq!(TlsFault::find(&twice), Some(TlsFault::UnknownCa));
        assert_eq!(TlsFault::find(&io::Error::other("something else")), None);
    }

    #[test]
    fn each_fault_of_a_certificate_has_its_remedy() {
        let check = |why: CertificateError, says: &str| {
            let line = TlsFault::of(&rustls::Error::InvalidCertificate(why)).to_string();
            assert!(line.contains(says) && !line.contains('\n'), "{line}");
        };
        check(CertificateError::UnknownIssuer, "name its PEM file under `ca`");
        check(CertificateError::Expired, "have it renewed");
        check(CertificateError::NotValidYet, "check this machine's clock");
        check(CertificateError::NotValidForName, "another name; use a name");
        check(CertificateError::Revoked, "certificate refused");
        let expected = rustls::pki_types::ServerName::try_from("mail.example.org").unwrap();
        let presented = vec!["DnsName(\"a.example.org\")".to_owned(), "IpAddress(192.0.2.1)".to_owned()];
        let mismatch = CertificateError::NotValidForNameContext { expected, presented };
        check(mismatch, "another name (it holds a.example.org, 192.0.2.1); use a name");
    }

    #[test]
    fn a_ca_file_that_cannot_serve_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let check = |name: &str, text: Option<&str>, says: &str| {
            let path = folder.path().join(name);
            if let Some(text) = text {
                std::fs::write(&path, text).unwrap();
            }
            let fault = client_config(Some(&path)).unwrap_err();
            let line = fault.to_string();
            assert!(line.contains(name) && line.contains(says), "{line}");
            assert!(!line.contains('\n'));
        };
        check("absent.pem", None, "cannot be read");
        check("empty.pem", Some(""), "holds no certificate");
        check("words.pem", Some("this is not PEM\n"), "holds no certificate");
        check("cut.pem", Some("-----BEGIN CERTIFICATE-----\nAAAA\n"), "is not PEM");
        let nonsense = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        check("nonsense.pem", Some(nonsense), "cannot be used");
    }
}
