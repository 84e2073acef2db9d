{{ config(
    materialized='incremental',
    incremental_strategy='append',
    partition_by=['month'],
    post_hook='analyze table {{ this }} compute statistics'
) }}

select
  flight_id, flight_date, scheduled_hour, carrier, flight_number, tailnum, origin, dest,
  departure_delay, arrival_delay, air_time, distance, cancelled, month
from {{ ref('stg_flights') }}
{% if is_incremental() %}
where flight_date > (select max(flight_date) from {{ this }})
{% endif %}
