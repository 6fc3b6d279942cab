"""Two ways to reckon a person's year that only DuckDB understands: what portable SQL is measured beside.

One puts every credit in order by windows (QUALIFY), the other by aggregates that keep the first of each group.
"""

_PRICED = """
priced AS MATERIALIZED (
  SELECT c.statement_id, c.person, c.activity, c.day, c.month, c.start_minute, c.certificate, c.raw_jp, c.lms_match,
         c.review, c.source, c.review = 'Disetujui' AND c.held = 0 AS counts,
         CASE WHEN c.international = 1 THEN
                CASE WHEN r.international_jp IS NULL THEN
                       c.raw_jp + (c.raw_jp * r.international_percent + r.round_add) // 100
                     WHEN r.international_per_day = 1 THEN r.international_jp * c.days ELSE r.international_jp END
              WHEN r.national_jp IS NULL THEN c.raw_jp
              WHEN r.national_per_day = 1 THEN r.national_jp * c.days ELSE r.national_jp END AS converted,
         if(c.international = 1, r.day_cap_international, r.day_cap) * c.cap_days AS day_cap,
         r.day_cap_group, if(r.day_cap_scope = 'activity', c.activity, '') AS day_cap_of,
         r.month_cap, r.month_cap_group, if(r.month_cap_scope = 'activity', c.activity, '') AS month_cap_of
  FROM credit c JOIN form_rule r ON r.form = c.form AND c.day BETWEEN r.valid_from AND r.valid_to
)"""
_MONTH_AND_DAY = """
in_month AS (
  FROM single
  QUALIFY month_cap IS NULL
       OR row_number() OVER (PARTITION BY person, month_cap_group, month_cap_of, month
                             ORDER BY day, start_minute, statement_id) <= month_cap
),
days AS (
  SELECT person, day_cap_group, day_cap_of, day, SUM(converted) AS converted, MIN(day_cap) AS low, MAX(day_cap) AS high
  FROM in_month WHERE day_cap IS NOT NULL GROUP BY ALL
),
kept AS (
  SELECT person, SUM(capped) AS capped FROM (
    SELECT person, SUM(converted) AS capped FROM in_month WHERE day_cap IS NULL GROUP BY person
    UNION ALL
    SELECT person, LEAST(converted, low) AS capped FROM days WHERE low = high
    UNION ALL
    SELECT person, GREATEST(0, LEAST(converted, day_cap - so_far)) AS capped FROM (
      SELECT m.person, m.converted, m.day_cap,
             SUM(m.converted) OVER (PARTITION BY m.person, m.day_cap_group, m.day_cap_of, m.day
                                    ORDER BY m.start_minute, m.statement_id) - m.converted AS so_far
      FROM in_month m SEMI JOIN (FROM days WHERE low <> high) d USING (person, day_cap_group, day_cap_of, day)
      WHERE m.day_cap IS NOT NULL)
  ) GROUP BY person
),
every AS (
  SELECT p.person, COUNT(*) AS credits, SUM(raw_jp) AS raw_jp, SUM(converted) AS converted,
         SUM(converted) FILTER (WHERE NOT counts AND review <> 'Ditolak'
                                  AND (lms_match = 0 OR m.activity IS NULL)) AS pending
  FROM priced p
  LEFT JOIN (SELECT DISTINCT person, activity FROM credit WHERE source = 'lms_record' AND review = 'Disetujui') m
    ON m.person = p.person AND m.activity = p.activity AND NOT p.counts
  GROUP BY p.person
)
SELECT e.person, e.year, e.opd, e.status, COALESCE(t.credits, 0) AS credits, COALESCE(t.raw_jp, 0) AS raw_jp,
       COALESCE(t.converted, 0) AS converted, COALESCE(k.capped, 0) AS capped,
       LEAST(COALESCE(k.capped, 0), COALESCE(g.maximum, 1000000000)) AS accepted, COALESCE(t.pending, 0) AS pending,
       g.minimum, g.maximum, IF(accepted >= g.minimum, 1, 0) AS met
FROM employee e JOIN target_rule g ON g.status = e.status AND g.year = e.year
LEFT JOIN every t ON t.person = e.person LEFT JOIN kept k ON k.person = e.person"""
FLOORS = {
    "windows": f"""WITH {_PRICED},
once AS (
  FROM priced WHERE counts
  QUALIFY row_number() OVER (PARTITION BY person, activity ORDER BY day, statement_id) = 1
),
single AS (
  FROM once
  QUALIFY certificate IS NULL OR row_number() OVER (PARTITION BY person, certificate ORDER BY day, statement_id) = 1
), {_MONTH_AND_DAY}""",
    "aggregates": f"""WITH {_PRICED},
first_of AS (
  SELECT person, activity, MIN((day, statement_id)) AS first FROM priced WHERE counts GROUP BY ALL HAVING COUNT(*) > 1
),
once AS (
  SELECT p.* FROM priced p LEFT JOIN first_of f USING (person, activity)
  WHERE p.counts AND (f.first IS NULL OR f.first = (p.day, p.statement_id))
),
first_certified AS (
  SELECT person, certificate, MIN((day, statement_id)) AS first FROM once WHERE certificate IS NOT NULL
  GROUP BY ALL HAVING COUNT(*) > 1
),
single AS (
  SELECT o.* FROM once o LEFT JOIN first_certified f USING (person, certificate)
  WHERE f.first IS NULL OR f.first = (o.day, o.statement_id)
), {_MONTH_AND_DAY}""",
}
"""Queries over the names that an engine of the audit shows, with the columns of `person_year`. A cap of a day is taken
to hold for a whole form, as the national table has it."""
