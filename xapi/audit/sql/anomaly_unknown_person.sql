-- name: anomaly_unknown_person
-- doc: A statement that would give JP to somebody who is not one of the institution's people. It gives no credit, mark is
-- doc: its source, day and year are those of its arrival.
SELECT CAST(NULL AS VARCHAR(32)) AS person, f.statement_id AS statement_id,
       CAST(substr(f.stored, 1, 4) AS BIGINT) * 10000 + CAST(substr(f.stored, 6, 2) AS BIGINT) * 100
         + CAST(substr(f.stored, 9, 2) AS BIGINT) AS day,
       CAST(NULL AS VARCHAR(36)) AS other_id,
       CAST(NULL AS BIGINT) AS amount, CAST(NULL AS BIGINT) AS bound, f.source AS mark
FROM finding f
JOIN parameter p ON p.year = CAST(substr(f.stored, 1, 4) AS BIGINT)
WHERE f.reason = 'actor_unknown'
ORDER BY 2
