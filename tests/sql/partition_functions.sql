-- Functions that depend on the partition: identifiers, random numbers, shuffles.
SELECT uuid(0), uuid(42), uuid(cast(null as int));
--> error INVALID_PARAMETER_VALUE.LONG
SELECT uuid(7) from range(0,4,1,2);
--> uuid() string
--> cee40aac-b68a-440d-b75a-41718652cb36
--> 50fe06d6-e030-43ea-9ff6-ff3a773b207a
--> 6c186627-616a-45dd-85c2-ac0fd2cf712d
--> 57eb05c8-7dfb-4f3c-8c90-54cb6d4902b1
SELECT shuffle(array(1,2,3,4,5), 42), shuffle(array(1,2,3,4,5), 0), shuffle(array(), 1), shuffle(null, 1), shuffle(array('a',null,'c'), 7);
--> shuffle(array(1, 2, 3, 4, 5)) array<int> | shuffle(array(1, 2, 3, 4, 5)) array<int> | shuffle(array()) array<void> | shuffle(NULL) array<void> | shuffle(array(a, NULL, c)) array<string>
--> [5, 3, 2, 1, 4] | [4, 1, 2, 3, 5] | [] | NULL | ['a', NULL, 'c']
SELECT shuffle(array(1,2,3,4,5), 42) from range(0,3,1,1);
--> shuffle(array(1, 2, 3, 4, 5)) array<int>
--> [5, 3, 2, 1, 4]
--> [4, 2, 3, 1, 5]
--> [3, 1, 4, 2, 5]
SELECT spark_partition_id(), monotonically_increasing_id(), rand(42), randn(42) from range(0,4,1,2);
--> SPARK_PARTITION_ID() int | monotonically_increasing_id() bigint | rand(42) double | randn(42) double
--> 0 | 0 | 0.619189370225301 | 2.384479054241165
--> 0 | 1 | 0.5096018842446481 | 0.1920934041293524
--> 1 | 8589934592 | 0.8017532427858894 | 1.1027054481455365
--> 1 | 8589934593 | 0.6565552949992319 | 0.5721044623675455
SELECT randstr(5, 42), uniform(1, 100, 42), uniform(1.0, 2.0, 42), uniform(1f,2f,3), uniform(0L, 10, 9) from range(0,4,1,2);
--> randstr(5, 42) string | uniform(1, 100, 42) int | uniform(1.0, 2.0, 42) decimal(2,1) | uniform(1.0, 2.0, 3) float | uniform(0, 10, 9) bigint
--> pll6Y | 62 | 1.6 | 1.2573814392089844 | 7
--> OIJNn | 51 | 1.5 | 1.6698886156082153 | 4
--> r52Iz | 80 | 1.8 | 1.9531453847885132 | 1
--> kwVph | 65 | 1.7 | 1.0661355257034302 | 8
SELECT uuid(cast('a' as string));
--> error INVALID_PARAMETER_VALUE.LONG
SELECT uuid(1+1);
--> error INVALID_PARAMETER_VALUE.LONG
-- known differences
SELECT uuid(0), uuid(42L), uuid(-1) from range(1);
--> uuid() string | uuid() string | uuid() string
--> 1ced31d7-59ef-4bbc-aaf6-d506ef49e4d2 | e50eff7c-bd7d-43e5-be46-7ef61d49fb7d | 269567e9-5d09-4af5-b20f-16851fc4a81a
