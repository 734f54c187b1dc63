//! Which findings count.

use faultbook_core::{Rule, Severity};

use crate::services::rules;

/// Which rules' findings are kept: those selected, without those ignored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Select {
    select: Vec<Pattern>,
    ignore: Vec<Pattern>,
}

/// What names rules.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Pattern {
    /// All rules of a severity.
    Severity(Severity),
    /// The rule of this id, or those whose ids begin like this.
    Prefix(String),
}

impl Select {
    /// Keeps what `select` names (everything, where that is empty) and `ignore` does not: rules by
    /// id, by the beginning of their ids (`ampache/`, `ampache/missing-`), or by severity (`note`).
    ///
    /// ```
    /// use faultbook::Select;
    ///
    /// let select = Select::new(&["ampache/".to_owned()], &["note".to_owned()]).unwrap();
    /// let rule = faultbook::rules().find(|rule| rule.id == "ampache/missing-type").unwrap();
    /// assert!(select.keeps(rule));
    /// assert!(Select::new(&["ampache/mising-type".to_owned()], &[]).is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// In words, where something names no rule.
    pub fn new(select: &[String], ignore: &[String]) -> Result<Self, String> {
        let patterns = |texts: &[String]| -> Result<Vec<Pattern>, String> {
            texts.iter().map(|text| pattern(text)).collect()
        };
        Ok(Self { select: patterns(select)?, ignore: patterns(ignore)? })
    }

    /// Whether findings of this rule are kept.
    pub fn keeps(&self, rule: &Rule) -> bool {
        let is_named = |patterns: &[Pattern]| patterns.iter().any(|pattern| pattern.names(rule));
        (self.select.is_empty() || is_named(&self.select)) && !is_named(&self.ignore)
    }
}

impl Pattern {
    fn names(&self, rule: &Rule) -> bool {
        match self {
            Self::Severity(severity) => rule.severity == *severity,
            Self::Prefix(prefix) => rule.id.starts_with(prefix.as_str()),
        }
    }
}

fn pattern(text: &str) -> Result<Pattern, String> {
    if let Some(severity) = Severity::ALL.into_iter().find(|severity| severity.as_str() == text) {
        return Ok(Pattern::Severity(severity));
    }
    let is_rule = !text.is_empty() && rules().any(|rule| rule.id.starts_with(text));
    let unknown = || format!("{text:?} names no rule: `faultbook rules` lists them");
    is_rule.then(|| Pattern::Prefix(text.to_owned())).ok_or_else(unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_kept_by_id_prefix_and_severity() {
        let kept = |select: &[&str], ignore: &[&str]| {
            let texts =
                |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
            let select = Select::new(&texts(select), &texts(ignore)).unwrap();
            rules().filter(|rule| select.keeps(rule)).map(|rule| rule.id).collect::<Vec<_>>()
        };
        assert_eq!(kept(&[], &[]).len(), rules().count());
        assert_eq!(kept(&["groove/unknown-code"], &[]), ["groove/unknown-code"]);
        assert!(kept(&["groove/"], &["error"]).iter().all(|id| id.starts_with("groove/")));
        assert!(kept(&[], &["note", "warning", "error"]).is_empty());
        assert_eq!(kept(&["note"], &["note"]), [""; 0]);
        assert!(Select::new(&[String::new()], &[]).is_err());
    }
}
