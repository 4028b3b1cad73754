//! The sentences. Each says what happened and why, in the describer's words; a shorter form steps in where a long one has
//! too many words.

use super::{Caption, Rank, WORDS_MAX};
use crate::base::{ClientId, NodeId, NodeSet, OpId, RequestId, SimDuration};
use crate::check::InvariantBroken;
use crate::protocol::{Refusal, Update, Value};
use crate::sim::{AttemptEnd, Command, Outcome};
use crate::view::chronicle::{Beat, BeatKind, Chronicle, Loss, OperationBar, Stamp, Standing, TallyOf, WhyDown};
use crate::view::describe::{Names, command, list, order_refusal};
use crate::view::sides::Side;

/// Tells the key moments of one run.
pub(super) struct Teller<'a> {
    pub(super) chronicle: &'a Chronicle,
    pub(super) names: &'a Names<'a>,
}

/// How much it matters, and the sentence.
type Told = Option<(Rank, String)>;

/// A rule that was seen broken.
pub(super) fn invariant(broken: &InvariantBroken) -> Caption {
    let forms = [
        format!("{} is broken: {}.", broken.invariant.id(), broken.seen),
        format!("A rule is broken: {}, {}.", broken.invariant.id(), broken.invariant.name()),
    ];
    Caption { rank: Rank::Invariant, at: broken.at.time, record: None, text: fitting(&forms) }
}

/// The first form that is short enough; if none is, as much of the last as may be.
pub(super) fn fitting(forms: &[String]) -> String {
    let is_short = |form: &&String| form.split_whitespace().count() <= WORDS_MAX;
    let chosen = forms.iter().find(is_short).or(forms.last()).cloned().unwrap_or_default();
    let words: Vec<&str> = chosen.split_whitespace().collect();
    if words.len() <= WORDS_MAX { chosen } else { format!("{} ...", words[..WORDS_MAX - 1].join(" ")) }
}

impl Teller<'_> {
    pub(super) fn tell(&self, beat: &Beat) -> Told {
        let when = beat.when;
        match &beat.what {
            BeatKind::Command(it) => self.command(it, when),
            BeatKind::Flapped { from, to, is_up } => {
                let (from, to) = (self.names.endpoint(*from), self.names.endpoint(*to));
                let way = if *is_up { "up" } else { "down" };
                Some((Rank::Rest, format!("The flapping link from {from} to {to} goes {way}.")))
            }
            // The candidacy that follows at once tells it.
            BeatKind::TimedOut { .. } => None,
            BeatKind::Stands { node, term, standing, is_asked } => {
                self.stands(*node, *term, (*standing, *is_asked), when)
            }
            BeatKind::Leads { node, term, votes, voters, rival } => {
                Some(leads((*node, *term), *votes, *voters, *rival))
            }
            BeatKind::StepsDown { node, was, was_term, term, why } => {
                Some(steps_down(*node, (*was, *was_term), *term, *why))
            }
            BeatKind::CaughtUp { node, learner } => {
                Some((Rank::Rest, format!("{learner} has caught up. {node} gives it a vote.")))
            }
            BeatKind::OrderRefused { node, order, why } => Some((
                Rank::Outcome,
                fitting(&[
                    format!("{node} does not {order}: {}.", order_refusal(*why)),
                    format!("{node} does not {order}."),
                ]),
            )),
            BeatKind::ShortOfVotes { node, term, is_pre, tally } => {
                Some((Rank::Rest, short_of_votes(*node, *term, *is_pre, *tally)))
            }
            BeatKind::ShortOfAcks { node, index, request, tally } => {
                let TallyOf { have, of, need } = tally;
                let what = self.of_client(*request).unwrap_or_else(|| format!("entry {index}"));
                Some((Rank::Quorum, format!("{node} has stored {what} on {have} of {of}. It needs {need}.")))
            }
            BeatKind::Committed { node, first, last, request, tally } => {
                Some((Rank::Commit, self.committed(*node, (*first, *last), *request, *tally)))
            }
            BeatKind::Refused { request, node, refusal } => self.refused(*request, *node, *refusal, when),
            BeatKind::Unanswered { request, node, end } => self.unanswered(*request, *node, *end, when),
            BeatKind::Ended { op, client, outcome, timed_out } => self.ended(*op, *client, outcome, *timed_out),
            BeatKind::QuorumLost { best, of } => {
                let need = of / 2 + 1;
                Some((
                    Rank::Quorum,
                    format!("No node reaches a majority any more: at best {best} of {of}, not {need}."),
                ))
            }
            BeatKind::QuorumRegained { best, of } => {
                Some((Rank::Quorum, format!("A majority is within reach again: {best} of {of}.")))
            }
            BeatKind::Lost(at) => self.chronicle.losses().get(*at).map(|loss| self.lost(loss)),
            BeatKind::Replica(it) => self.replica(it),
            BeatKind::Halted(halt) => {
                let forms =
                    [format!("The run stands still: {halt}."), "The run stands still: a limit is reached.".into()];
                Some((Rank::Rest, fitting(&forms)))
            }
        }
    }

    fn command(&self, it: &Command, when: Stamp) -> Told {
        if matches!(it, Command::Invoke { .. } | Command::SetWorkload { .. }) {
            return None;
        }
        if matches!(it, Command::Partition { .. } | Command::Isolate(_) | Command::Cut(_))
            && let Some(cut_off) = self.cut_off(when)
        {
            return Some((Rank::Quorum, cut_off));
        }
        if matches!(it, Command::HealAll) {
            let sides = self.chronicle.sides_at(when.record);
            let reach = sides.iter().map(|side| side.reach).max().unwrap_or(0);
            let of = sides.first().map_or(0, |side| side.of);
            if of == 0 {
                return Some((Rank::Rest, "Every link is mended.".to_owned()));
            }
            return Some((Rank::Rest, format!("Every link is mended: {reach} of {of} reach each other.")));
        }
        let said = sentence(&command(it, self.names)).replace(" | ", " against ");
        let short = said.split([':', ';']).next().unwrap_or_default().trim_end_matches('.').to_owned() + ".";
        Some((Rank::Rest, fitting(&[said, short])))
    }

    /// A side that runs and has no majority, while another has.
    fn cut_off(&self, when: Stamp) -> Option<String> {
        let sides = self.chronicle.sides_at(when.record);
        if !sides.iter().any(Side::is_quorum) {
            return None;
        }
        let small = sides.iter().find(|side| !side.is_quorum() && side.size() > 0)?;
        let (size, of) = (small.size(), small.of);
        let are = if size == 1 { "is" } else { "are" };
        let forms = [
            format!("{} {are} cut off: {size} of {of} is no majority.", list(small.able.iter())),
            format!("{size} nodes are cut off: {size} of {of} is no majority."),
        ];
        Some(fitting(&forms))
    }

    fn stands(&self, node: NodeId, term: u64, (standing, is_asked): (Standing, bool), when: Stamp) -> Told {
        let before = self.chronicle.reigns().iter().rev().find(|it| it.node == node && it.from.record < when.record);
        let before = before.filter(|reign| reign.until == Some(when)).map(|reign| (reign.standing, reign.term));
        let text = match (standing, before) {
            _ if is_asked => format!("{node} stands for election in term {term}: its leader asked it to."),
            (Standing::PreCandidate, Some(_)) => {
                format!("{node} asks again whether it would be elected in term {term}.")
            }
            (Standing::PreCandidate, None) => {
                format!("{node} hears no leader and asks whether it would be elected.")
            }
            (_, Some((Standing::Candidate, old))) => {
                format!("{node} was not elected in term {old} and stands in term {term}.")
            }
            (_, Some((Standing::PreCandidate, _))) => {
                format!("{node} would be elected, so it stands for election in term {term}.")
            }
            (_, Some((Standing::Leader, _)) | None) => {
                format!("{node} hears no leader and stands for election in term {term}.")
            }
        };
        Some((Rank::Rest, text))
    }

    fn committed(
        &self,
        node: NodeId,
        (first, last): (u64, u64),
        request: Option<RequestId>,
        tally: Option<TallyOf>,
    ) -> String {
        let whose = self.of_client(request).filter(|_| first == last);
        let what = match whose {
            Some(whose) => whose,
            None if first == last && request.is_none() => format!("{node}'s own entry {first}"),
            None => entries(first, last),
        };
        let is_one = first == last;
        match tally.filter(|tally| tally.have >= tally.need) {
            Some(TallyOf { have, of, .. }) if is_one => {
                format!("{} is on {have} of {of} disks: it is committed.", sentence_start(&what))
            }
            Some(TallyOf { have, of, .. }) => {
                format!("{} are committed: the last is on {have} of {of} disks.", sentence_start(&what))
            }
            None => format!(
                "{node} takes {} for committed.",
                self.of_client(request).filter(|_| first == last).unwrap_or_else(|| entries(first, last))
            ),
        }
    }

    fn refused(&self, request: RequestId, node: NodeId, refusal: Refusal, when: Stamp) -> Told {
        if self.is_over_at(request.op, when) {
            return None;
        }
        let client = self.names.client(request.client);
        let text = match refusal {
            Refusal::NotLeader { hint: Some(leader) } => {
                format!("{node} refuses {client}: it does not lead, {leader} does.")
            }
            Refusal::NotLeader { hint: None } => format!("{node} refuses {client}: it knows no leader."),
            Refusal::Down => format!("Nothing listens at {node}; {client} tries elsewhere."),
            Refusal::Unsupported | Refusal::WrongType | Refusal::Unavailable => {
                format!("{node} refuses {client}: {refusal}.")
            }
        };
        Some((Rank::Rest, text))
    }

    fn unanswered(&self, request: RequestId, node: NodeId, end: AttemptEnd, when: Stamp) -> Told {
        if self.is_over_at(request.op, when) {
            return None;
        }
        let client = self.names.client(request.client);
        let text = match end {
            AttemptEnd::Reset => format!("{client}'s connection to {node} broke: nobody knows whether it was done."),
            AttemptEnd::GaveUp => format!("{node} has waited in vain for other replicas, and tells {client} so."),
            AttemptEnd::Answered | AttemptEnd::Refused(_) | AttemptEnd::TimedOut => format!(
                "{client} has no answer from {node} within {}, and tries again.",
                self.names.patience(request.client)
            ),
        };
        Some((Rank::Rest, text))
    }

    /// The outcome, which comes at the same moment, tells more.
    fn is_over_at(&self, op: OpId, when: Stamp) -> bool {
        let ended = self.chronicle.operation(op).and_then(|bar| bar.ended.as_ref());
        ended.is_some_and(|(end, _)| end.at == when.at)
    }

    fn ended(&self, op: OpId, client: ClientId, outcome: &Outcome, timed_out: bool) -> Told {
        let bar = self.chronicle.operation(op)?;
        let name = self.names.client(client);
        let operation = &bar.operation;
        let took = bar.ended.as_ref().map_or(SimDuration::ZERO, |(end, _)| end.at.since(bar.invoked_at));
        match outcome {
            Outcome::Ok { values, .. } if operation.update.is_read() => {
                let forms = [
                    format!("{name} reads {} = {}, after {}.", operation.key, shown(values), rounded(took)),
                    format!("{name} reads {}, after {}.", operation.key, rounded(took)),
                ];
                Some((Rank::Commit, fitting(&forms)))
            }
            Outcome::Ok { swapped: false, values } => {
                let forms = [
                    format!("{name} is told that {} is {}: nothing was swapped.", operation.key, shown(values)),
                    format!("{name} is told that nothing was swapped."),
                ];
                Some((Rank::Commit, fitting(&forms)))
            }
            Outcome::Ok { .. } => {
                let forms = [
                    format!("{name} is told ok after {}: {operation}.", rounded(took)),
                    format!("{name} is told ok after {}.", rounded(took)),
                ];
                Some((Rank::Commit, fitting(&forms)))
            }
            Outcome::Failed(refusal) => {
                let contact = bar.attempts.last().map_or_else(|| "the node".to_owned(), |last| last.to.to_string());
                let why = match refusal {
                    Refusal::NotLeader { hint: Some(leader) } => format!("{contact} does not lead, {leader} does"),
                    Refusal::NotLeader { hint: None } => format!("{contact} knows no leader"),
                    Refusal::Down => format!("nothing listens at {contact}"),
                    Refusal::Unsupported | Refusal::WrongType | Refusal::Unavailable => refusal.to_string(),
                };
                let forms =
                    [format!("{name} is told no: {why}. Nothing was done."), format!("{name} is told no: {why}.")];
                Some((Rank::Outcome, fitting(&forms)))
            }
            Outcome::Unknown if timed_out => {
                let contact = bar.attempts.last().map_or_else(|| "nobody".to_owned(), |last| last.to.to_string());
                let patience = self.names.patience(client);
                Some((Rank::Outcome, format!("{name} does not know: {contact} gave no answer within {patience}.")))
            }
            Outcome::Unknown if bar.attempts.last().is_some_and(|last| is_reset(last.ended)) => {
                Some((Rank::Outcome, format!("{name} does not know: the connection broke.")))
            }
            Outcome::Unknown if bar.attempts.last().is_some_and(|last| gave_up(last.ended)) => {
                let forms = [
                    format!("{name} does not know: too few replicas have answered. Some may have taken it."),
                    format!("{name} does not know: too few replicas have answered."),
                ];
                Some((Rank::Outcome, fitting(&forms)))
            }
            Outcome::Unknown => {
                Some((Rank::Outcome, format!("{name} does not know: an earlier attempt had no answer.")))
            }
        }
    }

    fn lost(&self, loss: &Loss) -> (Rank, String) {
        let node = loss.node;
        if let Some(lost) = loss.cells.iter().find(|lost| lost.is_broken_promise())
            && let Some(bar) = lost.cell.request.and_then(|request| self.chronicle.operation(request.op))
        {
            let client = self.names.client(bar.client);
            let forms = [
                format!("{client} was told ok, but no log holds {} any more.", bar.operation),
                format!("{client} was told ok, but no log holds the {} any more.", noun(bar)),
            ];
            return (Rank::LostWrite, fitting(&forms));
        }
        let what = match loss.cells.len() {
            1 => "1 entry".to_owned(),
            several => format!("{several} entries"),
        };
        let is_promised = loss.cells.iter().any(|lost| lost.was_acknowledged);
        let text = if is_promised {
            format!("{node} drops {what}: its leader has others there.")
        } else {
            format!("{node} drops {what}, as its leader has others. Nobody was told ok.")
        };
        (Rank::Quorum, text)
    }

    /// "Alice's write".
    pub(super) fn of_client(&self, request: Option<RequestId>) -> Option<String> {
        let bar = self.chronicle.operation(request?.op)?;
        Some(format!("{}'s {}", self.names.client(bar.client), noun(bar)))
    }
}

fn leads((node, term): (NodeId, u64), votes: NodeSet, voters: u8, rival: Option<(NodeId, u64)>) -> (Rank, String) {
    let others = votes.without(node);
    let forms = match rival {
        _ if others.is_empty() => vec![format!("{node} leads term {term}: its own vote is a majority.")],
        Some((other, old)) => vec![
            format!("{} elect {node} in term {term}; {other} still claims term {old}.", list(votes.iter())),
            format!("{} of {voters} elect {node}, term {term}; {other} still claims term {old}.", votes.len()),
        ],
        None => vec![
            format!("{node} leads term {term}: {} voted for it.", list(others.iter())),
            format!("{node} leads term {term}: {} of {voters} voted for it.", votes.len()),
        ],
    };
    (Rank::Leader, fitting(&forms))
}

fn steps_down(node: NodeId, (was, was_term): (Standing, u64), term: u64, why: WhyDown) -> (Rank, String) {
    let led = was == Standing::Leader;
    let does = if led { "steps down" } else { "gives up its candidacy" };
    let text = match why {
        WhyDown::NewerTerm(Some(from)) if led => {
            format!("{node} led term {was_term}, hears term {term} from {from} and steps down.")
        }
        WhyDown::NewerTerm(_) => format!("{node} hears of term {term} and {does}."),
        WhyDown::HeardLeader(leader) => format!("{node} {does}: {leader} leads term {term}."),
        WhyDown::LostQuorum(length) => format!("{node} {does}: no majority has answered it for {}.", rounded(length)),
        WhyDown::Removed => format!("{node} {does}: it has no vote any more."),
    };
    (if led { Rank::Leader } else { Rank::Rest }, text)
}

fn short_of_votes(node: NodeId, term: u64, is_pre: bool, tally: TallyOf) -> String {
    let TallyOf { have, of, need } = tally;
    if is_pre {
        format!("{node} would get {have} of {of} votes in term {term}. It needs {need}.")
    } else {
        format!("{node} has {have} of {of} votes in term {term}. It needs {need}.")
    }
}

fn is_reset(end: Option<(Stamp, AttemptEnd)>) -> bool {
    matches!(end, Some((_, AttemptEnd::Reset)))
}

fn gave_up(end: Option<(Stamp, AttemptEnd)>) -> bool {
    matches!(end, Some((_, AttemptEnd::GaveUp)))
}

pub(super) fn noun(bar: &OperationBar) -> &'static str {
    match bar.operation.update {
        Update::Read => "read",
        Update::CompareAndSet { .. } => "compare-and-set",
        Update::Write(_)
        | Update::Append(_)
        | Update::Add(_)
        | Update::Delete
        | Update::Include(_)
        | Update::Exclude(_) => "write",
    }
}

fn entries(first: u64, last: u64) -> String {
    if first == last { format!("entry {first}") } else { format!("entries {first} to {last}") }
}

pub(super) fn shown(values: &[Value]) -> String {
    if values.is_empty() { "nothing".to_owned() } else { list(values) }
}

/// A length in whole milliseconds, or as it is if it is shorter.
fn rounded(length: SimDuration) -> SimDuration {
    if length.0 < 1_000 { length } else { SimDuration((length.0 + 500) / 1_000 * 1_000) }
}

/// A line of the describer as a sentence.
fn sentence(line: &str) -> String {
    format!("{}.", sentence_start(line))
}

/// With a capital, unless it begins with a node or a client that has only a number, which are written small.
pub(super) fn sentence_start(line: &str) -> String {
    let mut letters = line.chars();
    let (first, second) = (letters.next(), letters.next());
    match first {
        Some('n' | 'c') if second.is_some_and(|letter| letter.is_ascii_digit()) => line.to_owned(),
        Some(letter) => letter.to_uppercase().collect::<String>() + &line[letter.len_utf8()..],
        None => String::new(),
    }
}
