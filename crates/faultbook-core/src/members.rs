//! The members of an error object, sorted into those that the document lists and the others.

use std::array;
use std::borrow::Cow;
use std::ops::Range;

use crate::finding::listed_and;
use crate::json::{MAX_POINTER, Reader, Step, Text, pointer_push};
use crate::{Fault, Finding, Member, Place, Rule, Value, advanced_value, quoted};

/// How many names of members that are not documented are kept for a message.
const OTHERS: usize = 4;

/// The members of one object: those of `N` documented names, and what else stood there.
///
/// Reading is tolerant: of a name that stands twice the last one counts, as most readers have it.
#[derive(Debug, Clone)]
pub struct Members<'a, const N: usize> {
    names: &'static [&'static str; N],
    listed: [Option<Member<'a>>; N],
    misspelt: [Option<Member<'a>>; N],
    others: [Option<(Text<'a>, Range<usize>)>; OTHERS],
    other_count: usize,
}

/// Where an object stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectPlace {
    /// The object with its braces, in bytes of the body; to where reading ended if it is cut off.
    pub span: Range<usize>,
    /// Its JSON Pointer, where it was asked for and is no longer than 4,096 bytes.
    pub pointer: Option<Cow<'static, str>>,
}

impl ObjectPlace {
    /// The opening brace: where a finding about something missing points.
    pub fn brace(&self) -> Place {
        self.at(self.span.start..self.span.start + 1)
    }

    /// A part of the body that stands for the object.
    pub fn at(&self, span: Range<usize>) -> Place {
        Place::value(span, self.pointer.clone())
    }

    /// A member's value or name. A pointer that would be longer than [`MAX_POINTER`] is left out.
    pub fn member(&self, span: Range<usize>, name: &str) -> Place {
        let pointer = self.pointer.clone().and_then(|pointer| {
            let mut pointer = pointer.into_owned();
            pointer_push(&mut pointer, name);
            (pointer.len() <= MAX_POINTER).then_some(pointer)
        });
        Place::value(span, pointer)
    }
}

impl<'a, const N: usize> Members<'a, N> {
    /// No member seen yet.
    #[inline]
    pub fn new(names: &'static [&'static str; N]) -> Self {
        // Each `None` is written by itself: a constant would be copied with all of its bytes.
        Self {
            names,
            listed: array::from_fn(|_| None),
            misspelt: array::from_fn(|_| None),
            others: array::from_fn(|_| None),
            other_count: 0,
        }
    }

    /// Reads the members of the object that was just opened, up to its end, and gives the span of
    /// the closing brace.
    ///
    /// # Errors
    ///
    /// The body's [`Fault`]; the members read until then are kept.
    #[inline]
    pub fn read(&mut self, json: &mut Reader<'a>) -> Result<Range<usize>, Fault> {
        let names = self.names;
        loop {
            let (step, index) = json.advance_listed(names);
            if step == Step::ObjectEnd {
                return Ok(json.span());
            }
            let is_read = match index {
                Some(index) => self.put_listed(index, json, step),
                None => self.put_advanced(json, step),
            };
            if !is_read {
                return match json.fault() {
                    Some(fault) => Err(fault.clone()),
                    None => Ok(json.position()..json.position()),
                };
            }
        }
    }

    /// Takes in the member that [`Reader::advance`] has read, and `step` is what it gave. False
    /// where its value could not be read.
    pub fn put_advanced(&mut self, json: &mut Reader<'a>, step: Step) -> bool {
        let member = Member::advanced(json, step);
        let is_read = member.is_some();
        if let Some(member) = member {
            self.put(member);
        }
        is_read
    }

    /// Takes in the member that [`Reader::advance`] has read, and `step` is what it gave, where its
    /// name is known to be the `index`-th. False where its value could not be read.
    #[inline]
    pub fn put_listed(&mut self, index: usize, json: &mut Reader<'a>, step: Step) -> bool {
        if step != Step::String {
            return self.put_listed_other(index, json, step);
        }
        if let (Some(slot), Some(name)) = (self.listed.get_mut(index), self.names.get(index)) {
            // Written in place: a member that is made elsewhere and moved here costs as much as
            // reading it.
            let member = slot.insert(Member {
                name: Text::plain(name),
                name_span: json.name_span(),
                value: Value::Null,
                span: json.span(),
            });
            member.value = Value::String(json.text());
        }
        true
    }

    #[cold]
    fn put_listed_other(&mut self, index: usize, json: &mut Reader<'a>, step: Step) -> bool {
        let name_span = json.name_span();
        let Some((value, span)) = advanced_value(json, step) else { return false };
        if let (Some(slot), Some(name)) = (self.listed.get_mut(index), self.names.get(index)) {
            *slot = Some(Member { name: Text::plain(name), name_span, value, span });
        }
        true
    }

    /// Takes one member in.
    pub fn put(&mut self, member: Member<'a>) {
        for (index, name) in self.names.iter().enumerate() {
            let slot = if member.name == **name {
                self.listed.get_mut(index)
            } else if member.name.eq_ignore_ascii_case(name) {
                self.misspelt.get_mut(index)
            } else {
                continue;
            };
            if let Some(slot) = slot {
                *slot = Some(member);
            }
            return;
        }
        if let Some(slot) = self.others.get_mut(self.other_count) {
            *slot = Some((member.name, member.name_span));
        }
        self.other_count += 1;
    }

    /// The member of the document's `index`-th name.
    #[inline]
    pub fn get(&self, index: usize) -> Option<&Member<'a>> {
        self.listed.get(index)?.as_ref()
    }

    /// A member whose name is the `index`-th but for case.
    #[inline]
    pub fn misspelt(&self, index: usize) -> Option<&Member<'a>> {
        self.misspelt.get(index)?.as_ref()
    }

    /// The text of the `index`-th member, if it is a string.
    #[inline]
    pub fn string(&self, index: usize) -> Option<Cow<'a, str>> {
        self.get(index)?.value.as_string()
    }

    /// Whether none of the documented members is there, spelt in any case.
    pub fn has_none_listed(&self) -> bool {
        self.listed.iter().chain(&self.misspelt).all(Option::is_none)
    }

    /// Whether each documented member that is there is a string with something in it, the first
    /// `required` ones are there, and nothing else is.
    #[inline]
    pub fn are_just_texts(&self, required: usize) -> bool {
        let is_text = |(index, member): (usize, &Option<Member<'_>>)| match member {
            Some(Member { value: Value::String(text), .. }) => !text.raw().is_empty(),
            Some(_) => false,
            None => index >= required,
        };
        self.other_count == 0
            && self.listed.iter().enumerate().all(is_text)
            && self.misspelt.iter().all(Option::is_none)
    }

    /// How many members have no documented name in any case.
    pub const fn other_count(&self) -> usize {
        self.other_count
    }

    /// The first member that has no documented name: its name and where that stands.
    pub fn first_other(&self) -> Option<(Text<'a>, Range<usize>)> {
        self.others.first()?.clone()
    }

    /// The names received, for a message.
    pub fn received(&self) -> String {
        let own = self.listed.iter().chain(&self.misspelt).flatten().map(|member| member.name);
        let names = own.chain(self.others.iter().flatten().map(|(name, _)| *name));
        listed_and(names.map(|name| name.decode()), self.other_count.saturating_sub(OTHERS))
    }

    /// What is wrong with the `index`-th member, which has to be there and to be a string with
    /// something in it. `None` where it is.
    pub fn required_string(
        &self,
        index: usize,
        object: &ObjectPlace,
        missing: &'static Rule,
        wrong_type: &'static Rule,
    ) -> Option<Finding> {
        let name = self.names.get(index)?;
        let Some(member) = self.get(index) else {
            return Some(self.missing(index, object, missing));
        };
        let place = || object.member(member.span.clone(), name);
        match member.value {
            Value::String(text) if text.raw().is_empty() => {
                Some(Finding::new(missing, place(), "an empty string"))
            }
            Value::String(_) => None,
            other => Some(not_a_string(wrong_type, place(), name, &other)),
        }
    }

    /// The finding for the `index`-th member not being there; where it stands in another case,
    /// that is what it points at.
    pub fn missing(&self, index: usize, object: &ObjectPlace, rule: &'static Rule) -> Finding {
        let name = self.names.get(index).copied().unwrap_or_default();
        match self.misspelt(index) {
            Some(member) => Finding::new(
                rule,
                object.member(member.name_span.clone(), &member.name.decode()),
                quoted(&member.name.decode()),
            )
            .help(format!("names are compared exactly: write `{name}`")),
            None => Finding::new(rule, object.brace(), self.received()),
        }
    }

    /// The finding for the `index`-th member being there and no string. `None` where it is one,
    /// or is not there.
    pub fn optional_string(
        &self,
        index: usize,
        object: &ObjectPlace,
        wrong_type: &'static Rule,
    ) -> Option<Finding> {
        let member = self.get(index)?;
        let name = self.names.get(index)?;
        if matches!(member.value, Value::String(_)) {
            return None;
        }
        let place = object.member(member.span.clone(), name);
        Some(not_a_string(wrong_type, place, name, &member.value))
    }

    /// The finding for a member whose name is the `index`-th but for case, where
    /// [`required_string`](Self::required_string) does not point at it: beside the one spelt as
    /// documented, or where that may be absent. `None` where there is none.
    pub fn respelt(
        &self,
        index: usize,
        object: &ObjectPlace,
        rule: &'static Rule,
    ) -> Option<Finding> {
        let member = self.misspelt(index)?;
        let name = self.names.get(index)?;
        let received = member.name.decode();
        let place = object.member(member.name_span.clone(), &received);
        let help = format!("names are compared exactly: write `{name}`");
        Some(Finding::new(rule, place, quoted(&received)).help(help))
    }

    /// The finding for members that the document does not list, at the first one. `None` where
    /// there are none.
    pub fn unlisted(&self, object: &ObjectPlace, rule: &'static Rule) -> Option<Finding> {
        let (name, span) = self.first_other()?;
        let names = self.others.iter().flatten().map(|(name, _)| name.decode());
        let received = listed_and(names, self.other_count.saturating_sub(OTHERS));
        Some(Finding::new(rule, object.member(span, &name.decode()), received))
    }
}

fn not_a_string(rule: &'static Rule, place: Place, name: &str, value: &Value<'_>) -> Finding {
    Finding::new(rule, place, value.to_string()).documented(format!("`{name}` is a string"))
}
