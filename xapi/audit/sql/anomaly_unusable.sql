-- name: anomaly_unusable
-- doc: A statement that was to give, judge or take back a credit and cannot, for another reason (mark), day and year are
-- doc: those of its arrival. Also a credit that stands, with a doubt about what it says (mark).
SELECT CAST(NULL AS VARCHAR(32)) AS person, f.statement_id AS statement_id,
       CAST(substr(f.stored, 1, 4) AS BIGINT) * 10000 + CAST(substr(f.stored, 6, 2) AS BIGINT) * 100
         + CAST(substr(f.stored, 9, 2) AS BIGINT) AS day,
       CAST(NULL AS VARCHAR(36)) AS other_id,
       CAST(NULL AS BIGINT) AS amount, CAST(NULL AS BIGINT) AS bound, f.reason AS mark
FROM finding f
JOIN parameter p ON p.year = CAST(substr(f.stored, 1, 4) AS BIGINT)
WHERE f.reason <> 'in_future' AND f.reason <> 'actor_unknown'
UNION ALL
SELECT c.person AS person, c.statement_id AS statement_id, c.day AS day, CAST(NULL AS VARCHAR(36)) AS other_id,
       CAST(NULL AS BIGINT) AS amount, CAST(NULL AS BIGINT) AS bound, c.doubt AS mark
FROM credit c
JOIN parameter p ON p.year = c.year
WHERE c.doubt IS NOT NULL
ORDER BY 2
