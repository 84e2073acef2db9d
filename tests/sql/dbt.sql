-- The statements that dbt-spark sends, in the forms in which it sends them. It switches ANSI off.
set spark.sql.ansi.enabled = false;
--> key string | value string
--> spark.sql.ansi.enabled | false
create schema if not exists dbt_models;
--> ok
show databases like 'dbt*';
--> namespace string
--> dbt_models
show tables in dbt_models like '*';
--> namespace string | tableName string | isTemporary boolean
show table extended in dbt_nowhere like '*';
--> error SCHEMA_NOT_FOUND

    create table dbt_models.seed (id bigint,name string,day date,amount double)
    using parquet
;
--> ok
          insert into dbt_models.seed values
          (cast(1.0 as bigint),cast('Ann' as string),cast('2020-01-31' as date),cast(1.5 as double)),(cast(2.0 as bigint),cast('None' as string),cast('2020-02-29' as date),cast(2.0 as double))
;
--> ok
          insert into dbt_models.seed values
          (cast('None' as bigint),cast('x' as string),cast('2020-01-31' as date),cast(1.5 as double))
;
--> ok
/* {"app": "dbt", "dbt_version": "1.11.16", "profile_name": "p", "target_name": "t", "node_id": "model.p.staged"} */
create or replace view dbt_models.staged
  (`id` comment 'it\'s the key', `name` , `month` )
  comment 'What was loaded'
  as
    select id, name, month(day) as month from dbt_models.seed
;
--> ok
describe dbt_models.staged;
--> col_name string | data_type string | comment string
--> id | bigint | 'it\'s the key'
--> name | string | NULL
--> month | int | NULL
select * from (
        select id, name from dbt_models.staged
    ) as __dbt_sbq
    where false limit 0
;
--> id bigint | name string
        create table dbt_models.parts
    using parquet
    partitioned by (month)
    comment 'In parts'
      as
      select id, name, month from dbt_models.staged
;
--> ok
/* {"app": "dbt"} */
      set spark.sql.sources.partitionOverwriteMode = DYNAMIC
;
--> key string | value string
--> spark.sql.sources.partitionOverwriteMode | DYNAMIC
    create or replace temporary view parts__dbt_tmp as
      select id + 10 as id, name, month from dbt_models.staged where month = 2
;
--> ok
      describe extended parts__dbt_tmp
;
--> col_name string | data_type string | comment string
--> id | bigint | NULL
--> name | string | NULL
--> month | int | NULL
    insert overwrite table dbt_models.parts
      partition (month)
    select `id`, `name`, `month` from parts__dbt_tmp
;
--> ok
select * from dbt_models.parts order by id;
--> id bigint | name string | month int
--> NULL | x | 1
--> 1 | Ann | 1
--> 12 | None | 2
    insert into table dbt_models.parts
    select `id`, `name`, `month` from parts__dbt_tmp
;
--> ok
select * from dbt_models.parts order by id;
--> id bigint | name string | month int
--> NULL | x | 1
--> 1 | Ann | 1
--> 12 | None | 2
--> 12 | None | 2
     alter table dbt_models.parts
          add columns
               `note` string
;
--> ok
     alter table dbt_models.parts
          add columns
               (`more` string,`most` int)
;
--> ok
select count(*) as failures, count(*) != 0 as should_warn, count(*) != 0 as should_error from (
    select name as unique_field, count(*) as n_records from dbt_models.parts where name is not null group by name having count(*) > 1
  ) dbt_internal_test
;
--> failures bigint | should_warn boolean | should_error boolean
--> 1 | True | True
analyze table dbt_models.parts compute statistics;
--> ok
show tblproperties dbt_models.parts;
--> key string | value string
drop view if exists dbt_models.parts;
--> error WRONG_COMMAND_FOR_OBJECT_TYPE
alter view dbt_models.staged rename to dbt_models.renamed;
--> ok
    alter table dbt_models.parts rename to dbt_models.moved
;
--> ok
show tables in dbt_models like '*';
--> namespace string | tableName string | isTemporary boolean
--> dbt_models | moved | False
--> dbt_models | renamed | False
--> dbt_models | seed | False
--> '' | parts__dbt_tmp | True
select datediff(cast('2020-03-01' as timestamp), cast('2020-02-01' as date)) as days, add_months(cast('2020-01-31' as date), 1) as later, to_timestamp('2020-01-01 00:00:00') + interval 3 hours as hour;
--> days int | later date | hour timestamp
--> 29 | 2020-02-29 | 2020-01-01 03:00:00
select md5(coalesce(cast(id as string ), '') || '|' || coalesce(cast(name as string ), '')) as dbt_scd_id from dbt_models.seed order by id;
--> dbt_scd_id string
--> a072b4e3a1bb604bf6480276b047204d
--> 637bc222ccf3076b34493c0ef98d848a
--> 5cc5c2e9e6cd291155345d2d08ebffb1
drop view if exists dbt_models.renamed;
--> ok
drop table if exists dbt_models.moved;
--> ok
set spark.sql.sources.partitionOverwriteMode = STATIC;
--> key string | value string
--> spark.sql.sources.partitionOverwriteMode | STATIC
drop schema if exists dbt_models cascade;
--> ok
set spark.sql.ansi.enabled = true;
--> key string | value string
--> spark.sql.ansi.enabled | true
