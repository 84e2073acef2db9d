//! Window expressions and their frames.

use lang::Result;
use lang::ir::{Expr, ExprKind, FrameBound, FrameUnit, Literal, Window, WindowFrame, WindowSpec};
use spark_connect_proto::expression::{self, window};
use window::window_frame::{FrameBoundary, FrameType, frame_boundary::Boundary};

use super::{Decoder, invalid, missing, required};

impl Decoder<'_> {
    pub(super) fn window(&self, message: &expression::Window) -> Result<Expr> {
        let function = message.window_function.as_ref().ok_or_else(|| missing("Window.window_function"))?;
        let frame = match &message.frame_spec {
            Some(frame) => Some(self.frame(frame)?),
            None => None,
        };
        let spec = WindowSpec {
            base: None,
            partition_by: self.expressions(&message.partition_spec)?,
            order_by: self.sort_orders(&message.order_spec)?,
            frame,
        };
        Ok(ExprKind::Window(Box::new(Window { function: self.expression(function)?, spec })).into())
    }

    fn frame(&self, frame: &window::WindowFrame) -> Result<WindowFrame> {
        let unit = match FrameType::try_from(frame.frame_type) {
            Ok(FrameType::Row) => FrameUnit::Rows,
            Ok(FrameType::Range) => FrameUnit::Range,
            _ => return Err(invalid("WindowFrame.frame_type is undefined")),
        };
        Ok(WindowFrame {
            unit,
            lower: self.bound(&frame.lower, FrameBound::UnboundedPreceding, "WindowFrame.lower")?,
            upper: self.bound(&frame.upper, FrameBound::UnboundedFollowing, "WindowFrame.upper")?,
        })
    }

    fn bound(
        &self,
        bound: &Option<Box<FrameBoundary>>,
        unbounded: FrameBound,
        field: &str,
    ) -> Result<FrameBound> {
        let bound = bound.as_ref().ok_or_else(|| missing(field))?;
        Ok(match required(&bound.boundary, field)? {
            Boundary::CurrentRow(_) => FrameBound::CurrentRow,
            Boundary::Unbounded(_) => unbounded,
            Boundary::Value(value) => FrameBound::Offset(Box::new(self.expression(value)?)),
        })
    }
}

/// How many rows come before this one.
pub(super) fn row_number_from_zero() -> Expr {
    let frame = WindowFrame {
        unit: FrameUnit::Rows,
        lower: FrameBound::UnboundedPreceding,
        upper: FrameBound::CurrentRow,
    };
    let spec = WindowSpec { base: None, partition_by: Vec::new(), order_by: Vec::new(), frame: Some(frame) };
    let function = Expr::call("count", vec![Expr::literal(Literal::Integer(1))]);
    let number = ExprKind::Window(Box::new(Window { function, spec })).into();
    Expr::call("-", vec![number, Expr::literal(Literal::Long(1))])
}
