//! The suite's files, as `build.rs` lists them, and the look-ups over them.

use std::sync::LazyLock;

use crate::manifest::Manifest;
use crate::{Case, Kind};

// `MANIFESTS`, `CASES` and `REGRESSIONS`: path and contents of each file, sorted by path.
include!(concat!(env!("OUT_DIR"), "/files.rs"));

/// A service's manifest. It is read when it is first asked for: a mistake in one service's
/// manifest leaves the others usable.
struct Service {
    name: &'static str,
    text: &'static str,
    manifest: LazyLock<Manifest, Box<dyn FnOnce() -> Manifest + Send + Sync>>,
}

static SERVICES: LazyLock<Vec<Service>> = LazyLock::new(|| {
    let named = |&(path, text): &(&'static str, &'static str)| {
        let name = path.strip_prefix("manifests/")?.strip_suffix(".json")?;
        let manifest = LazyLock::new(Box::new(move || read(name, text)) as Box<_>);
        Some(Service { name, text, manifest })
    };
    MANIFESTS.iter().filter_map(named).collect()
});

#[expect(
    clippy::panic,
    reason = "the manifest is part of this crate and no input; the crate's own tests read them all"
)]
fn read(service: &str, text: &str) -> Manifest {
    match Manifest::parse(service, text, file) {
        Ok(manifest) => manifest,
        Err(error) => panic!("corpus/manifests/{service}.json: {error}"),
    }
}

fn file(path: &str) -> Option<&'static [u8]> {
    let index = CASES.binary_search_by(|(name, _)| (*name).cmp(path)).ok()?;
    CASES.get(index).map(|(_, bytes)| *bytes)
}

fn service(name: &str) -> Option<&'static Service> {
    SERVICES.iter().find(|service| service.name == name)
}

/// The names of the services in alphabetical order, `headers` (header fields on their own) among
/// them.
///
/// ```
/// let services: Vec<_> = faultbook_corpus::services().collect();
/// assert_eq!(services, ["ampache", "groove", "headers", "lineworks", "onedrive"]);
/// ```
pub fn services() -> impl Iterator<Item = &'static str> {
    SERVICES.iter().map(|service| service.name)
}

/// The edition of a service's document that its cases hold against, such as `ampache@5`. `None`
/// for `headers` and for a name that is no service.
pub fn edition(service_name: &str) -> Option<&'static str> {
    service(service_name)?.manifest.edition.as_deref()
}

/// The cases of a service, in the order of its manifest; none for a name that is no service.
pub fn cases(service_name: &str) -> &'static [Case] {
    service(service_name).map_or(&[], |service| &service.manifest.cases)
}

/// The case with this id, such as `ampache/documented-4704-xml`.
pub fn case(id: &str) -> Option<&'static Case> {
    let (service, _) = id.split_once('/')?;
    cases(service).iter().find(|case| case.id == id)
}

/// Every case of every service.
pub fn all() -> impl Iterator<Item = &'static Case> {
    services().flat_map(cases)
}

/// The cases that the documents print, byte for byte: nineteen bodies, three
/// `www-authenticate` fields and the general form of that field.
///
/// ```
/// let bodies = faultbook_corpus::documented().filter(|case| case.body.is_some());
/// assert_eq!(bodies.count(), 19);
/// ```
pub fn documented() -> impl Iterator<Item = &'static Case> {
    all().filter(|case| case.kind == Kind::Documented)
}

/// A service's manifest as it is published, JSON that satisfies `manifest.schema.json`. `None`
/// for a name that is no service.
pub fn manifest_text(service_name: &str) -> Option<&'static str> {
    Some(service(service_name)?.text)
}

/// An input that once made an oracle fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Regression {
    /// The oracle that has to hold for it.
    pub oracle: &'static str,
    /// The file's name: what the input shows.
    pub name: &'static str,
    /// The input.
    pub bytes: &'static [u8],
}

/// The inputs in `regressions/<oracle>/<name>`, sorted by path.
pub fn regressions() -> impl Iterator<Item = Regression> {
    REGRESSIONS.iter().filter_map(|&(path, bytes)| {
        let (oracle, name) = path.strip_prefix("regressions/")?.split_once('/')?;
        Some(Regression { oracle, name, bytes })
    })
}
