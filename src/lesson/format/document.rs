//! The top level of a scenario file. The order in which its parts are read matters: names come before what uses them.

use super::claim::CLAIM;
use super::client::CLIENT;
use super::cluster::{self, CLUSTER, DISK, LIMITS, NETWORK};
use super::command;
use super::faults::FAULTS;
use super::form::{Form, Item, Table};
use super::kinds::{Each, Length, List, Literal, Named, Text, Whole};
use super::reader::Reader;
use super::system::SYSTEM;
use crate::base::{NodeId, SimDuration, SimTime};
use crate::lesson::{SCENARIO_FORMAT, Scenario};
use crate::protocol::Key;
use crate::sim::{Limits, WorldConfig};

/// The most `[[claim]]` entries.
pub(super) const CLAIMS_MAX: usize = 100;
/// The most keys under `[data]`.
pub(super) const KEYS_MAX: usize = 10_000;
/// The longest name of a key.
pub(super) const KEY_CHARS: usize = 64;

/// The whole file.
pub(super) const SCENARIO: Table<Scenario> =
    Table { name: "scenario", heading: "the scenario", doc: "The top level of the file.", form: scenario };

fn scenario(form: &mut Form<'_, '_>) -> Option<Scenario> {
    let about = about(form);
    let scenario = world(form);
    let About { id, title, summary } = about?;
    Some(Scenario { id, title, summary, ..scenario? })
}

/// Everything but what it is called.
pub(super) fn world(form: &mut Form<'_, '_>) -> Option<Scenario> {
    let time = seed_and_end(form);
    let nodes = form.required("cluster", CLUSTER, "The nodes.");
    if let (Some(reader), Some(nodes)) = (form.reader(), nodes) {
        reader.names.nodes = nodes;
    }
    let system = form.required("system", SYSTEM, "Which protocol runs, and its settings.");
    if let (Some(reader), Some(system)) = (form.reader(), &system) {
        reader.names.system = Some(system.clone());
    }
    let list = Each(List { of: CLIENT, min: 0, max: Scenario::CLIENTS_MAX });
    let clients = form.optional("client", list, "The clients.").unwrap_or_default();
    count_added_nodes(form);
    let network = form.or("network", NETWORK, "The links.", cluster::quiet_network());
    let disk = form.or("disk", DISK, "Every node's disk.", Default::default());
    let data = form.optional("data", DATA, "What every disk holds before the first start, by key.");
    let limits = form.or("limits", LIMITS, "Where a run stops growing, and stands still.", Limits::default());
    let schedule = command::schedule(form, nodes.unwrap_or(NodeId::MAX), clients.len() as u8);
    let faults = form.optional("faults", FAULTS, "Random faults on top, drawn from the seed before the run.");
    let claims = Each(List { of: CLAIM, min: 0, max: CLAIMS_MAX });
    let claims = form.optional("claim", claims, "What a run with the scenario's own seed shows.").unwrap_or_default();
    refuse_twins(form);

    let (seed, until) = time?;
    let data = data.unwrap_or_default().into_iter().map(|(key, value)| (Key::from(key.as_str()), value)).collect();
    let clients = clients.into_iter().flatten().collect();
    let claims = claims.into_iter().flatten().collect();
    let world = WorldConfig { nodes: nodes?, network, disk, data, clients, schedule, limits };
    let (id, title, summary) = Default::default();
    Some(Scenario { format: SCENARIO_FORMAT, id, title, summary, seed, until, system: system?, world, faults, claims })
}

struct About {
    id: String,
    title: String,
    summary: String,
}

const DATA: Named<Literal> = Named { key: "a key", of: Literal, max: KEYS_MAX, key_max: KEY_CHARS };

fn about(form: &mut Form<'_, '_>) -> Option<About> {
    let doc =
        "Its name in links and file names: lower-case words with hyphens, the same as the file's name without `.toml`.";
    let id = form.required("id", Text { min: 1, max: 60 }, doc);
    if let Some(id) = &id {
        check_id(form, id, "toml");
    }
    let title = form.required("title", Text { min: 1, max: 120 }, "Its name for people.");
    let summary = form.required("summary", Text { min: 1, max: 1_000 }, "What it is about, in a sentence or two.");
    Some(About { id: id?, title: title?, summary: summary? })
}

fn seed_and_end(form: &mut Form<'_, '_>) -> Option<(u32, SimTime)> {
    let seed = Whole { min: 0, max: u32::MAX };
    let seed = form.or("seed", seed, "The seed that it is shown with, and that its claims are about.", 1);
    let bounds = Length { min: SimDuration(1), max: SimDuration(Scenario::UNTIL_MAX.0) };
    let until = form.required("until", bounds, "When a run ends: 24 h at most.").map(|length| SimTime(length.0));
    if let (Some(reader), Some(until)) = (form.reader(), until) {
        reader.names.until = until;
    }
    Some((seed, until?))
}

/// What an id looks like, and that it is the file's name.
pub(super) fn check_id(form: &mut Form<'_, '_>, id: &str, extension: &str) {
    if !is_id(id) {
        form.problem("id", "an id is made of lower-case letters, digits and single hyphens, such as `minority-cut`");
        return;
    }
    let stem = form.reader().and_then(|reader| reader.stem.clone());
    if let Some(stem) = stem.filter(|stem| stem != id) {
        form.problem(
            "id",
            format!("the id is `{id}`, and the file is called `{stem}.{extension}`: they must be the same"),
        );
    }
}

/// Lower-case words with hyphens.
pub(super) fn is_id(id: &str) -> bool {
    let is_word =
        |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    id.split('-').all(is_word)
}

/// Nodes that timed commands add can be named anywhere; whether they are there in time is looked at with each command.
fn count_added_nodes(form: &mut Form<'_, '_>) {
    let entries = form.table().and_then(|table| table.get("at")).and_then(|at| at.get_ref().as_array());
    let adds = |entries: &toml::de::DeArray<'_>| {
        entries.iter().filter(|entry| entry.get_ref().get("add_node").is_some()).count()
    };
    let added = entries.map_or(0, adds);
    if let Some(reader) = form.reader() {
        let nodes = usize::from(reader.names.nodes).saturating_add(added);
        reader.names.nodes = u8::try_from(nodes).unwrap_or(NodeId::MAX).min(NodeId::MAX);
    }
}

/// Two claims of one name could not be told apart in a report.
fn refuse_twins(form: &mut Form<'_, '_>) {
    let Some(claims) = form.table().and_then(|table| table.get("claim")?.get_ref().as_array()) else { return };
    let name =
        |claim: &Item<'_>| claim.get_ref().get("name").and_then(|name| name.get_ref().as_str().map(str::to_owned));
    let names: Vec<Option<String>> = claims.iter().take(CLAIMS_MAX).map(name).collect();
    for (at, name) in names.iter().enumerate() {
        if let Some(name) = name.as_ref().filter(|_| names[..at].contains(name)) {
            let message = format!("another claim has the name `{}`", Reader::shorten(name));
            form.problem_of_entry("claim", at, Some("name"), message);
        }
    }
}
