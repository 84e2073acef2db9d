//! PySpark's numbers for the kinds of Python functions.

use lang::{Error, Result};
use plan::contract::PythonForm;

/// A kind of function that workers run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum EvalType {
    /// One row at a time; results of a wrong type become NULL.
    Batched = 100,
    /// One row at a time; results are converted as Arrow does.
    ArrowBatched = 101,
    /// pandas Series in, a Series out.
    ScalarPandas = 200,
    GroupedMapPandas = 201,
    GroupedAggregatePandas = 202,
    WindowAggregatePandas = 203,
    ScalarPandasIterator = 204,
    MapPandas = 205,
    CogroupedMapPandas = 206,
    MapArrow = 207,
    GroupedMapArrow = 209,
    CogroupedMapArrow = 210,
    GroupedMapArrowIterator = 215,
    GroupedMapPandasIterator = 216,
    GroupedAggregatePandasIterator = 217,
    /// Arrow arrays in, an array out.
    ScalarArrow = 250,
    ScalarArrowIterator = 251,
    GroupedAggregateArrow = 252,
    WindowAggregateArrow = 253,
    GroupedAggregateArrowIterator = 254,
    /// One row at a time to rows.
    Table = 300,
    /// The same; rows are converted as Arrow does.
    ArrowTable = 301,
    /// Arrow batches to Arrow batches.
    ArrowNativeTable = 302,
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
            other => Err(refused(name, other)),
        }
    }

    /// The kind that runs a function of that number in a form.
    ///
    /// # Errors
    /// Kinds that do not go with the form, by name.
    pub(crate) fn of_form(form: PythonForm, name: &str, number: i32) -> Result<EvalType> {
        use PythonForm as F;
        match (form, number) {
            (F::Map, 205) => Ok(EvalType::MapPandas),
            (F::Map, 207) => Ok(EvalType::MapArrow),
            (F::Group, 201) => Ok(EvalType::GroupedMapPandas),
            (F::Group, 209) => Ok(EvalType::GroupedMapArrow),
            (F::Group, 215) => Ok(EvalType::GroupedMapArrowIterator),
            (F::Group, 216) => Ok(EvalType::GroupedMapPandasIterator),
            (F::Cogroup, 206) => Ok(EvalType::CogroupedMapPandas),
            (F::Cogroup, 210) => Ok(EvalType::CogroupedMapArrow),
            (F::Aggregate, 202) => Ok(EvalType::GroupedAggregatePandas),
            (F::Aggregate, 217) => Ok(EvalType::GroupedAggregatePandasIterator),
            (F::Aggregate, 252) => Ok(EvalType::GroupedAggregateArrow),
            (F::Aggregate, 254) => Ok(EvalType::GroupedAggregateArrowIterator),
            (F::Window, 202) => Ok(EvalType::WindowAggregatePandas),
            (F::Window, 252) => Ok(EvalType::WindowAggregateArrow),
            (F::Iterate, 204) => Ok(EvalType::ScalarPandasIterator),
            (F::Iterate, 251) => Ok(EvalType::ScalarArrowIterator),
            (F::Table, 300) => Ok(EvalType::Table),
            (F::Table, 301) => Ok(EvalType::ArrowTable),
            (F::Table, 302) => Ok(EvalType::ArrowNativeTable),
            (_, other) => Err(refused(name, other)),
        }
    }

    pub(crate) fn number(self) -> i32 {
        self as i32
    }

    /// Whether it answers each row with a value, and knows of no other rows.
    pub(crate) fn is_scalar(self) -> bool {
        use EvalType::{ArrowBatched, Batched, ScalarArrow, ScalarPandas};
        matches!(self, Batched | ArrowBatched | ScalarPandas | ScalarArrow)
    }

    /// Whether the worker is told Spark's types of the arguments, beside their Arrow types.
    pub(crate) fn wants_input_type(self) -> bool {
        matches!(self, EvalType::Batched | EvalType::ArrowBatched)
    }

    /// Whether the worker expects the columns of a frame inside one struct.
    pub(crate) fn wants_struct(self) -> bool {
        use EvalType::{GroupedMapArrow, GroupedMapArrowIterator, MapArrow, MapPandas};
        matches!(self, MapPandas | MapArrow | GroupedMapArrow | GroupedMapArrowIterator)
    }
}

fn refused(name: &str, number: i32) -> Error {
    Error::unsupported(format!("the Python function {name} ({})", kind_name(number)))
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

    #[test]
    fn aggregates_over_windows_have_numbers_of_their_own() {
        let window = |number| EvalType::of_form(PythonForm::Window, "f", number);
        assert_eq!(window(202).unwrap().number(), 203);
        assert_eq!(window(252).unwrap().number(), 253);
        assert!(window(217).is_err());
    }
}
