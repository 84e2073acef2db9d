//! Broken plans: whatever the bytes, decoding ends with a plan or with an error that can be printed.
//!
//! The corpus (`fuzz_plans.txt`: a name and a plan in hexadecimal digits a line) are plans as PySpark writes them. They
//! are damaged, cut, spliced and put into one another at random, always with the same seed. `FIRESTEEL_FUZZ=1000000`
//! asks for more of them than an ordinary run has, `FIRESTEEL_FUZZ_SEED` for others.

use std::sync::Arc;

use prost::Message as _;
use spark_connect_proto as proto;

use super::{Decoder, Uploads};

const PLANS: usize = 20_000;
/// What the server's threads have.
const STACK_BYTES: usize = 16 * 1024 * 1024;

struct NoUploads;

impl Uploads for NoUploads {
    fn cached(&self, _: &str) -> Option<Arc<[u8]>> {
        None
    }
}

/// Small, fast and the same everywhere (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }

    fn range(&mut self, length: usize) -> std::ops::Range<usize> {
        let (a, b) = (self.below(length + 1), self.below(length + 1));
        a.min(b)..a.max(b)
    }
}

fn corpus() -> Vec<Vec<u8>> {
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let plan = |line: &str| -> Option<Vec<u8>> {
        let (_, digits) = line.split_once(' ')?;
        digits.as_bytes().chunks(2).map(byte).collect()
    };
    include_str!("fuzz_plans.txt").lines().map(|line| plan(line).expect("hexadecimal digits")).collect()
}

/// A field of a message that holds `bytes`.
fn field(number: u64, bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    prost::encoding::encode_varint(number << 3 | 2, &mut out);
    prost::encoding::encode_varint(bytes.len() as u64, &mut out);
    out.extend(bytes);
    out
}

fn mutated(corpus: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut bytes = corpus[random.below(corpus.len())].clone();
    for _ in 0..=random.below(4) {
        let at = random.below(bytes.len() + 1);
        let range = random.range(bytes.len());
        match random.below(7) {
            0 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
            1 if at < bytes.len() => bytes[at] = random.below(256) as u8,
            2 => bytes.truncate(at),
            3 => drop(bytes.drain(range)),
            4 => {
                let copy = bytes[range].to_vec();
                bytes.splice(at..at, copy);
            }
            5 => {
                let other = &corpus[random.below(corpus.len())];
                let piece = other[random.range(other.len())].to_vec();
                bytes.splice(range, piece);
            }
            _ => {
                // Wherever it lands: an input, an expression, a text.
                for _ in 0..random.below(40) {
                    bytes = field(1 + random.below(60) as u64, &bytes);
                }
                bytes = field(1, &bytes);
            }
        }
    }
    bytes
}

fn read(bytes: &[u8]) {
    let Ok(plan) = crate::codec::decode::<proto::Plan>(bytes) else { return };
    if let Err(error) = Decoder::new(&NoUploads).plan(&plan) {
        assert!(!error.condition().is_empty() && !error.to_string().is_empty());
    }
}

fn on_a_server_thread(run: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(run).expect("starts");
    if let Err(panic) = thread.join() {
        std::panic::resume_unwind(panic);
    }
}

#[test]
fn no_bytes_end_the_decoder() {
    let number = |name: &str| std::env::var(name).ok().and_then(|value| value.parse::<u64>().ok());
    let count = number("FIRESTEEL_FUZZ").map_or(PLANS, |n| n as usize);
    let seed = number("FIRESTEEL_FUZZ_SEED").unwrap_or(42).max(1);
    on_a_server_thread(move || {
        let (corpus, mut random) = (corpus(), Random(seed));
        for bytes in &corpus {
            let plan = crate::codec::decode::<proto::Plan>(bytes).expect("a plan");
            assert!(Decoder::new(&NoUploads).plan(&plan).is_ok(), "{plan:?}");
        }
        for _ in 0..count {
            let bytes = mutated(&corpus, &mut random);
            if let Err(panic) = std::panic::catch_unwind(|| read(&bytes)) {
                eprintln!("on the bytes {bytes:02x?}");
                std::panic::resume_unwind(panic);
            }
        }
    });
}

/// As deep as the decoder allows: from bytes to the tree and back out of memory.
#[test]
fn the_deepest_plans_fit_on_the_stack() {
    on_a_server_thread(|| {
        let mut relation = proto::Relation {
            rel_type: Some(proto::relation::RelType::Range(proto::Range {
                end: 1,
                step: 1,
                ..Default::default()
            })),
            ..Default::default()
        }
        .encode_to_vec();
        for _ in 0..super::MAX_DEPTH - 1 {
            // Relation.filter.input
            relation = field(4, &field(1, &relation));
        }
        let plan = crate::codec::decode::<proto::Plan>(&field(1, &relation)).expect("not too deep");
        let refused = Decoder::new(&NoUploads).plan(&plan).expect_err("filters without a condition");
        assert_eq!(refused.condition(), "INVALID_PLAN_INPUT");
    });
}
