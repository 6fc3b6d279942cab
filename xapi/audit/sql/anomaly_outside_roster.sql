-- name: anomaly_outside_roster
-- doc: A credit of a person who is not on the roster of the year: it counts for nobody's target.
SELECT c.person AS person, c.statement_id AS statement_id, c.day AS day, CAST(NULL AS VARCHAR(36)) AS other_id,
       c.raw_jp AS amount, CAST(NULL AS BIGINT) AS bound, CAST(NULL AS VARCHAR(200)) AS mark
FROM credit c
JOIN parameter p ON p.year = c.year
LEFT JOIN employee e ON e.person = c.person AND e.year = c.year
WHERE e.person IS NULL
ORDER BY 2
