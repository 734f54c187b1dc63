//! Numbers.
//!
//! ```text
//! number = [ "-" ] int [ frac ] [ exp ]
//! int    = "0" / ( digit1-9 *DIGIT )
//! frac   = "." 1*DIGIT
//! exp    = ( "e" / "E" ) [ "-" / "+" ] 1*DIGIT
//! ```
//!
//! RFC 8259 section 6.

/// After `-`, `.`, or the sign of an exponent.
const DIGIT: &str = "a digit";
/// After the `e` of an exponent.
const EXPONENT: &str = "a digit, `+` or `-`";
/// After a leading zero.
const AFTER_ZERO: &str = "`.`, `e` or the end of the number";

/// Where the number that starts at `start` ends; otherwise the place of the fault and what could
/// have stood there.
#[inline]
pub(super) fn number_end(bytes: &[u8], start: usize) -> Result<usize, (usize, &'static str)> {
    let mut at = start;
    if bytes.get(at) == Some(&b'-') {
        at += 1;
    }
    if bytes.get(at) == Some(&b'0') {
        at += 1;
        if bytes.get(at).is_some_and(u8::is_ascii_digit) {
            return Err((at, AFTER_ZERO));
        }
    } else {
        at = digits_end(bytes, at)?;
    }
    if bytes.get(at) == Some(&b'.') {
        at = digits_end(bytes, at + 1)?;
    }
    if let Some(b'e' | b'E') = bytes.get(at) {
        at += 1;
        at = match bytes.get(at) {
            Some(b'+' | b'-') => digits_end(bytes, at + 1)?,
            Some(b'0'..=b'9') => digits_end(bytes, at)?,
            _ => return Err((at, EXPONENT)),
        };
    }
    Ok(at)
}

/// The end of one digit or more.
#[inline]
fn digits_end(bytes: &[u8], start: usize) -> Result<usize, (usize, &'static str)> {
    let mut at = start;
    while bytes.get(at).is_some_and(u8::is_ascii_digit) {
        at += 1;
    }
    if at == start { Err((at, DIGIT)) } else { Ok(at) }
}
