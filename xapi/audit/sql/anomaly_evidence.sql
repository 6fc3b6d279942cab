-- name: anomaly_evidence
-- doc: An approved credit from outside the LMS without a certificate number and without the hash of an evidence file.
SELECT c.person AS person, c.statement_id AS statement_id, c.day AS day, CAST(NULL AS VARCHAR(36)) AS other_id,
       c.raw_jp AS amount, CAST(NULL AS BIGINT) AS bound, c.source AS mark
FROM credit c
JOIN parameter p ON p.year = c.year
WHERE c.review = 'Disetujui' AND c.source <> 'launch' AND c.source <> 'lms_record' AND c.evidence IS NULL
  AND c.certificate IS NULL
ORDER BY 2
