-- As many flights in the mart as in the files that were loaded, month by month.
with loaded as (
  select cast(month as int) as month, count(*) as flights from {{ source('raw', 'flights') }} group by month
),
kept as (
  select month, count(*) as flights from {{ ref('flights') }} group by month
)
select * from loaded full join kept using (month)
where loaded.flights is distinct from kept.flights
