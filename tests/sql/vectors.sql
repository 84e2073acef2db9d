-- Functions of arrays of FLOAT as vectors.
SELECT vector_avg(v), vector_sum(v) FROM VALUES (array(1f,2f)), (array(3f,4f)), (null) t(v);
--> vector_avg(v) array<float> | vector_sum(v) array<float>
--> [2.0, 3.0] | [4.0, 6.0]
SELECT vector_avg(v), vector_sum(v) FROM VALUES (array(1f,2f)), (array(3f,null)) t(v);
--> vector_avg(v) array<float> | vector_sum(v) array<float>
--> [1.0, 2.0] | [1.0, 2.0]
SELECT vector_avg(v), vector_sum(v) FROM VALUES (array(3f,null)) t(v);
--> vector_avg(v) array<float> | vector_sum(v) array<float>
--> NULL | NULL
SELECT vector_avg(v), vector_sum(v) FROM VALUES (array(3f,2f)), (array(1f)) t(v);
--> error VECTOR_DIMENSION_MISMATCH
SELECT vector_avg(v), vector_sum(v) FROM VALUES (array(3f,2f)) t(v) where v[0]>100;
--> vector_avg(v) array<float> | vector_sum(v) array<float>
--> NULL | NULL
SELECT vector_avg(v), vector_sum(v) FROM VALUES (cast(array() as array<float>)),(cast(array() as array<float>)) t(v);
--> vector_avg(v) array<float> | vector_sum(v) array<float>
--> [] | []
SELECT vector_avg(v) FROM VALUES (array(1D,2D)) t(v);
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT vector_avg(v) FROM VALUES (array(1,2)) t(v);
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT vector_sum(v) FROM VALUES (array(cast(3e38 as float))),(array(cast(3e38 as float))) t(v);
--> vector_sum(v) array<float>
--> [inf]
SELECT vector_avg(v) FROM VALUES (array(cast('NaN' as float),cast(3e38 as float))),(array(1f,cast(3e38 as float))) t(v);
--> vector_avg(v) array<float>
--> [nan, 3.0000000054977558e+38]
SELECT vector_cosine_similarity(array(1f,2f,3f), array(4f,5f,6f)), vector_inner_product(array(1f,2f,3f), array(4f,5f,6f)), vector_l2_distance(array(1f,2f,3f), array(4f,5f,6f));
--> vector_cosine_similarity(array(1.0, 2.0, 3.0), array(4.0, 5.0, 6.0)) float | vector_inner_product(array(1.0, 2.0, 3.0), array(4.0, 5.0, 6.0)) float | vector_l2_distance(array(1.0, 2.0, 3.0), array(4.0, 5.0, 6.0)) float
--> 0.9746318459510803 | 32.0 | 5.196152210235596
SELECT vector_cosine_similarity(array(0f,0f), array(4f,5f)), vector_cosine_similarity(array(1f,null), array(4f,5f)), vector_inner_product(array(1f,null), array(4f,5f)), vector_l2_distance(array(1f,null), array(4f,5f)), vector_l2_distance(null, array(4f,5f));
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT vector_cosine_similarity(cast(array() as array<float>),cast(array() as array<float>)), vector_inner_product(cast(array() as array<float>),cast(array() as array<float>)), vector_l2_distance(cast(array() as array<float>),cast(array() as array<float>)), vector_norm(cast(array() as array<float>)), vector_normalize(cast(array() as array<float>));
--> vector_cosine_similarity(array(), array()) float | vector_inner_product(array(), array()) float | vector_l2_distance(array(), array()) float | vector_norm(array(), 2.0) float | vector_normalize(array(), 2.0) array<float>
--> NULL | 0.0 | 0.0 | 0.0 | []
SELECT vector_inner_product(array(1f), array(4f,5f));
--> error VECTOR_DIMENSION_MISMATCH
SELECT vector_inner_product(array(1D), array(4f));
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT vector_inner_product(array(1D), array(4D));
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT vector_norm(array(3f,4f)), vector_norm(array(3f,-4f), 1f), vector_norm(array(3f,-4f), float('inf')), vector_norm(array(3f,4f), 2f), vector_norm(array(3f,null)), vector_norm(null), vector_norm(array(3f), cast(null as float));
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT vector_norm(array(3f,4f), 3f);
--> error INVALID_VECTOR_NORM_DEGREE
SELECT vector_norm(array(3f,4f), 2D);
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT vector_norm(array(3f,4f), 2.0);
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT vector_norm(array(3f,4f), 2);
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT vector_norm(array(0.1f,0.2f,0.3f,0.7f,11f,13.5f,17.25f,0.333f,0.12345f,8f)), vector_norm(array(0.1f,0.2f,0.3f,0.7f,11f,13.5f,17.25f,0.333f,0.12345f,8f),1f), vector_inner_product(array(0.1f,0.2f,0.3f,0.7f,11f,13.5f,17.25f,0.333f,0.12345f,8f),array(0.1f,0.2f,0.3f,0.7f,11f,13.5f,17.25f,0.333f,0.12345f,8f)), vector_cosine_similarity(array(0.1f,0.2f,0.3f,0.7f,11f,13.5f,17.25f,0.333f,0.12345f,8f),array(0.3f,0.2f,0.3f,0.7f,1.1f,13.5f,17.25f,0.333f,0.12345f,8f)),vector_l2_distance(array(0.1f,0.2f,0.3f,0.7f,11f,13.5f,17.25f,0.333f,0.12345f,8f),array(0.3f,0.2f,0.3f,0.7f,1.1f,13.5f,17.25f,0.333f,0.12345f,8f)),vector_normalize(array(0.1f,0.2f,0.3f,0.7f,11f,13.5f,17.25f,0.333f,0.12345f,8f));
--> vector_norm(array(0.1, 0.2, 0.3, 0.7, 11.0, 13.5, 17.25, 0.333, 0.12345, 8.0), 2.0) float | vector_norm(array(0.1, 0.2, 0.3, 0.7, 11.0, 13.5, 17.25, 0.333, 0.12345, 8.0), 1.0) float | vector_inner_product(array(0.1, 0.2, 0.3, 0.7, 11.0, 13.5, 17.25, 0.333, 0.12345, 8.0), array(0.1, 0.2, 0.3, 0.7, 11.0, 13.5, 17.25, 0.333, 0.12345, 8.0)) float | vector_cosine_similarity(array(0.1, 0.2, 0.3, 0.7, 11.0, 13.5, 17.25, 0.333, 0.12345, 8.0), array(0.3, 0.2, 0.3, 0.7, 1.1, 13.5, 17.25, 0.333, 0.12345, 8.0)) float | vector_l2_distance(array(0.1, 0.2, 0.3, 0.7, 11.0, 13.5, 17.25, 0.333, 0.12345, 8.0), array(0.3, 0.2, 0.3, 0.7, 1.1, 13.5, 17.25, 0.333, 0.12345, 8.0)) float | vector_normalize(array(0.1, 0.2, 0.3, 0.7, 11.0, 13.5, 17.25, 0.333, 0.12345, 8.0), 2.0) array<float>
--> 25.798616409301758 | 51.50645065307617 | 665.568603515625 | 0.9235827922821045 | 9.902019500732422 | [0.0038761768955737352, 0.0077523537911474705, 0.01162853091955185, 0.027133237570524216, 0.4263794422149658, 0.523283839225769, 0.6686404943466187, 0.012907668948173523, 0.004785140510648489, 0.3100941479206085]
SELECT typeof(vector_norm(array(3f,4f))), typeof(vector_avg(array(1f))), typeof(vector_normalize(array(3f,4f)));
--> typeof(vector_norm(array(3.0, 4.0), 2.0)) string | typeof(vector_avg(array(1.0))) string | typeof(vector_normalize(array(3.0, 4.0), 2.0)) string
--> float | array<float> | array<float>
SELECT vector_cosine_similarity(array(0f,0f), array(4f,5f)), vector_cosine_similarity(array(1f,null), array(4f,5f)), vector_inner_product(array(1f,null), array(4f,5f)), vector_l2_distance(array(1f,null), array(4f,5f)), vector_l2_distance(cast(null as array<float>), array(4f,5f));
--> vector_cosine_similarity(array(0.0, 0.0), array(4.0, 5.0)) float | vector_cosine_similarity(array(1.0, NULL), array(4.0, 5.0)) float | vector_inner_product(array(1.0, NULL), array(4.0, 5.0)) float | vector_l2_distance(array(1.0, NULL), array(4.0, 5.0)) float | vector_l2_distance(NULL, array(4.0, 5.0)) float
--> NULL | NULL | NULL | NULL | NULL
SELECT vector_sum(v), vector_avg(v) FROM (select array(cast(case id when 0 then 16777216 else 1 end as float)) v from range(0,5,1,1));
--> vector_sum(v) array<float> | vector_avg(v) array<float>
--> [16777216.0] | [3355443.75]
SELECT vector_sum(v), vector_avg(v) FROM (select array(cast(case id when 0 then 3e38 else 2e38 end as float)) v from range(0,3,1,1));
--> vector_sum(v) array<float> | vector_avg(v) array<float>
--> [inf] | [2.3333334277534083e+38]
SELECT vector_sum(v), vector_avg(v) FROM (select array(cast(0.1 + id*0.37 as float)) v from range(0,13,1,1));
--> vector_sum(v) array<float> | vector_avg(v) array<float>
--> [30.15999984741211] | [2.319999933242798]
SELECT vector_sum(v) over (order by id), vector_avg(v) over (order by id rows between 1 preceding and current row), id FROM (select id, array(cast(id as float)) v from range(0,3,1,1));
--> vector_sum(v) OVER (ORDER BY id ASC NULLS FIRST RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) array<float> | vector_avg(v) OVER (ORDER BY id ASC NULLS FIRST ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) array<float> | id bigint
--> [0.0] | [0.0] | 0
--> [1.0] | [0.5] | 1
--> [3.0] | [1.5] | 2
-- known differences
SELECT vector_avg(v) FROM VALUES (array(0.1f,16777216f)),(array(0.2f,1f)),(array(0.3f,1f)) t(v);
--> vector_avg(v) array<float>
--> [0.20000000298023224, 5592406.0]
SELECT vector_sum(v) FROM VALUES (array(0.1f,16777216f)),(array(0.2f,1f)),(array(0.3f,1f)) t(v);
--> vector_sum(v) array<float>
--> [0.6000000238418579, 16777218.0]
SELECT vector_normalize(array(3f,4f)), vector_normalize(array(3f,-4f), 1f), vector_normalize(array(3f,-4f), float('inf')), vector_normalize(array(0f,0f)), vector_normalize(array(3f,null));
--> vector_normalize(array(3.0, 4.0), 2.0) array<float> | vector_normalize(array(3.0, -4.0), 1.0) array<float> | vector_normalize(array(3.0, -4.0), inf) array<float> | vector_normalize(array(0.0, 0.0), 2.0) array<float> | vector_normalize(array(3.0, NULL), 2.0) array<float>
--> [0.6000000238418579, 0.800000011920929] | [0.4285714328289032, -0.5714285969734192] | [0.75, -1.0] | NULL | NULL
SELECT vector_norm(array(3f,4f)), vector_norm(array(3f,-4f), 1f), vector_norm(array(3f,-4f), float('inf')), vector_norm(array(3f,null)), vector_norm(cast(null as array<float>)), vector_norm(array(3f), cast(null as float));
--> vector_norm(array(3.0, 4.0), 2.0) float | vector_norm(array(3.0, -4.0), 1.0) float | vector_norm(array(3.0, -4.0), inf) float | vector_norm(array(3.0, NULL), 2.0) float | vector_norm(NULL, 2.0) float | vector_norm(array(3.0), CAST(NULL AS FLOAT)) float
--> 5.0 | 7.0 | 4.0 | NULL | NULL | NULL
