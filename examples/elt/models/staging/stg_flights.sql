select
  md5(concat_ws('|', time_hour, carrier, flight)) as flight_id,
  make_date({{ number('year') }}, {{ number('month') }}, {{ number('day') }}) as flight_date,
  {{ number('month') }} as month,
  to_timestamp(time_hour) as scheduled_hour,
  carrier,
  {{ number('flight') }} as flight_number,
  {{ known('tailnum') }} as tailnum,
  origin,
  dest,
  {{ number('dep_delay') }} as departure_delay,
  {{ number('arr_delay') }} as arrival_delay,
  {{ number('air_time') }} as air_time,
  {{ number('distance') }} as distance,
  dep_time = 'NA' as cancelled
from {{ source('raw', 'flights') }}
