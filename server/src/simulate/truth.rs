//! What is true of the people who are found in a context: what an oracle knows.

use app::learn::{
    choice::Stakes,
    response::{CELLS, Cell},
};

/// What yen truly do to the people of each context: of each prize what its visits earn and what it costs, yen, as means over the draws made there.
#[derive(Clone, Debug)]
pub(super) struct Truth {
    cells: Vec<TrueCell>,
    overall: TrueCell,
}

#[derive(Clone, Debug, Default)]
struct TrueCell {
    draws: f64,
    brings: Vec<f64>,
    costs: Vec<f64>,
}

impl TrueCell {
    fn add(&mut self, each: &[(f64, f64)]) {
        self.draws += 1.0;
        self.brings.resize(each.len(), 0.0);
        self.costs.resize(each.len(), 0.0);
        for (i, (brings, costs)) in each.iter().enumerate() {
            self.brings[i] += brings;
            self.costs[i] += costs;
        }
    }

    fn stakes(&self) -> Stakes {
        let mean = |of: &[f64]| of.iter().map(|sum| sum / self.draws).collect();
        Stakes::new(mean(&self.brings), mean(&self.costs))
    }
}

impl Truth {
    pub(super) fn new() -> Self {
        Self {
            cells: vec![TrueCell::default(); CELLS],
            overall: TrueCell::default(),
        }
    }

    pub(super) fn add(&mut self, cell: Cell, each: &[(f64, f64)]) {
        self.cells[cell.index()].add(each);
        self.overall.add(each);
    }

    /// What is true of a context, of all where it never came.
    pub(super) fn stakes(&self, cell: Cell) -> Stakes {
        let of = &self.cells[cell.index()];
        if of.draws > 0.0 {
            of.stakes()
        } else {
            self.overall.stakes()
        }
    }
}
