-- CLUSTER BY: columns of a table of files that are kept and have no effect.
CREATE DATABASE clustering;
--> ok
USE clustering;
--> ok
CREATE TABLE missing_column USING parquet CLUSTER BY (nope) AS SELECT 1 a;
--> error _LEGACY_ERROR_TEMP_3060
CREATE TABLE missing_column (a INT) USING parquet CLUSTER BY (nope);
--> error _LEGACY_ERROR_TEMP_3060
CREATE TABLE t (a INT, s STRUCT<x: INT>) USING parquet CLUSTER BY (S.x, A);
--> ok
DESCRIBE t;
--> col_name string | data_type string | comment string
--> a | int | NULL
--> s | struct<x:int> | NULL
--> # Clustering Information | '' | ''
--> # col_name | data_type | comment
--> s.x | int | NULL
--> a | int | NULL
SHOW CREATE TABLE t;
--> createtab_stmt string
--> 'CREATE TABLE spark_catalog.clustering.t (\n  a INT,\n  s STRUCT<x: INT>)\nUSING parquet\nPARTITIONED BY (cluster_by(s.x, a))\nTBLPROPERTIES (\n  \'clusteringColumns\' = \'[["s","x"],["a"]]\')\n'
CREATE TABLE twice (a INT) USING parquet CLUSTER BY (a, a);
--> error COLUMN_ALREADY_EXISTS
ALTER TABLE t CLUSTER BY (nope);
--> error _LEGACY_ERROR_TEMP_3060
ALTER TABLE t CLUSTER BY (A);
--> ok
DESCRIBE t;
--> col_name string | data_type string | comment string
--> a | int | NULL
--> s | struct<x:int> | NULL
--> # Clustering Information | '' | ''
--> # col_name | data_type | comment
--> a | int | NULL
ALTER TABLE t CLUSTER BY NONE;
--> ok
DESCRIBE t;
--> col_name string | data_type string | comment string
--> a | int | NULL
--> s | struct<x:int> | NULL
--> # Clustering Information | '' | ''
--> # col_name | data_type | comment
SHOW CREATE TABLE t;
--> createtab_stmt string
--> 'CREATE TABLE spark_catalog.clustering.t (\n  a INT,\n  s STRUCT<x: INT>)\nUSING parquet\nPARTITIONED BY (cluster_by())\nTBLPROPERTIES (\n  \'clusteringColumns\' = \'[]\')\n'
DROP DATABASE clustering CASCADE;
--> ok
