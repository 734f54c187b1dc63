//! From a manifest's JSON to cases. A member that the schema does not know is refused.

use std::fmt;

use serde::{Deserialize, Deserializer};

use crate::bytes::{Latin1, Pair};
use crate::{
    Case, Erratum, Expect, ExpectedChallenge, ExpectedError, Header, Kind, Read, RetryAfter,
    Source, Verdict,
};

/// The version that this crate reads.
const SCHEMA: &str = "faultbook-corpus/1";

/// One service's manifest.
#[derive(Debug)]
pub(crate) struct Manifest {
    pub(crate) edition: Option<String>,
    pub(crate) cases: Vec<Case>,
}

/// Why a manifest is refused.
#[derive(Debug)]
pub(crate) enum ManifestError {
    /// It is no JSON, or has another shape than the schema.
    Shape(serde_json::Error),
    /// It is of another version, or of another service than its file is named for.
    Header(String),
    /// A case names a body that is not there.
    Body { id: String, path: String },
}

impl fmt::Display for ManifestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shape(fault) => write!(f, "{fault}"),
            Self::Header(received) => write!(f, "it calls itself {received}"),
            Self::Body { id, path } => write!(f, "case {id}: there is no file {path}"),
        }
    }
}

impl Manifest {
    /// Reads the manifest of this service; `body` gives the file of a path.
    pub(crate) fn parse(
        service: &str,
        text: &str,
        body: impl Fn(&str) -> Option<&'static [u8]>,
    ) -> Result<Self, ManifestError> {
        let raw: RawManifest = serde_json::from_str(text).map_err(ManifestError::Shape)?;
        if raw.schema != SCHEMA || raw.service != service {
            return Err(ManifestError::Header(format!("{}, {}", raw.schema, raw.service)));
        }
        let edition = raw.edition.as_deref();
        let read = |case: RawCase| case.read(edition, &body);
        let cases = raw.cases.into_iter().map(read).collect::<Result<_, _>>()?;
        Ok(Self { edition: raw.edition, cases })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawManifest {
    schema: String,
    service: String,
    edition: Option<String>,
    cases: Vec<RawCase>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCase {
    id: String,
    kind: Kind,
    title: String,
    edition: Option<String>,
    body: Option<String>,
    status: Option<u16>,
    #[serde(default)]
    headers: Vec<Pair>,
    source: Source,
    expect: RawExpect,
    #[serde(default)]
    near_miss: Vec<String>,
    pair: Option<String>,
    erratum: Option<Erratum>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawExpect {
    read: Read,
    verdict: Option<Verdict>,
    errors: Vec<ExpectedError>,
    rules: Vec<String>,
    challenges: Option<Vec<RawChallenge>>,
    #[serde(default, deserialize_with = "retry_after")]
    retry_after: Option<RetryAfter>,
    #[serde(default)]
    pair_rules: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawChallenge {
    scheme: Latin1,
    token68: Option<Latin1>,
    params: Vec<Pair>,
}

/// A member that is there, with null for a field that cannot be read: a member that is left out
/// says nothing, and serde's default stands in for it.
fn retry_after<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<RetryAfter>, D::Error> {
    #[derive(Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Raw {
        DelaySeconds(u64),
        Date(i64),
    }
    Ok(Some(match Option::<Raw>::deserialize(deserializer)? {
        Some(Raw::DelaySeconds(seconds)) => RetryAfter::DelaySeconds(seconds),
        Some(Raw::Date(seconds)) => RetryAfter::Date(seconds),
        None => RetryAfter::Unreadable,
    }))
}

impl RawCase {
    fn read(
        self,
        edition: Option<&str>,
        body: impl Fn(&str) -> Option<&'static [u8]>,
    ) -> Result<Case, ManifestError> {
        let bytes =
            match &self.body {
                None => None,
                Some(path) => Some(body(path).ok_or_else(|| ManifestError::Body {
                    id: self.id.clone(),
                    path: path.clone(),
                })?),
            };
        Ok(Case {
            id: self.id,
            kind: self.kind,
            title: self.title,
            edition: self.edition.or_else(|| edition.map(str::to_owned)),
            path: self.body,
            body: bytes,
            status: self.status,
            headers: self.headers.into_iter().map(Header::from).collect(),
            source: self.source,
            expect: self.expect.into(),
            near_miss: self.near_miss,
            pair: self.pair,
            erratum: self.erratum,
        })
    }
}

impl From<Pair> for Header {
    fn from(pair: Pair) -> Self {
        let (name, value) = pair.into();
        Self { name, value }
    }
}

impl From<RawExpect> for Expect {
    fn from(raw: RawExpect) -> Self {
        Self {
            read: raw.read,
            verdict: raw.verdict,
            errors: raw.errors,
            rules: raw.rules,
            challenges: raw
                .challenges
                .map(|list| list.into_iter().map(ExpectedChallenge::from).collect()),
            retry_after: raw.retry_after,
            pair_rules: raw.pair_rules,
        }
    }
}

impl From<RawChallenge> for ExpectedChallenge {
    fn from(raw: RawChallenge) -> Self {
        Self {
            scheme: raw.scheme.0,
            token68: raw.token68.map(|Latin1(bytes)| bytes),
            params: raw.params.into_iter().map(Pair::into).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CASE: &str = r#"{"id": "headers/a", "kind": "conforming", "title": "A case", "body": BODY,
        "status": 503, "headers": [["Retry-After", "\u00ff"]], "source": {"field": "seen"},
        "expect": {"read": "accept", "verdict": null, "errors": [], "rules": []EXPECT}MORE}"#;

    fn manifest(case: &str) -> Result<Manifest, String> {
        let text = format!(
            r#"{{"schema": "faultbook-corpus/1", "service": "headers", "edition": null, "cases": [{case}]}}"#
        );
        let file = |path: &str| (path == "cases/there").then_some(b"bytes".as_slice());
        Manifest::parse("headers", &text, file).map_err(|error| error.to_string())
    }

    fn first(body: &str, expect: &str, more: &str) -> Result<Case, String> {
        let case = CASE.replace("BODY", body).replace("EXPECT", expect).replace("MORE", more);
        manifest(&case).map(|mut manifest| manifest.cases.remove(0))
    }

    #[test]
    fn a_character_is_a_byte() {
        let header = first("null", "", "").unwrap().headers.remove(0);
        assert_eq!(header, Header { name: b"Retry-After".to_vec(), value: vec![0xFF] });
        let above = CASE.replace(r"\u00ff", r"\u0100").replace("BODY", "null");
        let error = manifest(&above.replace("EXPECT", "").replace("MORE", "")).unwrap_err();
        assert!(error.starts_with("a character above U+00FF"), "{error}");
    }

    #[test]
    fn a_body_is_a_file() {
        assert_eq!(first("null", "", "").unwrap().body, None);
        assert_eq!(first("\"cases/there\"", "", "").unwrap().body, Some(b"bytes".as_slice()));
        assert_eq!(
            first("\"cases/gone\"", "", "").unwrap_err(),
            "case headers/a: there is no file cases/gone"
        );
    }

    #[test]
    fn null_is_not_the_same_as_left_out() {
        let read = |more| first("null", more, "").unwrap().expect.retry_after;
        assert_eq!(read(""), None);
        assert_eq!(read(r#", "retry_after": null"#), Some(RetryAfter::Unreadable));
        assert_eq!(
            read(r#", "retry_after": {"delay_seconds": 18446744073709551615}"#),
            Some(RetryAfter::DelaySeconds(u64::MAX))
        );
        assert_eq!(
            read(r#", "retry_after": {"date": 784111777}"#),
            Some(RetryAfter::Date(784_111_777))
        );
    }

    #[test]
    fn nothing_is_lost_on_the_way() {
        let expect = r#", "pair_rules": ["a/b"]"#;
        let more = r#", "edition": "a@2", "near_miss": ["a/c", "a/d"], "pair": "headers/b",
            "erratum": {"of": "a page", "says": "a mistake"}"#;
        let case = first("\"cases/there\"", expect, more).unwrap();
        assert_eq!((case.id.as_str(), case.title.as_str()), ("headers/a", "A case"));
        assert_eq!(case.edition.as_deref(), Some("a@2"));
        assert_eq!((case.kind, case.status), (Kind::Conforming, Some(503)));
        assert_eq!(case.path.as_deref(), Some("cases/there"));
        assert_eq!(case.source, Source::Field { field: "seen".to_owned() });
        assert_eq!(case.expect.read, Read::Accept);
        assert_eq!(case.expect.pair_rules, ["a/b"]);
        assert_eq!(case.near_miss, ["a/c", "a/d"]);
        assert_eq!(case.pair.as_deref(), Some("headers/b"));
        let erratum = case.erratum.unwrap();
        assert_eq!((erratum.of.as_str(), erratum.says.as_str()), ("a page", "a mistake"));
    }

    #[test]
    fn challenges_are_bytes_too() {
        let challenges = r#", "challenges": [
            {"scheme": "Basic", "token68": null, "params": [["realm", "\u00e9"]]},
            {"scheme": "Negotiate", "token68": "YQ==", "params": []}]"#;
        let [first, second] =
            first("null", challenges, "").unwrap().expect.challenges.unwrap().try_into().unwrap();
        assert_eq!(first.params, [(b"realm".to_vec(), vec![0xE9])]);
        assert_eq!(first.token68, None);
        assert_eq!(second.token68.as_deref(), Some(b"YQ==".as_slice()));
    }

    #[test]
    fn what_the_schema_does_not_know_is_refused() {
        for error in [
            first("null", "", r#", "notes": 1"#).unwrap_err(),
            first("null", r#", "findings": 1"#, "").unwrap_err(),
            first("null", "", r#", "erratum": {"of": "a", "says": "b", "by": "c"}"#).unwrap_err(),
        ] {
            assert!(error.starts_with("unknown field"), "{error}");
        }
        for (text, expected) in [
            (
                r#"{"schema": "faultbook-corpus/2", "service": "headers", "edition": null, "cases": []}"#,
                "it calls itself faultbook-corpus/2, headers",
            ),
            (
                r#"{"schema": "faultbook-corpus/1", "service": "groove", "edition": null, "cases": []}"#,
                "it calls itself faultbook-corpus/1, groove",
            ),
        ] {
            let error = Manifest::parse("headers", text, |_| None).unwrap_err();
            assert_eq!(error.to_string(), expected);
        }
    }
}
