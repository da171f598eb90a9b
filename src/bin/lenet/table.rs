//! Tables of plain text.

/// A table with a header: the first column aligned on the left, the others on the right.
pub fn table(header: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let header = header.iter().map(|&word| word.to_owned()).collect();
    let rows: Vec<Vec<String>> = std::iter::once(header).chain(rows).collect();
    let widths: Vec<usize> = (0..rows[0].len())
        .map(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default())
        .collect();
    let line = |row: &Vec<String>| {
        let first = format!("  {:<1$}", row[0], widths[0]);
        let others = row.iter().zip(&widths).skip(1).map(|(cell, width)| format!("  {cell:>width$}"));
        others.fold(first, |line, cell| line + &cell).trim_end().to_owned() + "\n"
    };
    rows.iter().map(line).collect()
}
