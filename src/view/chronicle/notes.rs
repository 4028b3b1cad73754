//! What nodes decide, and what follows for logs, roles, terms, commits and losses.

use std::sync::Arc;

use super::beats::BeatKind;
use super::book::Book;
use super::kinds::MessageKind;
use super::reader::Reader;
use super::said::{News, WaitFor};
use super::spans::{
    Cell, Commit, Content, Ending, Loss, LostCell, Membership, OperationBar, Reign, Stamp, Standing, TermChange,
};
use crate::base::{NodeId, NodeSet, RequestId};

impl Reader {
    pub(super) fn note(&mut self, node: NodeId, news: News, when: Stamp, book: &mut Book) {
        match news {
            News::Other => {}
            News::Refusal => self.bring_news(when, book),
            News::Stands { term, standing } => self.stands(node, term, standing, when, book),
            News::Leads { term, votes } => self.leads(node, term, votes, when, book),
            News::StepsDown { term, why } => {
                self.shows_term(node, term, when, book);
                self.bring_news(when, book);
                if let Some((was, was_term)) = self.end_reign(node, when, book) {
                    let why = why.by(self.sender(book));
                    book.beat(when, BeatKind::StepsDown { node, was, was_term, term, why });
                }
            }
            News::Follows { term } => {
                self.shows_term(node, term, when, book);
                self.bring_news(when, book);
            }
            News::InTerm(term) => self.shows_term(node, term, when, book),
            News::HeardTerm(term) => {
                let state = self.node(node);
                if !state.is_term_shown || term > state.term {
                    self.shows_term(node, term, when, book);
                }
            }
            News::Appended { index, term, request } => self.appended(node, (index, term), request, book),
            News::Accepted { first, last } => {
                self.bring_news(when, book);
                self.accepted(node, first, last, book);
            }
            News::Truncated { first } => {
                self.bring_news(when, book);
                self.truncated(node, first, when, book);
            }
            News::Committed { index } => self.commit(node, index, when, book),
            News::SnapshotTaken { index, term } => self.node(node).log.compact(index, term),
            News::SnapshotInstalled { index, term } => {
                self.bring_news(when, book);
                self.node(node).log.compact(index, term);
            }
            News::Configured { index, voters, learners } => {
                self.configured(node, index, (voters, learners), when, book)
            }
            News::CaughtUp { learner } => book.beat(when, BeatKind::CaughtUp { node, learner }),
            News::OrderRefused { order, why } => book.beat(when, BeatKind::OrderRefused { node, order, why }),
        }
    }

    /// What a node says or does shows its term.
    pub(super) fn shows_term(&mut self, node: NodeId, term: u64, when: Stamp, book: &mut Book) {
        let state = self.node(node);
        let is_new = if state.is_term_shown { term > state.term } else { term != state.term };
        state.is_term_shown = true;
        if is_new {
            state.term = term;
            book.terms.push(TermChange { node, term, from: when });
        }
    }

    /// The routine message that is being handled has brought news after all. One that was held arrived long before.
    fn bring_news(&self, when: Stamp, book: &mut Book) {
        let Some(crossing) = self.handling.crossing.and_then(|at| book.crossings.get_mut(at)) else { return };
        let is_direct = crossing.end.is_some_and(|end| end.how == Ending::Delivered);
        if is_direct && !crossing.is_sent_as_foreground && crossing.news.is_none() {
            crossing.news = Some(when);
        }
    }

    /// The node whose message is being handled.
    fn sender(&self, book: &Book) -> Option<NodeId> {
        book.crossings.get(self.handling.crossing?)?.from.node()
    }

    fn stands(&mut self, node: NodeId, term: u64, standing: Standing, when: Stamp, book: &mut Book) {
        // A pre-candidate asks about the term after its own.
        let own = if standing == Standing::PreCandidate { term.saturating_sub(1) } else { term };
        self.shows_term(node, own, when, book);
        let handled = self.handling.crossing.and_then(|at| book.crossings.get(at));
        let is_asked = handled.is_some_and(|crossing| crossing.kind == MessageKind::TimeoutNow);
        self.begin_reign(node, term, standing, when, book);
        book.beat(when, BeatKind::Stands { node, term, standing, is_asked });
    }

    fn begin_reign(&mut self, node: NodeId, term: u64, standing: Standing, when: Stamp, book: &mut Book) {
        self.end_reign(node, when, book);
        book.reigns.push(Reign { node, term, standing, from: when, until: None });
        self.node(node).reign = Some(book.reigns.len() - 1);
    }

    fn leads(&mut self, node: NodeId, term: u64, votes: NodeSet, when: Stamp, book: &mut Book) {
        self.begin_reign(node, term, Standing::Leader, when, book);
        let reigns = self.nodes.iter().filter_map(|state| Some(book.reigns[state.reign?]));
        let rival = reigns.filter(|reign| reign.standing == Standing::Leader && reign.node != node);
        let rival = rival.map(|reign| (reign.term, reign.node)).max().map(|(term, node)| (node, term));
        let state = self.node(node);
        let (voters, learners) = (state.voters, state.learners);
        book.beat(when, BeatKind::Leads { node, term, votes, voters: voters.len() as u8, rival });
        if term >= self.latest_term {
            self.latest_term = term;
            self.adopt((voters, learners), when, book);
        }
    }

    fn adopt(&mut self, (voters, learners): (NodeSet, NodeSet), when: Stamp, book: &mut Book) {
        if (self.voters, self.learners) != (voters, learners) {
            (self.voters, self.learners) = (voters, learners);
            book.memberships.push(Membership { from: when, voters, learners });
        }
        self.look_for_quorum(when, book);
    }

    fn appended(&mut self, node: NodeId, (index, term): (u64, u64), request: Option<RequestId>, book: &Book) {
        let operation = request.and_then(|request| book.operation(request.op)).map(|bar| bar.operation.clone());
        let content = operation.map_or(Content::Opening, Content::Operation);
        self.node(node).log.push(Arc::new(Cell { index, term, content, request }));
    }

    fn accepted(&mut self, node: NodeId, first: u64, last: u64, book: &Book) {
        let message = self.handling.crossing.and_then(|at| book.crossings.get(at)).map(|crossing| crossing.message);
        let Some(cargo) = message.and_then(|message| self.cargo.remove(&message)) else { return };
        let log = &mut self.node(node).log;
        for cell in cargo.iter().filter(|cell| (first..=last).contains(&cell.index)) {
            log.push(cell.clone());
        }
    }

    fn truncated(&mut self, node: NodeId, first: u64, when: Stamp, book: &mut Book) {
        let dropped = self.node(node).log.truncate(first);
        if dropped.is_empty() {
            return;
        }
        let cells = dropped.into_iter().map(|cell| self.lost(cell, book)).collect();
        book.losses.push(Loss { by_crash: false, when, node, cells });
        book.beat(when, BeatKind::Lost(book.losses.len() - 1));
    }

    /// What a crash took is a matter of course, unless a promise is broken by it.
    pub(super) fn lost_in_crash(&mut self, node: NodeId, taken: Vec<Arc<Cell>>, when: Stamp, book: &mut Book) {
        let cells: Vec<LostCell> = taken.into_iter().map(|cell| self.lost(cell, book)).collect();
        if cells.iter().any(LostCell::is_broken_promise) {
            book.losses.push(Loss { by_crash: true, when, node, cells });
            book.beat(when, BeatKind::Lost(book.losses.len() - 1));
        }
    }

    fn lost(&self, cell: Arc<Cell>, book: &Book) -> LostCell {
        let bar = cell.request.and_then(|request| book.operation(request.op));
        let is_held = |index, term| self.nodes.iter().any(|state| state.log.covers(index, term));
        let is_otherwise = bar.is_some_and(|bar| {
            let Some(committed) = bar.committed else { return false };
            let first = book.commits.partition_point(|commit| commit.when < committed);
            let known = book.commits[first..].iter().take_while(|commit| commit.when == committed);
            let mut own = known.filter(|commit| commit.request.is_some_and(|request| request.op == bar.op));
            own.any(|commit| is_held(commit.index, commit.term))
        });
        LostCell {
            was_acknowledged: bar.is_some_and(OperationBar::is_acknowledged),
            is_gone: !is_held(cell.index, cell.term) && !is_otherwise,
            cell,
        }
    }

    fn commit(&mut self, node: NodeId, index: u64, when: Stamp, book: &mut Book) {
        if index <= self.committed {
            return;
        }
        let first = self.committed + 1;
        self.committed = index;
        let state = self.node(node);
        let is_leader = state.reign.is_some();
        let log = state.log.clone();
        let mut last_request = None;
        for index in first..=index {
            let Some(cell) = log.get(index) else { continue };
            let request = cell.request;
            book.commits.push(Commit { when, node, index, term: cell.term, request });
            last_request = request;
            if let Some(bar) = request.and_then(|request| book.operation_mut(request.op)) {
                bar.committed = bar.committed.or(Some(when));
            }
        }
        if is_leader {
            self.bring_news(when, book);
        }
        let tally = self.waits.tally(node, WaitFor::Acks(index), Self::holds(&log, index));
        book.beat(when, BeatKind::Committed { node, first, last: index, request: last_request, tally });
    }

    fn configured(
        &mut self,
        node: NodeId,
        index: u64,
        (voters, learners): (NodeSet, NodeSet),
        when: Stamp,
        book: &mut Book,
    ) {
        let state = self.node(node);
        (state.voters, state.learners) = (voters, learners);
        let leads = state.reign.map(|at| book.reigns[at]).filter(|reign| reign.standing == Standing::Leader);
        if leads.is_some() {
            // The leader's note of its own entry came just before, and did not say what it is.
            let amend = |cell: &Cell| Cell { content: Content::Membership { voters, learners }, ..cell.clone() };
            state.log.amend(index, amend);
        }
        if leads.is_some_and(|reign| reign.term >= self.latest_term) {
            self.adopt((voters, learners), when, book);
        }
    }
}
