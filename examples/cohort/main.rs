// Counts of a table of persons, a row each: how many there are of each value of its columns. Who is
// in a group of fewer than K could be told apart, so small groups are counted together.
use std::collections::BTreeMap;
use std::io::{self, Read, Write};

const K: usize = 5;

type Counts<'a> = BTreeMap<&'a str, usize>;

fn fail(message: &str) -> ! {
    eprintln!("{}", message);
    std::process::exit(1)
}

fn cells(row: &str) -> impl Iterator<Item = &str> {
    row.split(',').map(str::trim)
}

fn count(table: &str) -> Vec<(&str, Counts)> {
    let mut rows = table.lines().filter(|row| !row.trim().is_empty());
    let head = rows.next().unwrap_or_else(|| fail("the table is empty"));
    let mut columns: Vec<(&str, Counts)> = cells(head).map(|name| (name, Counts::new())).collect();

    for (number, row) in rows.enumerate() {
        if cells(row).count() != columns.len() {
            fail(&format!("row {}: it has not {} cells", number + 1, columns.len()));
        }
        for ((_, counts), cell) in columns.iter_mut().zip(cells(row)) {
            *counts.entry(cell).or_insert(0) += 1;
        }
    }
    columns
}

// The smallest groups go together until they are K: fewer could be found by subtracting the rest.
fn hide<'a>(counts: &Counts<'a>) -> Vec<(&'a str, usize)> {
    let mut groups: Vec<(&str, usize)> = counts.iter().map(|(value, n)| (*value, *n)).collect();
    let mut others = 0;

    groups.sort_by_key(|group| group.1);
    while !groups.is_empty() && (groups[0].1 < K || (others > 0 && others < K)) {
        others += groups.remove(0).1;
    }
    groups.sort();
    if others >= K {
        groups.push(("(others)", others));
    }
    groups
}

fn main() -> io::Result<()> {
    let mut table = String::new();
    let mut out = io::stdout().lock();

    io::stdin().read_to_string(&mut table)?;
    writeln!(out, "column,value,persons")?;
    for (column, counts) in count(&table) {
        for (value, persons) in hide(&counts) {
            writeln!(out, "{},{},{}", column, value, persons)?;
        }
    }
    Ok(())
}
