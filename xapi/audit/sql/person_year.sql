-- name: person_year
-- doc: The year of every employee on the roster, also of those without a credit. JP in hundredths: raw_jp and converted
-- doc: of every credit that stands, capped and accepted of the approved ones, pending of those that wait for a review.
-- doc: met is 1 when the accepted JP reach the minimum of the status.
WITH total AS (
  SELECT a.person AS person, a.year AS year, COUNT(*) AS credits, CAST(SUM(a.raw_jp) AS BIGINT) AS raw_jp,
         CAST(SUM(a.converted) AS BIGINT) AS converted, CAST(SUM(a.capped) AS BIGINT) AS capped,
         CAST(SUM(a.accepted) AS BIGINT) AS accepted, CAST(SUM(a.pending) AS BIGINT) AS pending
  FROM accepted a
  GROUP BY a.year, a.person
)
SELECT e.person AS person, e.year AS year, e.opd AS opd, e.status AS status,
       COALESCE(t.credits, 0) AS credits, COALESCE(t.raw_jp, 0) AS raw_jp, COALESCE(t.converted, 0) AS converted,
       COALESCE(t.capped, 0) AS capped, COALESCE(t.accepted, 0) AS accepted, COALESCE(t.pending, 0) AS pending,
       g.minimum AS minimum, g.maximum AS maximum,
       CASE WHEN COALESCE(t.accepted, 0) >= g.minimum THEN 1 ELSE 0 END AS met
FROM employee e
JOIN target_rule g ON g.status = e.status AND g.year = e.year
LEFT JOIN total t ON t.person = e.person AND t.year = e.year
