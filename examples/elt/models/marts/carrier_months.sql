{{ config(
    materialized='incremental',
    incremental_strategy='merge',
    file_format='delta',
    unique_key=['carrier', 'month'],
    on_schema_change='append_new_columns'
) }}

select
  carrier,
  month,
  count(*) as flights,
  cast(avg(arrival_delay) as decimal(10, 2)) as mean_arrival_delay,
  max(flight_date) as until
from {{ ref('flights') }}
{% if is_incremental() %}
where month >= (select max(month) from {{ this }})
{% endif %}
group by carrier, month
