-- Sketches: HyperLogLog, theta, tuple, KLL, count-min, and the most frequent values; bytes in hexadecimal.
SELECT hex(hll_sketch_agg(col)), hex(hll_sketch_agg(col, 4)) FROM VALUES (1), (1), (2), (2), (3) tab(col);
--> hex(hll_sketch_agg(col, 12)) string | hex(hll_sketch_agg(col, 4)) string
--> 0201070C030003082BF2FB06862FF90D758166070000000000000000000000000000000000000000 | 02010704030003082BF2FB06862FF90D758166070000000000000000000000000000000000000000
SELECT hex(hll_sketch_agg(col, 8)) FROM VALUES (1) tab(col) WHERE col > 5;
--> hex(hll_sketch_agg(col, 8)) string
--> 02010708030400080000000000000000000000000000000000000000000000000000000000000000
SELECT md5(hll_sketch_agg(id, 8)), hll_sketch_estimate(hll_sketch_agg(id, 8)) FROM range(0,2000,1,1);
--> md5(hll_sketch_agg(id, 8)) string | hll_sketch_estimate(hll_sketch_agg(id, 8)) bigint
--> 41538419a77470df3d053871fc9c934e | 2068
SELECT hex(hll_union_agg(s)) FROM (SELECT hll_sketch_agg(id, 8) s from range(0,20,1,1)) WHERE s is null;
--> hex(hll_union_agg(s, false)) string
--> 0201070C030400080000000000000000000000000000000000000000000000000000000000000000
SELECT md5(hll_union_agg(s)), hll_sketch_estimate(hll_union_agg(s)), hex(substr(hll_union_agg(s),1,40)) FROM (SELECT hll_sketch_agg(id, 8) s from range(0,2000,1,1) UNION ALL SELECT hll_sketch_agg(id, 8) s from range(1000,3000,1,1));
--> md5(hll_union_agg(s, false)) string | hll_sketch_estimate(hll_union_agg(s, false)) bigint | hex(substr(hll_union_agg(s, false), 1, 40)) string
--> c181cdfd2321a4de9364c7f394f60f6f | 3273 | 0A0107080010010A00000000000000000000000028C32C4000000000000000000100000000000000
SELECT md5(hll_union(a,b)), hll_sketch_estimate(hll_union(a,b)) FROM (SELECT hll_sketch_agg(id, 8) a,hll_sketch_agg(id+500, 8) b from range(0,1000,1,1));
--> md5(hll_union(a, b, false)) string | hll_sketch_estimate(hll_union(a, b, false)) bigint
--> 49572386127189251266ab4ff2fa8849 | 1584
SELECT hll_sketch_estimate(hll_union(a,b)) FROM (SELECT hll_sketch_agg(id, 8) a,hll_sketch_agg(id+500, 10) b from range(0,1000,1,1));
--> error HLL_UNION_DIFFERENT_LG_K
SELECT hll_sketch_estimate(hll_union(a,b,true)),md5(hll_union(a,b,true)) FROM (SELECT hll_sketch_agg(id, 8) a,hll_sketch_agg(id+500, 10) b from range(0,1000,1,1));
--> hll_sketch_estimate(hll_union(a, b, true)) bigint | md5(hll_union(a, b, true)) string
--> 1584 | 49572386127189251266ab4ff2fa8849
SELECT hll_sketch_agg(cast(id as double)) from range(3);
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT hll_sketch_agg(id, 3) from range(3);
--> error HLL_INVALID_LG_K
SELECT hll_sketch_agg(id, 30) from range(3);
--> error HLL_INVALID_LG_K
SELECT hll_sketch_agg(id, null) from range(3);
--> error HLL_INVALID_LG_K
SELECT hll_sketch_agg(id, id) from range(3);
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT hll_sketch_agg(id, 12L) from range(3);
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT hll_sketch_estimate(X'0102'), hll_sketch_estimate(null);
--> error HLL_INVALID_INPUT_SKETCH_BUFFER
SELECT hll_sketch_estimate(1);
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT hll_union(X'0102', X'03');
--> error HLL_INVALID_INPUT_SKETCH_BUFFER
SELECT hll_union_agg(X'0102');
--> error HLL_INVALID_INPUT_SKETCH_BUFFER
SELECT hll_sketch_estimate(hll_sketch_agg(c)), hex(hll_sketch_agg(c, 4)) FROM VALUES ('a'), (''), ('b'), ('üä') t(c);
--> hll_sketch_estimate(hll_sketch_agg(c, 12)) bigint | hex(hll_sketch_agg(c, 4)) string
--> 3 | 02010704030003082F823B040AFF8004905AA30D0000000000000000000000000000000000000000
SELECT hll_sketch_estimate(hll_sketch_agg(c)) FROM VALUES (X''), (X'01') t(c);
--> hll_sketch_estimate(hll_sketch_agg(c, 12)) bigint
--> 1
SELECT hex(theta_sketch_agg(col)) FROM VALUES (1), (1), (2), (2), (3) tab(col);
--> hex(theta_sketch_agg(col, 12)) string
--> 0104033E011ACC930316861AF72DF7E4558FBE9C3477E9EAEFB2E5966BADAA3DC0
SELECT hex(theta_sketch_agg(col)) FROM VALUES (1)  tab(col);
--> hex(theta_sketch_agg(col, 12)) string
--> 01030300003ACC9315F97DCBBD86A105
SELECT hex(theta_sketch_agg(col)) FROM VALUES (1)  tab(col) where col>4;
--> hex(theta_sketch_agg(col, 12)) string
--> 01030300001E0000
SELECT hex(theta_sketch_agg(col)),hex(theta_sketch_agg(cast(col as float))),hex(theta_sketch_agg(cast(col as string))) FROM VALUES (1.5D), (-0.0D), ('NaN'::double)  tab(col);
--> hex(theta_sketch_agg(col, 12)) string | hex(theta_sketch_agg(CAST(col AS FLOAT), 12)) string | hex(theta_sketch_agg(CAST(col AS STRING), 12)) string
--> 0104033D011ACC930354422226B2F4C7A93C47D257EDAA0721963A75709855A8 | 0104033D011ACC930354422226B2F4C7A93C47D257EDAA0721963A75709855A8 | 0104033E011ACC93035181E9E9075735E773A4694EC6AF1658CF62C5DC19A48780
SELECT hex(theta_sketch_agg(col)) FROM VALUES (array(1,2,3)), (array(4)), (array()) tab(col);
--> hex(theta_sketch_agg(col, 12)) string
--> 0104033F011ACC9302E0178DD90768500A264508B25BAA8458
SELECT hex(theta_sketch_agg(col)) FROM VALUES (array(1L,2,3)), (array(4L)), (array()) tab(col);
--> hex(theta_sketch_agg(col, 12)) string
--> 0104033C011ACC930283DDBC9E12EDE40A223EF88F9D3DD8
SELECT theta_sketch_estimate(theta_sketch_agg(id, 5)), md5(theta_sketch_agg(id, 5)), hex(theta_sketch_agg(id, 5)) from range(0,1000,1,1);
--> theta_sketch_estimate(theta_sketch_agg(id, 5)) bigint | md5(theta_sketch_agg(id, 5)) string | hex(theta_sketch_agg(id, 5)) string
--> 842 | a9e686c6ad0fbf65ad3f34cf5b6f0fa5 | 02040338011ACC9345A54733ACACDD04202A74BAF2ED89D53B6526EE7E230908D7346B47C81C04CDFD38CE4FCD237B1DC4597A3846E8BDF4262852175D8FB07D57FA11841B23DA089947CDAF93BC97CB10F4D311C5C25B1483B47F7C437E0B6E1C2F9519F30FAB26228CB9801B7AE7612686BE28DD82F8A67DBF2160DDEC687277359844F9282EA5693E78E8DF103D02D93BD746049C02BFE3E5A654068E236AAB2F533B468890CBA9F5F704758E3539A3133F1A19755C295702453686D9E12A1FB12A574D24AD01BC298267FA52272FE4EDC8053B004B16B252FFD689559BD802459F1A75577A419BB51E6977BCD09745
SELECT theta_sketch_estimate(theta_union(a,b,6)), hex(theta_union(a,b,6)),hex(theta_intersection(a,b)),hex(theta_difference(a,b)) FROM (SELECT theta_sketch_agg(id, 5) a, theta_sketch_agg(id+500,5) b from range(0,1000,1,1));
--> theta_sketch_estimate(theta_union(a, b, 6)) bigint | hex(theta_union(a, b, 6)) string | hex(theta_intersection(a, b)) string | hex(theta_difference(a, b)) string
--> 1530 | 02040338011ACC93A5907BE534F96D03292A74BAF2ED89D51311D012861C9F0942D2DD367F1A1F1083FEC1875008D7346B47C81C04CDFD38CE4FCD003A362DE721BD0D5E3D1506DCB212C393B4A202B1031F16CCC9791846E8BDF4262852035B741A2B9DE814021B9651BA120F2360127BEFB90260BB115E18E01289F38BDAB7B409012D0CF8535A11C7D57381CB281A7AB98767C19506670589F791930A8DCD87CE30C805C2CB80ECF1FA0EC0E8FE8F51840B6E1C2F9519F30FAB26228CB980059BCDB4C0CC2215DF19AC65BA9C1C7E413AF4F8C20C5F41BDB184FD2160DDEC6872772084F610CE0399081D388954D5E40CF6165F0555283BBFC1C7EB8C29157292190D6C38180C2507E617DC02D93BD746049C02BFE3E5A654068E236AAB2F533B1008F04E400A6402E3BD2967EEE5 | 02040338011ACC93A5907BE534F96D030C2A74BAF2ED89D56C857656EDB52A46E8BDF4262852175D8FB07D57FA5951CAB796A06430E6A3C0D71FCC5403907C59BDFD2160DDEC6872779ED6BDE2073EE202D93BD746049C02BFE3E5A654068E236AAB2F533B | 02040338011ACC93A5907BE534F96D030965D9E1E16BACDE08D7346B47C81C04CDFD38CE4FCD9345868CD7031D58C282A5825A261483B47F7C437E1B19425221D3731B7AE7612686BE7FD6A5DE371EDB
SELECT hex(theta_union_agg(a)),hex(theta_intersection_agg(a)) FROM (SELECT theta_sketch_agg(id, 5) a from range(0,1000,1,1) union all select theta_sketch_agg(id+500,5) from range(0,1000,1,1));
--> hex(theta_union_agg(a, 12)) string | hex(theta_intersection_agg(a)) string
--> 02040338011ACC93A5907BE534F96D03292A74BAF2ED89D51311D012861C9F0942D2DD367F1A1F1083FEC1875008D7346B47C81C04CDFD38CE4FCD003A362DE721BD0D5E3D1506DCB212C393B4A202B1031F16CCC9791846E8BDF4262852035B741A2B9DE814021B9651BA120F2360127BEFB90260BB115E18E01289F38BDAB7B409012D0CF8535A11C7D57381CB281A7AB98767C19506670589F791930A8DCD87CE30C805C2CB80ECF1FA0EC0E8FE8F51840B6E1C2F9519F30FAB26228CB980059BCDB4C0CC2215DF19AC65BA9C1C7E413AF4F8C20C5F41BDB184FD2160DDEC6872772084F610CE0399081D388954D5E40CF6165F0555283BBFC1C7EB8C29157292190D6C38180C2507E617DC02D93BD746049C02BFE3E5A654068E236AAB2F533B1008F04E400A6402E3BD2967EEE5 | 02040338011ACC93A5907BE534F96D030C2A74BAF2ED89D56C857656EDB52A46E8BDF4262852175D8FB07D57FA5951CAB796A06430E6A3C0D71FCC5403907C59BDFD2160DDEC6872779ED6BDE2073EE202D93BD746049C02BFE3E5A654068E236AAB2F533B
SELECT hex(theta_union_agg(a)) FROM (SELECT X'' a) where a is null;
--> hex(theta_union_agg(a, 12)) string
--> 01030300001E0000
SELECT hex(theta_intersection_agg(a)) FROM (SELECT X'' a) where a is null;
--> hex(theta_intersection_agg(a)) string
--> 01030300001E0000
SELECT theta_union_agg(X'0102');
--> error THETA_INVALID_INPUT_SKETCH_BUFFER
SELECT theta_sketch_estimate(X'0102');
--> error THETA_INVALID_INPUT_SKETCH_BUFFER
SELECT theta_sketch_estimate(X'');
--> error THETA_INVALID_INPUT_SKETCH_BUFFER
SELECT theta_sketch_agg(id, 2) from range(3);
--> error SKETCH_INVALID_LG_NOM_ENTRIES
SELECT theta_sketch_agg(id, 27) from range(3);
--> error SKETCH_INVALID_LG_NOM_ENTRIES
SELECT theta_sketch_agg(id, id) from range(3);
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT theta_sketch_agg(id, cast(null as int)) from range(3);
--> error SKETCH_INVALID_LG_NOM_ENTRIES
SELECT theta_sketch_agg(cast(id as decimal(10,2))) from range(3);
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT theta_union(X'01', X'02', 3);
--> error SKETCH_INVALID_LG_NOM_ENTRIES
SELECT hex(tuple_sketch_agg_double(k, v)) FROM VALUES (1, 1.5D), (1, 2D), (2, 3D), (3, null), (null, 3D), (7, 4D) t(k,v);
--> hex(tuple_sketch_agg_double(k, v, 12, sum)) string
--> 02030901000ACC93030000000000000015F97DCBBD86A1050000000000000C4000C397FC1281709D1E000000000000084000E0F48BEA9983C37C000000000000104000
SELECT hex(tuple_sketch_agg_integer(k, v, 12, 'max')) FROM VALUES (1, 1), (1, 2), (2, 3), (7, 4) t(k,v);
--> hex(tuple_sketch_agg_integer(k, v, 12, max)) string
--> 02030901000ACC93030000000000000015F97DCBBD86A1050200000002C397FC1281709D1E0300000002E0F48BEA9983C37C0400000002
SELECT hex(tuple_sketch_agg_integer(k, v, 12, 'MIN')) FROM VALUES (1, 1), (1, 2)  t(k,v);
--> hex(tuple_sketch_agg_integer(k, v, 12, MIN)) string
--> 01030901000ACC9315F97DCBBD86A1050100000001
SELECT hex(tuple_sketch_agg_integer(k, v, 12, 'alwaysone')) FROM VALUES (1, 1), (1, 2) t(k,v) where k>4;
--> hex(tuple_sketch_agg_integer(k, v, 12, alwaysone)) string
--> 01030901000ECC93
SELECT hex(tuple_sketch_agg_double(k, v)) FROM VALUES ('a', 1D), ('', 2D) t(k,v);
--> hex(tuple_sketch_agg_double(k, v, 12, sum)) string
--> 01030901000ACC9317C11D528507017B000000000000F03F00
SELECT tuple_sketch_agg_double(k, v, 12, 'foo') FROM VALUES ('a', 1D), ('', 2D) t(k,v);
--> error DATATYPE_MISMATCH.TYPE_CHECK_FAILURE_WITH_HINT
SELECT tuple_sketch_agg_double(k, v, 3) FROM VALUES ('a', 1D), ('', 2D) t(k,v);
--> error DATATYPE_MISMATCH.TYPE_CHECK_FAILURE_WITH_HINT
SELECT tuple_sketch_agg_double(k, v, k) FROM VALUES (1, 1D), (2, 2D) t(k,v);
--> error DATATYPE_MISMATCH.NON_FOLDABLE_INPUT
SELECT tuple_sketch_agg_double(k, v, cast(null as int)) FROM VALUES (1, 1D), (2, 2D) t(k,v);
--> error DATATYPE_MISMATCH.UNEXPECTED_NULL
SELECT tuple_sketch_agg_double(k, v, 12, null) FROM VALUES (1, 1D), (2, 2D) t(k,v);
--> error DATATYPE_MISMATCH.UNEXPECTED_NULL
SELECT tuple_sketch_agg_double(k, v, 12, cast(k as string)) FROM VALUES (1, 1D), (2, 2D) t(k,v);
--> error DATATYPE_MISMATCH.NON_FOLDABLE_INPUT
SELECT hex(tuple_sketch_agg_double(k, v)) FROM VALUES (1, 1), (2, 2) t(k,v);
--> hex(tuple_sketch_agg_double(k, v, 12, sum)) string
--> 02030901000ACC93020000000000000015F97DCBBD86A105000000000000F03F00C397FC1281709D1E000000000000004000
SELECT hex(tuple_sketch_agg_integer(k, v)) FROM VALUES (1, 1L), (2, 2L) t(k,v);
--> hex(tuple_sketch_agg_integer(k, v, 12, sum)) string
--> 02030901000ACC93020000000000000015F97DCBBD86A1050100000000C397FC1281709D1E0200000000
SELECT hex(tuple_sketch_agg_double(k, v)) FROM VALUES (cast(1 as tinyint), 1), (2, 2) t(k,v);
--> hex(tuple_sketch_agg_double(k, v, 12, sum)) string
--> 02030901000ACC93020000000000000015F97DCBBD86A105000000000000F03F00C397FC1281709D1E000000000000004000
SELECT tuple_sketch_agg_double(k, v) FROM VALUES (true, 1), (false, 2) t(k,v);
--> tuple_sketch_agg_double(k, v, 12, sum) binary
--> X'02030901000ACC930200000000000000A1E77FAC5ED7023C000000000000F03F002359956C4123A359000000000000004000'
SELECT tuple_sketch_estimate_double(X'01'), 1;
--> error TUPLE_INVALID_INPUT_SKETCH_BUFFER
SELECT tuple_sketch_estimate_double(theta_sketch_agg(id)) from range(3);
--> error TUPLE_INVALID_INPUT_SKETCH_BUFFER_FAMILY
SELECT hex(tuple_union_agg_double(a)),hex(tuple_intersection_agg_double(a)) from (select X'' a) where a is null;
--> hex(tuple_union_agg_double(a, 12, sum)) string | hex(tuple_intersection_agg_double(a, sum)) string
--> 01030901000ECC93 | 01030901000ECC93
SELECT tuple_sketch_summary_double(a,'min'),tuple_sketch_summary_double(a,'max'),tuple_sketch_summary_double(a,'alwaysone'),tuple_sketch_summary_double(a), tuple_sketch_theta_double(a), tuple_sketch_estimate_double(a) from (SELECT tuple_sketch_agg_double(id, id*1.5D) a from range(0,4,1,1));
--> tuple_sketch_summary_double(a, min) double | tuple_sketch_summary_double(a, max) double | tuple_sketch_summary_double(a, alwaysone) double | tuple_sketch_summary_double(a, sum) double | tuple_sketch_theta_double(a) double | tuple_sketch_estimate_double(a) double
--> 0.0 | 4.5 | 4.0 | 9.0 | 1.0 | 4.0
SELECT tuple_sketch_summary_double(a,'min'),tuple_sketch_summary_double(a), tuple_sketch_summary_double(null), tuple_sketch_summary_double(a,null) from (SELECT tuple_sketch_agg_double(id, id*1.5D) a from range(0,4,1,1) where id > 6);
--> error DATATYPE_MISMATCH.UNEXPECTED_NULL
SELECT tuple_sketch_summary_double(a,'minx') from (SELECT tuple_sketch_agg_double(id, id*1.5D) a from range(0,4,1,1));
--> error DATATYPE_MISMATCH.TYPE_CHECK_FAILURE_WITH_HINT
SELECT tuple_union_double(a,a,2) from (SELECT tuple_sketch_agg_double(id, id*1.5D) a from range(0,4,1,1));
--> error DATATYPE_MISMATCH.TYPE_CHECK_FAILURE_WITH_HINT
SELECT tuple_union_double(a,X'01') from (SELECT tuple_sketch_agg_double(id, id*1.5D) a from range(0,4,1,1));
--> error TUPLE_INVALID_INPUT_SKETCH_BUFFER
SELECT hex(tuple_union_double(a,a,null)) from (SELECT tuple_sketch_agg_double(id, id*1.5D) a from range(0,4,1,1));
--> error DATATYPE_MISMATCH.UNEXPECTED_NULL
SELECT hex(kll_sketch_agg_bigint(id)), hex(kll_sketch_agg_double(cast(id as double))), hex(kll_sketch_agg_float(cast(id as float))) from range(0,5,1,1);
--> hex(kll_sketch_agg_bigint(id)) string | hex(kll_sketch_agg_double(CAST(id AS DOUBLE))) string | hex(kll_sketch_agg_float(CAST(id AS FLOAT))) string
--> 05010F00C80008000500000000000000C8000100C30000000000000000000000040000000000000004000000000000000300000000000000020000000000000001000000000000000000000000000000 | 05010F00C80008000500000000000000C8000100C300000000000000000000000000000000001040000000000000104000000000000008400000000000000040000000000000F03F0000000000000000 | 05010F00C80008000500000000000000C8000100C300000000000000000080400000804000004040000000400000803F00000000
SELECT hex(kll_sketch_agg_bigint(id)) from range(0,1,1,1);
--> hex(kll_sketch_agg_bigint(id)) string
--> 02020F04C80008000000000000000000
SELECT hex(kll_sketch_agg_bigint(id)), kll_sketch_get_n_bigint(kll_sketch_agg_bigint(id)) from range(0,0,1,1);
--> hex(kll_sketch_agg_bigint(id)) string | kll_sketch_get_n_bigint(kll_sketch_agg_bigint(id)) bigint
--> 02010F01C8000800 | 0
SELECT kll_sketch_get_n_bigint(kll_sketch_agg_bigint(id, 8)),kll_sketch_to_string_bigint(kll_sketch_agg_bigint(id, 8)) from range(0,50,1,1);
--> kll_sketch_get_n_bigint(kll_sketch_agg_bigint(id, 8)) bigint | kll_sketch_to_string_bigint(kll_sketch_agg_bigint(id, 8)) string
--> 50 | '\n### KllKllLongsSketch Summary:\n   K                      : 8\n   Dynamic min K          : 8\n   M                      : 8\n   N                      : 50\n   Epsilon                : 30.402%\n   Epsilon PMF            : 34.401%\n   Empty                  : false\n   Estimation Mode        : true\n   Levels                 : 3\n   Level 0 Sorted         : false\n   Capacity Items         : 24\n   Retained Items         : 21\n   Free Space             : 3\n   ReadOnly               : false\n   Updatable Storage Bytes: 244\n   Compact Storage Bytes  : 216\n   Min Item               : 0\n   Max Item               : 49\n### End sketch summary\n'
SELECT kll_sketch_to_string_bigint(kll_sketch_agg_bigint(id)),kll_sketch_to_string_double(kll_sketch_agg_double(cast(id as double))),kll_sketch_to_string_float(kll_sketch_agg_float(cast(id as float))) from range(0,5,1,1);
--> kll_sketch_to_string_bigint(kll_sketch_agg_bigint(id)) string | kll_sketch_to_string_double(kll_sketch_agg_double(CAST(id AS DOUBLE))) string | kll_sketch_to_string_float(kll_sketch_agg_float(CAST(id AS FLOAT))) string
--> '\n### KllKllLongsSketch Summary:\n   K                      : 200\n   Dynamic min K          : 200\n   M                      : 8\n   N                      : 5\n   Epsilon                : 1.329%\n   Epsilon PMF            : 1.652%\n   Empty                  : false\n   Estimation Mode        : false\n   Levels                 : 1\n   Level 0 Sorted         : false\n   Capacity Items         : 200\n   Retained Items         : 5\n   Free Space             : 195\n   ReadOnly               : false\n   Updatable Storage Bytes: 1644\n   Compact Storage Bytes  : 80\n   Min Item               : 0\n   Max Item               : 4\n### End sketch summary\n' | '\n### KllKllDoublesSketch Summary:\n   K                      : 200\n   Dynamic min K          : 200\n   M                      : 8\n   N                      : 5\n   Epsilon                : 1.329%\n   Epsilon PMF            : 1.652%\n   Empty                  : false\n   Estimation Mode        : false\n   Levels                 : 1\n   Level 0 Sorted         : false\n   Capacity Items         : 200\n   Retained Items         : 5\n   Free Space             : 195\n   ReadOnly               : false\n   Updatable Storage Bytes: 1644\n   Compact Storage Bytes  : 80\n   Min Item               : 0.0\n   Max Item               : 4.0\n### End sketch summary\n' | '\n### KllKllFloatsSketch Summary:\n   K                      : 200\n   Dynamic min K          : 200\n   M                      : 8\n   N                      : 5\n   Epsilon                : 1.329%\n   Epsilon PMF            : 1.652%\n   Empty                  : false\n   Estimation Mode        : false\n   Levels                 : 1\n   Level 0 Sorted         : false\n   Capacity Items         : 200\n   Retained Items         : 5\n   Free Space             : 195\n   ReadOnly               : false\n   Updatable Storage Bytes: 836\n   Compact Storage Bytes  : 52\n   Min Item               : 0.0\n   Max Item               : 4.0\n### End sketch summary\n'
SELECT kll_sketch_to_string_bigint(kll_sketch_agg_bigint(id)),kll_sketch_to_string_double(kll_sketch_agg_double(cast(id as double))),kll_sketch_to_string_float(kll_sketch_agg_float(cast(id as float))) from range(0,0,1,1);
--> kll_sketch_to_string_bigint(kll_sketch_agg_bigint(id)) string | kll_sketch_to_string_double(kll_sketch_agg_double(CAST(id AS DOUBLE))) string | kll_sketch_to_string_float(kll_sketch_agg_float(CAST(id AS FLOAT))) string
--> '\n### KllKllLongsSketch Summary:\n   K                      : 200\n   Dynamic min K          : 200\n   M                      : 8\n   N                      : 0\n   Epsilon                : 1.329%\n   Epsilon PMF            : 1.652%\n   Empty                  : true\n   Estimation Mode        : false\n   Levels                 : 1\n   Level 0 Sorted         : false\n   Capacity Items         : 200\n   Retained Items         : 0\n   Free Space             : 200\n   ReadOnly               : false\n   Updatable Storage Bytes: 1644\n   Compact Storage Bytes  : 8\n   Min Item               : NaN\n   Max Item               : NaN\n### End sketch summary\n' | '\n### KllKllDoublesSketch Summary:\n   K                      : 200\n   Dynamic min K          : 200\n   M                      : 8\n   N                      : 0\n   Epsilon                : 1.329%\n   Epsilon PMF            : 1.652%\n   Empty                  : true\n   Estimation Mode        : false\n   Levels                 : 1\n   Level 0 Sorted         : false\n   Capacity Items         : 200\n   Retained Items         : 0\n   Free Space             : 200\n   ReadOnly               : false\n   Updatable Storage Bytes: 1644\n   Compact Storage Bytes  : 8\n   Min Item               : NaN\n   Max Item               : NaN\n### End sketch summary\n' | '\n### KllKllFloatsSketch Summary:\n   K                      : 200\n   Dynamic min K          : 200\n   M                      : 8\n   N                      : 0\n   Epsilon                : 1.329%\n   Epsilon PMF            : 1.652%\n   Empty                  : true\n   Estimation Mode        : false\n   Levels                 : 1\n   Level 0 Sorted         : false\n   Capacity Items         : 200\n   Retained Items         : 0\n   Free Space             : 200\n   ReadOnly               : false\n   Updatable Storage Bytes: 836\n   Compact Storage Bytes  : 8\n   Min Item               : NaN\n   Max Item               : NaN\n### End sketch summary\n'
SELECT kll_sketch_get_quantile_bigint(kll_sketch_agg_bigint(id), array(0.0,0.3,0.5,1.0)),kll_sketch_get_quantile_bigint(kll_sketch_agg_bigint(id), 0.25D),kll_sketch_get_rank_bigint(kll_sketch_agg_bigint(id), array(0L,3L,9L)),kll_sketch_get_rank_bigint(kll_sketch_agg_bigint(id), 2) from range(0,5,1,1);
--> kll_sketch_get_quantile_bigint(kll_sketch_agg_bigint(id), array(0.0, 0.3, 0.5, 1.0)) array<bigint> | kll_sketch_get_quantile_bigint(kll_sketch_agg_bigint(id), 0.25) bigint | kll_sketch_get_rank_bigint(kll_sketch_agg_bigint(id), array(0, 3, 9)) array<double> | kll_sketch_get_rank_bigint(kll_sketch_agg_bigint(id), 2) double
--> [0, 1, 2, 4] | 1 | [0.2, 0.8, 1.0] | 0.6
SELECT kll_sketch_get_quantile_double(a, array(0.0,0.3,0.5,1.0)),kll_sketch_get_quantile_double(a, 0.25D),kll_sketch_get_rank_double(a, array(0D,3D,9D)),kll_sketch_get_rank_double(a, 2) from (select kll_sketch_agg_double(cast(id as double)) a from range(0,5,1,1));
--> kll_sketch_get_quantile_double(a, array(0.0, 0.3, 0.5, 1.0)) array<double> | kll_sketch_get_quantile_double(a, 0.25) double | kll_sketch_get_rank_double(a, array(0.0, 3.0, 9.0)) array<double> | kll_sketch_get_rank_double(a, 2) double
--> [0.0, 1.0, 2.0, 4.0] | 1.0 | [0.2, 0.8, 1.0] | 0.6
SELECT kll_sketch_get_quantile_float(a, array(0.0,0.3,0.5,1.0)),kll_sketch_get_quantile_float(a, 0.25D),kll_sketch_get_rank_float(a, array(0f,3f,9f)),kll_sketch_get_rank_float(a, 2f) from (select kll_sketch_agg_float(cast(id as float)) a from range(0,5,1,1));
--> kll_sketch_get_quantile_float(a, array(0.0, 0.3, 0.5, 1.0)) array<float> | kll_sketch_get_quantile_float(a, 0.25) float | kll_sketch_get_rank_float(a, array(0.0, 3.0, 9.0)) array<double> | kll_sketch_get_rank_float(a, 2.0) double
--> [0.0, 1.0, 2.0, 4.0] | 1.0 | [0.2, 0.8, 1.0] | 0.6
SELECT kll_sketch_get_quantile_bigint(kll_sketch_agg_bigint(id), 1.5D) from range(0,5,1,1);
--> error KLL_SKETCH_INVALID_QUANTILE_RANGE
SELECT kll_sketch_get_quantile_bigint(kll_sketch_agg_bigint(id), 0.5D) from range(0,0,1,1);
--> error KLL_INVALID_INPUT_SKETCH_BUFFER
SELECT kll_sketch_get_rank_bigint(kll_sketch_agg_bigint(id), 5) from range(0,0,1,1);
--> error KLL_INVALID_INPUT_SKETCH_BUFFER
SELECT kll_sketch_get_quantile_bigint(X'0102', 0.5D);
--> error KLL_INVALID_INPUT_SKETCH_BUFFER
SELECT kll_sketch_get_n_bigint(X'0102');
--> error KLL_INVALID_INPUT_SKETCH_BUFFER
SELECT kll_sketch_get_n_bigint(X'0102030405060708');
--> error KLL_INVALID_INPUT_SKETCH_BUFFER
SELECT kll_sketch_get_n_double(kll_sketch_agg_bigint(id)) from range(0,5,1,1);
--> kll_sketch_get_n_double(kll_sketch_agg_bigint(id)) bigint
--> 5
SELECT kll_sketch_merge_bigint(X'0102', X'01');
--> error KLL_INVALID_INPUT_SKETCH_BUFFER
SELECT hex(kll_merge_agg_bigint(a)) from (select X'' a) where a is null;
--> hex(kll_merge_agg_bigint(a)) string
--> 02010F01C8000800
SELECT kll_merge_agg_bigint(X'0102');
--> error KLL_INVALID_INPUT_SKETCH_BUFFER
SELECT kll_sketch_agg_bigint(id, 7) from range(3);
--> error DATATYPE_MISMATCH.TYPE_CHECK_FAILURE_WITH_HINT
SELECT kll_sketch_agg_bigint(id, 65536) from range(3);
--> error DATATYPE_MISMATCH.TYPE_CHECK_FAILURE_WITH_HINT
SELECT kll_sketch_agg_bigint(id, id) from range(3);
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT kll_sketch_agg_bigint(id, cast(null as int)) from range(3);
--> error DATATYPE_MISMATCH.UNEXPECTED_NULL
SELECT kll_sketch_agg_bigint(cast(id as double)) from range(3);
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT kll_sketch_agg_double(id) from range(3);
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT kll_sketch_agg_float(cast(id as double)) from range(3);
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT hex(kll_sketch_agg_double(x)) from values (1D), ('NaN'::double), (-0.0D) t(x);
--> hex(kll_sketch_agg_double(x)) string
--> 05010F00C80008000200000000000000C8000100C60000000000000000000080000000000000F03F0000000000000080000000000000F03F
SELECT kll_sketch_get_quantile_bigint(a, id/10D) from (select kll_sketch_agg_bigint(id) a, max(id) id from range(0,5,1,1));
--> error DATATYPE_MISMATCH.NON_FOLDABLE_INPUT
SELECT kll_sketch_get_quantile_bigint(a, '0.5'), kll_sketch_get_quantile_bigint(a, cast(null as double)),kll_sketch_get_quantile_bigint(null, 0.4) from (select kll_sketch_agg_bigint(id) a, max(id) id from range(0,5,1,1));
--> kll_sketch_get_quantile_bigint(a, 0.5) bigint | kll_sketch_get_quantile_bigint(a, CAST(NULL AS DOUBLE)) bigint | kll_sketch_get_quantile_bigint(NULL, 0.4) bigint
--> 2 | NULL | NULL
SELECT kll_sketch_get_rank_bigint(a, id) from (select kll_sketch_agg_bigint(id) a, max(id) id from range(0,5,1,1));
--> error DATATYPE_MISMATCH.NON_FOLDABLE_INPUT
SELECT kll_sketch_get_rank_bigint(a, 2.5D),kll_sketch_get_rank_bigint(a, '3'), kll_sketch_get_quantile_bigint(a, array(0.5, null)) from (select kll_sketch_agg_bigint(id) a from range(0,5,1,1));
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT kll_sketch_get_rank_bigint(a, true) from (select kll_sketch_agg_bigint(id) a from range(0,5,1,1));
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT kll_sketch_get_rank_bigint(a, array(1,2)),kll_sketch_get_rank_double(a, array(1,2)),kll_sketch_get_rank_double(a, 'NaN') from (select kll_sketch_agg_bigint(id) a from range(0,5,1,1));
--> error KLL_INVALID_INPUT_SKETCH_BUFFER
SELECT count_min_sketch(1, 0.5d, 0.5d, 1), hex(count_min_sketch(col, 0.5d, 0.5d, 1)) FROM VALUES (1), (2), (1) AS tab(col);
--> count_min_sketch(1, 0.5, 0.5, 1) binary | hex(count_min_sketch(col, 0.5, 0.5, 1)) string
--> X'0000000100000000000000030000000100000004000000005D8D6AB90000000000000000000000000000000300000000000000000000000000000000' | 0000000100000000000000030000000100000004000000005D8D6AB90000000000000000000000000000000200000000000000010000000000000000
SELECT hex(count_min_sketch(col, 1.0, 0.3, 2)) FROM VALUES ('a'), ('bc'), (null) AS tab(col);
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT count_min_sketch(col, 0.0, 0.3, 2) FROM VALUES ('a'), ('bc'), (null) AS tab(col);
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT count_min_sketch(col, 0.5, 1.0, 2) FROM VALUES ('a'), ('bc'), (null) AS tab(col);
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT count_min_sketch(col, null, 0.1, 2) FROM VALUES ('a'), ('bc'), (null) AS tab(col);
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT count_min_sketch(col, 0.2, 0.1, col) FROM VALUES (1) AS tab(col);
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT count_min_sketch(col, 0.2, 0.1, 1) FROM VALUES (1.5D) AS tab(col);
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT hex(count_min_sketch(col, 0.9, 0.1, 1)) FROM VALUES (1L) AS tab(col) where col > 7;
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT hex(count_min_sketch(cast(col as binary), 0.9, 0.1, 1L)), hex(count_min_sketch(cast(col as date), 0.9, 0.1, 1))  FROM VALUES ('2020-01-01') AS tab(col);
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT approx_top_k(c), approx_top_k(c, 2), typeof(approx_top_k(c)) FROM VALUES ('a'), ('b'), ('a'), ('c'), ('c'), ('c'), (null) t(c);
--> approx_top_k(c, 5, 10000) array<struct<item:string,count:bigint>> | approx_top_k(c, 2, 10000) array<struct<item:string,count:bigint>> | typeof(approx_top_k(c, 5, 10000)) string
--> [{item: 'c', count: 3}, {item: 'a', count: 2}, {item: 'b', count: 1}, {item: NULL, count: 1}] | [{item: 'c', count: 3}, {item: 'a', count: 2}] | array<struct<item:string,count:bigint>>
SELECT approx_top_k(c, 2), approx_top_k(c, 10, 100), typeof(approx_top_k(c)) FROM VALUES (0), (1), (1), (2), (2), (2), (null) t(c);
--> approx_top_k(c, 2, 10000) array<struct<item:int,count:bigint>> | approx_top_k(c, 10, 100) array<struct<item:int,count:bigint>> | typeof(approx_top_k(c, 5, 10000)) string
--> [{item: 2, count: 3}, {item: 1, count: 2}] | [{item: 2, count: 3}, {item: 1, count: 2}, {item: 0, count: 1}, {item: NULL, count: 1}] | array<struct<item:int,count:bigint>>
SELECT approx_top_k(id%7, 10) FROM range(0,100,1,1);
--> approx_top_k((id % 7), 10, 10000) array<struct<item:bigint,count:bigint>>
--> [{item: 0, count: 15}, {item: 1, count: 15}, {item: 4, count: 14}, {item: 6, count: 14}, {item: 5, count: 14}, {item: 3, count: 14}, {item: 2, count: 14}]
SELECT approx_top_k(cast(id%7 as double), 10) FROM range(0,100,1,1);
--> approx_top_k(CAST((id % 7) AS DOUBLE), 10, 10000) array<struct<item:double,count:bigint>>
--> [{item: 0.0, count: 15}, {item: 1.0, count: 15}, {item: 4.0, count: 14}, {item: 3.0, count: 14}, {item: 6.0, count: 14}, {item: 5.0, count: 14}, {item: 2.0, count: 14}]
SELECT approx_top_k(cast(id%7 as string), 10) FROM range(0,100,1,1);
--> approx_top_k(CAST((id % 7) AS STRING), 10, 10000) array<struct<item:string,count:bigint>>
--> [{item: '1', count: 15}, {item: '0', count: 15}, {item: '3', count: 14}, {item: '4', count: 14}, {item: '6', count: 14}, {item: '5', count: 14}, {item: '2', count: 14}]
SELECT approx_top_k(cast(id%7 as decimal(10,2)), 10) FROM range(0,100,1,1);
--> approx_top_k(CAST((id % 7) AS DECIMAL(10,2)), 10, 10000) array<struct<item:decimal(10,2),count:bigint>>
--> [{item: 0.00, count: 15}, {item: 1.00, count: 15}, {item: 4.00, count: 14}, {item: 6.00, count: 14}, {item: 5.00, count: 14}, {item: 3.00, count: 14}, {item: 2.00, count: 14}]
SELECT approx_top_k(c, 0) FROM VALUES (0) t(c);
--> error APPROX_TOP_K_NON_POSITIVE_ARG
SELECT approx_top_k(c, 20, 10) FROM VALUES (0) t(c);
--> error APPROX_TOP_K_MAX_ITEMS_TRACKED_LESS_THAN_K
SELECT approx_top_k(c, 2, 10000000) FROM VALUES (0) t(c);
--> error APPROX_TOP_K_MAX_ITEMS_TRACKED_EXCEEDS_LIMIT
SELECT approx_top_k(c, null) FROM VALUES (0) t(c);
--> error APPROX_TOP_K_NULL_ARG
SELECT approx_top_k(c, c) FROM VALUES (0) t(c);
--> error DATATYPE_MISMATCH.TYPE_CHECK_FAILURE_WITH_HINT
SELECT approx_top_k(array(1)) FROM VALUES (0) t(c);
--> error DATATYPE_MISMATCH.TYPE_CHECK_FAILURE_WITH_HINT
SELECT hex(count_min_sketch(col, 1.0D, 0.3D, 2)) FROM VALUES ('a'), ('bc'), (null), ('hello') AS tab(col);
--> hex(count_min_sketch(col, 1.0, 0.3, 2)) string
--> 0000000100000000000000030000000100000002000000005D96391C00000000000000020000000000000001
SELECT hex(count_min_sketch(col, 0.5D, 0.9D, 1111111111111111111L)) FROM VALUES (1), (-7), (123456) AS tab(col);
--> hex(count_min_sketch(col, 0.5, 0.9, 1111111111111111111)) string
--> 00000001000000000000000300000004000000040000000044078BA1000000006DB10FC0000000007F88166100000000690FF17B0000000000000000000000000000000100000000000000000000000000000002000000000000000100000000000000010000000000000001000000000000000000000000000000000000000000000002000000000000000100000000000000000000000000000001000000000000000000000000000000010000000000000001
SELECT hex(count_min_sketch(col, 0.5D, 0.9D, -5)) FROM VALUES (1L), (-7L), (123456789012L) AS tab(col);
--> hex(count_min_sketch(col, 0.5, 0.9, -5)) string
--> 00000001000000000000000300000004000000040000000022787433000000002E84FA21000000002AC38A21000000002BFCEE280000000000000000000000000000000000000000000000020000000000000001000000000000000000000000000000010000000000000000000000000000000200000000000000000000000000000002000000000000000000000000000000010000000000000001000000000000000000000000000000010000000000000001
SELECT hex(count_min_sketch(col, 0.5D, 0.7D, 3)) FROM VALUES (1L) AS tab(col) where col > 5;
--> hex(count_min_sketch(col, 0.5, 0.7, 3)) string
--> 0000000100000000000000000000000200000004000000005D9349A60000000047FD02CC00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
SELECT count_min_sketch(col, 0.0D, 0.3D, 2) FROM VALUES ('a') AS tab(col);
--> error DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE
SELECT count_min_sketch(col, 0.5D, 1.0D, 2) FROM VALUES ('a')AS tab(col);
--> error DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE
SELECT count_min_sketch(col, null, 0.1D, 2) FROM VALUES ('a') AS tab(col);
--> error DATATYPE_MISMATCH.UNEXPECTED_NULL
SELECT count_min_sketch(col, 0.2D, 0.1D, col) FROM VALUES (1) AS tab(col);
--> error DATATYPE_MISMATCH.NON_FOLDABLE_INPUT
SELECT count_min_sketch(col, 0.2D, 0.1D, 1.5D) FROM VALUES (1) AS tab(col);
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
-- known differences
SELECT hex(hll_sketch_agg(id, 8)) FROM range(0,20,1,1);
--> hex(hll_sketch_agg(id, 8)) string
--> 0301070805000009140000000000000081BC5D0600000000CEF05B1F6EC5340600000000862FF90D0000000000000000DB522D0400000000CBD7C20400000000B05B4612AE3C881100000000C1E9170500000000D21673070000000034A2610E75816607F671F20600000000B83FF907464AB704FC2D420A7B65E6082BF2FB06C3DD5104000000007C74B907
SELECT hex(hll_union_agg(s)), hll_sketch_estimate(hll_union_agg(s)) FROM (SELECT hll_sketch_agg(id, 8) s from range(0,20,1,1));
--> hex(hll_union_agg(s, false)) string | hll_sketch_estimate(hll_union_agg(s, false)) bigint
--> 0301070805000009140000000000000081BC5D067C74B907C3DD51040000000000000000862FF90D00000000000000000000000000000000CBD7C204464AB7042BF2FB06CEF05B1F00000000B05B46127B65E608D2167307AE3C881134A2610E75816607F671F20600000000B83FF9076EC5340600000000DB522D04FC2D420A0000000000000000C1E91705 | 20
SELECT hex(hll_union(a,b)) FROM (SELECT hll_sketch_agg(id, 8) a,hll_sketch_agg(id+5, 8) b from range(0,5,1,1));
--> hex(hll_union(a, b, false)) string
--> 03010708050000090A0000000000000081BC5D0600000000000000000000000000000000862FF90D00000000000000000000000000000000CBD7C20400000000000000000000000000000000C1E9170500000000D21673070000000034A2610E7581660700000000000000000000000000000000FC2D420A7B65E6082BF2FB06000000000000000000000000
SELECT hex(tuple_sketch_agg_integer(id, 1, 5)) , tuple_sketch_estimate_integer(tuple_sketch_agg_integer(id, 1, 5)), tuple_sketch_theta_integer(tuple_sketch_agg_integer(id, 1, 5)), tuple_sketch_summary_integer(tuple_sketch_agg_integer(id, 1, 5)) FROM range(0,300,1,1);
--> hex(tuple_sketch_agg_integer(id, 1, 5, sum)) string | tuple_sketch_estimate_integer(tuple_sketch_agg_integer(id, 1, 5, sum)) double | tuple_sketch_theta_integer(tuple_sketch_agg_integer(id, 1, 5, sum)) double | tuple_sketch_summary_integer(tuple_sketch_agg_integer(id, 1, 5, sum), sum) bigint
--> 03030901000ACC932500000000000000C4135026DC15171040DE2EE1C9DB3D080100000000A8C1DA2D5FFA8709010000000083B932CCF95B7F0D0100000000DEAC6BE1E1D96500010000000088655737D10A740101000000004962BB9062B6FC0301000000000A22DBB71C875F0101000000008B823D3E056DCE0D0100000000ED0B4D6D52BA06050100000000CDDD31B4198A800C01000000000F5D1190DC88B103010000000052EC19491D2D6805010000000015F97DCBBD86A1050100000000FA69F9593CA283080100000000DC3F9F540C995A080100000000435B5536EEF09B0F01000000001F728DF16D810E080100000000A0FD066176E58E080100000000614ECD35427F6F0B0100000000E2DACF9FCDEABE04010000000063319A572B2DE6070100000000E4C758129AC4060101000000002596796C863EB2050100000000E8A7BD68FE0B86040100000000698BB991B868570801000000006A918B0B0BE72C0F0100000000AD67B1B395585F0F0100000000B26F45601710360C0100000000B21E8B1C4525480B0100000000F385D11765F6C5080100000000B4659A020A47F40901000000006AA9CADE240AED050100000000F7CE79D2837FC9050100000000B821E450EE6B660E0100000000FA74B34C16B16E000100000000FB38798913248F010100000000BE111E938546FE080100000000 | 294.34106969617335 | 0.12570451020712936 | 37
SELECT hex(tuple_union_double(a,b)), hex(tuple_union_double(a,b,12,'min')),hex(tuple_intersection_double(a,b)),hex(tuple_intersection_double(a,b,'max')),hex(tuple_difference_double(a,b)) from (SELECT tuple_sketch_agg_double(id, id*1.5D) a, tuple_sketch_agg_double(id+2, id) b from range(0,4,1,1));
--> hex(tuple_union_double(a, b, 12, sum)) string | hex(tuple_union_double(a, b, 12, min)) string | hex(tuple_intersection_double(a, b, sum)) string | hex(tuple_intersection_double(a, b, max)) string | hex(tuple_difference_double(a, b)) string
--> 02030901000ACC93060000000000000015F97DCBBD86A105000000000000F83F00BA40B3C1DA06695D000000000000164000BD3273724691CC1400000000000008400040DE2EE1C9DB3D08000000000000004000C397FC1281709D1E000000000000084000E56B61EEC8804420000000000000000000 | 02030901000ACC93060000000000000015F97DCBBD86A105000000000000F83F00BA40B3C1DA06695D000000000000F03F01BD3273724691CC1400000000000008400040DE2EE1C9DB3D08000000000000004000C397FC1281709D1E000000000000000001E56B61EEC8804420000000000000000000 | 02030901000ACC930200000000000000C397FC1281709D1E000000000000084000BA40B3C1DA06695D000000000000164000 | 02030901000ACC930200000000000000C397FC1281709D1E000000000000084002BA40B3C1DA06695D000000000000124002 | 02030901000ACC93020000000000000015F97DCBBD86A105000000000000F83F00E56B61EEC8804420000000000000000000
SELECT hex(tuple_union_theta_double(a,b)), hex(tuple_union_theta_double(a,b,12,'min')),hex(tuple_intersection_theta_double(a,b)),hex(tuple_intersection_theta_double(a,b,'max')),hex(tuple_difference_theta_double(a,b)) from (SELECT tuple_sketch_agg_double(id, id*1.5D) a, theta_sketch_agg(id+2) b from range(0,4,1,1));
--> hex(tuple_union_theta_double(a, b, 12, sum)) string | hex(tuple_union_theta_double(a, b, 12, min)) string | hex(tuple_intersection_theta_double(a, b, sum)) string | hex(tuple_intersection_theta_double(a, b, max)) string | hex(tuple_difference_theta_double(a, b)) string
--> 02030901000ACC93060000000000000015F97DCBBD86A105000000000000F83F00BA40B3C1DA06695D000000000000124000BD3273724691CC1400000000000000000040DE2EE1C9DB3D08000000000000000000C397FC1281709D1E000000000000084000E56B61EEC8804420000000000000000000 | 02030901000ACC93060000000000000015F97DCBBD86A105000000000000F83F00BA40B3C1DA06695D000000000000124001BD3273724691CC14000000000000F07F0140DE2EE1C9DB3D08000000000000F07F01C397FC1281709D1E000000000000084001E56B61EEC8804420000000000000000000 | 02030901000ACC930200000000000000C397FC1281709D1E000000000000084000BA40B3C1DA06695D000000000000124000 | 02030901000ACC930200000000000000C397FC1281709D1E000000000000084002BA40B3C1DA06695D000000000000124002 | 02030901000ACC93020000000000000015F97DCBBD86A105000000000000F83F00E56B61EEC8804420000000000000000000
SELECT hex(tuple_union_theta_integer(a,b)), hex(tuple_union_theta_integer(a,b,12,'max')),hex(tuple_intersection_theta_integer(a,b)),hex(tuple_intersection_theta_integer(a,b,'max')),hex(tuple_difference_theta_integer(a,b)) from (SELECT tuple_sketch_agg_integer(id, id) a, theta_sketch_agg(id+2) b from range(0,4,1,1));
--> hex(tuple_union_theta_integer(a, b, 12, sum)) string | hex(tuple_union_theta_integer(a, b, 12, max)) string | hex(tuple_intersection_theta_integer(a, b, sum)) string | hex(tuple_intersection_theta_integer(a, b, max)) string | hex(tuple_difference_theta_integer(a, b)) string
--> 02030901000ACC93060000000000000015F97DCBBD86A1050100000000BA40B3C1DA06695D0300000000BD3273724691CC14000000000040DE2EE1C9DB3D080000000000C397FC1281709D1E0200000000E56B61EEC88044200000000000 | 02030901000ACC93060000000000000015F97DCBBD86A1050100000000BA40B3C1DA06695D0300000002BD3273724691CC14000000800240DE2EE1C9DB3D080000008002C397FC1281709D1E0200000002E56B61EEC88044200000000000 | 02030901000ACC930200000000000000C397FC1281709D1E0200000000BA40B3C1DA06695D0300000000 | 02030901000ACC930200000000000000C397FC1281709D1E0200000002BA40B3C1DA06695D0300000002 | 02030901000ACC93020000000000000015F97DCBBD86A1050100000000E56B61EEC88044200000000000
SELECT hex(tuple_union_agg_double(a)),hex(tuple_union_agg_double(a,4,'max')),hex(tuple_intersection_agg_double(a)),hex(tuple_intersection_agg_double(a,'min')) from (SELECT tuple_sketch_agg_double(id, id*1.5D) a from range(0,4,1,1) union all select tuple_sketch_agg_double(id+2, id) b from range(0,4,1,1));
--> hex(tuple_union_agg_double(a, 12, sum)) string | hex(tuple_union_agg_double(a, 4, max)) string | hex(tuple_intersection_agg_double(a, sum)) string | hex(tuple_intersection_agg_double(a, min)) string
--> 02030901000ACC93060000000000000015F97DCBBD86A105000000000000F83F00BA40B3C1DA06695D000000000000164000BD3273724691CC1400000000000008400040DE2EE1C9DB3D08000000000000004000C397FC1281709D1E000000000000084000E56B61EEC8804420000000000000000000 | 02030901000ACC93060000000000000040DE2EE1C9DB3D08000000000000004000C397FC1281709D1E000000000000084002E56B61EEC880442000000000000000000015F97DCBBD86A105000000000000F83F00BA40B3C1DA06695D000000000000124002BD3273724691CC14000000000000084000 | 02030901000ACC930200000000000000C397FC1281709D1E000000000000084000BA40B3C1DA06695D000000000000164000 | 02030901000ACC930200000000000000C397FC1281709D1E000000000000000001BA40B3C1DA06695D000000000000F03F01
SELECT kll_sketch_to_string_float(kll_sketch_agg_bigint(id)) from range(0,5,1,1);
--> kll_sketch_to_string_float(kll_sketch_agg_bigint(id)) string
--> '\n### KllKllFloatsSketch Summary:\n   K                      : 200\n   Dynamic min K          : 200\n   M                      : 8\n   N                      : 5\n   Epsilon                : 1.329%\n   Epsilon PMF            : 1.652%\n   Empty                  : false\n   Estimation Mode        : false\n   Levels                 : 1\n   Level 0 Sorted         : false\n   Capacity Items         : 200\n   Retained Items         : 5\n   Free Space             : 195\n   ReadOnly               : false\n   Updatable Storage Bytes: 836\n   Compact Storage Bytes  : 52\n   Min Item               : 0.0\n   Max Item               : 0.0\n### End sketch summary\n'
SELECT hex(kll_sketch_merge_bigint(a,a)) from (select kll_sketch_agg_bigint(id) a from range(0,5,1,1));
--> hex(kll_sketch_merge_bigint(a, a)) string
--> 05010F00C80008000A00000000000000C8000100BE000000000000000000000004000000000000000000000000000000010000000000000002000000000000000300000000000000040000000000000004000000000000000300000000000000020000000000000001000000000000000000000000000000
SELECT hex(kll_merge_agg_bigint(a)), hex(kll_merge_agg_bigint(a, 8)) from (select kll_sketch_agg_bigint(id) a from range(0,3,1,1) union all select kll_sketch_agg_bigint(id+10) a from range(0,3,1,1));
--> hex(kll_merge_agg_bigint(a)) string | hex(kll_merge_agg_bigint(a, 8)) string
--> 05010F00C80008000600000000000000C8000100C200000000000000000000000C000000000000000C000000000000000B000000000000000A00000000000000000000000000000001000000000000000200000000000000 | 05010F00080008000600000000000000080001000200000000000000000000000C000000000000000C000000000000000B000000000000000A00000000000000020000000000000001000000000000000000000000000000
SELECT hex(kll_sketch_agg_double(cast(id as float))) from range(3);
--> hex(kll_sketch_agg_double(CAST(id AS FLOAT))) string
--> 05010F00C80008000300000000000000C8000100C500000000000000000000000000000000000040000000000000F03F00000000000000400000000000000000
SELECT approx_top_k(date'2020-01-01' + cast(id%7 as int), 10) FROM range(0,100,1,1);
--> approx_top_k(date_add(DATE \'2020-01-01\', CAST((id % 7) AS INT)), 10, 10000) array<struct<item:date,count:bigint>>
--> [{item: 2020-01-02, count: 15}, {item: 2020-01-01, count: 15}, {item: 2020-01-07, count: 14}, {item: 2020-01-03, count: 14}, {item: 2020-01-05, count: 14}, {item: 2020-01-06, count: 14}, {item: 2020-01-04, count: 14}]
