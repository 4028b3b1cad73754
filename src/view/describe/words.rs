//! Names, lists, counts and lengths in words.

use std::fmt::Display;

use crate::base::{ClientId, Distribution, Endpoint, SimDuration};
use crate::sim::WorldConfig;

/// Who is called what. Nodes have their numbers; clients have the names of the scenario.
#[derive(Clone, Copy, Debug)]
pub struct Names<'a> {
    config: &'a WorldConfig,
}

impl<'a> Names<'a> {
    /// The names of one setting.
    #[must_use]
    pub fn new(config: &'a WorldConfig) -> Self {
        Self { config }
    }

    /// A client's name, or its number if it was given none.
    #[must_use]
    pub fn client(&self, client: ClientId) -> String {
        let given = self.config.clients.get(client.slot()).map(|config| config.name.as_str());
        given.filter(|name| !name.is_empty()).map_or_else(|| client.to_string(), str::to_owned)
    }

    /// A node's or client's name.
    #[must_use]
    pub fn endpoint(&self, endpoint: Endpoint) -> String {
        match endpoint {
            Endpoint::Node(node) => node.to_string(),
            Endpoint::Client(client) => self.client(client),
        }
    }

    /// How long a client waits for an answer to one attempt.
    #[must_use]
    pub fn patience(&self, client: ClientId) -> SimDuration {
        self.config.clients.get(client.slot()).map_or(SimDuration::ZERO, |config| config.timeout)
    }
}

/// Things in a row: "nobody", "n1", "n1 and n2", "n1, n2 and n3".
#[must_use]
pub fn list(things: impl IntoIterator<Item = impl Display>) -> String {
    let mut all: Vec<String> = things.into_iter().map(|thing| thing.to_string()).collect();
    match (all.pop(), all.is_empty()) {
        (None, _) => "nobody".to_owned(),
        (Some(only), true) => only,
        (Some(last), false) => format!("{} and {last}", all.join(", ")),
    }
}

/// A number with the word for one or for several.
pub(in crate::view) fn count(number: u64, one: &str, several: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { several })
}

/// A distribution of lengths: "always 5 ms", "1 ms to 5 ms".
#[must_use]
pub fn lengths(distribution: &Distribution) -> String {
    match distribution {
        Distribution::Constant(length) => format!("always {length}"),
        Distribution::Uniform { min, max } => format!("{min} to {max}"),
        Distribution::Exponential { min, mean } if min.is_zero() => format!("{mean} on average, exponential"),
        Distribution::Exponential { min, mean } => format!("{min} and {mean} more on average, exponential"),
        Distribution::LogNormal { median, sigma_milli } => {
            format!("{median} in the middle, log-normal, sigma {}.{:03}", sigma_milli / 1_000, sigma_milli % 1_000)
        }
        Distribution::Pareto { min, shape_milli } => {
            format!("at least {min}, Pareto, exponent {}.{:03}", shape_milli / 1_000, shape_milli % 1_000)
        }
    }
}

/// A chance in per cent with as many decimals as it has: "5 %", "0.0001 %".
#[must_use]
pub fn per_cent(ppm: u64) -> String {
    let fraction = format!("{:04}", ppm % 10_000);
    match fraction.trim_end_matches('0') {
        "" => format!("{} %", ppm / 10_000),
        digits => format!("{}.{digits} %", ppm / 10_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_read_as_people_write_them() {
        assert_eq!(list(Vec::<u8>::new()), "nobody");
        assert_eq!(list([1]), "1");
        assert_eq!(list([1, 2, 3]), "1, 2 and 3");
    }

    #[test]
    fn chances_keep_their_decimals() {
        assert_eq!([per_cent(50_000), per_cent(1), per_cent(1_000_000)], ["5 %", "0.0001 %", "100 %"]);
    }

    #[test]
    fn a_client_without_a_name_has_its_number() {
        let mut config = WorldConfig { clients: vec![Default::default(), Default::default()], ..Default::default() };
        config.clients[1].name.clear();
        let names = Names::new(&config);
        assert_eq!((names.client(ClientId(0)), names.client(ClientId(1))), ("Alice".to_owned(), "c2".to_owned()));
    }
}
