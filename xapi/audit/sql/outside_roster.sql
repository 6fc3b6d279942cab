-- name: outside_roster
-- doc: Credits of people who are not on the roster of the year, so that no JP disappears without a word: people,
-- doc: credits and the JP that would have been accepted, in hundredths.
SELECT COUNT(DISTINCT q.person) AS people, COALESCE(CAST(SUM(q.credits) AS BIGINT), 0) AS credits,
       COALESCE(CAST(SUM(q.accepted) AS BIGINT), 0) AS accepted
FROM person_quarter q
JOIN parameter p ON p.year = q.year
WHERE q.on_roster = 0
