//! Code tables: one row a code, from which everything about codes comes.

use std::borrow::Cow;
use std::fmt;

/// A code that the document's table does not list; kept exactly as received.
///
/// Only a look-up in the table makes one, so a documented code is never hidden in it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct OtherCode<'a>(Cow<'a, str>);

impl<'a> OtherCode<'a> {
    /// Used by [`codes!`](crate::codes) after the look-up.
    #[doc(hidden)]
    pub const fn __new(text: Cow<'a, str>) -> Self {
        Self(text)
    }

    /// The code as received.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same code, owning its text.
    pub fn into_owned(self) -> OtherCode<'static> {
        OtherCode(Cow::Owned(self.0.into_owned()))
    }
}

impl fmt::Display for OtherCode<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A code that matches a template of the document's table, such as `INVALID_{RESOURCE}`.
///
/// Only a look-up in the table makes one, so it always matches its template.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TemplateCode<'a> {
    text: Cow<'a, str>,
    /// How many bytes stand before the name, and how many after it.
    prefix: usize,
    suffix: usize,
}

impl<'a> TemplateCode<'a> {
    /// What stands in a template before and behind the part in braces; `None` of what is none.
    #[doc(hidden)]
    pub const fn __parts(template: &str) -> Option<(&str, &str)> {
        let (open, close) = (position(template, b'{'), position(template, b'}'));
        if open >= close || close == template.len() {
            return None;
        }
        let (prefix, _) = template.split_at(open);
        let (_, suffix) = template.split_at(close + 1);
        Some((prefix, suffix))
    }

    /// Matches `text` against the parts of a template, if it is one. The name between them is not
    /// empty.
    #[doc(hidden)]
    #[inline]
    pub fn __matched(
        parts: Option<(&str, &str)>,
        text: Cow<'a, str>,
    ) -> Result<Self, Cow<'a, str>> {
        let Some((prefix, suffix)) = parts else { return Err(text) };
        let name = text.strip_prefix(prefix).and_then(|rest| rest.strip_suffix(suffix));
        if name.is_none_or(str::is_empty) {
            return Err(text);
        }
        Ok(Self { text, prefix: prefix.len(), suffix: suffix.len() })
    }

    /// The whole code as received.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What stands where the template has braces: `USER` in `USER_NOT_EXIST`.
    pub fn name(&self) -> &str {
        self.text.get(self.prefix..self.text.len() - self.suffix).unwrap_or_default()
    }

    /// The same code, owning its text.
    pub fn into_owned(self) -> TemplateCode<'static> {
        TemplateCode {
            text: Cow::Owned(self.text.into_owned()),
            prefix: self.prefix,
            suffix: self.suffix,
        }
    }
}

/// Where this byte stands first; the text's length if it does not.
const fn position(text: &str, wanted: u8) -> usize {
    let mut rest = text.as_bytes();
    while let [first, behind @ ..] = rest {
        if *first == wanted {
            break;
        }
        rest = behind;
    }
    text.len() - rest.len()
}

/// Declares a document's code table: from one row a code come the enum, its texts, the look-up,
/// the documented statuses, and the rows of the catalog.
///
/// A row is `Variant = "CODE" [statuses] "summary";`, and rows stand in sections
/// `{ group: Option<&str>, level: Option<Level> }`. A row `Variant(name) = "A_{NAME}" …` is a
/// template; a literal row beats it, and of two templates the earlier row wins. Rows after `@again`
/// list a code a second time (a document with two lists): they are in the table only. A short name
/// that the document prints beside a code stands behind it: `Denied = "4703", "Access Denied" …`.
///
/// Rows after `@later` at the end are of other editions of the document: their codes have variants,
/// and stand in the table `LATER` instead of `CODES`; the document itself does not list them.
///
/// ```
/// faultbook_core::codes! {
///     /// Codes of an example service.
///     pub enum Code;
///     { group: None, level: None }
///         Forbidden = "FORBIDDEN" [403] "refused";
///         NotExist(resource) = "{RESOURCE}_NOT_EXIST" [404] "the named resource is not there";
/// }
///
/// # fn main() {
/// assert_eq!(Code::new("FORBIDDEN"), Code::Forbidden);
/// assert_eq!(Code::Forbidden.default_status(), Some(403));
/// let Code::NotExist(code) = Code::new("USER_NOT_EXIST") else { panic!() };
/// assert_eq!(code.name(), "USER");
/// assert_eq!(Code::new("_NOT_EXIST").row(), None);
/// assert_eq!(Code::new("_NOT_EXIST").as_str(), "_NOT_EXIST");
/// assert_eq!(CODES.len(), 2);
/// # }
/// ```
#[macro_export]
macro_rules! codes {
    (
        $(#[$meta:meta])*
        pub enum Code;
        $(
            { group: $group:expr, level: $level:expr }
            $(
                $variant:ident $(($name:ident))? = $text:literal $(, $title:literal)?
                    [$($status:literal),*] $summary:literal;
            )*
            $(@again $(
                $again:literal [$($again_status:literal),*] $again_summary:literal;
            )*)?
        )+
        $(@later $(
            $later:ident = $later_text:literal $(, $later_title:literal)?
                [$($later_status:literal),*] $later_summary:literal;
        )*)?
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Code<'a> {
            $($(
                #[doc = concat!("`", $text, "`: ", $summary, ".")]
                $variant $(($crate::codes!(@template $name)))?,
            )*)+
            $($(
                #[doc = concat!(
                    "`", $later_text, "`: ", $later_summary, " (in other editions of the document)."
                )]
                $later,
            )*)?
            /// A code that the document does not list.
            Other($crate::OtherCode<'a>),
        }

        /// Every row of the document's table, in its order.
        pub static CODES: &[$crate::CodeRow] = &$crate::CodeRow::table([
            $(
                $($crate::CodeRow::__new(
                    $text, $crate::codes!(@title $($title)?), &[$($status),*], $group, $summary,
                    $level,
                ),)*
                $($(
                    $crate::CodeRow::__new(
                        $again, None, &[$($again_status),*], $group, $again_summary, $level,
                    ),
                )*)?
            )+
        ]);

        $(
            /// The rows of codes that only other editions of the document list.
            pub static LATER: &[$crate::CodeRow] = &[$(
                $crate::CodeRow::__new(
                    $later_text, $crate::codes!(@title $($later_title)?), &[$($later_status),*],
                    None, $later_summary, None,
                ),
            )*];
        )?

        impl<'a> Code<'a> {
            /// Looks a code up; one that is not listed is kept as [`Code::Other`].
            pub fn new(text: impl Into<::std::borrow::Cow<'a, str>>) -> Self {
                let text = text.into();
                $($( $crate::codes!(@literal text, $variant, $text $(, $name)?); )*)+
                $($( if text == $later_text { return Code::$later; } )*)?
                $($( $crate::codes!(@matched text, $variant, $text $(, $name)?); )*)+
                Code::Other($crate::OtherCode::__new(text))
            }

            /// The code as received, or as documented.
            pub fn as_str(&self) -> &str {
                match self {
                    $($( $crate::codes!(@pattern code, $variant $(, $name)?) =>
                        $crate::codes!(@text code, $text $(, $name)?), )*)+
                    $($( Self::$later => $later_text, )*)?
                    Self::Other(code) => code.as_str(),
                }
            }

            /// The first row of the table that lists this code; `None` for an unknown one.
            pub fn row(&self) -> Option<&'static $crate::CodeRow> {
                let at = match self {
                    $($( $crate::codes!(@any $variant $(, $name)?) =>
                        const { $crate::CodeRow::__position(CODES, $text) }, )*)+
                    $($( Self::$later => const { $crate::CodeRow::__position(CODES, $later_text) }, )*)?
                    Self::Other(_) => None,
                };
                CODES.get(at?)
            }

            /// Whether the document lists this code. Of other editions of it, `Edition::rows` tells.
            pub const fn is_documented(&self) -> bool {
                !matches!(self, Self::Other(_) $($( | Self::$later )*)?)
            }

            /// The statuses it is documented under; empty where the document gives none.
            pub fn statuses(&self) -> &'static [u16] {
                self.row().map_or(&[], |row| row.statuses)
            }

            /// The documented status, where there is exactly one.
            pub fn default_status(&self) -> Option<u16> {
                match self.statuses() {
                    [status] => Some(*status),
                    _ => None,
                }
            }

            /// The same code, owning its text.
            pub fn into_owned(self) -> Code<'static> {
                match self {
                    $($( $crate::codes!(@pattern code, $variant $(, $name)?) =>
                        $crate::codes!(@owned code, $variant $(, $name)?), )*)+
                    $($( Self::$later => Code::$later, )*)?
                    Self::Other(code) => Code::Other(code.into_owned()),
                }
            }
        }

        impl ::std::fmt::Display for Code<'_> {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl<'a> From<&'a str> for Code<'a> {
            fn from(text: &'a str) -> Self {
                Self::new(text)
            }
        }

        #[cfg(feature = "serde")]
        impl $crate::__serde::Serialize for Code<'_> {
            fn serialize<S: $crate::__serde::Serializer>(
                &self,
                serializer: S,
            ) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        #[cfg(feature = "serde")]
        impl<'de> $crate::__serde::Deserialize<'de> for Code<'_> {
            fn deserialize<D: $crate::__serde::Deserializer<'de>>(
                deserializer: D,
            ) -> Result<Self, D::Error> {
                <String as $crate::__serde::Deserialize>::deserialize(deserializer).map(Self::new)
            }
        }

        impl From<String> for Code<'static> {
            fn from(text: String) -> Self {
                Self::new(text)
            }
        }
    };

    (@title) => { None };
    (@title $title:literal) => { Some($title) };
    // The pieces in which a template row differs from a literal one.
    (@template $name:ident) => { $crate::TemplateCode<'a> };
    (@literal $value:ident, $variant:ident, $text:literal) => {
        if $value == $text { return Code::$variant; }
    };
    (@literal $value:ident, $variant:ident, $text:literal, $name:ident) => {};
    (@matched $value:ident, $variant:ident, $text:literal) => {};
    (@matched $value:ident, $variant:ident, $text:literal, $name:ident) => {
        let parts = const { $crate::TemplateCode::__parts($text) };
        let $value = match $crate::TemplateCode::__matched(parts, $value) {
            Ok(code) => return Code::$variant(code),
            Err(text) => text,
        };
    };
    (@pattern $code:ident, $variant:ident) => { Self::$variant };
    (@pattern $code:ident, $variant:ident, $name:ident) => { Self::$variant($code) };
    (@any $variant:ident) => { Self::$variant };
    (@any $variant:ident, $name:ident) => { Self::$variant(_) };
    (@text $code:ident, $text:literal) => { $text };
    (@text $code:ident, $text:literal, $name:ident) => { $code.as_str() };
    (@owned $code:ident, $variant:ident) => { Code::$variant };
    (@owned $code:ident, $variant:ident, $name:ident) => { Code::$variant($code.into_owned()) };
}
