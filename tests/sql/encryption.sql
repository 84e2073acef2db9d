-- Encryption and keyed digests.
select hex(aes_encrypt('Spark', '0000111122223333', 'ECB')), base64(aes_encrypt('Spark SQL', '1234567890abcdef', 'ECB', 'PKCS')), base64(aes_encrypt('Spark', 'abcdefghijklmnop12345678ABCDEFGH', 'CBC', 'DEFAULT', unhex('00000000000000000000000000000000'))), base64(aes_encrypt('Spark', 'abcdefghijklmnop12345678ABCDEFGH', 'GCM', 'DEFAULT', unhex('000000000000000000000000'), 'This is an AAD mixed into the input'));
--> hex(aes_encrypt(Spark, 0000111122223333, ECB, DEFAULT, , )) string | base64(aes_encrypt(Spark SQL, 1234567890abcdef, ECB, PKCS, , )) string | base64(aes_encrypt(Spark, abcdefghijklmnop12345678ABCDEFGH, CBC, DEFAULT, unhex(00000000000000000000000000000000), )) string | base64(aes_encrypt(Spark, abcdefghijklmnop12345678ABCDEFGH, GCM, DEFAULT, unhex(000000000000000000000000), This is an AAD mixed into the input)) string
--> 348FF37EBDE05B7880BA339068FBDA5E | 3lmwu+Mw0H3fi5NDvcu9lg== | AAAAAAAAAAAAAAAAAAAAAPSd4mWyMZ5mhvjiAPQJnfg= | AAAAAAAAAAAAAAAAQiYi+sTLm7KD9UcZ2nlRdYDe/PX4
select length(aes_encrypt('Spark', '0000111122223333')), length(aes_encrypt('Spark', '0000111122223333','CBC')), cast(aes_decrypt(aes_encrypt('Spark', '0000111122223333'),'0000111122223333') as string), cast(aes_decrypt(aes_encrypt('Spark', '000011112222333344445555','CBC'),'000011112222333344445555','cbc') as string), aes_encrypt(null,'0000111122223333'), base64(aes_encrypt('', '0000111122223333','ECB'));
--> length(aes_encrypt(Spark, 0000111122223333, GCM, DEFAULT, , )) int | length(aes_encrypt(Spark, 0000111122223333, CBC, DEFAULT, , )) int | CAST(aes_decrypt(aes_encrypt(Spark, 0000111122223333, GCM, DEFAULT, , ), 0000111122223333, GCM, DEFAULT, ) AS STRING) string | CAST(aes_decrypt(aes_encrypt(Spark, 000011112222333344445555, CBC, DEFAULT, , ), 000011112222333344445555, cbc, DEFAULT, ) AS STRING) string | aes_encrypt(NULL, 0000111122223333, GCM, DEFAULT, , ) binary | base64(aes_encrypt(, 0000111122223333, ECB, DEFAULT, , )) string
--> 33 | 32 | Spark | Spark | NULL | orhudZFw3g3ah2Q4IRkIwA==
select aes_encrypt('Spark', 'short');
--> error INVALID_PARAMETER_VALUE.AES_KEY_LENGTH
select aes_encrypt('Spark', '0000111122223333', 'CTR');
--> error UNSUPPORTED_FEATURE.AES_MODE
select aes_encrypt('Spark', '0000111122223333', 'GCM', 'PKCS');
--> error UNSUPPORTED_FEATURE.AES_MODE
select aes_encrypt('Spark', '0000111122223333', 'ECB', 'NONE');
--> error UNSUPPORTED_FEATURE.AES_MODE
select aes_encrypt('Spark', '0000111122223333', 'ECB', 'DEFAULT', unhex('00'));
--> error UNSUPPORTED_FEATURE.AES_MODE_IV
select aes_encrypt('Spark', '0000111122223333', 'CBC', 'DEFAULT', unhex('00'));
--> error INVALID_PARAMETER_VALUE.AES_IV_LENGTH
select aes_encrypt('Spark', '0000111122223333', 'GCM', 'DEFAULT', unhex('00'));
--> error INVALID_PARAMETER_VALUE.AES_IV_LENGTH
select aes_encrypt('Spark', '0000111122223333', 'CBC', 'DEFAULT', unhex('00000000000000000000000000000000'), 'aad');
--> error UNSUPPORTED_FEATURE.AES_MODE_AAD
select aes_encrypt('Spark', '0000111122223333', 'ECB', 'DEFAULT', '', 'aad');
--> error UNSUPPORTED_FEATURE.AES_MODE_AAD
select aes_decrypt(unhex('00'), '0000111122223333');
--> error INVALID_PARAMETER_VALUE.AES_CRYPTO_ERROR
select aes_decrypt(unhex('00'), '0000111122223333', 'ECB');
--> error INVALID_PARAMETER_VALUE.AES_CRYPTO_ERROR
select aes_decrypt(unhex('0000'), '0000111122223333', 'CBC');
--> error INVALID_PARAMETER_VALUE.AES_CRYPTO_ERROR
select aes_decrypt(unhex('00000000000000000000000000000000'), '0000111122223333', 'ECB');
--> error INVALID_PARAMETER_VALUE.AES_CRYPTO_ERROR
select aes_decrypt(unhex('0000000000000000000000000000000000000000000000000000000000000000'), '0000111122223333', 'CBC');
--> error INVALID_PARAMETER_VALUE.AES_CRYPTO_ERROR
select aes_decrypt(unhex('0000000000000000000000000000000000000000000000000000000000000000'), '0000111122223333', 'GCM');
--> error INVALID_PARAMETER_VALUE.AES_CRYPTO_ERROR
select try_aes_decrypt(unhex('0000000000000000000000000000000000000000000000000000000000000000'), '0000111122223333', 'GCM'), try_aes_decrypt(unhex('00'), 'short'), try_aes_decrypt(unhex('00'), '0000111122223333', 'CTR');
--> try_aes_decrypt(unhex(0000000000000000000000000000000000000000000000000000000000000000), 0000111122223333, GCM, DEFAULT, ) binary | try_aes_decrypt(unhex(00), short, GCM, DEFAULT, ) binary | try_aes_decrypt(unhex(00), 0000111122223333, CTR, DEFAULT, ) binary
--> NULL | NULL | NULL
select aes_encrypt(1, '0000111122223333');
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
select hex(hmac('key', 'data')), hex(hmac('key', 'data', 'SHA-1')), hex(hmac('key', 'data', 'sha-512')), hex(hmac('key', 'data', 'MD5')), hex(hmac('key', 'data', 'SHA-224')), hex(hmac('', 'data')), hmac(null,'a');
--> error INVALID_PARAMETER_VALUE.HMAC_CRYPTO_ERROR
select hmac('key','data','foo');
--> error INVALID_PARAMETER_VALUE.HMAC_ALGORITHM
select hmac('key','data','SHA256');
--> hmac(key, data, SHA256) binary
--> X'5031FE3D989C6D1537A013FA6E739DA23463FDAEC3B70137D828E36ACE221BD0'
select hmac(1,'data');
--> error DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE
select hex(hmac('key', 'data')), hex(hmac('key', 'data', 'SHA-1')), hex(hmac('key', 'data', 'sha-512')), hex(hmac('key', 'data', 'MD5')), hex(hmac('key', 'data', 'SHA-224')), hmac(null,'a'), hex(hmac('key', 'data', 'SHA-384')), hex(hmac('key', 'data', 'SHA1'));
--> hex(hmac(key, data, SHA-256)) string | hex(hmac(key, data, SHA-1)) string | hex(hmac(key, data, sha-512)) string | hex(hmac(key, data, MD5)) string | hex(hmac(key, data, SHA-224)) string | hmac(NULL, a, SHA-256) binary | hex(hmac(key, data, SHA-384)) string | hex(hmac(key, data, SHA1)) string
--> 5031FE3D989C6D1537A013FA6E739DA23463FDAEC3B70137D828E36ACE221BD0 | 104152C5BFDCA07BC633EEBD46199F0255C9F49D | 3C5953A18F7303EC653BA170AE334FAFA08E3846F2EFE317B87EFCE82376253CB52A8C31DDCDE5A3A2EEE183C2B34CB91F85E64DDBC325F7692B199473579C58 | 9D5C73EF85594D34EC4438B7C97E51D8 | 19424D4210E50D7A4521B5F0D54B4B0CFF3060DEDDCCFD894FDA5B3B | NULL | C5F97AD9FD1020C174D7DC02CF83C4C1BF15EE20EC555B690AD58E62DA8A00EE44CCDB65CB8C80ACFD127EBEE568958A | 104152C5BFDCA07BC633EEBD46199F0255C9F49D
select aes_decrypt(unhex('00000000000000000000000000000000000000'), '0000111122223333','CBC');
--> error INVALID_PARAMETER_VALUE.AES_CRYPTO_ERROR
select aes_encrypt('x', 'k', 'CTR');
--> error INVALID_PARAMETER_VALUE.AES_KEY_LENGTH
select hex(aes_decrypt(unhex(''), '0000111122223333','ECB'));
--> hex(aes_decrypt(unhex(), 0000111122223333, ECB, DEFAULT, )) string
--> ''
