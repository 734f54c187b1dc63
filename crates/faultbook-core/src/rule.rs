//! What a document promises, as data.

use std::fmt;

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Permitted, worth knowing.
    Note,
    /// The document gives a default, or a closed list that practice extends.
    Warning,
    /// The document says always or must, or fixes the shape.
    Error,
}

impl Severity {
    /// All of them, the lightest first.
    pub const ALL: [Self; 3] = [Self::Note, Self::Warning, Self::Error];

    /// `note`, `warning` or `error`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// One thing that a document promises: made by [`rules!`](crate::rules), listed in each crate's
/// `RULES`.
#[derive(Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Rule {
    /// `service/kebab-name`; never changes once released.
    pub id: &'static str,
    /// What a finding of this rule weighs.
    pub severity: Severity,
    /// What is wrong when the rule is broken, as the first line of a diagnostic.
    pub title: &'static str,
    /// Document and section that promise it.
    pub source: &'static str,
    /// The rule's documentation, line by line: what is promised, a blank line, why it matters.
    #[doc(hidden)]
    pub docs: &'static [&'static str],
}

impl Rule {
    /// Built by [`rules!`](crate::rules) only.
    #[doc(hidden)]
    pub const fn __new(
        id: &'static str,
        severity: Severity,
        title: &'static str,
        source: &'static str,
        docs: &'static [&'static str],
    ) -> Self {
        Self { id, severity, title, source, docs }
    }

    /// What is promised: one sentence without a full stop.
    pub fn promise(&self) -> String {
        let lines = self.docs.iter().map(|line| line.trim());
        let text = join(lines.take_while(|line| !line.is_empty()));
        text.strip_suffix('.').map(str::to_owned).unwrap_or(text)
    }

    /// Why it matters to who sends or reads such a response.
    pub fn why(&self) -> String {
        let lines = self.docs.iter().map(|line| line.trim());
        join(lines.skip_while(|line| !line.is_empty()).filter(|line| !line.is_empty()))
    }

    /// The service the rule is about: the part of the id before `/`.
    pub fn service(&self) -> &'static str {
        self.id.split('/').next().unwrap_or(self.id)
    }
}

fn join<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    lines.collect::<Vec<_>>().join(" ")
}

/// Declares a service's rules: one entry a rule, and the list of all of them, `RULES`.
///
/// The first paragraph of an entry's documentation is what is promised, the second why it
/// matters. Then come the id, the [`Severity`], the title of a diagnostic, and the source.
///
/// ```
/// faultbook_core::rules! {
///     /// An error always has a code.
///     ///
///     /// Clients decide by the code; without one they can only guess.
///     pub static MISSING_CODE = "example/missing-code", Error,
///         "this error has no code", "Example errors, section 1";
/// }
///
/// # fn main() {
/// assert_eq!(RULES.len(), 1);
/// assert_eq!(MISSING_CODE.promise(), "An error always has a code");
/// assert_eq!(MISSING_CODE.why(), "Clients decide by the code; without one they can only guess.");
/// assert_eq!(MISSING_CODE.service(), "example");
/// # }
/// ```
#[macro_export]
macro_rules! rules {
    ($(
        $(#[doc = $doc:literal])+
        pub static $name:ident = $id:literal, $severity:ident, $title:literal, $source:literal;
    )+) => {
        $(
            $(#[doc = $doc])+
            pub static $name: $crate::Rule = $crate::Rule::__new(
                $id, $crate::Severity::$severity, $title, $source, &[$($doc),+],
            );
        )+
        /// Every rule of this list, in the order in which they are documented.
        pub static RULES: &[&$crate::Rule] = &[$(&$name),+];
    };
}
