//! Which service a URL belongs to, by its host and path.

use crate::services::{SERVICES, Service, service};

/// A host and a path that tell a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostRule {
    /// The host, in any case; `*.` at its beginning stands for any hosts below it, and `*` alone
    /// for every host.
    pub host: String,
    /// What the path ends in; empty: any path.
    pub path_end: String,
    /// The service's name.
    pub service: &'static str,
}

/// What tells a service without anybody's asking: host, end of the path, service.
const KNOWN: &[(&str, &str, &str)] = &[
    ("*", "/server/json.server.php", "ampache"),
    ("*", "/server/xml.server.php", "ampache"),
    ("music.xboxlive.com", "", "groove"),
    ("www.worksapis.com", "", "lineworks"),
    ("auth.worksmobile.com", "", "lineworks"),
    ("api.onedrive.com", "", "onedrive"),
    ("graph.microsoft.com", "", "onedrive"),
    ("*.sharepoint.com", "", "onedrive"),
];

/// Tells services by URLs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hosts {
    rules: Vec<HostRule>,
}

impl Default for Hosts {
    fn default() -> Self {
        let rule = |&(host, path_end, service): &(&str, &str, &'static str)| HostRule {
            host: host.to_owned(),
            path_end: path_end.to_owned(),
            service,
        };
        Self { rules: KNOWN.iter().map(rule).collect() }
    }
}

impl Hosts {
    /// The same with further rules, which come before those that are there.
    pub fn with(mut self, rules: impl IntoIterator<Item = HostRule>) -> Self {
        self.rules.splice(..0, rules);
        self
    }

    /// A rule from `HOST=SERVICE`, where a host may be followed by the end of a path.
    ///
    /// ```
    /// use faultbook::HostRule;
    ///
    /// let rule: HostRule = "music.example.org/api.php=ampache".parse().unwrap();
    /// assert_eq!((rule.host.as_str(), rule.path_end.as_str()), ("music.example.org", "/api.php"));
    /// assert!("music.example.org".parse::<HostRule>().is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// In words, where there is no `=`, no host, or no such service.
    fn parse(text: &str) -> Result<HostRule, String> {
        let (place, name) = text.rsplit_once('=').ok_or_else(|| {
            format!("{text:?}: expected HOST=SERVICE, as in `music.example.org=ampache`")
        })?;
        let (host, path) = match place.find('/') {
            Some(slash) => place.split_at(slash),
            None => (place, ""),
        };
        if host.is_empty() {
            return Err(format!("{text:?}: expected a host before the `=`"));
        }
        let service = service(name).ok_or_else(|| {
            let names = SERVICES.map(|service| service.name).join(", ");
            format!("{text:?}: no service {name:?}, expected one of {names}")
        })?;
        Ok(HostRule { host: host.to_owned(), path_end: path.to_owned(), service: service.name })
    }

    /// The service that a URL belongs to.
    pub fn service(&self, url: &str) -> Option<&'static Service> {
        let (host, path) = host_and_path(url)?;
        let rule = self
            .rules
            .iter()
            .find(|rule| is_host(&rule.host, host) && path.ends_with(rule.path_end.as_str()))?;
        service(rule.service)
    }
}

impl std::str::FromStr for HostRule {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Hosts::parse(text)
    }
}

/// Host and path of an absolute URL (RFC 3986 section 3), without port and user.
fn host_and_path(url: &str) -> Option<(&str, &str)> {
    let (_, rest) = url.split_once("://")?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at(end);
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    // An IPv6 address stands in brackets and has colons of its own.
    let host = match host.strip_prefix('[').and_then(|inside| inside.split_once(']')) {
        Some((inside, _)) => inside,
        None => host.split(':').next().unwrap_or_default(),
    };
    let path = rest.split(['?', '#']).next().unwrap_or_default();
    (!host.is_empty()).then_some((host, path))
}

fn is_host(pattern: &str, host: &str) -> bool {
    if pattern == "*" {
        return true;
    }
    match pattern.strip_prefix('*') {
        None => pattern.eq_ignore_ascii_case(host),
        // With its dot, so that `*.sharepoint.com` is no `evilsharepoint.com`.
        Some(end) => {
            let start = host.len().checked_sub(end.len());
            start
                .and_then(|start| host.get(start..))
                .is_some_and(|own| own.eq_ignore_ascii_case(end))
                && host.len() > end.len()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_are_told_by_host_and_path() {
        let hosts = Hosts::default();
        for (url, expected) in [
            ("https://graph.microsoft.com/v1.0/me/drive?x=https://www.worksapis.com/", "onedrive"),
            ("https://API.OneDrive.com:443/v1.0/drive", "onedrive"),
            ("https://contoso-my.sharepoint.com/_api/v2.0", "onedrive"),
            ("https://user:pass@www.worksapis.com/v1.0/users", "lineworks"),
            ("https://auth.worksmobile.com/oauth2/v2.0/token", "lineworks"),
            ("http://[::1]:8080/ampache/server/json.server.php?action=ping", "ampache"),
            ("http://music.example.org/server/xml.server.php", "ampache"),
            ("https://music.xboxlive.com/1/content/music/search", "groove"),
            ("https://evilsharepoint.com/", ""),
            ("https://sharepoint.com/", ""),
            ("https://example.org/?u=/server/json.server.php", ""),
            ("graph.microsoft.com/v1.0", ""),
            ("data:,x", ""),
            ("https:///server/json.server.php", ""),
        ] {
            let service = hosts.service(url).map_or("", |service| service.name);
            assert_eq!(service, expected, "{url}");
        }
    }

    #[test]
    fn rules_of_ones_own_come_first() {
        let own = ["graph.microsoft.com=groove", "*.example.org/rest=lineworks"];
        let rules = own.map(|rule| rule.parse::<HostRule>().unwrap());
        let hosts = Hosts::default().with(rules);
        let name = |url| hosts.service(url).map(|service| service.name);
        assert_eq!(name("https://graph.microsoft.com/"), Some("groove"));
        assert_eq!(name("https://a.example.org/rest"), Some("lineworks"));
        assert_eq!(name("https://a.example.org/other"), None);
        for wrong in ["a", "=groove", "a=b", "/x=groove"] {
            assert!(wrong.parse::<HostRule>().is_err(), "{wrong}");
        }
    }
}
