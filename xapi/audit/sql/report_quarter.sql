-- name: report_quarter
-- doc: Per quarter, for employees on the roster: people with a credit, credits, and the sums of all JP columns, in
-- doc: hundredths. The four quarters add up to the year.
SELECT a.quarter AS quarter, COUNT(DISTINCT a.person) AS people, COUNT(*) AS credits,
       CAST(SUM(CASE WHEN a.accepted > 0 THEN 1 ELSE 0 END) AS BIGINT) AS counted,
       CAST(SUM(a.raw_jp) AS BIGINT) AS raw_jp, CAST(SUM(a.converted) AS BIGINT) AS converted,
       CAST(SUM(a.capped) AS BIGINT) AS capped, CAST(SUM(a.accepted) AS BIGINT) AS accepted,
       CAST(SUM(a.pending) AS BIGINT) AS pending
FROM accepted a
JOIN parameter p ON p.year = a.year
JOIN employee e ON e.person = a.person AND e.year = a.year
GROUP BY a.quarter
ORDER BY 1
