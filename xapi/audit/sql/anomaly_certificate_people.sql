-- name: anomaly_certificate_people
-- doc: An approved credit whose certificate number (mark) is in the hands of several people (amount), one of the others with
-- doc: other_id.
WITH holder AS (
  SELECT c.certificate AS certificate, c.person AS person, MIN(c.statement_id) AS statement_id
  FROM certificate c
  GROUP BY c.certificate, c.person
),
shared AS (
  SELECT h.certificate AS certificate, COUNT(*) AS people, MIN(h.person) AS first_person, MAX(h.person) AS last_person
  FROM holder h
  GROUP BY h.certificate
  HAVING COUNT(*) > 1
)
SELECT c.person AS person, c.statement_id AS statement_id, c.day AS day, o.statement_id AS other_id,
       s.people AS amount, CAST(NULL AS BIGINT) AS bound, c.certificate AS mark
FROM certificate c
JOIN parameter p ON p.year = c.year
JOIN shared s ON s.certificate = c.certificate
JOIN holder o ON o.certificate = s.certificate
             AND o.person = CASE WHEN c.person = s.first_person THEN s.last_person ELSE s.first_person END
ORDER BY 2
