-- name: nation_certificate
-- doc: An approved credit whose certificate number (mark) people of several institutions have (amount), with the first such
-- doc: credit (other_id) of one of the others (other_institution). Persons of different institutions cannot be compared.
WITH holder AS (
  SELECT c.certificate AS certificate, c.institution AS institution, MIN(c.statement_id) AS statement_id
  FROM certificate c
  GROUP BY c.certificate, c.institution
),
shared AS (
  SELECT h.certificate AS certificate, COUNT(*) AS institutions, MIN(h.institution) AS first_institution,
         MAX(h.institution) AS last_institution
  FROM holder h
  GROUP BY h.certificate
  HAVING COUNT(*) > 1
)
SELECT c.institution AS institution, c.person AS person, c.statement_id AS statement_id, c.day AS day,
       o.institution AS other_institution, o.statement_id AS other_id, s.institutions AS amount, c.certificate AS mark
FROM certificate c
JOIN parameter p ON p.year = c.year
JOIN shared s ON s.certificate = c.certificate
JOIN holder o ON o.certificate = s.certificate
             AND o.institution = CASE WHEN c.institution = s.first_institution THEN s.last_institution
                                      ELSE s.first_institution END
ORDER BY 1, 3
