select
  faa as airport,
  name,
  {{ number('lat', 'double') }} as latitude,
  {{ number('lon', 'double') }} as longitude,
  {{ number('alt') }} as altitude,
  {{ known('tzone') }} as time_zone
from {{ source('raw', 'airports') }}
