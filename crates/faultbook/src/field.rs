//! The grammar of a header field line, as captures and the command line have it.

/// A field value without the white space around it: spaces and tabs only, since any other control
/// character is a fault of the field (RFC 9110 section 5.5).
pub(crate) fn without_ows(value: &[u8]) -> &[u8] {
    let is_ows = |byte: &u8| matches!(byte, b' ' | b'\t');
    let start = value.iter().position(|byte| !is_ows(byte)).unwrap_or(value.len());
    let end = value.iter().rposition(|byte| !is_ows(byte)).map_or(start, |last| last + 1);
    let trimmed = value.get(start..end).unwrap_or_default();
    // A space after a line end makes it a fold: without it the line end would stand alone.
    if trimmed.ends_with(b"\n") { value.get(start..).unwrap_or_default() } else { trimmed }
}

/// The characters of a field name (RFC 9110 section 5.6.2).
pub(crate) fn is_tchar(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}
