-- Properties that a clause tells, and comments among properties.
CREATE DATABASE reserved;
--> ok
USE reserved;
--> ok
CREATE TABLE t (a INT) USING parquet TBLPROPERTIES ('owner' = 'me');
--> error UNSUPPORTED_FEATURE.SET_TABLE_PROPERTY
CREATE TABLE t (a INT) USING parquet TBLPROPERTIES ('provider' = 'csv');
--> error UNSUPPORTED_FEATURE.SET_TABLE_PROPERTY
CREATE TABLE t (a INT) USING parquet TBLPROPERTIES ('location' = '/tmp');
--> error UNSUPPORTED_FEATURE.SET_TABLE_PROPERTY
CREATE TABLE t (a INT) USING parquet TBLPROPERTIES ('external' = 'true');
--> error UNSUPPORTED_FEATURE.SET_TABLE_PROPERTY
CREATE TABLE t (a INT) USING parquet TBLPROPERTIES ('is_managed_location' = 'true');
--> error UNSUPPORTED_FEATURE.SET_TABLE_PROPERTY
CREATE TABLE t (a INT) USING parquet TBLPROPERTIES ('collation' = 'UTF8_BINARY');
--> error UNSUPPORTED_FEATURE.SET_TABLE_PROPERTY
CREATE TABLE t (a INT) USING parquet TBLPROPERTIES ('table_type' = 'x');
--> error UNSUPPORTED_FEATURE.SET_TABLE_PROPERTY
CREATE TABLE t (a INT) USING parquet OPTIONS ('owner' = 'me');
--> error UNSUPPORTED_FEATURE.SET_TABLE_PROPERTY
CREATE TABLE t USING parquet TBLPROPERTIES (owner = 'me') AS SELECT 1 a;
--> error UNSUPPORTED_FEATURE.SET_TABLE_PROPERTY
CREATE TABLE t (a INT) USING parquet TBLPROPERTIES ('Owner' = 'me', 'comment' = 'lost', 'k' = 'v');
--> ok
SHOW TBLPROPERTIES t;
--> key string | value string
--> Owner | me
--> k | v
SHOW CREATE TABLE t;
--> createtab_stmt string
--> 'CREATE TABLE spark_catalog.reserved.t (\n  a INT)\nUSING parquet\nTBLPROPERTIES (\n  \'Owner\' = \'me\',\n  \'k\' = \'v\')\n'
CREATE TABLE l LIKE t TBLPROPERTIES ('owner' = 'me');
--> error UNSUPPORTED_FEATURE.SET_TABLE_PROPERTY
ALTER TABLE t SET TBLPROPERTIES ('owner' = 'me');
--> error UNSUPPORTED_FEATURE.SET_TABLE_PROPERTY
ALTER TABLE t SET TBLPROPERTIES ('k' = 'w', 'provider' = 'me');
--> error UNSUPPORTED_FEATURE.SET_TABLE_PROPERTY
ALTER TABLE t UNSET TBLPROPERTIES ('location');
--> error UNSUPPORTED_FEATURE.SET_TABLE_PROPERTY
ALTER TABLE t SET TBLPROPERTIES ('comment' = 'told', 'k' = 'w');
--> ok
SHOW CREATE TABLE t;
--> createtab_stmt string
--> 'CREATE TABLE spark_catalog.reserved.t (\n  a INT)\nUSING parquet\nCOMMENT \'told\'\nTBLPROPERTIES (\n  \'Owner\' = \'me\',\n  \'k\' = \'w\')\n'
ALTER TABLE t UNSET TBLPROPERTIES ('comment');
--> ok
SHOW CREATE TABLE t;
--> createtab_stmt string
--> 'CREATE TABLE spark_catalog.reserved.t (\n  a INT)\nUSING parquet\nTBLPROPERTIES (\n  \'Owner\' = \'me\',\n  \'k\' = \'w\')\n'
CREATE VIEW v TBLPROPERTIES ('owner' = 'me', 'comment' = 'lost') AS SELECT 1 a;
--> ok
SHOW TBLPROPERTIES v;
--> key string | value string
--> owner | me
ALTER VIEW v SET TBLPROPERTIES ('owner' = 'you');
--> error UNSUPPORTED_FEATURE.SET_TABLE_PROPERTY
ALTER VIEW v UNSET TBLPROPERTIES ('owner');
--> error UNSUPPORTED_FEATURE.SET_TABLE_PROPERTY
ALTER VIEW v SET TBLPROPERTIES ('comment' = 'told');
--> ok
SHOW CREATE TABLE v;
--> createtab_stmt string
--> 'CREATE VIEW reserved.v (\n  a)\nCOMMENT \'told\'\nTBLPROPERTIES (\n  \'owner\' = \'me\')\nWITH SCHEMA COMPENSATION\nAS SELECT 1 a\n'
CREATE DATABASE reserved_b WITH DBPROPERTIES ('owner' = 'me');
--> error UNSUPPORTED_FEATURE.SET_NAMESPACE_PROPERTY
CREATE DATABASE reserved_b WITH DBPROPERTIES ('location' = '/tmp');
--> error UNSUPPORTED_FEATURE.SET_NAMESPACE_PROPERTY
CREATE DATABASE reserved_b WITH DBPROPERTIES ('comment' = 'told', 'provider' = 'p');
--> ok
ALTER DATABASE reserved_b SET DBPROPERTIES ('owner' = 'me');
--> error UNSUPPORTED_FEATURE.SET_NAMESPACE_PROPERTY
ALTER DATABASE reserved_b UNSET DBPROPERTIES ('location');
--> error UNSUPPORTED_FEATURE.SET_NAMESPACE_PROPERTY
ALTER DATABASE reserved_b UNSET DBPROPERTIES ('comment');
--> error CANNOT_REMOVE_RESERVED_PROPERTY
SET spark.sql.legacy.notReserveProperties = true;
--> key string | value string
--> spark.sql.legacy.notReserveProperties | true
CREATE TABLE u (a INT) USING parquet OPTIONS ('owner' = 'me') TBLPROPERTIES ('owner' = 'me', 'provider' = 'p', 'k' = 'v');
--> ok
SHOW TBLPROPERTIES u;
--> key string | value string
--> k | v
ALTER TABLE u SET TBLPROPERTIES ('owner' = 'me', 'j' = 'v');
--> ok
SHOW TBLPROPERTIES u;
--> key string | value string
--> j | v
--> k | v
SET spark.sql.legacy.notReserveProperties = false;
--> key string | value string
--> spark.sql.legacy.notReserveProperties | false
USE default;
--> ok
DROP DATABASE reserved CASCADE;
--> ok
DROP DATABASE reserved_b CASCADE;
--> ok
