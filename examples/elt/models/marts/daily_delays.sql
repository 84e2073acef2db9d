{{ config(
    materialized='incremental',
    incremental_strategy='insert_overwrite',
    partition_by=['month']
) }}

-- Months are replaced as a whole: the last one that is here may have grown since.
select
  flight_date,
  origin,
  count(*) as flights,
  count_if(cancelled) as cancelled,
  round(avg(departure_delay), 2) as mean_delay,
  max(departure_delay) as worst_delay,
  month
from {{ ref('flights') }}
{% if is_incremental() %}
where month >= (select max(month) from {{ this }})
{% endif %}
group by flight_date, origin, month
