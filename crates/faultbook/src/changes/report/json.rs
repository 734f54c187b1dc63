//! Changes as JSON: `changes.schema.json` says what it is like.

use serde_json::{Value, json as value};

use super::{Report, row, span};
use crate::changes::propose::File;
use crate::changes::{Change, Class};
use crate::facts::Origin;
use crate::report::excerpt::Positions;
use crate::report::tool_json;

pub(crate) fn json(report: &Report<'_>) -> Value {
    let mut positions = Positions::new(report.text.unwrap_or_default().as_bytes());
    let changes: Vec<Value> =
        report.changes.iter().map(|change| of(change, &mut positions)).collect();
    let unread: Vec<Value> = report
        .unread
        .iter()
        .map(|unread| {
            value!({"why": unread.why, "place": place(Some(&unread.origin), &mut positions)})
        })
        .collect();
    let file = |file: &File| value!({"path": file.path, "text": file.text});
    value!({
        "schema": "faultbook-changes/1",
        "tool": tool_json(),
        "service": report.service.name,
        "from": report.old,
        "to": report.new,
        "changes": changes,
        "unread": unread,
        "proposal": report.proposal.map(|files| files.iter().map(file).collect::<Vec<_>>()),
        "summary": {
            "breaking": report.count(Class::Breaking),
            "compatible": report.count(Class::Compatible),
            "editorial": report.count(Class::Editorial),
            "hidden": report.hidden,
            "complete": report.unread.is_empty(),
        },
    })
}

fn of(change: &Change, positions: &mut Positions<'_>) -> Value {
    value!({
        "kind": change.kind(),
        "rule": change.rule.id,
        "class": change.class().as_str(),
        "reason": change.rule.why(),
        "message": change.rule.title,
        "part": change.part.as_str(),
        "subject": change.subject,
        "wording": change.is_wording(),
        "before": change.before,
        "after": change.after,
        "catalog": row(change.old.as_ref()),
        "row": row(change.new.as_ref()),
        "place": place(change.new.as_ref(), positions),
    })
}

fn place(origin: Option<&Origin>, positions: &mut Positions<'_>) -> Value {
    let Some(span) = span(origin) else { return Value::Null };
    let at = positions.of(span.start);
    value!({"start": span.start, "end": span.end, "line": at.line, "column": at.column})
}
