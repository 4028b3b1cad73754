//! The run record: `(engine, scenario, seed, commands)` and the hash that they lead to. It is the lesson, the share link
//! and the bug report, and the only thing here that has a serialised form. Old formats always decode.

use serde::{Deserialize, Serialize};

use crate::base::Moment;
use crate::lesson::Scenario;
use crate::sim::Command;

/// The format that is written.
pub const RECORD_FORMAT: u8 = 1;

/// No record is longer, in bytes: what a link or a small file holds.
const BYTES_MAX: usize = 1 << 20;

/// No record has more commands.
const COMMANDS_MAX: usize = 50_000;

/// One run, as little as it takes to have it again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunRecord {
    /// The version of the program that made it.
    pub engine: String,
    /// Which scenario.
    pub scenario: ScenarioRef,
    /// The seed of every draw.
    pub seed: u32,
    /// The interventions, each at its moment, in order.
    pub commands: Vec<(Moment, Command)>,
    /// Where the run stood.
    pub at: Moment,
    /// How many of the commands were carried out by then.
    pub applied: u32,
    /// The trace hash there.
    pub hash: u64,
}

/// Which scenario a record belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ScenarioRef {
    /// One that comes with the program, by its id.
    Named(String),
    /// One of the person's own, whole.
    Inline(Box<Scenario>),
}

/// Why some bytes are no run record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// Longer than any record.
    #[error("the record has {0} bytes; none has more than {BYTES_MAX}")]
    TooLong(usize),
    /// Nothing there.
    #[error("the record is empty")]
    Empty,
    /// Written by a newer program.
    #[error("the record has format {0}, and this version reads up to {RECORD_FORMAT}: reload the page for a newer one")]
    Newer(u8),
    /// Format 0 was never written.
    #[error("the record has format 0, which does not exist: it is damaged")]
    NoFormat,
    /// The bytes make no sense.
    #[error("the record is damaged or cut short")]
    Damaged,
    /// Something follows the record.
    #[error("{0} bytes follow the record: it is damaged")]
    Trailing(usize),
    /// More commands than any record has.
    #[error("the record has {0} commands; none has more than {COMMANDS_MAX}")]
    TooManyCommands(usize),
    /// The commands are out of order, or more were carried out than there are.
    #[error("the record contradicts itself: {0}")]
    Contradiction(&'static str),
}

/// The bytes after the format's number.
type BodyV1 = (String, ScenarioRef, u32, Vec<(Moment, Command)>, Moment, u32, u64);

impl RunRecord {
    /// The record in bytes: the format's number, then its body in postcard's encoding.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let Self { engine, scenario, seed, commands, at, applied, hash } = self;
        let body = (engine, scenario, seed, commands, at, applied, hash);
        let start = vec![RECORD_FORMAT];
        postcard::to_extend(&body, start).expect("a vector takes all bytes")
    }

    /// Reads a record of any format that was ever written.
    ///
    /// # Errors
    /// When the bytes are no record, or one of a newer program. Whether the scenario exists and can run, and whether the
    /// commands can be carried out, shows when it is replayed.
    pub fn decode(bytes: &[u8]) -> Result<Self, RecordError> {
        if bytes.len() > BYTES_MAX {
            return Err(RecordError::TooLong(bytes.len()));
        }
        let (&format, body) = bytes.split_first().ok_or(RecordError::Empty)?;
        match format {
            0 => Err(RecordError::NoFormat),
            1 => Self::decode_v1(body)?.checked(),
            newer => Err(RecordError::Newer(newer)),
        }
    }

    fn decode_v1(body: &[u8]) -> Result<Self, RecordError> {
        let (decoded, rest) = postcard::take_from_bytes::<BodyV1>(body).map_err(|_| RecordError::Damaged)?;
        if !rest.is_empty() {
            return Err(RecordError::Trailing(rest.len()));
        }
        let (engine, scenario, seed, commands, at, applied, hash) = decoded;
        Ok(Self { engine, scenario, seed, commands, at, applied, hash })
    }

    fn checked(self) -> Result<Self, RecordError> {
        if self.commands.len() > COMMANDS_MAX {
            return Err(RecordError::TooManyCommands(self.commands.len()));
        }
        let in_order = |pair: &[(Moment, Command)]| {
            let ((before, _), (after, _)) = (&pair[0], &pair[1]);
            before.time <= after.time && before.events <= after.events
        };
        if !self.commands.windows(2).all(in_order) {
            return Err(RecordError::Contradiction("its commands are out of order"));
        }
        if self.applied as usize > self.commands.len() {
            return Err(RecordError::Contradiction("more commands were carried out than there are"));
        }
        if self.latest() > Scenario::UNTIL_MAX.0 {
            return Err(RecordError::Contradiction("it goes on for longer than any run"));
        }
        Ok(self)
    }

    /// The latest moment that it names, in microseconds.
    pub(super) fn latest(&self) -> u64 {
        let last = self.commands.last().map_or(0, |(moment, _)| moment.time.0);
        last.max(self.at.time.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{NodeId, SimTime};
    use crate::sim::Wire;

    fn record() -> RunRecord {
        let moment = |ms, events| Moment { time: SimTime::from_millis(ms), events };
        RunRecord {
            engine: "0.1.0".to_owned(),
            scenario: ScenarioRef::Named("minority-cut".to_owned()),
            seed: 7,
            commands: vec![
                (moment(5, 2), Command::Cut(Wire::both(NodeId(1), NodeId(2)))),
                (moment(5, 2), Command::HealAll),
            ],
            at: moment(9, 4),
            applied: 1,
            hash: 0xFEED,
        }
    }

    #[test]
    fn a_record_survives_its_own_bytes() {
        assert_eq!(RunRecord::decode(&record().encode()), Ok(record()));
    }

    #[test]
    fn damage_is_named() {
        let bytes = record().encode();
        assert_eq!(RunRecord::decode(&[]), Err(RecordError::Empty));
        assert_eq!(RunRecord::decode(&bytes[..bytes.len() - 1]), Err(RecordError::Damaged));
        assert_eq!(RunRecord::decode(&[bytes.clone(), vec![0, 0]].concat()), Err(RecordError::Trailing(2)));
        let newer = [vec![9], bytes[1..].to_vec()].concat();
        assert_eq!(RunRecord::decode(&newer), Err(RecordError::Newer(9)));
        assert_eq!(RunRecord::decode(&vec![1; BYTES_MAX + 1]), Err(RecordError::TooLong(BYTES_MAX + 1)));
    }

    #[test]
    fn contradictions_are_named() {
        let reversed = RunRecord {
            commands: record()
                .commands
                .into_iter()
                .rev()
                .enumerate()
                .map(|(at, (mut moment, command))| {
                    moment.time = SimTime(100 - at as u64);
                    (moment, command)
                })
                .collect(),
            ..record()
        };
        assert!(matches!(RunRecord::decode(&reversed.encode()), Err(RecordError::Contradiction(_))));
        let boastful = RunRecord { applied: 3, ..record() };
        assert!(matches!(RunRecord::decode(&boastful.encode()), Err(RecordError::Contradiction(_))));
    }
}
