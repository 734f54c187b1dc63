//! Content codings (RFC 9110 section 8.4.1): gzip and deflate are removed.
//!
//! | the coding | the body begins | what becomes of it |
//! |---|---|---|
//! | `identity` | | nothing is to be removed |
//! | `gzip`, `x-gzip` | `1F 8B` | removed |
//! | `deflate` | like zlib (RFC 1950 section 2.2) | removed |
//! | `deflate` | otherwise, and is no text | removed as raw DEFLATE, which some servers send |
//! | any other | and is no text | not judged: nobody could tell what a client reads |
//! | any | otherwise | judged as it stands: who recorded it removed the coding (a note) |

use std::io::Read as _;

use flate2::read::MultiGzDecoder;
use flate2::{Decompress, FlushDecompress, Status};

/// More codings than this are not removed: nobody sends them, and each costs a body.
const MOST: usize = 8;
/// How much of a body is looked at to tell whether it is text, in bytes.
const HEAD: usize = 1 << 10;
/// How much is decompressed at a time, in bytes.
const CHUNK: usize = 32 << 10;

/// A body whose codings were removed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Removed {
    /// What a client reads, up to the limit and one byte more; `None` where that cannot be told.
    pub(super) body: Option<Vec<u8>>,
    /// What is to be said of it.
    pub(super) remark: Option<Remark>,
}

/// What is to be said of a body with codings.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Remark {
    /// The body stands decoded, though it should have the coding that is named here.
    Decoded(String),
    /// A coding could not be removed, or not all of it; why.
    Fault(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Coding {
    Gzip,
    Deflate,
    Other,
}

fn coding(name: &[u8]) -> Option<Coding> {
    let is = |names: &[&str]| names.iter().any(|own| name.eq_ignore_ascii_case(own.as_bytes()));
    if is(&["identity"]) {
        return None;
    }
    Some(match () {
        () if is(&["gzip", "x-gzip"]) => Coding::Gzip,
        () if is(&["deflate"]) => Coding::Deflate,
        () => Coding::Other,
    })
}

/// Whether a body does not have the last of these codings any more.
pub(super) fn is_decoded(codings: &[&[u8]], body: &[u8]) -> bool {
    let last = codings.iter().rev().find_map(|name| coding(name));
    last.is_some_and(|last| !has(last, body))
}

/// Removes these codings, which are named in the order in which they were applied.
///
/// At most `limit` bytes and one more are decompressed of each.
pub(super) fn remove(codings: &[&[u8]], body: Vec<u8>, limit: usize) -> Removed {
    let named: Vec<_> =
        codings.iter().rev().filter_map(|name| Some((coding(name)?, *name))).collect();
    if named.len() > MOST {
        let fault = format!("{} codings, of which at most {MOST} are removed", named.len());
        return Removed { body: None, remark: Some(Remark::Fault(fault)) };
    }
    let mut body = body;
    for (coding, name) in named {
        // Of no bytes nothing is to be removed.
        if body.is_empty() {
            break;
        }
        let name = name.escape_ascii().to_string();
        if !has(coding, &body) {
            return Removed { body: Some(body), remark: Some(Remark::Decoded(name)) };
        }
        let mut decoded = Vec::new();
        let fault = match coding {
            Coding::Gzip => gunzip(&body, limit, &mut decoded),
            Coding::Deflate => inflate(&body, limit, &mut decoded),
            Coding::Other => Err("it is not known here".to_owned()),
        };
        if let Err(fault) = fault {
            let remark = Some(Remark::Fault(format!("the coding `{name}`: {fault}")));
            // What stands before the fault is what a client can read.
            return Removed { body: (!decoded.is_empty()).then_some(decoded), remark };
        }
        body = decoded;
    }
    Removed { body: Some(body), remark: None }
}

/// Whether a body begins as this coding does.
fn has(coding: Coding, body: &[u8]) -> bool {
    match coding {
        Coding::Gzip => body.starts_with(&[0x1F, 0x8B]),
        // Raw DEFLATE and most other codings have no mark; text they never are.
        Coding::Deflate => is_zlib(body) || !is_text(body),
        Coding::Other => !is_text(body),
    }
}

/// Whether a body begins like zlib: method 8, and a multiple of 31 (RFC 1950 section 2.2).
fn is_zlib(body: &[u8]) -> bool {
    let &[first, second, ..] = body else { return false };
    first & 0x0F == 8 && first >> 4 <= 7 && u16::from_be_bytes([first, second]) % 31 == 0
}

/// Whether a body begins with a text in UTF-8, or like JSON, XML or HTML in any encoding.
fn is_text(body: &[u8]) -> bool {
    let head = body.get(..HEAD.min(body.len())).unwrap_or_default();
    let is_utf8 = match std::str::from_utf8(head) {
        Ok(_) => true,
        // A character that is cut by looking no further.
        Err(error) => error.error_len().is_none() && head.len() < body.len(),
    };
    let is_control = |byte: &u8| byte.is_ascii_control() && !b"\t\n\r\x0C".contains(byte);
    let begins = ["{\"", "[{", "<?xml", "<!DOCTYPE", "<!doctype", "<html", "<root"];
    is_utf8 && !head.iter().any(is_control)
        || begins.iter().any(|begin| head.trim_ascii_start().starts_with(begin.as_bytes()))
}

/// Removes gzip, of one member or several (RFC 1952 section 2.2).
fn gunzip(body: &[u8], limit: usize, decoded: &mut Vec<u8>) -> Result<(), String> {
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    match MultiGzDecoder::new(body).take(most).read_to_end(decoded) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Err(cut(body.len())),
        Err(error) => Err(error.to_string()),
    }
}

/// Removes zlib or raw DEFLATE.
fn inflate(body: &[u8], limit: usize, decoded: &mut Vec<u8>) -> Result<(), String> {
    let most = limit.saturating_add(1);
    let mut inflater = Decompress::new(is_zlib(body));
    loop {
        let left = most.saturating_sub(decoded.len());
        if left == 0 {
            return Ok(());
        }
        decoded.reserve(left.min(CHUNK));
        let (read, written) = (inflater.total_in(), decoded.len());
        let rest = usize::try_from(read).ok().and_then(|read| body.get(read..)).unwrap_or_default();
        let status = inflater.decompress_vec(rest, decoded, FlushDecompress::None);
        decoded.truncate(most);
        match status {
            Ok(Status::StreamEnd) => return Ok(()),
            Ok(_) if inflater.total_in() == read && decoded.len() == written => {
                return Err(cut(body.len()));
            }
            Ok(_) => {}
            Err(error) => return Err(error.to_string()),
        }
    }
}

fn cut(length: usize) -> String {
    format!("it ends after {length} bytes, in the middle")
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::*;

    const LIMIT: usize = 1 << 20;
    const BODY: &[u8] = br#"{"code": "NOT_FOUND", "description": "no"}"#;

    fn gzip(body: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(body).unwrap();
        encoder.finish().unwrap()
    }

    fn zlib(body: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(body).unwrap();
        encoder.finish().unwrap()
    }

    fn raw(body: &[u8]) -> Vec<u8> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(body).unwrap();
        encoder.finish().unwrap()
    }

    fn removed(codings: &[&str], body: &[u8]) -> Removed {
        let codings: Vec<&[u8]> = codings.iter().map(|name| name.as_bytes()).collect();
        remove(&codings, body.to_vec(), LIMIT)
    }

    #[test]
    fn codings_that_are_removed() {
        let twice = [gzip(BODY), gzip(BODY)].concat();
        for (codings, body, expected) in [
            (&["gzip"][..], gzip(BODY), BODY.to_vec()),
            (&["X-GZip"], gzip(BODY), BODY.to_vec()),
            (&["gzip"], twice, BODY.repeat(2)),
            (&["deflate"], zlib(BODY), BODY.to_vec()),
            (&["deflate"], raw(BODY), BODY.to_vec()),
            (&["identity"], BODY.to_vec(), BODY.to_vec()),
            (&["gzip", "identity", "deflate"], zlib(&gzip(BODY)), BODY.to_vec()),
            (&["deflate", "gzip"], gzip(&raw(BODY)), BODY.to_vec()),
            (&["gzip"], Vec::new(), Vec::new()),
            (&["br"], Vec::new(), Vec::new()),
            (&[], gzip(BODY), gzip(BODY)),
        ] {
            let removed = removed(codings, &body);
            assert_eq!(removed, Removed { body: Some(expected), remark: None }, "{codings:?}");
        }
    }

    #[test]
    fn bodies_that_were_decoded_already() {
        let latin: &[u8] = b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><root>\xE9</root>";
        for body in [BODY, latin, b"Not Found\n", "é".repeat(800).as_bytes()] {
            for name in ["gzip", "deflate", "br", "zstd"] {
                let removed = removed(&[name], body);
                assert_eq!(removed.remark, Some(Remark::Decoded(name.to_owned())), "{body:?}");
                assert_eq!(removed.body.as_deref(), Some(body));
                assert!(is_decoded(&[name.as_bytes()], body));
            }
        }
        assert!(!is_decoded(&[b"gzip"], &gzip(BODY)));
        assert!(!is_decoded(&[b"identity"], BODY));
        // The inner one of two.
        let removed = removed(&["deflate", "gzip"], &gzip(BODY));
        assert_eq!(removed.remark, Some(Remark::Decoded("deflate".to_owned())));
        assert_eq!(removed.body.as_deref(), Some(BODY));
    }

    #[test]
    fn codings_that_cannot_be_removed() {
        let long: Vec<u8> =
            (0..60_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()).collect();
        let mut damaged = gzip(&long);
        damaged[20_000] ^= 0xFF;
        let compressed = gzip(&long);
        for (coding, body, is_kept) in [
            ("gzip", &compressed[..compressed.len() / 2], true),
            ("gzip", &compressed[..compressed.len() - 1], true),
            ("gzip", &compressed[..11], false),
            ("gzip", &damaged, true),
            ("deflate", &zlib(&long)[..100_000], true),
            ("deflate", &raw(&long)[..100_000], true),
            ("deflate", b"\x07\x00\xFF\xFE", false),
            ("br", b"\x0B\x05\x80\x03", false),
            ("zstd", b"\x28\xB5\x2F\xFD", false),
            ("compress", b"\x1F\x9D\x90", false),
        ] {
            let removed = removed(&[coding], body);
            let Some(Remark::Fault(fault)) = removed.remark else { panic!("{coding}") };
            assert!(fault.starts_with(&format!("the coding `{coding}`: ")), "{fault}");
            assert_eq!(removed.body.is_some(), is_kept, "{coding}: {fault}");
            if let Some(kept) = removed.body {
                assert!(kept.len() > 1000 || coding == "gzip" && kept == long, "{}", kept.len());
                assert!(!kept.is_empty() && long.starts_with(&kept[..1000]));
            }
        }
        let many = vec!["gzip"; MOST + 1];
        assert_eq!(removed(&many, &gzip(BODY)).body, None);
    }

    #[test]
    fn bombs_are_left_at_the_limit() {
        let zeros = vec![b' '; 16 << 20];
        for (name, bomb) in
            [("gzip", gzip(&zeros)), ("deflate", zlib(&zeros)), ("deflate", raw(&zeros))]
        {
            let removed = remove(&[name.as_bytes()], bomb, 1000);
            assert_eq!(removed.body.map(|body| body.len()), Some(1001), "{name}");
            assert_eq!(removed.remark, None);
        }
    }
}
