//! Which rules the seeds break: what no seed reaches, fuzzing is unlikely to reach.

use std::collections::BTreeSet;

use faultbook::core::{Limits, Response};
use faultbook::{Options, SERVICES, compare, judge};

use crate::capture::{captures, rules_of};
use crate::response::message;
use crate::seeds;

/// The ids of the rules that some seed breaks, whatever service and edition it is judged by.
pub fn rules_found() -> BTreeSet<&'static str> {
    let mut found = BTreeSet::new();
    for seed in seeds::all("response", seeds::messages()) {
        let message = message::split(&seed.bytes);
        let response =
            Response { status: message.status, fields: &message.fields, body: message.body };
        for service in SERVICES {
            for &edition in service.editions {
                let (service, edition) = (Some(service), Some(edition));
                let options = Options { service, edition, ..Options::default() };
                let outcome = judge(&response, &options).map(|outcome| outcome.findings);
                found.extend(outcome.unwrap_or_default().iter().map(|finding| finding.rule.id));
            }
        }
    }
    for seed in seeds::all("ampache_pair", seeds::ampache_pairs()) {
        let Some((a, b)) = split_pair(&seed.bytes) else { continue };
        if let Ok(comparison) = compare(a, b, None, &Limits::default()) {
            found.extend(comparison.findings.iter().map(|finding| finding.rule.id));
        }
    }
    for seed in seeds::all("capture", captures()) {
        found.extend(rules_of(&seed.bytes));
    }
    found
}

/// Two bodies with a NUL between them.
pub(crate) fn split_pair(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = bytes.iter().position(|&byte| byte == 0)?;
    Some((&bytes[..at], &bytes[at + 1..]))
}
