-- name: anomaly_certificate_twice
-- doc: An approved credit whose certificate number (mark) the same person has used in the same year for another activity
-- doc: (other_id).
WITH used AS (
  SELECT c.person AS person, c.statement_id AS statement_id, c.day AS day, c.certificate AS certificate,
         c.activity AS activity,
         FIRST_VALUE(c.statement_id) OVER (PARTITION BY c.person, c.certificate ORDER BY c.day, c.statement_id)
           AS first_id,
         FIRST_VALUE(c.activity) OVER (PARTITION BY c.person, c.certificate ORDER BY c.day, c.statement_id)
           AS first_activity
  FROM credit c
  JOIN parameter p ON p.year = c.year
  WHERE c.certificate IS NOT NULL AND c.review = 'Disetujui'
)
SELECT person, statement_id, day, first_id AS other_id, CAST(NULL AS BIGINT) AS amount, CAST(NULL AS BIGINT) AS bound,
       certificate AS mark
FROM used
WHERE activity <> first_activity
ORDER BY 2
