-- name: overview
-- doc: Employees and sums of JP (hundredths) for each OPD and status, from which a page makes every sum it shows.
SELECT y.opd AS opd, y.status AS status, COUNT(*) AS employees, CAST(SUM(y.met) AS BIGINT) AS met,
       CAST(SUM(y.raw_jp) AS BIGINT) AS raw_jp, CAST(SUM(y.converted) AS BIGINT) AS converted,
       CAST(SUM(y.capped) AS BIGINT) AS capped, CAST(SUM(y.accepted) AS BIGINT) AS accepted,
       CAST(SUM(y.pending) AS BIGINT) AS pending,
       CAST(SUM(CASE WHEN y.accepted = 0 THEN 1 ELSE 0 END) AS BIGINT) AS at_zero,
       CAST(SUM(CASE WHEN y.accepted > 0 AND y.accepted * 2 < y.minimum THEN 1 ELSE 0 END) AS BIGINT) AS below_half,
       CAST(SUM(CASE WHEN y.accepted > 0 AND y.accepted * 2 >= y.minimum AND y.met = 0 THEN 1 ELSE 0 END) AS BIGINT)
         AS above_half
FROM person_year y
JOIN parameter p ON p.year = y.year
GROUP BY y.opd, y.status
ORDER BY 1, 2
