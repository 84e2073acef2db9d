-- The models over what clean_and_load.py has loaded: run with
--
--     firesteel sql --warehouse /data/warehouse -f examples/etlt/models.sql
--
-- Every statement may be repeated: views are replaced, tables get their rows anew.

CREATE DATABASE IF NOT EXISTS models;

CREATE OR REPLACE VIEW models.flights COMMENT 'Flights with what is known of their planes and airlines' AS
SELECT f.*,
       a.name AS airline,
       f.dep_time IS NULL AS cancelled,
       f.year - p.year AS age,
       p.manufacturer,
       p.seats
FROM clean.flights f
JOIN clean.airlines a USING (carrier)
LEFT JOIN clean.planes p USING (plane);

CREATE TABLE IF NOT EXISTS models.ages (age STRING, flights BIGINT, mean_delay DOUBLE) USING parquet;

INSERT OVERWRITE models.ages
SELECT CASE WHEN age < 10 THEN 'young' WHEN age < 20 THEN 'grown' WHEN age >= 20 THEN 'old' ELSE 'unknown' END,
       count(*),
       round(avg(arr_delay), 2)
FROM models.flights
WHERE NOT cancelled
GROUP BY 1;

CREATE TABLE IF NOT EXISTS models.seats (carrier STRING, airline STRING, month INT, seats BIGINT, empty_days BIGINT)
USING parquet;

-- The seats that a carrier offered each month, and the days on which it offered none, also where it has no flight at all.
INSERT OVERWRITE models.seats
WITH days AS (
  SELECT explode(sequence(min(make_date(year, month, day)), max(make_date(year, month, day)))) AS date FROM clean.flights
),
offered AS (
  SELECT carrier, make_date(year, month, day) AS date, sum(seats) AS seats
  FROM models.flights WHERE NOT cancelled GROUP BY ALL
)
SELECT a.carrier,
       a.name,
       month(d.date),
       coalesce(sum(o.seats), 0),
       count_if(o.date IS NULL)
FROM clean.airlines a
CROSS JOIN days d
LEFT JOIN offered o ON o.carrier = a.carrier AND o.date = d.date
GROUP BY a.carrier, a.name, month(d.date);

SELECT * FROM models.ages ORDER BY flights DESC;

SELECT airline, sum(seats) AS seats, sum(empty_days) AS empty_days
FROM models.seats GROUP BY airline ORDER BY seats DESC, airline;
