-- name: report_quarter
-- doc: Per quarter, for employees on the roster: people with a credit, credits, those that were counted and those that
-- doc: wait for a review, and the sums of all JP columns, in hundredths. The four quarters add up to the year.
SELECT q.quarter AS quarter, COUNT(*) AS people, CAST(SUM(q.credits) AS BIGINT) AS credits,
       CAST(SUM(q.counted) AS BIGINT) AS counted, CAST(SUM(q.waiting) AS BIGINT) AS waiting,
       CAST(SUM(q.raw_jp) AS BIGINT) AS raw_jp, CAST(SUM(q.converted) AS BIGINT) AS converted,
       CAST(SUM(q.capped) AS BIGINT) AS capped, CAST(SUM(q.accepted) AS BIGINT) AS accepted,
       CAST(SUM(q.pending) AS BIGINT) AS pending
FROM person_quarter q
JOIN parameter p ON p.year = q.year
WHERE q.on_roster = 1
GROUP BY q.quarter
ORDER BY 1
