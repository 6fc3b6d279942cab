-- name: person_quarter
-- doc: The quarters in which a person has a credit: credits, those that were counted, those that wait for a review, and
-- doc: the sums of all JP columns, in hundredths. on_roster is 1 for employees of the year's roster, else 0.
SELECT a.person AS person, a.year AS year, a.quarter AS quarter,
       MAX(CASE WHEN e.person IS NULL THEN 0 ELSE 1 END) AS on_roster, COUNT(*) AS credits,
       CAST(SUM(CASE WHEN a.accepted > 0 THEN 1 ELSE 0 END) AS BIGINT) AS counted,
       CAST(SUM(CASE WHEN a.pending > 0 THEN 1 ELSE 0 END) AS BIGINT) AS waiting,
       CAST(SUM(a.raw_jp) AS BIGINT) AS raw_jp, CAST(SUM(a.converted) AS BIGINT) AS converted,
       CAST(SUM(a.capped) AS BIGINT) AS capped, CAST(SUM(a.accepted) AS BIGINT) AS accepted,
       CAST(SUM(a.pending) AS BIGINT) AS pending
FROM accepted a
LEFT JOIN employee e ON e.person = a.person AND e.year = a.year
GROUP BY a.person, a.year, a.quarter
