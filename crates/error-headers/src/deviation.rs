//! Where a field value differs from its grammar, as data.

use std::fmt;
use std::ops::Range;

use crate::Found;

/// How much a [`Problem`] matters, and to whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    /// The grammar is broken (RFC 9110 section 11.6.1 and what it is made of).
    Syntax,
    /// A challenge names a parameter twice (RFC 9110 section 11.2).
    DuplicateParameter,
    /// A Bearer attribute holds a character that RFC 6750 section 3 forbids.
    BearerAttribute,
    /// Readers must accept it, writers must not send it.
    Tolerated,
}

/// One row a problem: variant, name, class, what could have stood there, source.
macro_rules! problems {
    ($($(#[$doc:meta])+ $variant:ident = $name:literal $class:ident $expected:literal, $source:literal;)+) => {
        /// What is wrong at a [`Deviation`]'s place. Each has a name that stays.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Problem {
            $($(#[$doc])+ $variant,)+
        }

        impl Problem {
            /// Every problem, in the order of the grammar.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// Its name, in kebab case.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// How much it matters.
            pub const fn class(self) -> Class {
                match self { $(Self::$variant => Class::$class,)+ }
            }

            /// What could have stood there, as a phrase.
            pub const fn expected(self) -> &'static str {
                match self { $(Self::$variant => $expected,)+ }
            }

            /// The section that says so.
            pub const fn source(self) -> &'static str {
                match self { $(Self::$variant => $source,)+ }
            }
        }
    };
}

problems! {
    /// A control character, or a line end that is no fold.
    ControlCharacter = "control-character" Syntax
        "no control character", "RFC 9110 section 5.5";
    /// A scheme or a parameter's name with a character that a token cannot hold.
    NotToken = "not-a-token" Syntax
        "a token: letters, digits and !#$%&'*+-.^_`|~", "RFC 9110 section 5.6.2";
    /// Something that is neither a scheme nor a parameter.
    Stray = "stray-text" Syntax
        "a scheme, a parameter or a token68", "RFC 9110 section 11.3";
    /// Two challenges, or two parameters, with no comma between them.
    MissingComma = "missing-comma" Syntax
        "`,` before what follows", "RFC 9110 section 5.6.1";
    /// A parameter before the first scheme.
    NoScheme = "no-scheme" Syntax
        "a scheme before the first parameter", "RFC 9110 section 11.3";
    /// A parameter after a scheme and a comma: a comma with no space before it ends a challenge.
    CommaAfterScheme = "comma-after-scheme" Syntax
        "a space, not a comma, between the scheme and its parameters", "RFC 9110 section 11.3";
    /// A tab between a scheme and what belongs to it.
    TabAfterScheme = "tab-after-scheme" Syntax
        "spaces between the scheme and what belongs to it", "RFC 9110 section 11.3";
    /// One word after a scheme, with a character that a token68 cannot hold.
    NotToken68 = "not-a-token68" Syntax
        "a token68: letters, digits and -._~+/, then any number of `=`; or a parameter",
        "RFC 9110 section 11.2";
    /// A parameter in a challenge that has a token68.
    ParameterAfterToken68 = "parameter-after-token68" Syntax
        "either a token68 or parameters in one challenge", "RFC 9110 section 11.3";
    /// A name and a quoted string with no `=` between them.
    MissingEquals = "missing-equals" Syntax
        "`=` between name and value", "RFC 9110 section 11.2";
    /// A name and `=`, and no value.
    MissingValue = "missing-value" Syntax
        "a token or a quoted string", "RFC 9110 section 11.2";
    /// An unquoted value with a character that a token cannot hold.
    ValueNeedsQuotes = "value-needs-quotes" Syntax
        "a token, or a quoted string where this character is part of the value",
        "RFC 9110 section 11.2";
    /// A quoted string without its closing quote.
    UnterminatedString = "unterminated-string" Syntax
        "`\"` to close the quoted string", "RFC 9110 section 5.6.4";
    /// Something else than a comma or the end behind a quoted string: mostly a quote in the value
    /// that was not escaped.
    TextAfterString = "text-after-string" Syntax
        "`,` or the end behind the quoted string, or `\\\"` where the quote is part of it",
        "RFC 9110 sections 5.6.1 and 5.6.4";
    /// A parameter whose name stood in this challenge before; case does not matter.
    DuplicateParameter = "duplicate-parameter" DuplicateParameter
        "each parameter name once in a challenge", "RFC 9110 section 11.2";
    /// Bearer's `error` or `error_description` with a character outside its set.
    BearerText = "bearer-text" BearerAttribute
        "only the characters %x20-21, %x23-5B and %x5D-7E", "RFC 6750 section 3";
    /// Bearer's `error_uri` with a character outside its set.
    BearerUri = "bearer-uri" BearerAttribute
        "only the characters %x21, %x23-5B and %x5D-7E", "RFC 6750 section 3";
    /// Bearer's `scope` with a character outside its set, or with a space that separates no two
    /// scope tokens, or empty.
    BearerScope = "bearer-scope" BearerAttribute
        "scope tokens of the characters %x21, %x23-5B and %x5D-7E, with one space between two",
        "RFC 6750 section 3, RFC 6749 section 3.3";
    /// White space before or after a parameter's `=`.
    WhitespaceAroundEquals = "whitespace-around-equals" Tolerated
        "no white space round `=`", "RFC 9110 section 5.6.3";
    /// A comma with nothing before or after it to separate.
    EmptyElement = "empty-element" Tolerated
        "no empty list element", "RFC 9110 section 5.6.1";
    /// A line end with white space after it.
    LineFold = "line-fold" Tolerated
        "the field on one line", "RFC 9112 section 5.2";
    /// A realm that is no quoted string.
    UnquotedRealm = "unquoted-realm" Tolerated
        "the realm as a quoted string", "RFC 9110 section 11.5";
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One difference between a field value and its grammar: what is wrong, where, what stood there
/// and what could have.
///
/// ```
/// use error_headers::{Class, read_challenges};
///
/// let reading = read_challenges(br#"Bearer error_uri=https://a.example/e"#);
/// let deviation = &reading.deviations[0];
/// assert_eq!(deviation.class(), Class::Syntax);
/// assert_eq!(deviation.problem().name(), "value-needs-quotes");
/// assert_eq!(deviation.span(), 22..23);
/// assert_eq!(deviation.found().to_string(), "`:`");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Deviation<'a> {
    pub(crate) problem: Problem,
    pub(crate) span: Range<usize>,
    pub(crate) related: Option<Range<usize>>,
    pub(crate) found: Found<'a>,
}

impl<'a> Deviation<'a> {
    /// What is wrong.
    pub const fn problem(&self) -> Problem {
        self.problem
    }

    /// How much it matters.
    pub const fn class(&self) -> Class {
        self.problem.class()
    }

    /// Where, in bytes of the field value; empty where something is missing at its end.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// A second place that explains the first: the earlier parameter of a duplicate, the opening
    /// quote of an unterminated string, the quoted string that something stands behind.
    pub fn related(&self) -> Option<Range<usize>> {
        self.related.clone()
    }

    /// What stood there.
    pub const fn found(&self) -> Found<'a> {
        self.found
    }

    /// What could have stood there, as a phrase.
    pub const fn expected(&self) -> &'static str {
        match (self.problem, self.found) {
            // Where nothing stands, no character of it is wrong.
            (Problem::BearerScope, Found::Text([])) => "at least one scope token",
            _ => self.problem.expected(),
        }
    }

    /// The section that says so.
    pub const fn source(&self) -> &'static str {
        self.problem.source()
    }
}

impl fmt::Display for Deviation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "found {} at byte {}, expected {} ({})",
            self.found,
            self.span.start,
            self.expected(),
            self.source()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::Problem;

    #[test]
    fn names_are_kebab_case_and_no_two_are_the_same() {
        for (index, problem) in Problem::ALL.iter().enumerate() {
            let name = problem.name();
            assert!(
                name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            );
            assert!(
                Problem::ALL.iter().skip(index + 1).all(|other| other.name() != name),
                "{name}"
            );
            assert!(problem.source().starts_with("RFC "), "{name}");
        }
    }
}
