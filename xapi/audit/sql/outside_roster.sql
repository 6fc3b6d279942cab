-- name: outside_roster
-- doc: Credits of people who are not on the roster of the year, so that no JP disappears without a word: people,
-- doc: credits and the JP that would have been accepted, in hundredths.
SELECT COUNT(DISTINCT a.person) AS people, COUNT(*) AS credits,
       COALESCE(CAST(SUM(a.accepted) AS BIGINT), 0) AS accepted
FROM accepted a
JOIN parameter p ON p.year = a.year
LEFT JOIN employee e ON e.person = a.person AND e.year = a.year
WHERE e.person IS NULL
