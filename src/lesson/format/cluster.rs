//! `[cluster]`, `[network]`, `[disk]`, `[limits]`: the world around the protocol.

use super::form::{Form, Table};
use super::kinds::{Delay, Flag, Link, List, Percent, Whole};
use crate::lesson::{Scenario, sentences};
use crate::sim::{DiskSettings, Limits, LinkPatch, LinkRule, LinkSettings, NetworkConfig, Wire};

/// The most `[[network.link]]` entries.
const RULES_MAX: usize = 500;

/// How many nodes there are.
pub(super) const CLUSTER: Table<u8> = Table {
    name: "cluster",
    heading: "[cluster]",
    doc: "The nodes that start: `n1`, `n2`, ...",
    form: |form| form.required("nodes", Whole { min: 1, max: Scenario::NODES_MAX }, sentences::NODES),
};

/// The links.
pub(super) const NETWORK: Table<NetworkConfig> = Table {
    name: "network",
    heading: "[network]",
    doc: "The links between all nodes, and between every client and every node.",
    form: |form| {
        let between_nodes = form.or("between_nodes", LINK_SETTINGS, "Between nodes.", LinkSettings::default());
        let to_clients = form.or("to_clients", LINK_SETTINGS, "Between a client and a node.", LinkSettings::default());
        let rules = form.optional("link", RULES, "Exceptions for single links, in order.").unwrap_or_default();
        Some(NetworkConfig { between_nodes, to_clients, rules })
    },
};

const RULES: List<Table<LinkRule>> = List { of: LINK_RULE, min: 0, max: RULES_MAX };

/// What changes about the links; the rest stays as it is in the scenario.
pub(super) const NETWORK_CHANGE: Table<NetworkConfig> = Table {
    name: "network change",
    heading: "`network`",
    doc: "What changes about the links. What is left out stays as it is in the scenario.",
    form: |form| {
        let base = network_so_far(form);
        let between_nodes = form.or("between_nodes", BETWEEN_CHANGE, "Between nodes.", base.between_nodes);
        let to_clients = form.or("to_clients", CLIENTS_CHANGE, "Between a client and a node.", base.to_clients);
        let rules = form.optional("link", RULES, "Exceptions for single links, in place of those so far.");
        Some(NetworkConfig { between_nodes, to_clients, rules: rules.unwrap_or(base.rules) })
    },
};

const BETWEEN_CHANGE: Table<LinkSettings> = Table {
    form: |form| {
        let base = network_so_far(form).between_nodes;
        Some(link_settings(form, base))
    },
    ..LINK_SETTINGS
};

const CLIENTS_CHANGE: Table<LinkSettings> = Table {
    form: |form| {
        let base = network_so_far(form).to_clients;
        Some(link_settings(form, base))
    },
    ..LINK_SETTINGS
};

fn network_so_far(form: &mut Form<'_, '_>) -> NetworkConfig {
    form.reader().and_then(|reader| reader.names.network.clone()).unwrap_or_default()
}

/// What holds without a `[network]`.
pub(super) fn quiet_network() -> NetworkConfig {
    NetworkConfig::default()
}

const LINK_SETTINGS: Table<LinkSettings> = Table {
    name: "link settings",
    heading: "the settings of links",
    doc: "How a link treats messages while it is up.",
    form: |form| Some(link_settings(form, LinkSettings::default())),
};

fn link_settings(form: &mut Form<'_, '_>, usual: LinkSettings) -> LinkSettings {
    let doc = "The chance that a message arrives twice.";
    LinkSettings {
        delay: form.or("delay", Delay, sentences::DELAY, usual.delay),
        loss_ppm: form.or("loss", Percent::CHANCE, sentences::LOSS, usual.loss_ppm),
        duplicate_ppm: form.or("duplicate", Percent::CHANCE, doc, usual.duplicate_ppm),
        reorder: form.or("reorder", Flag, "Whether a message may overtake an earlier one.", usual.reorder),
    }
}

const LINK_RULE: Table<LinkRule> = Table {
    name: "link rule",
    heading: "[[network.link]]",
    doc: "An exception for one link; what it does not say stays as it is for all.",
    form: |form| {
        let (wire, patch) = wire_and_patch(form);
        Some(LinkRule { wire: wire?, patch })
    },
};

/// A link and what changes about it.
pub(super) fn wire_and_patch(form: &mut Form<'_, '_>) -> (Option<Wire>, LinkPatch) {
    let wire = form.required("link", Link, "Which link.");
    let patch = LinkPatch {
        delay: form.optional("delay", Delay, sentences::DELAY),
        loss_ppm: form.optional("loss", Percent::CHANCE, sentences::LOSS),
        duplicate_ppm: form.optional("duplicate", Percent::CHANCE, "The chance that a message arrives twice."),
        reorder: form.optional("reorder", Flag, "Whether a message may overtake an earlier one."),
    };
    let says_something = ["delay", "loss", "duplicate", "reorder"]
        .iter()
        .any(|key| form.table().is_some_and(|table| table.get(*key).is_some()));
    if !says_something {
        form.problem("link", "nothing changes on this link: set `delay`, `loss`, `duplicate` or `reorder`");
    }
    (wire, patch)
}

/// Every node's disk.
pub(super) const DISK: Table<DiskSettings> = Table {
    name: "disk",
    heading: "[disk]",
    doc: "Every node's disk at the start.",
    form: |form| {
        let usual = DiskSettings::default();
        Some(DiskSettings { sync: form.or("sync", Delay, "How long it takes to make a write durable.", usual.sync) })
    },
};

/// Where a run stops growing.
pub(super) const LIMITS: Table<Limits> = Table {
    name: "limits",
    heading: "[limits]",
    doc: "Where a run stops growing. A run that reaches a limit says so and stands still.",
    form: |form| {
        let most = Limits::default();
        let count = |max| Whole { min: 1_u32, max };
        let messages = count(most.messages_in_flight);
        let operations = count(most.open_operations);
        let inputs = count(most.inbox);
        let bytes = Whole { min: 1, max: most.trace_bytes };
        let events = Whole { min: 1, max: most.events };
        let doc = "Inputs that wait at one node; more messages are dropped, as by a full socket buffer.";
        Some(Limits {
            messages_in_flight: form.or("messages_in_flight", messages, "Messages in flight.", most.messages_in_flight),
            open_operations: form.or("open_operations", operations, "Operations open at once.", most.open_operations),
            inbox: form.or("inbox", inputs, doc, most.inbox),
            trace_bytes: form.or("trace_bytes", bytes, "Bytes of trace.", most.trace_bytes),
            events: form.or("events", events, "Events.", most.events),
        })
    },
};
