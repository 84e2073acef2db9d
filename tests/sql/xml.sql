-- XML: XPath, and structs from and to XML.
select xpath('<a><b>b1</b><b>b2</b><c>c1</c></a>', 'a/b/text()'), xpath('<a><b>b1</b><b>b2</b></a>', 'a/b'), xpath('<a><b x="1"/><b x="2"/></a>', 'a/b/@x'), xpath('<a/>', 'z'), xpath(null, 'a'), xpath('<a/>', null);
--> xpath(<a><b>b1</b><b>b2</b><c>c1</c></a>, a/b/text()) array<string> | xpath(<a><b>b1</b><b>b2</b></a>, a/b) array<string> | xpath(<a><b x="1"/><b x="2"/></a>, a/b/@x) array<string> | xpath(<a/>, z) array<string> | xpath(NULL, a) array<string> | xpath(<a/>, NULL) array<string>
--> ['b1', 'b2'] | [NULL, NULL] | ['1', '2'] | [] | NULL | NULL
select xpath_string('<a><b>b</b><c>cc</c></a>','a/c'), xpath_string('<a><b>b</b><c>cc</c></a>','a/z'), xpath_string('<a><b>1</b><b>2</b></a>','sum(a/b)'), xpath_string('<a><b>1</b></a>','count(//b) > 0'), xpath_string('<a><b>1</b></a>','count(//b)'), xpath_string('<a>x<b>1</b>y</a>','a');
--> xpath_string(<a><b>b</b><c>cc</c></a>, a/c) string | xpath_string(<a><b>b</b><c>cc</c></a>, a/z) string | xpath_string(<a><b>1</b><b>2</b></a>, sum(a/b)) string | xpath_string(<a><b>1</b></a>, count(//b) > 0) string | xpath_string(<a><b>1</b></a>, count(//b)) string | xpath_string(<a>x<b>1</b>y</a>, a) string
--> cc | '' | 3 | true | 1 | x1y
select xpath_boolean('<a><b>1</b></a>','a/b'), xpath_boolean('<a><b>1</b></a>','a/c'), xpath_boolean('<a><b>1</b></a>','a/b = 2'), xpath_boolean('<a/>','0');
--> xpath_boolean(<a><b>1</b></a>, a/b) boolean | xpath_boolean(<a><b>1</b></a>, a/c) boolean | xpath_boolean(<a><b>1</b></a>, a/b = 2) boolean | xpath_boolean(<a/>, 0) boolean
--> True | False | False | False
select xpath_int('<a><b>1</b><b>2</b></a>', 'sum(a/b)'), xpath_int('<a><b>x</b></a>','a/b'), xpath_int('<a><b>1.9</b></a>','a/b'), xpath_int('<a><b>99999999999</b></a>','a/b'), xpath_long('<a><b>99999999999</b></a>','a/b'), xpath_short('<a><b>70000</b></a>','a/b'), xpath_short('<a><b>x</b></a>','a/b');
--> xpath_int(<a><b>1</b><b>2</b></a>, sum(a/b)) int | xpath_int(<a><b>x</b></a>, a/b) int | xpath_int(<a><b>1.9</b></a>, a/b) int | xpath_int(<a><b>99999999999</b></a>, a/b) int | xpath_long(<a><b>99999999999</b></a>, a/b) bigint | xpath_short(<a><b>70000</b></a>, a/b) smallint | xpath_short(<a><b>x</b></a>, a/b) smallint
--> 3 | 0 | 1 | 2147483647 | 99999999999 | 4464 | 0
select xpath_double('<a><b>1</b><b>2.5</b></a>', 'sum(a/b)'), xpath_double('<a><b>x</b></a>','a/b'), xpath_float('<a><b>1.1</b></a>','a/b'), xpath_number('<a><b>1.1</b></a>','a/b'), xpath_number('<a/>','b');
--> xpath_double(<a><b>1</b><b>2.5</b></a>, sum(a/b)) double | xpath_double(<a><b>x</b></a>, a/b) double | xpath_float(<a><b>1.1</b></a>, a/b) float | xpath_number(<a><b>1.1</b></a>, a/b) double | xpath_number(<a/>, b) double
--> 3.5 | nan | 1.100000023841858 | 1.1 | nan
select xpath('<a><b><c>1</c></b><b><c>2</c></b></a>', '//c/text()'), xpath('<a><b id="1">x</b><b id="2">y</b></a>', 'a/b[@id="2"]/text()'), xpath('<a><b>x</b><b>y</b></a>', 'a/b[2]/text()'), xpath('<a><b>x</b><b>y</b></a>', 'a/b[last()]/text()'), xpath('<a><b>x</b><c>y</c></a>', 'a/*/text()'), xpath('<a><b>x</b><c>y</c></a>', 'a/b/text() | a/c/text()'), xpath('<a><b>x</b><c>y</c></a>', '//b/following-sibling::c/text()'), xpath('<a><b>x</b></a>', '//b/../@q'), xpath('<a b="1">t<!-- c --><![CDATA[<d>]]></a>', 'a/text()');
--> xpath(<a><b><c>1</c></b><b><c>2</c></b></a>, //c/text()) array<string> | xpath(<a><b id="1">x</b><b id="2">y</b></a>, a/b[@id="2"]/text()) array<string> | xpath(<a><b>x</b><b>y</b></a>, a/b[2]/text()) array<string> | xpath(<a><b>x</b><b>y</b></a>, a/b[last()]/text()) array<string> | xpath(<a><b>x</b><c>y</c></a>, a/*/text()) array<string> | xpath(<a><b>x</b><c>y</c></a>, a/b/text() \| a/c/text()) array<string> | xpath(<a><b>x</b><c>y</c></a>, //b/following-sibling::c/text()) array<string> | xpath(<a><b>x</b></a>, //b/../@q) array<string> | xpath(<a b="1">t<!-- c --><![CDATA[<d>]]></a>, a/text()) array<string>
--> ['1', '2'] | ['y'] | ['y'] | ['y'] | ['x', 'y'] | ['x', 'y'] | ['y'] | [] | ['t', '<d>']
select xpath_string('<a xmlns:n="urn:x"><n:b>1</n:b></a>', 'a/n:b'), xpath_string('<a xmlns="urn:x"><b>1</b></a>', 'a/b'), xpath_string('<a><b>1</b></a>', 'name(a/*)'), xpath_string('<a>&lt;&amp;&#65;</a>','a'), xpath_string('<a> x </a>','normalize-space(a)'), xpath_string('<a>x</a>',"concat(a,'-',1 div 3)"), xpath_string('<a>hello</a>','substring(a,2,3)'), xpath_string('<a>hello</a>',"translate(a,'el','ip')"), xpath_string('<a>h</a>',"string-length(a)"), xpath_string('<a>-2.5</a>','round(a)'), xpath_string('<a>1</a>','1 div 0'), xpath_string('<a>1</a>','10000000000000000000000'), xpath_string('<a>1</a>','0.00000001');
--> xpath_string(<a xmlns:n="urn:x"><n:b>1</n:b></a>, a/n:b) string | xpath_string(<a xmlns="urn:x"><b>1</b></a>, a/b) string | xpath_string(<a><b>1</b></a>, name(a/*)) string | xpath_string(<a>&lt;&amp;&#65;</a>, a) string | xpath_string(<a> x </a>, normalize-space(a)) string | xpath_string(<a>x</a>, concat(a,\'-\',1 div 3)) string | xpath_string(<a>hello</a>, substring(a,2,3)) string | xpath_string(<a>hello</a>, translate(a,\'el\',\'ip\')) string | xpath_string(<a>h</a>, string-length(a)) string | xpath_string(<a>-2.5</a>, round(a)) string | xpath_string(<a>1</a>, 1 div 0) string | xpath_string(<a>1</a>, 10000000000000000000000) string | xpath_string(<a>1</a>, 0.00000001) string
--> '' | 1 | b | <&A | x | x-0.3333333333333333 | ell | hippo | 1 | -2 | Infinity | 10000000000000000000000 | 0.00000001
select xpath_int('<!DOCTYPE a [<!ENTITY e "5">]><a>&e;</a>', 'a');
--> xpath_int(<!DOCTYPE a [<!ENTITY e "5">]><a>&e;</a>, a) int
--> 5
select xpath_string('<a>1</a>', p) from values ('a') t(p);
--> error DATATYPE_MISMATCH.NON_FOLDABLE_INPUT
select xpath_boolean('<a>1</a>', 'true()'), xpath_boolean('<a>1</a>',"contains(a,'1') and not(a='2')"), xpath_boolean('','a');
--> xpath_boolean(<a>1</a>, true()) boolean | xpath_boolean(<a>1</a>, contains(a,\'1\') and not(a=\'2\')) boolean | xpath_boolean(, a) boolean
--> True | True | NULL
select from_xml('<p><a>1</a><b>x</b></p>', 'a INT, b STRING'), from_xml('<p><a>x</a></p>', 'a INT'), from_xml('<p><a>1', 'a INT'), from_xml('<p><a>1', 'a INT, _corrupt_record STRING'), from_xml('<p a="5"><b c="1">t</b></p>', '_a INT, b STRUCT<_VALUE:STRING,_c:INT>'), from_xml('<p><a>1</a><a>2</a></p>','a ARRAY<INT>'), from_xml('<p><a>1</a><a>2</a></p>','a INT'), from_xml('<p><a k="1">x</a></p>','a MAP<STRING,STRING>'), from_xml('<p><m><x>1</x><y>2</y></m></p>','m MAP<STRING,INT>'), from_xml('<p><a/></p>','a STRING'), from_xml('<p><a/></p>','a INT'), from_xml('<p><a></a></p>','a STRING'), from_xml(null,'a INT'), from_xml('','a INT'), from_xml('<p><a> x </a></p>','a STRING');
--> from_xml(<p><a>1</a><b>x</b></p>) struct<a:int,b:string> | from_xml(<p><a>x</a></p>) struct<a:int> | from_xml(<p><a>1) struct<a:int> | from_xml(<p><a>1) struct<a:int,_corrupt_record:string> | from_xml(<p a="5"><b c="1">t</b></p>) struct<_a:int,b:struct<_VALUE:string,_c:int>> | from_xml(<p><a>1</a><a>2</a></p>) struct<a:array<int>> | from_xml(<p><a>1</a><a>2</a></p>) struct<a:int> | from_xml(<p><a k="1">x</a></p>) struct<a:map<string,string>> | from_xml(<p><m><x>1</x><y>2</y></m></p>) struct<m:map<string,int>> | from_xml(<p><a/></p>) struct<a:string> | from_xml(<p><a/></p>) struct<a:int> | from_xml(<p><a></a></p>) struct<a:string> | from_xml(NULL) struct<a:int> | from_xml() struct<a:int> | from_xml(<p><a> x </a></p>) struct<a:string>
--> {a: 1, b: 'x'} | {a: NULL} | {a: NULL} | {a: NULL, _corrupt_record: '<p><a>1'} | {_a: 5, b: {_VALUE: 't', _c: 1}} | {a: [1, 2]} | {a: 2} | {a: NULL} | {m: {'x' -> 1, 'y' -> 2}} | {a: ''} | {a: NULL} | {a: ''} | NULL | {a: NULL} | {a: 'x'}
select from_xml('<p><a>1', 'a INT', map('mode','FAILFAST'));
--> error MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION
select from_xml('<p><time>26/08/2015</time></p>', 'time Timestamp', map('timestampFormat','dd/MM/yyyy')), from_xml('<p><d>2020-01-02</d><t>2020-01-02T03:04:05</t><n>1.50</n><b>true</b><f>1.5</f></p>','d DATE,t TIMESTAMP,n DECIMAL(5,2),b BOOLEAN,f DOUBLE'), from_xml('<p><a>1</a></p>','a INT', map('mode','DROPMALFORMED'));
--> error PARSE_MODE_UNSUPPORTED
select from_xml('<p><a>1</a></p>','a INT', map('mode','PERMISSIVE','nullValue','1')), from_xml('<p><a x="1">2</a></p>','a INT', map('excludeAttribute','true')), from_xml('<p><a x="1">2</a></p>','a STRUCT<_VALUE:INT,_x:INT>'), from_xml('<p><a x="1">2</a></p>','a STRUCT<v:INT,at_x:INT>', map('attributePrefix','at_','valueTag','v')), from_xml('<p>text<a>1</a>tail</p>','a INT, _VALUE STRING'), from_xml('<n:p xmlns:n="u"><n:a>1</n:a></n:p>','a INT'), from_xml('<n:p xmlns:n="u"><n:a>1</n:a></n:p>','a INT', map('ignoreNamespace','true'));
--> from_xml(<p><a>1</a></p>) struct<a:int> | from_xml(<p><a x="1">2</a></p>) struct<a:int> | from_xml(<p><a x="1">2</a></p>) struct<a:struct<_VALUE:int,_x:int>> | from_xml(<p><a x="1">2</a></p>) struct<a:struct<v:int,at_x:int>> | from_xml(<p>text<a>1</a>tail</p>) struct<a:int,_VALUE:string> | from_xml(<n:p xmlns:n="u"><n:a>1</n:a></n:p>) struct<a:int> | from_xml(<n:p xmlns:n="u"><n:a>1</n:a></n:p>) struct<a:int>
--> {a: NULL} | {a: 2} | {a: {_VALUE: 2, _x: 1}} | {a: {v: 2, at_x: 1}} | {a: 1, _VALUE: 'tail'} | {a: NULL} | {a: 1}
select schema_of_xml('<p><a>1</a><b>x</b><c>1.5</c><d>true</d><e>2020-01-01</e><f>2020-01-01T00:00:00</f><g/><h>12345678901234567890</h><i x="1">z</i><j><k>1</k></j><l>1</l><l>2</l></p>'), schema_of_xml('<p>1</p>'), schema_of_xml('<p a="1">x</p>');
--> schema_of_xml(<p><a>1</a><b>x</b><c>1.5</c><d>true</d><e>2020-01-01</e><f>2020-01-01T00:00:00</f><g/><h>12345678901234567890</h><i x="1">z</i><j><k>1</k></j><l>1</l><l>2</l></p>) string | schema_of_xml(<p>1</p>) string | schema_of_xml(<p a="1">x</p>) string
--> STRUCT<a: BIGINT, b: STRING, c: DOUBLE, d: BOOLEAN, e: DATE, f: TIMESTAMP, g: STRING, h: DOUBLE, i: STRUCT<_VALUE: STRING, _x: BIGINT>, j: STRUCT<k: BIGINT>, l: ARRAY<BIGINT>> | STRUCT<_VALUE: BIGINT> | STRUCT<_VALUE: STRING, _a: BIGINT>
select schema_of_xml('<p><a>1</a></p>', map('inferSchema','false')), schema_of_xml('<p><a>1</a><a>x</a></p>'), schema_of_xml('<p><a>1</a><a>1.5</a></p>'), schema_of_xml('<p><a b="1"/><a b="2"/></p>');
--> schema_of_xml(<p><a>1</a></p>) string | schema_of_xml(<p><a>1</a><a>x</a></p>) string | schema_of_xml(<p><a>1</a><a>1.5</a></p>) string | schema_of_xml(<p><a b="1"/><a b="2"/></p>) string
--> STRUCT<a: STRING> | STRUCT<a: ARRAY<STRING>> | STRUCT<a: ARRAY<DOUBLE>> | STRUCT<a: ARRAY<STRUCT<_b: BIGINT>>>
select to_xml(named_struct('a',1,'b','x<&>"\'','c',null,'d',array(1,2),'e',named_struct('f',true),'_g',5));
--> to_xml(named_struct(a, 1, b, x<&>"\', c, NULL, d, array(1, 2), e, named_struct(f, true), _g, 5)) string
--> '<ROW g="5">\n    <a>1</a>\n    <b>x&lt;&amp;>"\'</b>\n    <d>1</d>\n    <d>2</d>\n    <e>\n        <f>true</f>\n    </e>\n</ROW>'
select to_xml(named_struct('a',named_struct('_VALUE','t','_x',1),'m',map('k',1),'d',date'2020-01-01','t',timestamp'2020-01-01 01:02:03.5','bin',x'4142','dec',1.50BD,'f',1.5D));
--> to_xml(named_struct(a, named_struct(_VALUE, t, _x, 1), m, map(k, 1), d, DATE \'2020-01-01\', t, TIMESTAMP \'2020-01-01 01:02:03.5\', bin, X\'4142\', dec, 1.50, f, 1.5)) string
--> '<ROW>\n    <a x="1">t</a>\n    <m>\n        <k>1</k>\n    </m>\n    <d>2020-01-01</d>\n    <t>2020-01-01T01:02:03.500Z</t>\n    <bin>[41 42]</bin>\n    <dec>1.50</dec>\n    <f>1.5</f>\n</ROW>'
select to_xml(map('a',1)), to_xml(named_struct());
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
select to_xml(1);
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
select to_xml(null);
--> to_xml(NULL) string
--> NULL
select to_xml(named_struct('a',1,'b',"x<&>'",'c',null,'d',array(1,2),'e',named_struct('f',true),'_g',5));
--> to_xml(named_struct(a, 1, b, x<&>\', c, NULL, d, array(1, 2), e, named_struct(f, true), _g, 5)) string
--> '<ROW g="5">\n    <a>1</a>\n    <b>x&lt;&amp;>\'</b>\n    <d>1</d>\n    <d>2</d>\n    <e>\n        <f>true</f>\n    </e>\n</ROW>'
select to_xml(named_struct('a',1), map('rowTag','person'));
--> to_xml(named_struct(a, 1)) string
--> '<person>\n    <a>1</a>\n</person>'
select to_xml(named_struct('time', to_timestamp('2015-08-26', 'yyyy-MM-dd')), map('timestampFormat', 'dd/MM/yyyy'));
--> to_xml(named_struct(time, to_timestamp(2015-08-26, yyyy-MM-dd))) string
--> '<ROW>\n    <time>26/08/2015</time>\n</ROW>'
select to_xml(named_struct('a',array(null,1)));
--> to_xml(named_struct(a, array(NULL, 1))) string
--> '<ROW>\n    <a>1</a>\n</ROW>'
select to_xml(named_struct('a',''));
--> to_xml(named_struct(a, )) string
--> '<ROW>\n    <a></a>\n</ROW>'
select to_xml(named_struct('a','','b',1));
--> to_xml(named_struct(a, , b, 1)) string
--> '<ROW>\n    <a></a>\n    <b>1</b>\n</ROW>'
select to_xml(named_struct('a',named_struct('_x',1)));
--> to_xml(named_struct(a, named_struct(_x, 1))) string
--> '<ROW>\n    <a x="1"/>\n</ROW>'
select to_xml(named_struct('_x',1));
--> to_xml(named_struct(_x, 1)) string
--> <ROW x="1"/>
select to_xml(named_struct('a',cast(null as int)));
--> to_xml(named_struct(a, CAST(NULL AS INT))) string
--> <ROW/>
select to_xml(named_struct('a',array(named_struct('b',1),named_struct('b',2))));
--> to_xml(named_struct(a, array(named_struct(b, 1), named_struct(b, 2)))) string
--> '<ROW>\n    <a>\n        <b>1</b>\n    </a>\n    <a>\n        <b>2</b>\n    </a>\n</ROW>'
select to_xml(named_struct('a',cast(array() as array<int>),'b',1));
--> to_xml(named_struct(a, array(), b, 1)) string
--> '<ROW>\n    <b>1</b>\n</ROW>'
select to_xml(named_struct('m', map('k',cast(null as int),'z',2)));
--> to_xml(named_struct(m, map(k, CAST(NULL AS INT), z, 2))) string
--> '<ROW>\n    <m>\n        <z>2</z>\n    </m>\n</ROW>'
select to_xml(named_struct('a','"q"<','_b','"q"<>'));
--> to_xml(named_struct(a, "q"<, _b, "q"<>)) string
--> '<ROW b="&quot;q&quot;&lt;>">\n    <a>"q"&lt;</a>\n</ROW>'
select to_xml(named_struct('a',array(array(1,2),array(3))));
--> to_xml(named_struct(a, array(array(1, 2), array(3)))) string
--> '<ROW>\n    <a>\n        <item>1</item>\n        <item>2</item>\n    </a>\n    <a>\n        <item>3</item>\n    </a>\n</ROW>'
select to_xml(named_struct('t',timestamp_ntz'2020-01-01 01:02:03.5'));
--> to_xml(named_struct(t, TIMESTAMP_NTZ \'2020-01-01 01:02:03.5\')) string
--> '<ROW>\n    <t>2020-01-01T01:02:03.500</t>\n</ROW>'
select from_xml('<p><a>1</a><b>x</b><c>3</c></p>','a INT, b INT, c INT, _corrupt_record STRING');
--> from_xml(<p><a>1</a><b>x</b><c>3</c></p>) struct<a:int,b:int,c:int,_corrupt_record:string>
--> {a: 1, b: NULL, c: NULL, _corrupt_record: '<p><a>1</a><b>x</b><c>3</c></p>'}
select from_xml('<p><c>3</c><b>x</b><a>1</a></p>','a INT, b INT, c INT, _corrupt_record STRING');
--> from_xml(<p><c>3</c><b>x</b><a>1</a></p>) struct<a:int,b:int,c:int,_corrupt_record:string>
--> {a: NULL, b: NULL, c: 3, _corrupt_record: '<p><c>3</c><b>x</b><a>1</a></p>'}
select from_xml('<p><c>3</c><s><b>x</b><d>1</d></s><a>1</a></p>','a INT, s STRUCT<b:INT,d:INT>, c INT');
--> from_xml(<p><c>3</c><s><b>x</b><d>1</d></s><a>1</a></p>) struct<a:int,s:struct<b:int,d:int>,c:int>
--> {a: NULL, s: NULL, c: 3}
select from_xml('<p k="x"><c>3</c></p>','_k INT, c INT');
--> from_xml(<p k="x"><c>3</c></p>) struct<_k:int,c:int>
--> {_k: NULL, c: NULL}
select from_xml('<p><c>3</c><m><b>x</b></m><a>1</a></p>','a INT, m MAP<STRING,INT>, c INT');
--> from_xml(<p><c>3</c><m><b>x</b></m><a>1</a></p>) struct<a:int,m:map<string,int>,c:int>
--> {a: NULL, m: NULL, c: 3}
select from_xml('<p><l>1</l><l>x</l><l>3</l><a>1</a></p>','a INT, l ARRAY<INT>');
--> from_xml(<p><l>1</l><l>x</l><l>3</l><a>1</a></p>) struct<a:int,l:array<int>>
--> {a: NULL, l: [1]}
select schema_of_xml('<p><a><b>1</b></a><a>x</a></p>'), schema_of_xml('<p><a>1</a>txt</p>'), schema_of_xml('<p><a> </a></p>');
--> schema_of_xml(<p><a><b>1</b></a><a>x</a></p>) string | schema_of_xml(<p><a>1</a>txt</p>) string | schema_of_xml(<p><a> </a></p>) string
--> STRUCT<a: ARRAY<STRING>> | STRUCT<_VALUE: STRING, a: BIGINT> | STRUCT<a: STRING>
select schema_of_xml('<p/>');
--> schema_of_xml(<p/>) string
--> STRUCT<>
select schema_of_xml('<p><a>-1</a><b>+1</b><c>1e3</c><d>NaN</d><e>True</e><f>12:00</f><g>1.</g></p>');
--> schema_of_xml(<p><a>-1</a><b>+1</b><c>1e3</c><d>NaN</d><e>True</e><f>12:00</f><g>1.</g></p>) string
--> STRUCT<a: BIGINT, b: BIGINT, c: DOUBLE, d: STRING, e: BOOLEAN, f: TIMESTAMP, g: DOUBLE>
select schema_of_xml('<p><a>1</a><b><a>x</a></b></p>');
--> schema_of_xml(<p><a>1</a><b><a>x</a></b></p>) string
--> STRUCT<a: BIGINT, b: STRUCT<a: STRING>>
select schema_of_xml('<p><a>2020-01-01 00:00:00</a><b>2020-01</b><c>1.5f</c><d>0x1</d><e>1d</e><f>.5</f><g>Infinity</g><h>-</h></p>');
--> schema_of_xml(<p><a>2020-01-01 00:00:00</a><b>2020-01</b><c>1.5f</c><d>0x1</d><e>1d</e><f>.5</f><g>Infinity</g><h>-</h></p>) string
--> STRUCT<a: TIMESTAMP, b: TIMESTAMP, c: STRING, d: STRING, e: STRING, f: DOUBLE, g: STRING, h: STRING>
