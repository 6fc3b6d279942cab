-- name: report_position
-- doc: Per position (jabatan): employees, how many met the target, the share in hundredths of a percent and the average accepted JP
-- doc: (both rounded down), and the sums of all JP columns, in hundredths.
SELECT e.position AS position, COUNT(*) AS employees, CAST(SUM(y.met) AS BIGINT) AS met,
       COUNT(*) - CAST(SUM(y.met) AS BIGINT) AS unmet,
       CAST((SUM(y.met) * 10000 - (SUM(y.met) * 10000) % COUNT(*)) / COUNT(*) AS BIGINT) AS share_met,
       CAST((SUM(y.accepted) - SUM(y.accepted) % COUNT(*)) / COUNT(*) AS BIGINT) AS average,
       CAST(SUM(y.credits) AS BIGINT) AS credits, CAST(SUM(y.raw_jp) AS BIGINT) AS raw_jp,
       CAST(SUM(y.converted) AS BIGINT) AS converted, CAST(SUM(y.capped) AS BIGINT) AS capped,
       CAST(SUM(y.accepted) AS BIGINT) AS accepted, CAST(SUM(y.pending) AS BIGINT) AS pending
FROM person_year y
JOIN parameter p ON p.year = y.year
JOIN employee e ON e.person = y.person AND e.year = y.year
GROUP BY e.position
ORDER BY 1
