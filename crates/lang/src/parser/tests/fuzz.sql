select '
;
select "\
;
select `
;
select /* /* */
;
select 1 -- no end
;
select x'0
;
select date '
;
select interval '1' year to
;
select 1e400, 99999999999999999999999999999999999999999999999999
;
select -9223372036854775808, - -9223372036854775808, -128Y, 1.2e-2147483648
;
select case
;
select a.b.c.*, * except (
;
select * from t tablesample (10
;
select f(a => 1, *, table(
;
with a as (with b as (select 1
;
create table t (a int, b array<map<string, struct<
;
create or replace temp view v (a comment
;
insert into t partition (a = 1, b) select
;
from a |> where |> select
;
select :
;
select ?
;
select a[b[c[
;
select 'é😀' || '\u12' || '\777'
;
select a:b:c, a::int::
;
cache lazy table
