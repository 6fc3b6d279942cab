-- name: report_semester
-- doc: Per half of the year, for employees on the roster: people with a credit, credits, those that were counted and
-- doc: those that wait for a review, and the sums of all JP columns, in hundredths. The halves add up to the year.
SELECT h.semester AS semester, COUNT(DISTINCT h.person) AS people, CAST(SUM(h.credits) AS BIGINT) AS credits,
       CAST(SUM(h.counted) AS BIGINT) AS counted, CAST(SUM(h.waiting) AS BIGINT) AS waiting,
       CAST(SUM(h.raw_jp) AS BIGINT) AS raw_jp, CAST(SUM(h.converted) AS BIGINT) AS converted,
       CAST(SUM(h.capped) AS BIGINT) AS capped, CAST(SUM(h.accepted) AS BIGINT) AS accepted,
       CAST(SUM(h.pending) AS BIGINT) AS pending
FROM (
  SELECT q.*, CASE WHEN q.quarter <= 2 THEN 1 ELSE 2 END AS semester
  FROM person_quarter q
  JOIN parameter p ON p.year = q.year
  WHERE q.on_roster = 1
) h
GROUP BY h.semester
ORDER BY 1
