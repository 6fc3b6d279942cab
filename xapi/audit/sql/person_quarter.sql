-- name: person_quarter
-- doc: The quarters in which a person has a credit: credits, those that were counted, those that wait for a review, and
-- doc: the sums of all JP columns, in hundredths. on_roster is 1 for employees of the year's roster, else 0.
WITH total AS (
  SELECT a.person AS person, a.year AS year, a.quarter AS quarter, COUNT(*) AS credits,
         CAST(SUM(CASE WHEN a.accepted > 0 THEN 1 ELSE 0 END) AS BIGINT) AS counted,
         CAST(SUM(CASE WHEN a.pending > 0 THEN 1 ELSE 0 END) AS BIGINT) AS waiting,
         CAST(SUM(a.raw_jp) AS BIGINT) AS raw_jp, CAST(SUM(a.converted) AS BIGINT) AS converted,
         CAST(SUM(a.capped) AS BIGINT) AS capped, CAST(SUM(a.accepted) AS BIGINT) AS accepted,
         CAST(SUM(a.pending) AS BIGINT) AS pending
  FROM accepted a
  GROUP BY a.year, a.person, a.quarter
)
SELECT t.person AS person, t.year AS year, t.quarter AS quarter,
       CASE WHEN e.person IS NULL THEN 0 ELSE 1 END AS on_roster, t.credits AS credits, t.counted AS counted,
       t.waiting AS waiting, t.raw_jp AS raw_jp, t.converted AS converted, t.capped AS capped, t.accepted AS accepted,
       t.pending AS pending
FROM total t
LEFT JOIN employee e ON e.person = t.person AND e.year = t.year
