//! Names of nodes, clients and links. They must exist.

use crate::base::{ClientId, Endpoint, NodeId};
use crate::lesson::format::form::{Item, Kind};
use crate::lesson::format::nearest::nearest;
use crate::lesson::format::reader::Reader;
use crate::lesson::format::sketch::{Guide, Sketch};
use crate::sim::{Direction, Wire};

/// `"n3"`.
#[derive(Clone, Copy)]
pub(in crate::lesson::format) struct Node;

impl Kind for Node {
    type Value = NodeId;

    fn read(&self, item: &Item<'_>, reader: &mut Reader) -> Option<NodeId> {
        let name = reader.text(item, "this is the name of a node, such as \"n1\"")?;
        reader.node(name, item.span())
    }

    fn sketch(&self, guide: &mut Guide) -> Sketch {
        guide.value("node", "The name of a node: `\"n1\"`, `\"n2\"`, ...", Sketch::Pattern("^n[1-9][0-9]?$"))
    }
}

/// `"Alice"`.
#[derive(Clone, Copy)]
pub(in crate::lesson::format) struct Client;

impl Kind for Client {
    type Value = ClientId;

    fn read(&self, item: &Item<'_>, reader: &mut Reader) -> Option<ClientId> {
        let name = reader.text(item, "this is the name of a client")?;
        reader.client(name, item.span())
    }

    fn sketch(&self, guide: &mut Guide) -> Sketch {
        guide.value("client", "The name of a `[[client]]`.", Sketch::Text { min: 1, max: 32 })
    }
}

/// A node or a client.
#[derive(Clone, Copy)]
pub(in crate::lesson::format) struct End;

/// The endpoint of a name, or a note that there is none.
fn end(name: &str, item: &Item<'_>, reader: &mut Reader) -> Option<Endpoint> {
    if crate::lesson::format::reader::node_number(name).is_some() {
        return reader.node(name, item.span()).map(Endpoint::Node);
    }
    if let Some(slot) = reader.names.clients.iter().position(|client| client == name) {
        return u8::try_from(slot).ok().map(|slot| Endpoint::Client(ClientId(slot)));
    }
    let message = format!("there is no node or client `{}`", Reader::shorten(name));
    let nearest = nearest(name, reader.names.clients.iter().map(String::as_str));
    let help = match nearest {
        Some(client) => format!("did you mean `{client}`?"),
        None => format!("the nodes are `n1` to `n{}`", reader.names.nodes),
    };
    reader.problem_with_help(item.span(), message, help);
    None
}

impl Kind for End {
    type Value = Endpoint;

    fn read(&self, item: &Item<'_>, reader: &mut Reader) -> Option<Endpoint> {
        let name = reader.text(item, "this is the name of a node or a client")?;
        end(name, item, reader)
    }

    fn sketch(&self, guide: &mut Guide) -> Sketch {
        guide.value("endpoint", "The name of a node or a client.", Sketch::Text { min: 1, max: 32 })
    }
}

/// `"n1-n2"` both ways, `"n1->n2"` one way.
#[derive(Clone, Copy)]
pub(in crate::lesson::format) struct Link;

impl Kind for Link {
    type Value = Wire;

    fn read(&self, item: &Item<'_>, reader: &mut Reader) -> Option<Wire> {
        let text = reader.text(item, "this is a link, such as \"n1-n2\" or \"n1->n2\"")?;
        let (names, direction) = match text.split_once("->") {
            Some(names) => (Some(names), Direction::OneWay),
            None => (text.split_once('-'), Direction::Both),
        };
        let Some((from, to)) = names else {
            let message = format!("`{}` is no link", Reader::shorten(text));
            reader.problem_with_help(item.span(), message, "write \"n1-n2\" for both ways, \"n1->n2\" for one");
            return None;
        };
        let (from, to) = (end(from.trim(), item, reader), end(to.trim(), item, reader));
        let wire = Wire { from: from?, to: to?, direction };
        if wire.from == wire.to {
            reader.problem(item.span(), "a link has two different ends");
            return None;
        }
        if wire.from.node().is_none() && wire.to.node().is_none() {
            reader.problem(item.span(), "there is no link between two clients");
            return None;
        }
        Some(wire)
    }

    fn sketch(&self, guide: &mut Guide) -> Sketch {
        let doc = "A link between two nodes, or a node and a client: `\"n1-n2\"` means both ways, `\"n1->n2\"` only what \
                   goes from the first to the second.";
        guide.value("link", doc, Sketch::Pattern("^[^-> ]+ *->? *[^-> ]+$"))
    }
}
