//! The stage in a sentence or two, for those who cannot see it.

use super::links::{LinkFrame, LinkState};
use super::nodes::{Look, NodeFrame};
use super::parted::{power, side_letter};
use crate::view::describe::list;
use crate::view::sides::Side;

/// "5 nodes, 10 links, 2 cut. Leader: n4."
pub(super) fn summary(nodes: &[NodeFrame], links: &[LinkFrame], sides: &[Side]) -> String {
    let cut = links.iter().filter(|link| matches!(link.state, LinkState::Cut | LinkState::OneWay)).count();
    let mut text = format!("{} nodes, {} links", nodes.len(), links.len());
    if cut > 0 {
        text += &format!(", {cut} cut");
    }
    let with = |look: Look| nodes.iter().filter(move |node| node.look == look).map(|node| node.id);
    let named = |look: Look, words: &str| {
        let mut all = with(look).peekable();
        all.peek().is_some().then(|| format!(" {words}: {}.", list(with(look))))
    };
    text.push('.');
    for (at, side) in sides.iter().enumerate() {
        text += &format!(" Side {}: {}, {}.", side_letter(at), list(side.nodes.iter()), power(side));
    }
    let groups = [
        (Look::Leader, "Leader"),
        (Look::StaleLeader, "Says it leads, but a majority has moved on"),
        (Look::Candidate, "Asks for votes"),
        (Look::Down, "Down"),
    ];
    text.extend(groups.into_iter().filter_map(|(look, words)| named(look, words)));
    let has_leaders = with(Look::Replica).next().is_none();
    if has_leaders && with(Look::Leader).next().is_none() {
        text += " Nobody leads with a majority.";
    }
    text
}
