-- Static methods of Java by reflect and java_method.
SELECT java_method('java.util.UUID', 'fromString', 'a5cf6c42-0c85-418f-af6c-3e4e5b1328f2'), reflect('java.lang.Math','abs', -3), reflect('java.lang.Math','sqrt', 4D), reflect('java.lang.Math','max', 4, 5), reflect('java.lang.Integer','valueOf','4'), reflect('java.lang.Integer','toHexString',255);
--> java_method(java.util.UUID, fromString, a5cf6c42-0c85-418f-af6c-3e4e5b1328f2) string | reflect(java.lang.Math, abs, -3) string | reflect(java.lang.Math, sqrt, 4.0) string | reflect(java.lang.Math, max, 4, 5) string | reflect(java.lang.Integer, valueOf, 4) string | reflect(java.lang.Integer, toHexString, 255) string
--> a5cf6c42-0c85-418f-af6c-3e4e5b1328f2 | 3 | 2.0 | 5 | 4 | ff
SELECT reflect('java.lang.Math');
--> error WRONG_NUM_ARGS.WITHOUT_SUGGESTION
SELECT try_reflect('java.util.UUID','fromString', 'xx');
--> try_reflect(java.util.UUID, fromString, xx) string
--> NULL
SELECT try_reflect('java.util.UUID','fromString', 'a5cf6c42-0c85-418f-af6c-3e4e5b1328f2');
--> try_reflect(java.util.UUID, fromString, a5cf6c42-0c85-418f-af6c-3e4e5b1328f2) string
--> a5cf6c42-0c85-418f-af6c-3e4e5b1328f2
SELECT reflect('java.lang.Math','abs', null), reflect('java.lang.Math','pow', 2D,3D), reflect('java.lang.String','valueOf', 1), reflect('java.lang.Math','floorMod',7,3), reflect('java.lang.Long','parseLong','12');
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT reflect('java.lang.Math','pow', 2D,3D), reflect('java.lang.String','valueOf', 1), reflect('java.lang.Math','floorMod',7,3), reflect('java.lang.Long','parseLong','12'), reflect('java.lang.Math', 'abs', -2.5D), reflect('java.lang.Math', 'max', 2L, 3L), reflect('java.lang.Math', 'sqrt', 2f), reflect('java.net.URLDecoder', 'decode', '1%2B');
--> error DATATYPE_MISMATCH.UNEXPECTED_STATIC_METHOD
SELECT reflect(concat('java.lang', '.Math'), 'abs', -1);
--> reflect(concat(java.lang, .Math), abs, -1) string
--> 1
SELECT reflect(c, 'abs', -1) from values ('java.lang.Math') t(c);
--> error DATATYPE_MISMATCH.NON_FOLDABLE_INPUT
SELECT reflect('java.lang.Math', c, -1) from values ('abs') t(c);
--> error DATATYPE_MISMATCH.NON_FOLDABLE_INPUT
SELECT reflect(1, 'abs', -1);
--> error DATATYPE_MISMATCH.NON_FOLDABLE_INPUT
SELECT reflect('java.lang.Math', null, -1);
--> error DATATYPE_MISMATCH.NON_FOLDABLE_INPUT
SELECT reflect('java.lang.Math', 'abs', array(1));
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
SELECT reflect('java.lang.Math', 'abs', '1');
--> error DATATYPE_MISMATCH.UNEXPECTED_STATIC_METHOD
SELECT typeof(reflect('java.lang.Math', 'abs', -1));
--> typeof(reflect(java.lang.Math, abs, -1)) string
--> string
-- known differences
SELECT reflect('java.lang.Math','nothing', 4D);
--> error DATATYPE_MISMATCH.UNEXPECTED_STATIC_METHOD
SELECT reflect('java.lang.Nothing','nothing', 4D);
--> error DATATYPE_MISMATCH.UNEXPECTED_CLASS_TYPE
SELECT reflect('java.util.UUID','fromString', 'xx');
--> error SparkException
SELECT reflect('java.lang.String','valueOf', true), reflect('java.lang.Integer','toBinaryString', 5), reflect('java.lang.Integer','parseInt','7'), reflect('java.lang.Double','parseDouble','7'), reflect('java.lang.Integer','toOctalString', 9), reflect('java.lang.Long','toHexString', 255L), reflect('java.lang.Boolean','parseBoolean', 'TRUE'), reflect('java.lang.Integer','bitCount', 7), reflect('java.lang.Math','hypot', 3D,4D), reflect('java.lang.Math','random') is null, reflect('java.util.UUID','randomUUID') is not null;
--> reflect(java.lang.String, valueOf, true) string | reflect(java.lang.Integer, toBinaryString, 5) string | reflect(java.lang.Integer, parseInt, 7) string | reflect(java.lang.Double, parseDouble, 7) string | reflect(java.lang.Integer, toOctalString, 9) string | reflect(java.lang.Long, toHexString, 255) string | reflect(java.lang.Boolean, parseBoolean, TRUE) string | reflect(java.lang.Integer, bitCount, 7) string | reflect(java.lang.Math, hypot, 3.0, 4.0) string | (reflect(java.lang.Math, random) IS NULL) boolean | (reflect(java.util.UUID, randomUUID) IS NOT NULL) boolean
--> true | 101 | 7 | 7.0 | 11 | ff | true | 3 | 5.0 | False | True
SELECT reflect('java.lang.Math', 'abs', cast(null as int));
--> error SparkException
