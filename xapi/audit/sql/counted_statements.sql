-- name: counted_statements
-- doc: The statements whose credit gave accepted JP to employees of the year: what a seal over a report covers.
SELECT a.statement_id AS statement_id, a.person AS person, a.accepted AS accepted
FROM accepted a
JOIN employee e ON e.person = a.person AND e.year = a.year
JOIN parameter p ON p.year = a.year
WHERE a.accepted > 0
ORDER BY 1
