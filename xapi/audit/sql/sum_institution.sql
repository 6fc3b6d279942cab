-- name: sum_institution
-- doc: Per institution, of several at once: employees, how many met the target, the share in hundredths of a percent and
-- doc: the average accepted JP (both rounded down), and the sums of all JP columns, in hundredths.
SELECT m.institution AS institution, COUNT(*) AS employees, CAST(SUM(y.met) AS BIGINT) AS met,
       COUNT(*) - CAST(SUM(y.met) AS BIGINT) AS unmet,
       CAST((SUM(y.met) * 10000 - (SUM(y.met) * 10000) % COUNT(*)) / COUNT(*) AS BIGINT) AS share_met,
       CAST((SUM(y.accepted) - SUM(y.accepted) % COUNT(*)) / COUNT(*) AS BIGINT) AS average,
       CAST(SUM(y.credits) AS BIGINT) AS credits, CAST(SUM(y.raw_jp) AS BIGINT) AS raw_jp,
       CAST(SUM(y.converted) AS BIGINT) AS converted, CAST(SUM(y.capped) AS BIGINT) AS capped,
       CAST(SUM(y.accepted) AS BIGINT) AS accepted, CAST(SUM(y.pending) AS BIGINT) AS pending
FROM person_year y
JOIN parameter p ON p.year = y.year
JOIN member m ON m.person = y.person AND m.year = y.year
GROUP BY m.institution
ORDER BY 1
