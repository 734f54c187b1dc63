//! Text without markup: lines that stand together are a paragraph. JSON in it is found later.

use super::block::{Block, Text};

/// Reads `text`, which begins at byte `base` of the document.
pub(super) fn blocks(text: &str, base: usize) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines = Vec::new();
    let mut start = base;
    for line in text.split_inclusive('\n') {
        let kept = line.trim();
        if kept.is_empty() {
            if !lines.is_empty() {
                blocks.push(Block::Paragraph(std::mem::take(&mut lines)));
            }
        } else {
            let indent = line.len() - line.trim_start().len();
            lines.push(Text::literal(kept, start + indent));
        }
        start += line.len();
    }
    if !lines.is_empty() {
        blocks.push(Block::Paragraph(lines));
    }
    blocks
}
