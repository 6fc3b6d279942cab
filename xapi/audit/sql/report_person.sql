-- name: report_person
-- doc: Every employee of the year with all JP columns (hundredths), the target and whether it is met.
SELECT y.person AS person, y.opd AS opd, y.status AS status, y.credits AS credits, y.raw_jp AS raw_jp,
       y.converted AS converted, y.capped AS capped, y.accepted AS accepted, y.pending AS pending,
       y.minimum AS minimum, y.maximum AS maximum, y.met AS met
FROM person_year y
JOIN parameter p ON p.year = y.year
ORDER BY 2, 1
