select
  case when w.visibility < 2 then 'fog' when w.rain > 0 then 'rain' when w.wind_speed > 20 then 'wind' else 'fair' end as weather,
  count(*) as flights,
  round(avg(f.departure_delay), 2) as mean_delay
from {{ ref('flights') }} f
join {{ ref('stg_weather') }} w on w.origin = f.origin and w.hour = f.scheduled_hour
group by 1
