//! Links: one for each direction between any two endpoints that can talk. Owns whether a link is up, and the draws of
//! each message's fate; the world owns the messages.

use std::sync::Arc;

use super::config::{LinkSettings, NetworkConfig};
use super::record::DropReason;
use crate::base::{ClientId, Distribution, Endpoint, NodeId, Place, Purpose, SimDuration, SimTime, Stream, chance};

/// All directed links.
#[derive(Clone, Debug)]
pub(super) struct Network {
    seed: u32,
    clients: usize,
    config: Arc<NetworkConfig>,
    /// By sender, then receiver. Senders are the clients, then the nodes; a client's receivers are the nodes alone,
    /// since there is no link from one client to another.
    links: Vec<Vec<Link>>,
}

/// One directed link.
#[derive(Clone, Debug)]
pub struct Link {
    settings: LinkSettings,
    cut: bool,
    flap: Option<Flap>,
    /// Counts how often flapping was set up or ended: an event of an earlier flapping is stale.
    arming: u32,
    /// Messages sent so far: the position of every draw.
    sent: u64,
    /// Flips of a flapping link so far.
    flips: u64,
    last_arrival: SimTime,
    delay: Stream,
    loss: Stream,
    duplicate: Stream,
    duplicate_delay: Stream,
    flips_drawn: Stream,
}

#[derive(Clone, Debug)]
struct Flap {
    up: Distribution,
    down: Distribution,
    is_up: bool,
}

/// The state of a link, as a picture shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkHealth {
    /// Messages pass.
    Up,
    /// Cut by hand or by a fault.
    Cut,
    /// Flapping, and down just now.
    Down,
}

/// What becomes of a message that enters a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Passage {
    /// When it arrives, or would.
    pub(super) arrives_at: SimTime,
    /// Where and why it dies, if it does.
    pub(super) dies: Option<(SimTime, DropReason)>,
    /// When a second copy arrives, if there is one.
    pub(super) copy_arrives_at: Option<SimTime>,
}

impl Network {
    pub(super) fn new(seed: u32, clients: usize, nodes: u8, config: &NetworkConfig) -> Self {
        let links = vec![Vec::new(); clients];
        let mut network = Self { seed, clients, config: Arc::new(config.clone()), links };
        for _ in 0..nodes {
            network.add_node();
        }
        network
    }

    /// Adds the next node with its links to and from all others.
    pub(super) fn add_node(&mut self) {
        let new = self.links.len();
        for from in 0..new {
            let link = self.make_link(from, new);
            self.links[from].push(link);
        }
        let row = (0..=new).map(|to| self.make_link(new, to)).collect();
        self.links.push(row);
    }

    fn make_link(&self, from: usize, to: usize) -> Link {
        let (from, to) = (self.endpoint(from), self.endpoint(to));
        let is_between_nodes = from.node().is_some() && to.node().is_some();
        let mut settings =
            if is_between_nodes { self.config.between_nodes.clone() } else { self.config.to_clients.clone() };
        for rule in &self.config.rules {
            if rule.wire.directed().any(|link| link == (from, to)) {
                settings.apply(&rule.patch);
            }
        }
        Link::new(self.seed, Place(number(from), number(to)), settings)
    }

    fn endpoint(&self, at: usize) -> Endpoint {
        match at.checked_sub(self.clients) {
            None => Endpoint::Client(ClientId(at as u8)),
            Some(slot) => Endpoint::Node(NodeId::from_slot(slot)),
        }
    }

    fn at(&self, endpoint: Endpoint) -> usize {
        match endpoint {
            Endpoint::Client(client) => client.slot(),
            Endpoint::Node(node) => self.clients + node.slot(),
        }
    }

    pub(super) fn link(&self, from: Endpoint, to: Endpoint) -> &Link {
        let (row, column) = self.place(from, to);
        &self.links[row][column]
    }

    pub(super) fn link_mut(&mut self, from: Endpoint, to: Endpoint) -> &mut Link {
        let (row, column) = self.place(from, to);
        &mut self.links[row][column]
    }

    fn place(&self, from: Endpoint, to: Endpoint) -> (usize, usize) {
        (self.at(from), self.at(to) - self.first_receiver(from))
    }

    /// How many endpoints at the front this one has no link to.
    fn first_receiver(&self, from: Endpoint) -> usize {
        if from.client().is_some() { self.clients } else { 0 }
    }

    /// One number for a directed link, for events.
    pub(super) fn number(&self, from: Endpoint, to: Endpoint) -> u32 {
        number(from) << 16 | number(to)
    }

    pub(super) fn ends(&self, link: u32) -> (Endpoint, Endpoint) {
        (from_number(link >> 16), from_number(link & 0xFFFF))
    }

    /// Every endpoint that this one has a link to.
    pub(super) fn others(&self, endpoint: Endpoint) -> Vec<Endpoint> {
        let all = (0..self.links.len()).map(|at| self.endpoint(at));
        all.filter(|&other| other != endpoint && (other.node().is_some() || endpoint.node().is_some())).collect()
    }

    /// Every directed link that can carry a message, with its ends.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Endpoint, Endpoint, &Link)> {
        let rows = self.links.iter().enumerate();
        let all = rows.flat_map(move |(from, row)| {
            let from = self.endpoint(from);
            let first = self.first_receiver(from);
            row.iter().enumerate().map(move |(to, link)| (from, self.endpoint(first + to), link))
        });
        all.filter(|(from, to, _)| from != to)
    }
}

/// The key of an endpoint's draws: clients and nodes are told apart, and no count of the others moves them.
pub(super) fn number(endpoint: Endpoint) -> u32 {
    match endpoint {
        Endpoint::Node(node) => u32::from(node.0),
        Endpoint::Client(client) => 256 + u32::from(client.0),
    }
}

fn from_number(number: u32) -> Endpoint {
    match number {
        0..256 => Endpoint::Node(NodeId(number as u8)),
        _ => Endpoint::Client(ClientId((number - 256) as u8)),
    }
}

impl Link {
    fn new(seed: u32, place: Place, settings: LinkSettings) -> Self {
        let stream = |purpose| Stream::new(seed, purpose, place);
        Self {
            settings,
            cut: false,
            flap: None,
            arming: 0,
            sent: 0,
            flips: 0,
            last_arrival: SimTime::ZERO,
            delay: stream(Purpose::Delay),
            loss: stream(Purpose::Loss),
            duplicate: stream(Purpose::Duplicate),
            duplicate_delay: stream(Purpose::DuplicateDelay),
            flips_drawn: stream(Purpose::Flap),
        }
    }

    /// Its present settings.
    #[must_use]
    pub fn settings(&self) -> &LinkSettings {
        &self.settings
    }

    /// Whether messages pass.
    #[must_use]
    pub fn health(&self) -> LinkHealth {
        match &self.flap {
            _ if self.cut => LinkHealth::Cut,
            Some(flap) if !flap.is_up => LinkHealth::Down,
            Some(_) | None => LinkHealth::Up,
        }
    }

    /// Whether it goes down and up by itself.
    #[must_use]
    pub fn is_flapping(&self) -> bool {
        self.flap.is_some()
    }

    pub(super) fn settings_mut(&mut self) -> &mut LinkSettings {
        &mut self.settings
    }

    pub(super) fn set_cut(&mut self, cut: bool) {
        self.cut = cut;
    }

    /// Lets the link flap, up at first; gives the arming and when it first goes down.
    pub(super) fn start_flapping(&mut self, now: SimTime, up: Distribution, down: Distribution) -> (u32, SimTime) {
        self.flap = Some(Flap { up, down, is_up: true });
        self.arming += 1;
        (self.arming, now + self.draw_flip(up))
    }

    pub(super) fn stop_flapping(&mut self) {
        if self.flap.take().is_some() {
            self.arming += 1;
        }
    }

    /// Turns a flapping link over; gives whether it is up and when it turns again. Nothing if the event is stale.
    pub(super) fn flip(&mut self, now: SimTime, arming: u32) -> Option<(bool, SimTime)> {
        if !self.is_armed(arming) {
            return None;
        }
        let flap = self.flap.as_mut()?;
        flap.is_up = !flap.is_up;
        let (is_up, lasts) = (flap.is_up, if flap.is_up { flap.up } else { flap.down });
        Some((is_up, now + self.draw_flip(lasts)))
    }

    pub(super) fn is_armed(&self, arming: u32) -> bool {
        self.arming == arming && self.flap.is_some()
    }

    /// A flip takes at least a microsecond, or time would stand still.
    fn draw_flip(&mut self, lasts: Distribution) -> SimDuration {
        self.flips += 1;
        SimDuration(lasts.sample(self.flips_drawn.at(self.flips)).0.max(1))
    }

    /// Decides what becomes of the next message. Each of its draws has the message's own number on this link, whether
    /// or not the others are made.
    pub(super) fn enter(&mut self, now: SimTime, may_double: bool) -> Passage {
        let n = self.sent;
        self.sent += 1;
        let takes = self.draw_delay(n);
        let arrives_at = self.in_order(now + takes);
        let halfway = SimTime(now.0 + arrives_at.since(now).0 / 2);
        if self.health() != LinkHealth::Up {
            return Passage { arrives_at, dies: Some((halfway, DropReason::Cut)), copy_arrives_at: None };
        }
        if self.settings.loss_ppm > 0 && chance(self.loss.at(n), self.settings.loss_ppm) {
            return Passage { arrives_at, dies: Some((halfway, DropReason::Lost)), copy_arrives_at: None };
        }
        self.keep_order(arrives_at);
        let duplicate_ppm = if may_double { self.settings.duplicate_ppm } else { 0 };
        let is_doubled = duplicate_ppm > 0 && chance(self.duplicate.at(n), duplicate_ppm);
        let copy_arrives_at = is_doubled.then(|| {
            let takes = self.settings.delay.sample(self.duplicate_delay.at(n));
            let copy = self.in_order(now + takes);
            self.keep_order(copy);
            copy
        });
        Passage { arrives_at, dies: None, copy_arrives_at }
    }

    fn draw_delay(&mut self, n: u64) -> SimDuration {
        let delay = self.settings.delay;
        delay.constant().unwrap_or_else(|| delay.sample(self.delay.at(n)))
    }

    fn in_order(&self, arrival: SimTime) -> SimTime {
        if self.settings.reorder { arrival } else { arrival.max(self.last_arrival) }
    }

    fn keep_order(&mut self, arrival: SimTime) {
        self.last_arrival = self.last_arrival.max(arrival);
    }
}
