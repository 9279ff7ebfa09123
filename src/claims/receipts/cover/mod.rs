//! Whether receipts cover what lines spent: a line may name several receipts, a receipt may serve several lines, and
//! none is used beyond its amount. Pure. Whether a line needs a receipt at all is in `checks`.

use std::collections::VecDeque;

use crate::claims::receipts::ReceiptAmount;
use crate::db::ids::ReceiptId;
use crate::money::Pence;

/// What a line spent, and the receipts that it names.
#[derive(Clone, Copy, Debug)]
pub struct Spending<'l> {
    /// Amount spent.
    pub spent: Pence,
    /// Receipts that the line names; a line that names none uses none.
    pub receipts: &'l [ReceiptId],
}

/// The positions of lines that their receipts don't cover, given what the lines before them use. A line that is not
/// covered uses nothing, so it does not affect the lines after it.
#[must_use]
pub fn uncovered(lines: &[Spending<'_>], receipts: &[ReceiptAmount]) -> Vec<usize> {
    let mut table = Table::new(lines, receipts);
    let short = |table: &mut Table, (position, line): (usize, &Spending<'_>)| {
        (!line.receipts.is_empty() && !table.place(position, line.spent.get())).then_some(position)
    };
    lines.iter().enumerate().filter_map(|line| short(&mut table, line)).collect()
}

/// How much each line uses of each receipt.
struct Table {
    /// For each line, the receipts that it may use.
    may: Vec<Vec<usize>>,
    /// For each line and receipt, the amount that the line uses.
    drawn: Vec<Vec<i64>>,
    /// For each receipt, the amount that is left.
    left: Vec<i64>,
}

impl Table {
    fn new(lines: &[Spending<'_>], receipts: &[ReceiptAmount]) -> Self {
        let place = |id: &ReceiptId| receipts.iter().position(|receipt| receipt.id == *id);
        Self {
            may: lines.iter().map(|line| line.receipts.iter().filter_map(place).collect()).collect(),
            drawn: vec![vec![0; receipts.len()]; lines.len()],
            left: receipts.iter().map(|receipt| receipt.amount_pence.get()).collect(),
        }
    }

    /// Places what a line spent on its receipts. Where that makes room, other lines move to other receipts that they
    /// name.
    fn place(&mut self, line: usize, spent: i64) -> bool {
        let mut missing = spent;
        while missing > 0 {
            let Some(way) = self.way(line) else {
                self.take_back(line);
                return false;
            };
            missing -= self.go(&way, missing);
        }
        true
    }

    /// The shortest path from a line to a receipt with something left (breadth first): each receipt with the line that
    /// moves to it.
    fn way(&self, line: usize) -> Option<Vec<(usize, usize)>> {
        let mut from: Vec<Option<(usize, Option<usize>)>> = vec![None; self.left.len()];
        let mut open: VecDeque<usize> = VecDeque::new();
        let mut reach = |who: usize, over: Option<usize>, open: &mut VecDeque<usize>| {
            for receipt in &self.may[who] {
                if from[*receipt].is_none() {
                    from[*receipt] = Some((who, over));
                    open.push_back(*receipt);
                }
            }
        };
        reach(line, None, &mut open);
        let mut found = None;
        while let Some(receipt) = open.pop_front() {
            if self.left[receipt] > 0 {
                found = Some(receipt);
                break;
            }
            for other in (0..self.may.len()).filter(|other| self.drawn[*other][receipt] > 0) {
                reach(other, Some(receipt), &mut open);
            }
        }
        let mut way = Vec::new();
        let mut at = found?;
        while let Some((who, over)) = from[at] {
            way.push((who, at));
            match over {
                Some(before) => at = before,
                None => break,
            }
        }
        Some(way)
    }

    /// Moves amounts along a path, from its last receipt back to the line; returns the amount moved.
    fn go(&mut self, way: &[(usize, usize)], most: i64) -> i64 {
        let mut much = way.first().map_or(0, |(_, last)| self.left[*last].min(most));
        for pair in way.windows(2) {
            if let [(who, _), (_, full)] = pair {
                much = much.min(self.drawn[*who][*full]);
            }
        }
        for (who, receipt) in way {
            self.drawn[*who][*receipt] += much;
        }
        for pair in way.windows(2) {
            if let [(who, _), (_, full)] = pair {
                self.drawn[*who][*full] -= much;
            }
        }
        if let Some((_, last)) = way.first() {
            self.left[*last] -= much;
        }
        much
    }

    fn take_back(&mut self, line: usize) {
        for receipt in 0..self.left.len() {
            self.left[receipt] += std::mem::take(&mut self.drawn[line][receipt]);
        }
    }
}

#[cfg(test)]
mod tests;
