//! `mask(s, lowerChar => 'x')`: arguments by name, put where the function expects them.
//!
//! Few of Spark's functions have names for their parameters; all others refuse them.

use datafusion::common::ScalarValue;
use functions::Argument;
use lang::{Error, Result};

use super::{Resolver, literal};

/// The parameters of a function, with what stands for those that are left out; `None`: it must be given.
type Parameters = &'static [(&'static str, Option<Option<&'static str>>)];

/// Functions whose parameters have names.
const NAMED: &[(&str, Parameters)] = &[
    ("count_min_sketch", &[("column", None), ("epsilon", None), ("confidence", None), ("seed", None)]),
    ("explode", &[("collection", None)]),
    ("explode_outer", &[("collection", None)]),
    ("inline", &[("input", None)]),
    ("inline_outer", &[("input", None)]),
    ("mask", MASK),
    ("posexplode", &[("collection", None)]),
    ("posexplode_outer", &[("collection", None)]),
    ("variant_explode", &[("input", None)]),
    ("variant_explode_outer", &[("input", None)]),
];

const MASK: Parameters = &[
    ("str", None),
    ("upperChar", Some(Some("X"))),
    ("lowerChar", Some(Some("x"))),
    ("digitChar", Some(Some("n"))),
    ("otherChar", Some(None)),
];

/// Functions that see to the names of their arguments themselves.
const BY_THEMSELVES: &[&str] =
    &["make_timestamp", "make_timestamp_ltz", "make_timestamp_ntz", "try_make_timestamp"];

impl Resolver<'_> {
    /// The arguments in the order of the parameters; what is left out of those that have defaults is filled in.
    ///
    /// # Errors
    /// `NAMED_PARAMETERS_NOT_SUPPORTED`, `UNEXPECTED_POSITIONAL_ARGUMENT`, `UNRECOGNIZED_PARAMETER_NAME`,
    /// `DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT…`, `REQUIRED_PARAMETER_NOT_FOUND`
    pub(super) fn arranged(&self, name: &str, arguments: Vec<Argument>) -> Result<Vec<Argument>> {
        let named = arguments.iter().any(|argument| argument.keyword.is_some());
        if (!named && name != "mask") || BY_THEMSELVES.contains(&name) {
            return Ok(arguments);
        }
        let routine = format!("`{name}`");
        let Some((_, parameters)) = NAMED.iter().find(|(known, _)| *known == name) else {
            return Err(Error::analysis("NAMED_PARAMETERS_NOT_SUPPORTED").with("functionName", routine));
        };
        if arguments.is_empty() || arguments.len() > parameters.len() {
            return Ok(arguments);
        }
        let mut placed = self.placed_arguments(&routine, parameters, arguments)?;
        // Behind the last one that is given nothing is missing, unless it has a default.
        while placed.last().is_some_and(Option::is_none)
            && parameters.get(placed.len().saturating_sub(1)).is_some_and(|(_, default)| default.is_none())
            && !named
        {
            placed.pop();
        }
        let filled = placed.into_iter().zip(*parameters).enumerate().map(|(index, (argument, parameter))| {
            match (argument, parameter) {
                (Some(argument), _) => Ok(argument),
                (None, (_, Some(default))) => {
                    Ok(literal::scalar_argument(ScalarValue::Utf8(default.map(str::to_string))))
                }
                (None, (missing, None)) => Err(Error::analysis("REQUIRED_PARAMETER_NOT_FOUND")
                    .with("routineName", routine.as_str())
                    .with("parameterName", format!("`{missing}`"))
                    .with("index", index.to_string())),
            }
        });
        filled.collect()
    }

    fn placed_arguments(
        &self,
        routine: &str,
        parameters: Parameters,
        arguments: Vec<Argument>,
    ) -> Result<Vec<Option<Argument>>> {
        let mut placed: Vec<Option<Argument>> = vec![None; parameters.len()];
        let (mut positional, mut last_named) = (0, None);
        for argument in arguments {
            let Some(keyword) = argument.keyword.clone() else {
                if let Some(keyword) = last_named {
                    return Err(Error::analysis("UNEXPECTED_POSITIONAL_ARGUMENT")
                        .with("routineName", routine)
                        .with("parameterName", format!("`{keyword}`")));
                }
                placed[positional] = Some(argument);
                positional += 1;
                continue;
            };
            let place = parameters.iter().position(|(name, _)| name.eq_ignore_ascii_case(&keyword));
            let Some(place) = place else {
                let names: Vec<_> = parameters.iter().map(|(name, _)| format!("`{name}`")).collect();
                return Err(Error::analysis("UNRECOGNIZED_PARAMETER_NAME")
                    .with("routineName", routine)
                    .with("argumentName", format!("`{keyword}`"))
                    .with("proposal", names.join(" ")));
            };
            if placed[place].is_some() {
                let twice = if place < positional {
                    "BOTH_POSITIONAL_AND_NAMED"
                } else {
                    "DOUBLE_NAMED_ARGUMENT_REFERENCE"
                };
                return Err(Error::analysis(format!("DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT.{twice}"))
                    .with("routineName", routine)
                    .with("parameterName", format!("`{}`", parameters[place].0)));
            }
            placed[place] = Some(Argument { keyword: None, ..argument });
            last_named = Some(keyword);
        }
        Ok(placed)
    }
}
