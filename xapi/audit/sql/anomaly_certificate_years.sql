-- name: anomaly_certificate_years
-- doc: An approved credit whose certificate number (mark) the same person has used in an earlier year (amount), first for
-- doc: other_id.
WITH used AS (
  SELECT c.person AS person, c.statement_id AS statement_id, c.day AS day, c.year AS year, c.certificate AS certificate,
         FIRST_VALUE(c.statement_id) OVER (PARTITION BY c.person, c.certificate ORDER BY c.year, c.day, c.statement_id)
           AS first_id,
         FIRST_VALUE(c.year) OVER (PARTITION BY c.person, c.certificate ORDER BY c.year, c.day, c.statement_id)
           AS first_year
  FROM certificate c
)
SELECT u.person AS person, u.statement_id AS statement_id, u.day AS day, u.first_id AS other_id,
       u.first_year AS amount, CAST(NULL AS BIGINT) AS bound, u.certificate AS mark
FROM used u
JOIN parameter p ON p.year = u.year
WHERE u.first_year < u.year
ORDER BY 2
