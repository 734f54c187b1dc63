//! Which documented name was probably meant.

/// The candidate that `text` is nearest to: the same but for case, but for `-`, `_` and spaces,
/// or one letter away (added, left out, replaced, or two swapped). `None` where nothing is near.
///
/// ```
/// use faultbook_core::near_miss;
///
/// let codes = ["NOT_FOUND", "CONFLICT"];
/// assert_eq!(near_miss("not-found", codes), Some("NOT_FOUND"));
/// assert_eq!(near_miss("CONFLCIT", codes), Some("CONFLICT"));
/// assert_eq!(near_miss("FORBIDDEN", codes), None);
/// ```
pub fn near_miss<'c>(text: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    // A name longer than any documented one by more than this is no slip of the pen.
    if text.is_empty() || text.len() > 256 {
        return None;
    }
    let folded = fold(text);
    let mut one_away = None;
    for candidate in candidates {
        let other = fold(candidate);
        if folded == other {
            return Some(candidate);
        }
        // In a name of three letters or fewer, one letter is too much of it.
        if one_away.is_none() && other.len() > 3 && is_one_edit(&folded, &other) {
            one_away = Some(candidate);
        }
    }
    one_away
}

/// Lower case, without what people put between words.
fn fold(text: &str) -> Vec<char> {
    text.chars().filter(|c| !matches!(c, '-' | '_' | ' ')).flat_map(char::to_lowercase).collect()
}

/// Whether one insertion, deletion, replacement or swap of neighbours makes `a` into `b`.
fn is_one_edit(a: &[char], b: &[char]) -> bool {
    let start = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (a.get(start..).unwrap_or_default(), b.get(start..).unwrap_or_default());
    let end = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let a = a.get(..a.len() - end).unwrap_or_default();
    let b = b.get(..b.len() - end).unwrap_or_default();
    match (a, b) {
        ([], [_]) | ([_], [] | [_]) => true,
        ([a1, a2], [b1, b2]) => a1 == b2 && a2 == b1,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::near_miss;

    #[test]
    fn what_is_near_and_what_is_not() {
        let codes = ["itemNotFound", "invalidRange", "invalidRequest"];
        for (text, meant) in [
            ("ItemNotFound", Some("itemNotFound")),
            ("item_not_found", Some("itemNotFound")),
            ("itemNotFund", Some("itemNotFound")),
            ("itemNotFounds", Some("itemNotFound")),
            ("itemNotFouns", Some("itemNotFound")),
            ("itmeNotFound", Some("itemNotFound")),
            ("invalidrange", Some("invalidRange")),
            ("itemNotFo", None),
            ("", None),
            ("404", None),
        ] {
            assert_eq!(near_miss(text, codes), meant, "{text}");
        }
    }

    #[test]
    fn short_names_are_near_only_by_spelling() {
        assert_eq!(near_miss("B", ["A"]), None);
        assert_eq!(near_miss("a", ["A"]), Some("A"));
    }
}
