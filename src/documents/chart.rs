//! A bar chart as inline SVG with the same figures as a table: bars lie, so that labels are read without turning the head. The
//! series differ by filled and empty bars, not by colour, and every bar has its figure beside it. Whole numbers alone.

/// A bar, and how its figure is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    /// Size; nothing is drawn for less than 1.
    pub size: i64,
    /// The figure beside it, such as "12 days".
    pub told: String,
}

/// A row: the bars of each series for one thing, and its row of the table.
#[derive(Clone, Debug)]
pub struct ChartRow {
    /// What the row is about, such as a month.
    pub label: String,
    /// One bar for each series.
    pub bars: Vec<Bar>,
    /// Cells of the table, after the label.
    pub cells: Vec<String>,
}

/// A bar chart with its table.
#[derive(Clone, Debug)]
pub struct Chart {
    /// Id of the picture in the page.
    pub id: &'static str,
    /// Title of the picture.
    pub title: String,
    /// What it shows, in a sentence for those who do not see it.
    pub desc: String,
    /// Names of the series, at most two.
    pub series: Vec<&'static str>,
    /// Heads of the table, the label's first.
    pub heads: Vec<&'static str>,
    /// Caption of the table.
    pub caption: &'static str,
    /// Rows, from the top.
    pub rows: Vec<ChartRow>,
    /// Size of the letters in pixels: 16, and 24 in large print.
    pub letters: i64,
}

/// A bar as it is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DrawnBar {
    /// Its upper edge.
    pub y: i64,
    /// Its width; 0 where nothing is drawn.
    pub width: i64,
    /// Whether it is filled; otherwise it is an outline.
    pub filled: bool,
    /// Where its figure begins.
    pub text_x: i64,
    /// The line on which its figure stands.
    pub text_y: i64,
    /// The figure.
    pub told: String,
}

/// A row as it is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DrawnRow {
    /// The label.
    pub label: String,
    /// The line on which it stands.
    pub label_y: i64,
    /// Its bars.
    pub bars: Vec<DrawnBar>,
}

/// Width of the picture.
const WIDTH: i64 = 720;
/// Letters that have room left of the bars, and for a figure right of them.
const LABEL: i64 = 9;
const FIGURE: i64 = 6;

impl Chart {
    /// Where the bars begin.
    #[must_use]
    pub fn left(&self) -> i64 {
        LABEL * self.letters
    }

    /// Height of a bar.
    #[must_use]
    pub fn bar(&self) -> i64 {
        self.letters
    }

    /// Height of what stands above the bars: the names of the series, where there are several.
    #[must_use]
    pub fn head(&self) -> i64 {
        if self.series.len() > 1 { self.letters * 2 } else { 0 }
    }

    /// The cells of a row of the table, each with its head.
    pub fn cells<'r>(&'r self, row: &'r ChartRow) -> impl Iterator<Item = (&'static str, &'r str)> {
        self.heads.iter().skip(1).copied().zip(row.cells.iter().map(String::as_str))
    }

    /// Where the name of a series stands: its sign, and the words.
    #[must_use]
    pub fn legend(&self) -> Vec<(i64, i64, bool, &'static str)> {
        let places = (0..).map(|place: i64| self.left() + place * self.letters * LABEL);
        let names = self.series.iter().zip(places).zip([true, false]);
        names.map(|((name, x), filled)| (x, x + self.letters * 3 / 2, filled, *name)).collect()
    }

    fn row_height(&self) -> i64 {
        let bars = i64::try_from(self.series.len()).unwrap_or(1);
        bars * self.letters * 5 / 4 + self.letters / 2
    }

    /// Height of the picture.
    #[must_use]
    pub fn height(&self) -> i64 {
        self.head() + self.row_height() * i64::try_from(self.rows.len()).unwrap_or(0)
    }

    /// The rows as they are drawn; the longest bar takes all the room.
    #[must_use]
    pub fn drawn(&self) -> Vec<DrawnRow> {
        let most = self.rows.iter().flat_map(|row| &row.bars).map(|bar| bar.size).max().unwrap_or_default().max(1);
        let room = WIDTH - self.left() - FIGURE * self.letters;
        let tops = (0..).map(|place: i64| self.head() + place * self.row_height() + self.letters / 4);
        let row = |(row, top): (&ChartRow, i64)| {
            let steps = (0..).map(|place: i64| top + place * self.letters * 5 / 4);
            let bar = |((bar, y), filled): ((&Bar, i64), bool)| {
                // Something that is there is seen, however small it is.
                let width = if bar.size > 0 { (bar.size * room / most).max(2) } else { 0 };
                let (text_x, text_y) = (self.left() + width + self.letters / 2, y + self.letters * 13 / 16);
                DrawnBar { y, width, filled, text_x, text_y, told: bar.told.clone() }
            };
            let bars: Vec<DrawnBar> = row.bars.iter().zip(steps).zip([true, false]).map(bar).collect();
            let middle = i64::try_from(row.bars.len().saturating_sub(1)).unwrap_or(0) * self.letters * 5 / 8;
            DrawnRow { label: row.label.clone(), label_y: top + self.letters * 13 / 16 + middle, bars }
        };
        self.rows.iter().zip(tops).map(row).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(bars: &[&[i64]]) -> Chart {
        let row = |sizes: &&[i64]| ChartRow {
            label: "May".to_owned(),
            bars: sizes.iter().map(|size| Bar { size: *size, told: size.to_string() }).collect(),
            cells: Vec::new(),
        };
        Chart {
            id: "hours",
            title: String::new(),
            desc: String::new(),
            series: vec!["Planned", "Reached"],
            heads: Vec::new(),
            caption: "",
            rows: bars.iter().map(row).collect(),
            letters: 16,
        }
    }

    #[test]
    fn the_longest_bar_takes_the_room_and_every_figure_has_its_place() {
        let drawn = chart(&[&[10, 5], &[0, 1]]).drawn();
        let widths: Vec<Vec<i64>> = drawn.iter().map(|row| row.bars.iter().map(|bar| bar.width).collect()).collect();
        let room = 720 - 9 * 16 - 6 * 16;
        assert_eq!(widths, [[room, room / 2], [0, room / 10]]);
        let tops: Vec<i64> = drawn.iter().flat_map(|row| row.bars.iter().map(|bar| bar.y)).collect();
        assert_eq!(tops, [36, 56, 84, 104]);
        assert!(drawn.iter().all(|row| row.bars[0].filled && !row.bars[1].filled));
    }

    #[test]
    fn a_chart_of_nothing_divides_by_nothing() {
        assert_eq!(chart(&[&[0, 0]]).drawn()[0].bars[0].width, 0);
        assert_eq!(chart(&[]).height(), 32);
    }
}
