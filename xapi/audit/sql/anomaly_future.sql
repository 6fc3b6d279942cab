-- name: anomaly_future
-- doc: A statement from a time that had not come when it arrived, mark is its source. A credit whose clock was less than a
-- doc: day ahead stands, with the minutes (amount), another gives no credit, and day and year are those of its arrival.
SELECT CAST(NULL AS VARCHAR(32)) AS person, f.statement_id AS statement_id,
       CAST(substr(f.stored, 1, 4) AS BIGINT) * 10000 + CAST(substr(f.stored, 6, 2) AS BIGINT) * 100
         + CAST(substr(f.stored, 9, 2) AS BIGINT) AS day,
       CAST(NULL AS VARCHAR(36)) AS other_id,
       CAST(NULL AS BIGINT) AS amount, CAST(NULL AS BIGINT) AS bound, f.source AS mark
FROM finding f
JOIN parameter p ON p.year = CAST(substr(f.stored, 1, 4) AS BIGINT)
WHERE f.reason = 'in_future'
UNION ALL
SELECT c.person AS person, c.statement_id AS statement_id, c.day AS day, CAST(NULL AS VARCHAR(36)) AS other_id,
       c.end_minute - c.stored_minute AS amount, CAST(NULL AS BIGINT) AS bound, c.source AS mark
FROM credit c
JOIN parameter p ON p.year = c.year
WHERE c.end_minute > c.stored_minute
ORDER BY 2
