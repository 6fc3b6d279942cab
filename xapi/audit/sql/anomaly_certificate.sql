-- name: anomaly_certificate
-- doc: One certificate number in the hands of two or more persons, or used again in another year.
SELECT c.certificate AS certificate, COUNT(DISTINCT c.person) AS persons, COUNT(DISTINCT c.year) AS years,
       COUNT(*) AS credits, MIN(c.statement_id) AS first_statement
FROM credit c
WHERE c.certificate IS NOT NULL AND c.review = 'Disetujui'
GROUP BY c.certificate
HAVING MIN(c.person) <> MAX(c.person) OR MIN(c.year) <> MAX(c.year)
ORDER BY 5
