//! The grammar of XPath 1.0, from weak to strong operators.

use super::lexer::{Token, tokens};
use super::{Axis, Expr, Operator, Step, Test};

/// Deeper nesting is refused.
const MAX_DEPTH: usize = 200;

/// `None` when the text is no expression.
pub(in crate::format::xml) fn parse(text: &str) -> Option<Expr> {
    let mut parser = Parser { tokens: tokens(text)?, at: 0, depth: 0 };
    let expr = parser.binary(0)?;
    (parser.at == parser.tokens.len()).then_some(expr)
}

/// Binary operators by strength.
const LEVELS: &[&[(&str, Operator)]] = &[
    &[("or", Operator::Or)],
    &[("and", Operator::And)],
    &[("=", Operator::Equal), ("!=", Operator::NotEqual)],
    &[
        ("<", Operator::Less),
        ("<=", Operator::LessOrEqual),
        (">", Operator::Greater),
        (">=", Operator::GreaterOrEqual),
    ],
    &[("+", Operator::Add), ("-", Operator::Subtract)],
    &[("times", Operator::Multiply), ("div", Operator::Divide), ("mod", Operator::Modulo)],
];

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

impl Parser {
    fn is(&self, symbol: &str) -> bool {
        matches!(self.tokens.get(self.at), Some(Token::Symbol(found)) if *found == symbol)
    }

    fn eat(&mut self, symbol: &str) -> bool {
        let found = self.is(symbol);
        self.at += usize::from(found);
        found
    }

    fn binary(&mut self, level: usize) -> Option<Expr> {
        let Some(operators) = LEVELS.get(level) else { return self.unary() };
        let mut left = self.binary(level + 1)?;
        while let Some((_, operator)) = operators.iter().find(|(symbol, _)| self.is(symbol)) {
            self.at += 1;
            let right = self.binary(level + 1)?;
            left = Expr::Binary { operator: *operator, left: Box::new(left), right: Box::new(right) };
        }
        Some(left)
    }

    fn unary(&mut self) -> Option<Expr> {
        let mut is_negative = false;
        let mut is_signed = false;
        while self.eat("-") {
            is_negative = !is_negative;
            is_signed = true;
        }
        let mut left = self.path()?;
        while self.eat("|") {
            let right = Box::new(self.path()?);
            left = Expr::Binary { operator: Operator::Union, left: Box::new(left), right };
        }
        if is_signed && !is_negative {
            left = Expr::Negated(Box::new(left));
        }
        Some(if is_signed { Expr::Negated(Box::new(left)) } else { left })
    }

    fn path(&mut self) -> Option<Expr> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return None;
        }
        let path = self.path_within();
        self.depth -= 1;
        path
    }

    fn path_within(&mut self) -> Option<Expr> {
        if let Some(base) = self.primary()? {
            let predicates = self.predicates()?;
            let steps = if self.is("/") || self.is("//") { self.more_steps(vec![])? } else { vec![] };
            if predicates.is_empty() && steps.is_empty() {
                return Some(base);
            }
            return Some(Expr::Filter { base: Box::new(base), predicates, steps });
        }
        if self.is("//") {
            return Some(Expr::Path { absolute: true, steps: self.more_steps(vec![])? });
        }
        if self.eat("/") {
            if !self.at_step() {
                return Some(Expr::Path { absolute: true, steps: vec![] });
            }
            let first = self.step()?;
            return Some(Expr::Path { absolute: true, steps: self.more_steps(vec![first])? });
        }
        let first = self.step()?;
        Some(Expr::Path { absolute: false, steps: self.more_steps(vec![first])? })
    }

    /// Literals, calls and parentheses; `Some(None)` for anything else.
    fn primary(&mut self) -> Option<Option<Expr>> {
        match self.tokens.get(self.at)?.clone() {
            Token::Number(number) => {
                self.at += 1;
                Some(Some(Expr::Number(number)))
            }
            Token::Text(text) => {
                self.at += 1;
                Some(Some(Expr::Text(text)))
            }
            Token::Symbol("(") => {
                self.at += 1;
                let inner = self.binary(0)?;
                self.eat(")").then_some(Some(inner))
            }
            Token::Name(name) if self.is_call() && !is_node_type(&name) => {
                self.at += 2;
                let mut arguments = vec![];
                if !self.eat(")") {
                    loop {
                        arguments.push(self.binary(0)?);
                        if self.eat(")") {
                            break;
                        }
                        if !self.eat(",") {
                            return None;
                        }
                    }
                }
                Some(Some(Expr::Call { name, arguments }))
            }
            _ => Some(None),
        }
    }

    fn is_call(&self) -> bool {
        matches!(self.tokens.get(self.at + 1), Some(Token::Symbol("(")))
    }

    fn at_step(&self) -> bool {
        match self.tokens.get(self.at) {
            Some(Token::Name(_)) => true,
            Some(Token::Symbol(symbol)) => matches!(*symbol, "*" | "@" | "." | ".."),
            _ => false,
        }
    }

    /// The steps behind `/` and `//`.
    fn more_steps(&mut self, mut steps: Vec<Step>) -> Option<Vec<Step>> {
        loop {
            if self.eat("//") {
                steps.push(Step { axis: Axis::DescendantOrSelf, test: Test::Node, predicates: vec![] });
            } else if !self.eat("/") {
                return Some(steps);
            }
            steps.push(self.step()?);
        }
    }

    fn step(&mut self) -> Option<Step> {
        if self.eat(".") {
            return Some(Step { axis: Axis::Itself, test: Test::Node, predicates: vec![] });
        }
        if self.eat("..") {
            return Some(Step { axis: Axis::Parent, test: Test::Node, predicates: vec![] });
        }
        let mut axis = if self.eat("@") { Axis::Attribute } else { Axis::Child };
        if let Some(Token::Name(name)) = self.tokens.get(self.at)
            && matches!(self.tokens.get(self.at + 1), Some(Token::Symbol("::")))
        {
            axis = named_axis(name)?;
            self.at += 2;
        }
        let test = self.test()?;
        Some(Step { axis, test, predicates: self.predicates()? })
    }

    fn test(&mut self) -> Option<Test> {
        if self.eat("*") {
            return Some(Test::Any);
        }
        let Some(Token::Name(name)) = self.tokens.get(self.at).cloned() else { return None };
        if !self.is_call() {
            self.at += 1;
            return Some(if name.contains(':') { Test::Nothing } else { Test::Name(name) });
        }
        self.at += 2;
        let test = match name.as_str() {
            "node" => Test::Node,
            "text" => Test::Text,
            "comment" => Test::Comment,
            "processing-instruction" => match self.tokens.get(self.at).cloned() {
                Some(Token::Text(target)) => {
                    self.at += 1;
                    Test::Instruction(Some(target))
                }
                _ => Test::Instruction(None),
            },
            _ => return None,
        };
        self.eat(")").then_some(test)
    }

    fn predicates(&mut self) -> Option<Vec<Expr>> {
        let mut predicates = vec![];
        while self.eat("[") {
            predicates.push(self.binary(0)?);
            if !self.eat("]") {
                return None;
            }
        }
        Some(predicates)
    }
}

fn is_node_type(name: &str) -> bool {
    matches!(name, "node" | "text" | "comment" | "processing-instruction")
}

fn named_axis(name: &str) -> Option<Axis> {
    Some(match name {
        "child" => Axis::Child,
        "descendant" => Axis::Descendant,
        "descendant-or-self" => Axis::DescendantOrSelf,
        "self" => Axis::Itself,
        "parent" => Axis::Parent,
        "ancestor" => Axis::Ancestor,
        "ancestor-or-self" => Axis::AncestorOrSelf,
        "following-sibling" => Axis::FollowingSibling,
        "preceding-sibling" => Axis::PrecedingSibling,
        "following" => Axis::Following,
        "preceding" => Axis::Preceding,
        "attribute" => Axis::Attribute,
        _ => return None,
    })
}
