select month, sum(flights) as flights from {{ ref('daily_delays') }} group by month
except
select month, count(*) from {{ ref('flights') }} group by month
