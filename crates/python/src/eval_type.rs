//! PySpark's numbers for the kinds of Python functions.

use lang::{Error, Result};

/// A kind of scalar function that workers run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum EvalType {
    /// One row at a time; results of a wrong type become NULL.
    Batched = 100,
    /// One row at a time; results are converted as Arrow does.
    ArrowBatched = 101,
    /// pandas Series in, a Series out.
    ScalarPandas = 200,
    /// Arrow arrays in, an array out.
    ScalarArrow = 250,
}

impl EvalType {
    /// # Errors
    /// Kinds that are no scalar functions, by name.
    pub(crate) fn scalar(name: &str, number: i32) -> Result<EvalType> {
        match number {
            100 => Ok(EvalType::Batched),
            101 => Ok(EvalType::ArrowBatched),
            200 => Ok(EvalType::ScalarPandas),
            250 => Ok(EvalType::ScalarArrow),
            other => Err(Error::unsupported(format!("the Python function {name} ({})", kind_name(other)))),
        }
    }

    pub(crate) fn number(self) -> i32 {
        self as i32
    }

    /// Whether the worker is told Spark's types of the arguments, beside their Arrow types.
    pub(crate) fn wants_input_type(self) -> bool {
        matches!(self, EvalType::Batched | EvalType::ArrowBatched)
    }
}

/// What users call a kind that scalar calls cannot be.
fn kind_name(number: i32) -> String {
    let name = match number {
        201 => "grouped map in pandas",
        202 => "grouped aggregate in pandas",
        203 => "window aggregate in pandas",
        204 => "scalar iterator in pandas",
        205 => "map in pandas",
        206 => "cogrouped map in pandas",
        207 => "map in Arrow",
        208 => "grouped map in pandas with state",
        209 => "grouped map in Arrow",
        210 => "cogrouped map in Arrow",
        211..=214 => "transform with state",
        215 => "grouped map iterator in Arrow",
        216 => "grouped map iterator in pandas",
        217 => "grouped aggregate iterator in pandas",
        251 => "scalar iterator in Arrow",
        252 => "grouped aggregate in Arrow",
        253 => "window aggregate in Arrow",
        254 => "grouped aggregate iterator in Arrow",
        300..=302 => "table function",
        other => return format!("eval type {other}"),
    };
    name.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalar_kinds_keep_their_number_and_others_are_refused_by_name() {
        for number in [100, 101, 200, 250] {
            assert_eq!(EvalType::scalar("f", number).unwrap().number(), number);
        }
        let refused = [(204, "scalar iterator in pandas"), (300, "table function"), (999, "eval type 999")];
        for (number, kind) in refused {
            let error = EvalType::scalar("f", number).unwrap_err();
            assert_eq!(error.condition(), "NOT_SUPPORTED_BY_FIRESTEEL");
            assert!(error.message().contains(kind), "{error}");
        }
    }
}
