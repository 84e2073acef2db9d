{{ config(materialized='view') }}

select h.name, d.flight_date, sum(d.flights) as flights, max(d.worst_delay) as worst_delay
from {{ ref('daily_delays') }} d
join {{ ref('holidays') }} h on h.holiday = d.flight_date
group by h.name, d.flight_date
