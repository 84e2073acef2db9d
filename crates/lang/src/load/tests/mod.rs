//! Scripts of loads: `*.load` files with specs and what they become.

mod golden;
mod show;
