//! The operations on dates, timestamps, times and intervals.

/// What is computed; `back` subtracts, `zoned` reads timestamps in the session time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Operation {
    /// A date and a number of days.
    AddDays {
        back: bool,
    },
    /// A date and an interval of whole days.
    AddWholeDays {
        back: bool,
    },
    AddMonths {
        back: bool,
    },
    AddCalendarToDate {
        back: bool,
    },
    AddMonthsToTimestamp {
        back: bool,
        zoned: bool,
    },
    AddDayTime {
        back: bool,
        zoned: bool,
    },
    AddCalendar {
        back: bool,
        zoned: bool,
    },
    AddToTime {
        back: bool,
    },
    DateDifference,
    TimestampDifference {
        zoned: bool,
    },
    TimeDifference,
    AddYearMonth {
        back: bool,
    },
    /// Two day-time intervals.
    AddIntervals {
        back: bool,
    },
    AddCalendarIntervals {
        back: bool,
    },
    ScaleYearMonth {
        divide: bool,
    },
    ScaleDayTime {
        divide: bool,
    },
    ScaleCalendar {
        divide: bool,
    },
    Ratio,
    Negate,
}

impl Operation {
    pub fn name(self) -> &'static str {
        match self {
            Operation::AddDays { .. } | Operation::AddWholeDays { .. } => "spark_date_add",
            Operation::AddMonths { .. } | Operation::AddCalendarToDate { .. } => "spark_date_add_interval",
            Operation::AddMonthsToTimestamp { .. }
            | Operation::AddDayTime { .. }
            | Operation::AddCalendar { .. } => "spark_timestamp_add_interval",
            Operation::AddToTime { .. } => "spark_time_add_interval",
            Operation::DateDifference => "spark_subtract_dates",
            Operation::TimestampDifference { .. } => "spark_subtract_timestamps",
            Operation::TimeDifference => "spark_subtract_times",
            Operation::AddYearMonth { .. }
            | Operation::AddIntervals { .. }
            | Operation::AddCalendarIntervals { .. } => "spark_add_intervals",
            Operation::ScaleYearMonth { divide: false }
            | Operation::ScaleDayTime { divide: false }
            | Operation::ScaleCalendar { divide: false } => "spark_multiply_interval",
            Operation::ScaleYearMonth { .. }
            | Operation::ScaleDayTime { .. }
            | Operation::ScaleCalendar { .. } => "spark_divide_interval",
            Operation::Ratio => "spark_interval_div",
            Operation::Negate => "spark_negate_interval",
        }
    }
}
