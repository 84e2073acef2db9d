select
  origin,
  to_timestamp(time_hour) as hour,
  {{ number('temp', 'double') }} as temperature,
  {{ number('wind_speed', 'double') }} as wind_speed,
  {{ number('precip', 'double') }} as rain,
  {{ number('visib', 'double') }} as visibility
from {{ source('raw', 'weather') }}
