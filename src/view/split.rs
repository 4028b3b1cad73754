//! A split before it is made: which sides to offer, and what each could still do, in words. And the same for a network
//! that is parted now. Counts votes, and `replicas` replicas; knows no dialog.

mod replicas;

pub use replicas::{Replication, Rules};

use replicas::Ground;

use crate::base::{NodeId, NodeSet, sort_by_key};
use crate::view::describe::list;
use crate::view::sides::Side;
use crate::view::stage::{Look, NodeFrame, StageFrame, side_letter};

/// The sides that show most: whoever leads is cut off with as many others as a minority can have. A network that is
/// parted already is offered as it is.
#[must_use]
pub fn offered(frame: &StageFrame) -> Vec<NodeSet> {
    if frame.sides.len() > 1 {
        return frame.sides.iter().map(|side| side.nodes).collect();
    }
    let all: Vec<NodeId> = frame.nodes.iter().map(|node| node.id).collect();
    let leads = |node: &NodeFrame| matches!(node.look, Look::Leader);
    let first = frame.nodes.iter().position(leads).unwrap_or_default();
    // Of two nodes none is a minority, and even so they can be parted.
    let few = (all.len().saturating_sub(1) / 2).max(usize::from(all.len() == 2));
    let minority: NodeSet = all.iter().cycle().skip(first).take(few).copied().collect();
    let majority: NodeSet = all.iter().copied().filter(|node| !minority.contains(*node)).collect();
    [majority, minority].into_iter().filter(|side| !side.is_empty()).collect()
}

/// What each side of a split could do, a sentence or two each, and what holds for all of them.
#[must_use]
pub fn preview(frame: &StageFrame, rules: &Rules, sides: &[(NodeSet, Vec<String>)]) -> Vec<String> {
    let peopled = sides.iter().filter(|(nodes, people)| !nodes.is_empty() || !people.is_empty()).count();
    if peopled < 2 {
        return vec!["All stand on one side: no link is cut, and what was cut is mended.".to_owned()];
    }
    match rules {
        Rules::Majority => preview_of_votes(frame, sides),
        Rules::Replicas(replication) => preview_of_replicas(frame, replication, sides),
    }
}

/// Whether a node would handle what arrives.
fn runs(node: &NodeFrame) -> bool {
    node.look != Look::Down && !node.is_paused
}

/// "Side A: n1, n2 and Ann. It can ..."; none where nobody stands.
fn line(at: usize, nodes: NodeSet, people: &[String], words: &str) -> Option<String> {
    let names: Vec<String> = nodes.iter().map(|node| node.to_string()).chain(people.iter().cloned()).collect();
    (!names.is_empty()).then(|| format!("Side {}: {}. {}.", side_letter(at), list(names.into_iter()), capital(words)))
}

const NO_NODE: &str = "no node, so nobody answers here";

fn preview_of_votes(frame: &StageFrame, sides: &[(NodeSet, Vec<String>)]) -> Vec<String> {
    let votes = |node: &NodeFrame| node.look != Look::Learner;
    let of = frame.nodes.iter().filter(|node| votes(node)).count();
    let need = of / 2 + 1;
    let mut can_decide = false;
    let (mut lines, mut ranks) = (Vec::new(), Vec::new());
    for (at, (nodes, people)) in sides.iter().enumerate() {
        let here = || frame.nodes.iter().filter(|node| nodes.contains(node.id) && votes(node));
        let run = here().filter(|node| runs(node)).count();
        let (count, idle) = (here().count(), here().count() - run);
        if !nodes.is_empty() {
            let first = frame.nodes.iter().find(|node| nodes.contains(node.id) && runs(node)).map(|node| node.id);
            ranks.push(((run < need, u8::MAX - run as u8, first), at));
        }
        let words = match () {
            () if nodes.is_empty() => NO_NODE.to_owned(),
            () if run >= need => format!("{count} of {of}, a majority: it can elect a leader and go on"),
            () if count >= need => format!("{count} of {of}, but {idle} of them do not run: it can confirm nothing"),
            () => format!("{count} of {of}, no majority: it can confirm nothing"),
        };
        can_decide |= run >= need;
        lines.extend(line(at, *nodes, people, &words));
    }
    if !can_decide {
        lines.push("No side has a majority: nobody can be told ok until you heal it.".to_owned());
    }
    lines.extend(renamed(ranks));
    lines
}

/// Among equals no side is stronger than another, and none gets another letter for that.
fn preview_of_replicas(frame: &StageFrame, rules: &Replication, sides: &[(NodeSet, Vec<String>)]) -> Vec<String> {
    let all_run: NodeSet = frame.nodes.iter().filter(|node| runs(node)).map(|node| node.id).collect();
    let ground = |nodes: NodeSet| Ground { runs: nodes.intersection(all_run), meets: &|_, _| true };
    let words = |nodes: NodeSet| if nodes.is_empty() { NO_NODE.to_owned() } else { rules.able(&ground(nodes)).words() };
    let told = sides.iter().enumerate();
    let mut lines: Vec<String> =
        told.filter_map(|(at, (nodes, people))| line(at, *nodes, people, &words(*nodes))).collect();
    let grounds: Vec<Ground<'_>> = sides.iter().map(|(nodes, _)| ground(*nodes)).collect();
    if rules.may_conflict(&grounds) {
        lines.push("More than one side can confirm writes of one key: such versions meet when you heal it.".to_owned());
    }
    lines
}

/// Who comes first among sides: the order of `sides::sides`.
type Rank = (bool, u8, Option<NodeId>);

/// On the stage letters go by who can decide first: which of those chosen here are others there.
fn renamed(mut ranks: Vec<(Rank, usize)>) -> Option<String> {
    sort_by_key(&mut ranks, |(rank, _)| *rank);
    let other = ranks.iter().enumerate().filter(|(there, (_, here))| there != here);
    let words = other.map(|(there, (_, here))| format!("{} becomes {}", side_letter(*here), side_letter(there)));
    let words: Vec<String> = words.collect();
    (ranks.len() > 1 && !words.is_empty())
        .then(|| format!("The stage calls the strongest side A: {}.", list(words.into_iter())))
}

/// What a network that is parted now can still do, in two short sentences; none while it is whole.
#[must_use]
pub fn now(frame: &StageFrame, rules: &Rules) -> Option<String> {
    let sides = &frame.sides;
    let of = sides.first()?.of;
    match rules {
        Rules::Majority => Some(match sides.iter().find(|side| side.is_quorum()) {
            Some(side) => format!(
                "{} of {of} are a majority: that side goes on. The others cannot confirm a write, since too few of the {of} store it.",
                side.size()
            ),
            None => format!("No side has a majority of the {of}. Nobody can be told ok until you heal it."),
        }),
        Rules::Replicas(replication) => {
            let all_run: NodeSet = frame.nodes.iter().filter(|node| runs(node)).map(|node| node.id).collect();
            let meets = |one: NodeId, other: NodeId| {
                frame.link(one.into(), other.into()).is_some_and(|link| link.there && link.back)
            };
            let ground = |side: &Side| Ground { runs: side.nodes.intersection(all_run), meets: &meets };
            let grounds: Vec<Ground<'_>> = sides.iter().map(ground).collect();
            Some(replicas::now(replication, &grounds))
        }
    }
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(looks: &[Look]) -> StageFrame {
        let node = |(at, look): (usize, &Look)| NodeFrame {
            id: NodeId::from_slot(at),
            look: *look,
            is_paused: false,
            says: String::new(),
            holding: None,
            cells: Vec::new(),
            earlier: 0,
            waits: None,
            clock: None,
            oddities: Vec::new(),
            is_dim: false,
            name: String::new(),
        };
        StageFrame { nodes: looks.iter().enumerate().map(node).collect(), ..StageFrame::default() }
    }

    fn set(numbers: &[u8]) -> NodeSet {
        numbers.iter().map(|&number| NodeId(number)).collect()
    }

    fn side(numbers: &[u8]) -> (NodeSet, Vec<String>) {
        (set(numbers), Vec::new())
    }

    const F: Look = Look::Follower;

    #[test]
    fn the_leader_is_offered_in_a_minority() {
        assert_eq!(offered(&frame(&[F, F, Look::Leader, F, F])), [set(&[1, 2, 5]), set(&[3, 4])]);
        assert_eq!(offered(&frame(&[F, F, F, F, Look::Leader])), [set(&[2, 3, 4]), set(&[1, 5])]);
        assert_eq!(offered(&frame(&[F, Look::Leader, F, F])), [set(&[1, 3, 4]), set(&[2])]);
        assert_eq!(offered(&frame(&[F, F])), [set(&[2]), set(&[1])]);
        assert_eq!(offered(&frame(&[Look::Leader])), [set(&[1])]);
    }

    #[test]
    fn each_side_is_told_what_it_could_do() {
        let five = frame(&[Look::Leader, F, F, F, F]);
        let sides = [(set(&[3, 4, 5]), vec!["Bob".to_owned()]), (set(&[1, 2]), vec!["Alice".to_owned()])];
        assert_eq!(
            preview(&five, &Rules::Majority, &sides),
            [
                "Side A: n3, n4, n5 and Bob. 3 of 5, a majority: it can elect a leader and go on.",
                "Side B: n1, n2 and Alice. 2 of 5, no majority: it can confirm nothing.",
            ]
        );
        let last = "No side has a majority: nobody can be told ok until you heal it.";
        assert_eq!(
            preview(&five, &Rules::Majority, &[side(&[1, 2]), side(&[3, 4]), side(&[5])]).last().map(String::as_str),
            Some(last)
        );
        assert_eq!(preview(&five, &Rules::Majority, &[side(&[1, 2, 3, 4, 5])]).len(), 1);
        let crashed = frame(&[Look::Leader, F, Look::Down, F, F]);
        let told = preview(&crashed, &Rules::Majority, &[side(&[3, 4, 5]), side(&[1, 2])]);
        assert_eq!(told[0], "Side A: n3, n4 and n5. 3 of 5, but 1 of them do not run: it can confirm nothing.");
        assert_eq!(told[2], last);
    }

    #[test]
    fn where_the_stage_will_use_other_letters_that_is_said() {
        let five = frame(&[Look::Leader, F, F, F, F]);
        let last = |sides: &[_]| preview(&five, &Rules::Majority, sides).pop().unwrap_or_default();
        let other = "The stage calls the strongest side A: B becomes A and A becomes B.";
        assert_eq!(last(&[side(&[1, 2]), side(&[3, 4, 5])]), other);
        assert!(last(&[side(&[3, 4, 5]), side(&[1, 2])]).starts_with("Side B"));
        let apart = [side(&[3]), side(&[1, 2]), side(&[4, 5])];
        assert_eq!(last(&apart), "The stage calls the strongest side A: B becomes A, C becomes B and A becomes C.");
        // All servers on one side are no sides on the stage.
        let people = [(NodeSet::EMPTY, vec!["Bob".to_owned()]), side(&[1, 2, 3, 4, 5])];
        assert!(last(&people).starts_with("Side B"));
    }

    #[test]
    fn what_is_parted_now_is_told_by_who_has_a_majority() {
        let side = |able: &[u8]| Side { nodes: set(able), able: set(able), reach: able.len() as u8, of: 5 };
        let now = |sides: &[Side]| now(&StageFrame { sides: sides.to_vec(), ..frame(&[F; 5]) }, &Rules::Majority);
        let told = now(&[side(&[3, 4, 5]), side(&[1, 2])]);
        assert!(told.is_some_and(|told| told.starts_with("3 of 5 are a majority: that side goes on.")));
        let told = now(&[side(&[1, 2]), side(&[3, 4]), side(&[5])]);
        assert!(told.is_some_and(|told| told.starts_with("No side has a majority of the 5.")));
        assert_eq!(now(&[]), None);
    }

    #[test]
    fn replicas_are_told_by_the_keys_that_a_side_can_serve() {
        let five = frame(&[Look::Replica; 5]);
        let homes = [((set(&[1, 2, 3]), false), 1), ((set(&[3, 4, 5]), false), 1)].into_iter().collect();
        let rules = Rules::Replicas(Replication { reads: 2, writes: 2, has_stand_ins: false, homes });
        let sides = [
            (set(&[1, 2]), vec!["Ann".to_owned()]),
            (set(&[3, 4, 5]), Vec::new()),
            (NodeSet::EMPTY, vec!["Bob".into()]),
        ];
        assert_eq!(
            preview(&five, &rules, &sides),
            [
                "Side A: n1, n2 and Ann. It can confirm writes and answer reads of 1 of 2 keys.",
                "Side B: n3, n4 and n5. It can confirm writes and answer reads of 1 of 2 keys.",
                "Side C: Bob. No node, so nobody answers here.",
            ]
        );
        let down = frame(&[Look::Replica, Look::Down, Look::Replica, Look::Replica, Look::Replica]);
        assert_eq!(
            preview(&down, &rules, &sides)[0],
            "Side A: n1, n2 and Ann. It can confirm no write and answer no read."
        );
        let Rules::Replicas(strict) = rules else { return };
        let loose = Rules::Replicas(Replication { has_stand_ins: true, ..strict });
        let told = preview(&five, &loose, &sides);
        assert_eq!(
            told[0],
            "Side A: n1, n2 and Ann. It can confirm writes and answer reads of every key, with stand-ins."
        );
        assert!(told[3].starts_with("More than one side can confirm writes of one key"));
    }
}
