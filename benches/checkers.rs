//! The checkers' speed: on the recorded histories of others, where they are at hand, and on drawn ones of the same kind.

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use netsplit::check::{
    Answer, Ask, Datum, End, EventLine, LineReader, LiveLinearizability, Model, Observed, Reading, Setup, Verdict,
    linearizable,
};
use std::fs;
use std::path::{Path, PathBuf};

/// The recorded histories of one folder whose names begin so.
fn recorded(part: &str, name: &str, model: Model, reading: Reading) -> Vec<Observed> {
    #[expect(clippy::disallowed_methods, reason = "a benchmark is told by its caller where the histories are")]
    let root = std::env::var("NETSPLIT_ORACLES");
    let Ok(root) = root else {
        println!("skipped: NETSPLIT_ORACLES does not say where the histories of {part} are");
        return Vec::new();
    };
    let folder = Path::new(&root).join(part).join("normalized");
    let entries = fs::read_dir(&folder).expect("the folder can be read");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry can be read").path()).collect();
    paths.retain(|path| path.file_name().is_some_and(|file| file.to_string_lossy().starts_with(name)));
    paths.sort();
    paths.iter().map(|path| load(path, model, reading)).collect()
}

fn load(path: &Path, model: Model, reading: Reading) -> Observed {
    let text = fs::read_to_string(path).expect("the history can be read");
    let mut reader = LineReader::new(model, reading);
    for (at, line) in text.lines().enumerate() {
        let line: EventLine = serde_json::from_str(line).expect("each line is an event");
        reader.take(at + 1, line).expect("the line fits");
    }
    reader.finish().0
}

/// A fixed sequence of numbers (a linear congruential generator, Knuth's MMIX).
struct Draws(u64);

impl Draws {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

/// So many clients on ten keys of text, get, append and sometimes put, as Porcupine's logs of a key-value store: each
/// operation takes effect at a drawn moment while it is open. If not `good`, one get in fifty returns what was there
/// before.
fn key_value(clients: u64, operations: usize, good: bool) -> Observed {
    let mut draws = Draws(clients);
    let mut observed = Observed::new();
    let mut store = vec![(String::new(), String::new()); 10];
    // Each client's operation, its key, and the answer once it has taken effect.
    let mut open: Vec<Option<(usize, usize, Option<Answer>)>> = vec![None; clients as usize];
    let mut begun = 0;
    while begun < operations || open.iter().any(Option::is_some) {
        let client = draws.below(clients) as usize;
        match open[client].take() {
            None if begun < operations => {
                let key = draws.below(10) as usize;
                let text = format!("x {client} {begun} y");
                let ask = match draws.below(20) {
                    0 => Ask::Write(text.as_str().into()),
                    1..=10 => Ask::Append(text.as_str().into()),
                    _ => Ask::Read,
                };
                let op = observed.invoke(client as u64, Some(key.to_string().as_str().into()), ask);
                open[client] = Some((op, key, None));
                begun += 1;
            }
            None => {}
            Some((op, key, None)) => {
                let is_late = !good && draws.below(50) == 0;
                let answer = effect(&observed.ops()[op].ask, &mut store[key], is_late);
                open[client] = Some((op, key, Some(answer)));
            }
            Some((op, _, Some(answer))) => observed.complete(op, End::Ok(answer)),
        }
    }
    observed
}

/// Does an operation on a value, of which the one before is kept too.
fn effect(ask: &Ask, (now, before): &mut (String, String), is_late: bool) -> Answer {
    match ask {
        Ask::Write(Datum::Text(text)) => *before = std::mem::replace(now, text.to_string()),
        Ask::Append(Datum::Text(text)) => {
            before.clone_from(now);
            now.push_str(text);
        }
        _ => {
            let seen = if is_late { &*before } else { &*now };
            return Answer::Value(seen.as_str().into());
        }
    }
    Answer::Done
}

fn check_all(histories: &[Observed], setup: &Setup) -> Vec<Verdict<Vec<usize>>> {
    histories.iter().map(|history| linearizable(history, setup)).collect()
}

/// The verdicts in few letters, so that a figure says what it is a figure of.
fn shown(verdicts: &[Verdict<Vec<usize>>]) -> String {
    let count = |is: fn(&Verdict<Vec<usize>>) -> bool| verdicts.iter().filter(|verdict| is(verdict)).count();
    let (yes, no) = (count(Verdict::is_satisfied), count(Verdict::is_violated));
    format!("{yes} yes, {no} no, {} undecided", verdicts.len() - yes - no)
}

fn batch(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("linearizable");
    group.sample_size(10);
    let append = Setup::new(Model::Append);
    let etcd = Setup::new(Model::CasRegister);
    let zero = Setup::new(Model::CasRegister).with_initial(0.into());
    let kv = |name: &str| recorded("porcupine", name, Model::Append, Reading::Porcupine);
    let sets = [
        ("Porcupine's etcd logs", recorded("porcupine", "etcd", Model::CasRegister, Reading::Porcupine), &etcd),
        ("Porcupine's kv c10-ok", kv("kv_c10-ok"), &append),
        ("Porcupine's kv c10-bad", kv("kv_c10-bad"), &append),
        ("Porcupine's kv c50-ok", kv("kv_c50-ok"), &append),
        ("Porcupine's kv c50-bad", kv("kv_c50-bad"), &append),
        (
            "Knossos' memstress",
            recorded("knossos", "cas-register__good__mem", Model::CasRegister, Reading::Jepsen),
            &zero,
        ),
        (
            "Knossos' mongodb",
            recorded("knossos", "cas-register__good__mongo", Model::CasRegister, Reading::Jepsen),
            &zero,
        ),
        ("drawn, 10 clients, good", vec![key_value(10, 400, true)], &append),
        ("drawn, 50 clients, good", vec![key_value(50, 1_700, true)], &append),
        ("drawn, 50 clients, bad", vec![key_value(50, 1_700, false)], &append),
    ];
    for (name, histories, setup) in sets {
        if histories.is_empty() {
            continue;
        }
        println!("{name}: {}", shown(&check_all(&histories, setup)));
        group.bench_function(name, |bencher| bencher.iter(|| check_all(&histories, setup)));
    }
    group.finish();
}

fn live(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("live");
    group.sample_size(10);
    let etcd = recorded("porcupine", "etcd", Model::CasRegister, Reading::Porcupine);
    let sets = [
        ("Porcupine's etcd logs", etcd, Setup::new(Model::CasRegister)),
        ("drawn, 10 clients, good", vec![key_value(10, 10_000, true)], Setup::new(Model::Append)),
    ];
    for (name, histories, setup) in sets {
        let setup = Setup { budget: LiveLinearizability::BUDGET, ..setup };
        group.bench_function(name, |bencher| {
            let follow = |histories: &[Observed]| {
                for history in histories {
                    let mut live = LiveLinearizability::new(setup.clone());
                    live.follow(history).for_each(drop);
                }
            };
            bencher.iter_batched(|| &histories, |histories| follow(histories), BatchSize::PerIteration);
        });
    }
    group.finish();
}

criterion_group!(checkers, batch, live);
criterion_main!(checkers);
