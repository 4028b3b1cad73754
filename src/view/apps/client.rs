//! The small apps of clients: a cart, a page, likes, a feed. A key of such a name is shown to whoever uses it as the app that it
//! belongs to: what its client read last, and what became of what it did last. It knows no more than that client.

use crate::base::ClientId;
use crate::lesson::{Scenario, System};
use crate::protocol::leaderless::Conflicts;
use crate::protocol::{Element, Key, Operation, Update, Value};
use crate::sim::{Command, Outcome};
use crate::view::chronicle::{Chronicle, OperationBar};
use crate::view::stage::SeenBy;

/// What an app is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AppKind {
    /// A shopping cart: a key called `cart`.
    Cart,
    /// A page that anybody may rewrite: `page` or `wiki`.
    Page,
    /// A count of likes: `likes`.
    Likes,
    /// Posts, the last one first: `feed`.
    Feed,
}

impl AppKind {
    /// The app that a key belongs to.
    #[must_use]
    pub fn of(key: &Key) -> Option<Self> {
        match key.name().as_ref() {
            "cart" => Some(Self::Cart),
            "page" | "wiki" => Some(Self::Page),
            "likes" => Some(Self::Likes),
            "feed" => Some(Self::Feed),
            _ => None,
        }
    }

    /// What a person calls it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Cart => "cart",
            Self::Page => "page",
            Self::Likes => "likes",
            Self::Feed => "feed",
        }
    }
}

/// What a person does in an app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AppDeed {
    /// Looks again.
    Refresh,
    /// Puts a thing into the cart.
    Put(String),
    /// Takes one out.
    Remove(Element),
    /// Likes it.
    Like,
    /// Rewrites the page, or posts.
    Say(String),
}

/// What a client read last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Nothing yet.
    NotRead,
    /// One version, as elements: of a cart or a feed its items, else one.
    One(Vec<Element>),
    /// Versions that have not seen each other.
    Several(Vec<String>),
}

/// What became of what it did last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AppStatus {
    /// It has done nothing.
    Idle,
    /// It waits.
    Waits(String),
    /// It was told that it is done.
    Done(String),
    /// It was told that nothing was done.
    Refused(String),
    /// It was told nothing in time.
    Unknown(String),
}

/// An app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct App {
    /// Whose.
    pub client: ClientId,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: AppKind,
    /// The key behind it.
    pub key: Key,
    /// What it shows.
    pub shown: Shown,
    /// What became of what was done last.
    pub status: AppStatus,
}

impl App {
    /// What a deed asks of the database.
    #[must_use]
    pub fn operation(&self, deed: AppDeed) -> Operation {
        let update = match (deed, self.kind) {
            (AppDeed::Refresh, _) => Update::Read,
            (AppDeed::Put(thing), _) => Update::Include(Element::Text(thing.into())),
            (AppDeed::Remove(thing), _) => Update::Exclude(thing),
            (AppDeed::Like, _) => Update::Add(1),
            (AppDeed::Say(words), AppKind::Feed) => Update::Append(Element::Text(words.into())),
            (AppDeed::Say(words), AppKind::Cart | AppKind::Page | AppKind::Likes) => {
                Update::Write(Value::Text(words.into()))
            }
        };
        Operation { key: self.key.clone(), update }
    }

    /// A thing to put into the cart that is not there.
    #[must_use]
    pub fn offer(&self) -> Option<&'static str> {
        let Shown::One(items) = &self.shown else { return GOODS.first().copied() };
        let is_there = |thing: &&str| items.iter().any(|item| matches!(item, Element::Text(text) if **text == **thing));
        GOODS.iter().find(|thing| !is_there(thing)).copied()
    }
}

/// What the shop sells.
const GOODS: [&str; 6] = ["lamp", "cup", "book", "pen", "chair", "clock"];

/// The apps of a run's clients, as far as somebody can know of them, before a record of the trace. Who uses which key is taken from
/// what the author lets clients do and from what they have done.
#[must_use]
pub fn client_apps(scenario: &Scenario, chronicle: &Chronicle, seen: u64, seen_by: SeenBy) -> Vec<App> {
    if !has_apps(scenario) {
        return Vec::new();
    }
    let before = chronicle.operations().partition_point(|bar| bar.record.0 < seen);
    let done = &chronicle.operations()[..before];
    let mut uses: Vec<(ClientId, Key)> = Vec::new();
    let asked = scenario.world.schedule.iter().filter_map(|(_, command)| match command {
        Command::Invoke { client, operation, .. } => Some((*client, &operation.key)),
        _ => None,
    });
    for (client, key) in asked.chain(done.iter().map(|bar| (bar.client, &bar.operation.key))) {
        if is_app(scenario, key) && !uses.iter().any(|(other, known)| (*other, known) == (client, key)) {
            uses.push((client, key.clone()));
        }
    }
    uses.retain(|(client, _)| match seen_by {
        SeenBy::Observer => true,
        SeenBy::Client(other) => other == *client,
        SeenBy::Node(_) => false,
    });
    uses.sort();
    let app = |(client, key): (ClientId, Key)| {
        let kind = AppKind::of(&key)?;
        let mine: Vec<&OperationBar> =
            done.iter().filter(|bar| bar.client == client && bar.operation.key == key).collect();
        let name = scenario.world.clients.get(client.slot()).map(|it| it.name.clone()).unwrap_or_default();
        let (shown, status) = (shown(&mine, seen), status(&mine, seen));
        Some(App { client, name, kind, key, shown, status })
    };
    uses.into_iter().filter_map(app).collect()
}

/// Whether any key that the author names has an app. Most runs have none, and are not looked through.
fn has_apps(scenario: &Scenario) -> bool {
    let given = scenario.world.data.iter().map(|(key, _)| key);
    let asked = scenario.world.schedule.iter().filter_map(|(_, command)| match command {
        Command::Invoke { operation, .. } => Some(&operation.key),
        _ => None,
    });
    given.chain(asked).any(|key| is_app(scenario, key))
}

/// Whether a key has an app: a text that many type in at once has boxes instead.
fn is_app(scenario: &Scenario, key: &Key) -> bool {
    let is_text = match &scenario.system {
        System::Leaderless(config) => config.conflicts_of(key) == Conflicts::Text,
        System::Raft(_) => false,
    };
    AppKind::of(key).is_some() && !is_text
}

/// The last answer to a question what is there.
fn shown(mine: &[&OperationBar], seen: u64) -> Shown {
    let answer = |bar: &&&OperationBar| {
        let is_read = bar.operation.update.is_read();
        is_read && matches!(&bar.ended, Some((stamp, Outcome::Ok { .. })) if stamp.record.0 < seen)
    };
    let last = mine.iter().filter(answer).max_by_key(|bar| bar.ended.as_ref().map(|(stamp, _)| stamp.record));
    let Some((_, Outcome::Ok { values, .. })) = last.and_then(|bar| bar.ended.as_ref()) else { return Shown::NotRead };
    match values.as_slice() {
        [] => Shown::One(Vec::new()),
        [only] => Shown::One(elements(only)),
        several => Shown::Several(several.iter().map(plain).collect()),
    }
}

fn elements(value: &Value) -> Vec<Element> {
    match value {
        Value::List(list) => list.to_vec(),
        Value::Text(text) => vec![Element::Text(text.clone())],
        Value::Int(number) => vec![Element::Int(*number)],
        Value::Bytes(bytes) => vec![Element::Bytes(bytes.clone())],
    }
}

/// A value as a person would say it.
fn plain(value: &Value) -> String {
    let words: Vec<String> =
        elements(value).iter().map(|element| element.to_string().trim_matches('"').to_owned()).collect();
    if words.is_empty() { "nothing".to_owned() } else { words.join(", ") }
}

/// What became of the last operation.
fn status(mine: &[&OperationBar], seen: u64) -> AppStatus {
    let Some(last) = mine.last() else { return AppStatus::Idle };
    let what = deed(&last.operation.update);
    match last.ended.as_ref().filter(|(stamp, _)| stamp.record.0 < seen) {
        None => AppStatus::Waits(format!("{what}: no answer yet")),
        Some((stamp, Outcome::Ok { .. })) => {
            AppStatus::Done(format!("{what}: ok in {}", stamp.at.since(last.invoked_at)))
        }
        Some((_, Outcome::Failed(_))) => AppStatus::Refused(format!("{what}: refused, nothing was done")),
        Some((_, Outcome::Unknown)) => AppStatus::Unknown(format!("{what}: no answer, so it may be done or not")),
    }
}

fn deed(update: &Update) -> String {
    let said = |element: &Element| element.to_string().trim_matches('"').to_owned();
    match update {
        Update::Read => "looked".to_owned(),
        Update::Include(thing) => format!("added {}", said(thing)),
        Update::Exclude(thing) => format!("removed {}", said(thing)),
        Update::Add(amount) if *amount == 1 => "liked".to_owned(),
        Update::Add(amount) => format!("added {amount}"),
        Update::Append(words) => format!("posted {}", said(words)),
        Update::Write(value) => format!("wrote {}", plain(value)),
        Update::CompareAndSet { value, .. } => format!("swapped to {}", plain(value)),
        Update::Delete => "deleted it".to_owned(),
    }
}
