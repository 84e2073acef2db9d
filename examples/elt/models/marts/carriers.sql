with ranked as (
  select
    carrier,
    dest,
    count(*) as flights,
    row_number() over (partition by carrier order by count(*) desc, dest) as place
  from {{ ref('flights') }}
  group by carrier, dest
)

select
  a.carrier,
  a.name,
  count(*) as flights,
  round(avg(f.arrival_delay), 1) as mean_arrival_delay,
  round(100 * avg(if(f.cancelled, 1, 0)), 2) as percent_cancelled,
  any_value(r.dest) as favourite
from {{ ref('flights') }} f
join {{ ref('airlines') }} a on a.carrier = f.carrier
join ranked r on r.carrier = f.carrier and r.place = 1
group by a.carrier, a.name
