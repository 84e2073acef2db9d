//! `kll_sketch_to_string_*`: what a KLL sketch consists of, in Java's words.

use std::fmt::Write;

use arrow::datatypes::{DataType, Field};
use datafusion::logical_expr::Expr;
use datasketches::kll::KllSketch;
use lang::Result;

use super::arguments::sketch_or_text;
use super::kll_item::{Item, name_of, read};
use crate::Call;
use crate::scalar::{Text, apply_field};

/// Places in the bytes of a sketch.
const FLAGS: usize = 3;
const FLAG_SORTED: u8 = 0b10;
const LEVELS: usize = 18;
const FIRST_OFFSET: usize = 20;
/// The constant M of all sketches: the least capacity of a level.
const LEAST_CAPACITY: usize = 8;
/// Bytes in front of level offsets and items.
const HEADER: usize = 20;
const SMALL_HEADER: usize = 8;

/// `kll_sketch_to_string_*(sketch)`
pub(super) fn to_string<T: Item>(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    let name = name_of::<T>([
        "kll_sketch_to_string_bigint",
        "kll_sketch_to_string_double",
        "kll_sketch_to_string_float",
    ]);
    let field = Field::new(name, DataType::Utf8, call.arguments[0].nullable());
    Ok(apply_field(name, field, vec![sketch_or_text(call, 0)?], |input| {
        let sketches = input.bytes(0)?;
        input.to_strings(|row, out| {
            let bytes = sketches.value(row);
            describe::<T>(&read::<T>(bytes, input.returns.name())?, bytes, out);
            Ok(())
        })
    }))
}

/// How the sketch is laid out in memory.
struct Layout {
    levels: usize,
    free: usize,
    capacity: usize,
    compact_bytes: usize,
    updatable_bytes: usize,
}

impl Layout {
    fn new<T: Item>(sketch: &KllSketch<T::Kept>, bytes: &[u8]) -> Self {
        let retained = sketch.num_retained();
        let offset = bytes.get(FIRST_OFFSET..FIRST_OFFSET + 4);
        let (levels, free) = match offset {
            Some(&[a, b, c, d]) if sketch.n() > 1 => {
                (usize::from(bytes[LEVELS]), u32::from_le_bytes([a, b, c, d]) as usize)
            }
            _ => (1, usize::from(sketch.k()) - retained),
        };
        let capacity = free + retained;
        Layout {
            levels,
            free,
            capacity,
            compact_bytes: match sketch.n() {
                0 => SMALL_HEADER,
                1 => SMALL_HEADER + T::WIDTH,
                _ => HEADER + 4 * levels + (2 + retained) * T::WIDTH,
            },
            updatable_bytes: HEADER + 4 * (levels + 1) + (2 + capacity) * T::WIDTH,
        }
    }
}

fn describe<T: Item>(sketch: &KllSketch<T::Kept>, bytes: &[u8], out: &mut Text) {
    let layout = Layout::new::<T>(sketch, bytes);
    let percent = |error: f64| format!("{:.3}%", error * 100.0);
    let item = |item: Option<&T::Kept>| item.map_or("NaN".to_string(), |i| T::release(i.clone()).text());
    let lines: [(&str, String); 17] = [
        ("K", sketch.k().to_string()),
        ("Dynamic min K", sketch.min_k().to_string()),
        ("M", LEAST_CAPACITY.to_string()),
        ("N", sketch.n().to_string()),
        ("Epsilon", percent(sketch.normalized_rank_error())),
        ("Epsilon PMF", percent(sketch.normalized_pmf_error())),
        ("Empty", sketch.is_empty().to_string()),
        ("Estimation Mode", sketch.is_estimation_mode().to_string()),
        ("Levels", layout.levels.to_string()),
        ("Level 0 Sorted", (bytes[FLAGS] & FLAG_SORTED != 0).to_string()),
        ("Capacity Items", layout.capacity.to_string()),
        ("Retained Items", sketch.num_retained().to_string()),
        ("Free Space", layout.free.to_string()),
        ("ReadOnly", "false".to_string()),
        ("Updatable Storage Bytes", layout.updatable_bytes.to_string()),
        ("Compact Storage Bytes", layout.compact_bytes.to_string()),
        ("Min Item", item(sketch.min_item())),
    ];
    // Writing to this buffer does not fail.
    let _ = writeln!(out, "\n### KllKll{}Sketch Summary:", T::LABEL);
    for (name, value) in lines.iter().chain([&("Max Item", item(sketch.max_item()))]) {
        let _ = writeln!(out, "   {name:<23}: {value}");
    }
    out.push_str("### End sketch summary\n");
}
