select
  tailnum,
  {{ number('year') }} as built,
  manufacturer,
  model,
  {{ number('engines') }} as engines,
  {{ number('seats') }} as seats,
  engine
from {{ source('raw', 'planes') }}
