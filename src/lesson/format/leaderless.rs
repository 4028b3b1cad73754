//! `[system.leaderless]`: the settings of leaderless replication.

use super::form::{Form, Table};
use super::kinds::{Flag, Length, List, Text, Whole, Words};
use super::system::TIMER;
use crate::base::SimDuration;
use crate::lesson::sentences;
use crate::protocol::Key;
use crate::protocol::leaderless::{
    AntiEntropy, Break, Conflicts, Coordinator, Detector, Fanout, KeyRule, LeaderlessConfig, ReadRepair,
};

/// Quorums and how requests are seen to, repair, and what breaks.
pub(super) fn leaderless(form: &mut Form<'_, '_>, mut it: LeaderlessConfig) -> LeaderlessConfig {
    quorums(form, &mut it);
    requests(form, &mut it);
    conflicts(form, &mut it);
    repair(form, &mut it);
    forgetting(form, &mut it);
    it.gossip_interval = form.or("gossip_interval", TIMER, sentences::GOSSIP_INTERVAL, it.gossip_interval);
    detector(form, &mut it);
    let switches = List { of: Words { what: "a rule to break", words: &BREAKS }, min: 1, max: BREAKS.len() };
    if let Some(switches) = form.optional("break_it", switches, sentences::BREAK_IT) {
        it.break_it = switches.into_iter().collect();
    }
    it
}

fn quorums(form: &mut Form<'_, '_>, it: &mut LeaderlessConfig) {
    let count = Whole { min: 1, max: 9 };
    it.n = form.or("n", count, sentences::N, u32::from(it.n)) as u8;
    it.r = form.or("r", count, sentences::R, u32::from(it.r)) as u8;
    it.w = form.or("w", count, sentences::W, u32::from(it.w)) as u8;
    if it.r > it.n {
        form.problem("r", "a read cannot wait for more replicas than N");
    }
    if it.w > it.n {
        form.problem("w", "a write cannot wait for more replicas than N");
    }
    it.sloppy = form.or("sloppy", Flag, sentences::SLOPPY, it.sloppy);
}

fn requests(form: &mut Form<'_, '_>, it: &mut LeaderlessConfig) {
    it.coordinator = form.or("coordinator", COORDINATOR, sentences::COORDINATOR, it.coordinator);
    it.read_fanout = form.or("read_fanout", FANOUT, sentences::READ_FANOUT, it.read_fanout);
    it.request_timeout = form.or("request_timeout", TIMER, sentences::REQUEST_TIMEOUT, it.request_timeout);
}

fn conflicts(form: &mut Form<'_, '_>, it: &mut LeaderlessConfig) {
    it.conflicts = form.or("conflicts", CONFLICTS, sentences::CONFLICTS, it.conflicts);
    let rules = List { of: RULE, min: 1, max: 100 };
    if let Some(rules) = form.optional("rules", rules, "Keys with a rule of their own.") {
        it.rules = rules;
    }
}

fn repair(form: &mut Form<'_, '_>, it: &mut LeaderlessConfig) {
    it.read_repair = form.or("read_repair", READ_REPAIR, sentences::READ_REPAIR, it.read_repair);
    it.hinted_handoff = form.or("hinted_handoff", Flag, sentences::HINTED_HANDOFF, it.hinted_handoff);
    it.handoff_interval = form.or("handoff_interval", TIMER, sentences::HANDOFF_INTERVAL, it.handoff_interval);
    it.hint_expiry = form.optional("hint_expiry", TIMER, sentences::HINT_EXPIRY).or(it.hint_expiry);
    it.anti_entropy =
        form.optional("anti_entropy", ANTI_ENTROPY, sentences::ANTI_ENTROPY).unwrap_or(it.anti_entropy.take());
}

fn forgetting(form: &mut Form<'_, '_>, it: &mut LeaderlessConfig) {
    let grace = Length { min: SimDuration::ZERO, ..Length::ANY };
    it.tombstone_grace = form.or("tombstone_grace", grace, sentences::TOMBSTONE_GRACE, it.tombstone_grace);
    it.compaction_interval =
        form.or("compaction_interval", TIMER, sentences::COMPACTION_INTERVAL, it.compaction_interval);
}

fn detector(form: &mut Form<'_, '_>, it: &mut LeaderlessConfig) {
    if let Some(detector) = form.optional("detector", DETECTOR, sentences::DETECTOR) {
        it.detector = detector;
    }
}

const RULE: Table<KeyRule> = Table {
    name: "rule of a key",
    heading: "`rules`",
    doc: "A key with a rule of its own.",
    form: |form| {
        let key = form.required("key", Text { min: 1, max: 64 }, "The key.");
        let conflicts = form.required("conflicts", CONFLICTS, sentences::CONFLICTS);
        Some(KeyRule { key: Key::from(key?.as_str()), conflicts: conflicts? })
    },
};

const ANTI_ENTROPY: Table<Option<AntiEntropy>> = Table {
    name: "anti-entropy",
    heading: "`anti_entropy`",
    doc: "How replicas compare what they hold.",
    form: |form| {
        let plain = AntiEntropy::default();
        let is_on = form.or("on", Flag, "Whether they compare at all.", true);
        let interval =
            form.or("interval", TIMER, "How often a replica compares with the next of the others.", plain.interval);
        let rate = Whole { min: 1, max: 1_000_000_000 };
        let doc = "How many bytes of versions it sends in a second at most; a leaf of the tree is sent whole even so.";
        let bytes_per_second = form.or("bytes_per_second", rate, doc, plain.bytes_per_second);
        let doc = "How deep the trees are: 2 to the power of this many leaves.";
        let depth = form.or("depth", Whole { min: 0, max: 10 }, doc, u32::from(plain.depth)) as u8;
        Some(is_on.then_some(AntiEntropy { interval, bytes_per_second, depth }))
    },
};

const DETECTOR: Table<Detector> = Table {
    name: "detector",
    heading: "`detector`",
    doc: "When a silent node is taken for dead: exactly one of these.",
    form: |form| {
        let mut choice = form.choice("a way to suspect");
        let doc = "After so long without news.";
        choice.case("timeout", TIMER, doc, Detector::Timeout);
        let doc = "When a living one would be silent for so long with a chance below ten to the power of minus phi; a thousand times phi.";
        choice.case("phi_milli", Whole { min: 1, max: 100_000 }, doc, Detector::PhiMilli);
        choice.case("off", super::kinds::Yes, "Never: everybody counts as alive.", |()| Detector::Off);
        choice.end()
    },
};

const COORDINATOR: Words<Coordinator> = Words {
    what: "who sees to a request",
    words: &[
        ("replica", Coordinator::Replica, sentences::COORDINATOR_REPLICA),
        ("proxy", Coordinator::Proxy, sentences::COORDINATOR_PROXY),
    ],
};

const FANOUT: Words<Fanout> = Words {
    what: "how many replicas a read asks",
    words: &[("all", Fanout::All, sentences::FANOUT_ALL), ("quorum", Fanout::Quorum, sentences::FANOUT_QUORUM)],
};

const CONFLICTS: Words<Conflicts> = Words {
    what: "a rule for conflicts",
    words: &[
        ("last_writer_wins", Conflicts::LastWriterWins, sentences::CONFLICTS_LWW),
        ("siblings", Conflicts::Siblings, sentences::CONFLICTS_SIBLINGS),
        ("union", Conflicts::Union, sentences::CONFLICTS_UNION),
        ("highest", Conflicts::Highest, sentences::CONFLICTS_HIGHEST),
        ("counter", Conflicts::Counter, sentences::CONFLICTS_COUNTER),
        ("set", Conflicts::Set, sentences::CONFLICTS_SET),
        ("text", Conflicts::Text, sentences::CONFLICTS_TEXT),
    ],
};

const READ_REPAIR: Words<ReadRepair> = Words {
    what: "when a read mends",
    words: &[
        ("off", ReadRepair::Off, sentences::READ_REPAIR_OFF),
        ("async", ReadRepair::Async, sentences::READ_REPAIR_ASYNC),
        ("blocking", ReadRepair::Blocking, sentences::READ_REPAIR_BLOCKING),
    ],
};

const BREAKS: [(&str, Break, &str); Break::ALL.len()] = {
    let mut words = [("", Break::AnswerBeforeQuorum, ""); Break::ALL.len()];
    let mut at = 0;
    while at < words.len() {
        let rule = Break::ALL[at];
        words[at] = (rule.name(), rule, rule.effect());
        at += 1;
    }
    words
};
