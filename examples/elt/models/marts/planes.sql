select
  f.tailnum,
  p.manufacturer,
  p.built,
  p.seats,
  count(*) as flights,
  sum(f.distance) as miles,
  max_by(f.carrier, f.scheduled_hour) as carrier,
  max(f.scheduled_hour) as last_flown
from {{ ref('flights') }} f
left join {{ ref('stg_planes') }} p using (tailnum)
where f.tailnum is not null and not f.cancelled
group by all
