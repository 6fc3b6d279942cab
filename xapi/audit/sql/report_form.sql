-- name: report_form
-- doc: Per form of development (bentuk), for employees on the roster: its path (jalur) and its share in 70-20-10, people
-- doc: with a credit, credits, those that were counted, and the sums of all JP columns, in hundredths. A form whose path
-- doc: changed within the year has a row for each.
SELECT a.form AS form, r.jalur AS jalur, r.share AS share, COUNT(DISTINCT a.person) AS people, COUNT(*) AS credits,
       CAST(SUM(CASE WHEN a.accepted > 0 THEN 1 ELSE 0 END) AS BIGINT) AS counted,
       CAST(SUM(a.raw_jp) AS BIGINT) AS raw_jp, CAST(SUM(a.converted) AS BIGINT) AS converted,
       CAST(SUM(a.capped) AS BIGINT) AS capped, CAST(SUM(a.accepted) AS BIGINT) AS accepted,
       CAST(SUM(a.pending) AS BIGINT) AS pending
FROM accepted a
JOIN parameter p ON p.year = a.year
JOIN employee e ON e.person = a.person AND e.year = a.year
JOIN form_rule r ON r.form = a.form AND r.valid_from <= a.day AND a.day <= r.valid_to
GROUP BY a.form, r.jalur, r.share
ORDER BY 1, 2, 3
