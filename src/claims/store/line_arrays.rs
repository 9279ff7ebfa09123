//! The lines of a claim as arrays of a statement, so that the claim and all its lines are written together.
//! The arrays are the values 16 to 31 of the statement, and their texts are the value 32.

use crate::claims::row::{ClaimLineRow, LineTexts};

/// The columns that [`bound_lines`] binds; the claim, the person and whether a line counts are said by the statement.
pub(super) const LINE_COLUMNS: &str = "\
id, position, kind, session_id, on_day, inputs, policy_id, route, tax_year, miles_first_rate, payable_pence, elected_pence,
        taxable_excess_pence, trust_cost_pence, explanation, warnings";

/// The same of the rows called `l`.
pub(super) const LINE_COLUMNS_OF_L: &str = "\
l.id, l.position, l.kind, l.session_id, l.on_day, l.inputs, l.policy_id, l.route, l.tax_year,
        l.miles_first_rate, l.payable_pence, l.elected_pence, l.taxable_excess_pence, l.trust_cost_pence, l.explanation, l.warnings";

/// The rows called `l`.
pub(super) const LINES_AS_L: &str = "\
unnest($16::uuid[], $17::smallint[], $18::text[], $19::uuid[], $20::date[], $21::jsonb[], $22::uuid[],
        $23::text[], $24::text[], $25::bigint[], $26::bigint[], $27::bigint[], $28::bigint[], $29::bigint[], $30::jsonb[], $31::jsonb[])
        AS l (id, position, kind, session_id, on_day, inputs, policy_id, route, tax_year, miles_first_rate, payable_pence, elected_pence,
        taxable_excess_pence, trust_cost_pence, explanation, warnings)";

/// The texts of the lines, each with the id of its line, called `l`; null where there is nothing to write.
pub(super) const LINE_TEXTS_AS_L: &str = "unnest($16::uuid[], $32::jsonb[]) AS l (id, texts)";

/// Binds the lines to a statement to which 15 values are bound, with what of each is written as its texts.
macro_rules! bound_lines {
    ($query:expr, $lines:expr, $texts:expr) => {{
        use crate::claims::store::line_arrays::each;
        $query
            .bind::<Array<SqlUuid>, _>(each($lines, |line| line.id))
            .bind::<Array<SmallInt>, _>(each($lines, |line| line.position))
            .bind::<Array<Text>, _>(each($lines, |line| line.kind))
            .bind::<Array<Nullable<SqlUuid>>, _>(each($lines, |line| line.session_id))
            .bind::<Array<Nullable<Date>>, _>(each($lines, |line| line.on_day))
            .bind::<Array<Jsonb>, _>(each($lines, |line| &line.inputs))
            .bind::<Array<Nullable<SqlUuid>>, _>(each($lines, |line| line.policy_id))
            .bind::<Array<Text>, _>(each($lines, |line| line.route))
            .bind::<Array<Nullable<Text>>, _>(each($lines, |line| line.tax_year))
            .bind::<Array<BigInt>, _>(each($lines, |line| line.miles_first_rate))
            .bind::<Array<Nullable<BigInt>>, _>(each($lines, |line| line.payable_pence))
            .bind::<Array<Nullable<BigInt>>, _>(each($lines, |line| line.elected_pence))
            .bind::<Array<Nullable<BigInt>>, _>(each($lines, |line| line.taxable_excess_pence))
            .bind::<Array<BigInt>, _>(each($lines, |line| line.trust_cost_pence))
            .bind::<Array<Jsonb>, _>(each($lines, |line| &line.explanation))
            .bind::<Array<Jsonb>, _>(each($lines, |line| &line.warnings))
            .bind::<Array<Nullable<Jsonb>>, _>(each($lines, $texts))
    }};
}
pub(super) use bound_lines;

/// Of each line, in their order.
pub(super) fn each<'l, T>(lines: &'l [ClaimLineRow], of: impl Fn(&'l ClaimLineRow) -> T) -> Vec<T> {
    lines.iter().map(of).collect()
}

/// The texts of a new line, where it has any.
pub(super) fn written(texts: &LineTexts) -> Option<&LineTexts> {
    (*texts != LineTexts::default()).then_some(texts)
}
