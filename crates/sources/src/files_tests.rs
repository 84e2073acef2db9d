//! Reading and writing through the contract, with DataFusion around it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int32Array, RecordBatch, StringArray};
use datafusion::functions_aggregate::expr_fn::{count, sum};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::prelude::{DataFrame, Expr, SessionConfig, SessionContext, col, ident, lit};
use lang::ir::{Options, SaveMode};
use lang::{DataType, Error, StructField, StructType};
use plan::contract::{OpenRequest, Sources, WriteRequest};

use crate::Files;
use crate::scan::testing::show;

type Outcome = std::result::Result<(), Box<dyn std::error::Error>>;

fn options(pairs: &[(&str, &str)]) -> Options {
    pairs.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect()
}

fn open_request(format: &str, path: &Path, pairs: &[(&str, &str)]) -> OpenRequest {
    OpenRequest {
        format: format.to_string(),
        paths: vec![path.to_string_lossy().into_owned()],
        options: options(pairs),
        ..OpenRequest::default()
    }
}

/// The rows a query finds in files, sorted, and the types of the table's columns.
async fn query(
    request: &OpenRequest,
    build: impl FnOnce(DataFrame) -> datafusion::error::Result<DataFrame>,
) -> lang::Result<(String, Vec<String>)> {
    let context = SessionContext::new_with_config(SessionConfig::new().with_target_partitions(3));
    let table = Files::new().open(request, &context.state()).await?;
    let types = plan::contract::own_columns(&table.schema());
    let own: Vec<Expr> = types.fields.iter().map(|field| ident(&field.name)).collect();
    let frame = context.read_table(table).and_then(|frame| frame.select(own));
    let frame = frame.and_then(build).map_err(crate::error::from_datafusion)?;
    let batches = frame.collect().await.map_err(crate::error::from_datafusion)?;
    let mut rows: Vec<String> = batches.iter().flat_map(show).collect();
    rows.sort();
    Ok((DataType::Struct(types).simple_string(), rows))
}

async fn all(request: &OpenRequest) -> lang::Result<(String, Vec<String>)> {
    query(request, Ok).await
}

/// How many rows pass a filter.
async fn rows_where(request: &OpenRequest, filter: Expr) -> lang::Result<String> {
    let counted = query(request, |t| t.filter(filter)?.aggregate(vec![], vec![count(lit(1))])).await?;
    Ok(counted.1.concat())
}

fn write_request(format: &str, path: &Path, mode: SaveMode, partition_by: &[&str]) -> WriteRequest {
    WriteRequest {
        format: format.to_string(),
        path: path.to_string_lossy().into_owned(),
        mode,
        partition_by: partition_by.iter().map(|name| name.to_string()).collect(),
        options: Options::new(),
        conf: BTreeMap::new(),
        dynamic_overwrite: false,
    }
}

fn batch() -> lang::Result<RecordBatch> {
    let numbers: ArrayRef = Arc::new(Int32Array::from(vec![Some(1), Some(2), None]));
    let texts: ArrayRef = Arc::new(StringArray::from(vec![Some("x,y"), None, Some("z")]));
    RecordBatch::try_from_iter_with_nullable([("i", numbers, true), ("s", texts, true)])
        .map_err(|e| Error::internal(e.to_string()))
}

/// Writes the batch; whether there was a sink.
async fn write(request: &WriteRequest, batch: RecordBatch) -> lang::Result<bool> {
    let context = SessionContext::new();
    let Some(sink) = Files::new().sink(request, batch.schema(), &context.state()).await? else {
        return Ok(false);
    };
    let stream = futures::stream::iter(vec![Ok(batch.clone())]);
    let message = sink.write(0, Box::pin(RecordBatchStreamAdapter::new(batch.schema(), stream))).await?;
    sink.commit(vec![message]).await?;
    Ok(true)
}

fn condition<T>(result: lang::Result<T>) -> String {
    result.err().map(|e| e.condition().to_string()).unwrap_or_default()
}

#[tokio::test]
async fn every_format_reads_back_what_it_wrote() -> Outcome {
    for (format, read, types) in [
        ("parquet", &[][..], "struct<i:int,s:string>"),
        ("csv", &[("header", "true"), ("inferschema", "true")], "struct<i:int,s:string>"),
        ("json", &[], "struct<i:bigint,s:string>"),
    ] {
        let base = tempfile::tempdir()?;
        let target = base.path().join("t");
        let mut request = write_request(format, &target, SaveMode::ErrorIfExists, &[]);
        request.options = options(&[("header", "true")]);
        assert!(write(&request, batch()?).await?);
        assert_eq!(condition(write(&request, batch()?).await), "PATH_ALREADY_EXISTS");
        let (found, rows) = all(&open_request(format, &target, read)).await?;
        assert_eq!(
            (found.as_str(), rows),
            (types, vec!["1|x,y".into(), "2|~".into(), "~|z".into()]),
            "{format}"
        );
        let ignored = WriteRequest { mode: SaveMode::Ignore, ..request.clone() };
        assert!(!write(&ignored, batch()?).await?);
        write(&WriteRequest { mode: SaveMode::Append, ..request.clone() }, batch()?).await?;
        assert_eq!(rows_where(&open_request(format, &target, read), lit(true)).await?, "6", "{format}");
        write(&WriteRequest { mode: SaveMode::Overwrite, ..request }, batch()?).await?;
        assert_eq!(rows_where(&open_request(format, &target, read), lit(true)).await?, "3", "{format}");
    }
    Ok(())
}

#[tokio::test]
async fn partitions_become_folders_and_columns_again() -> Outcome {
    for format in ["parquet", "csv", "json"] {
        let base = tempfile::tempdir()?;
        let target = base.path().join("t");
        let mut request = write_request(format, &target, SaveMode::Overwrite, &["i"]);
        // A lone null would be an empty line, which CSV writers leave out.
        request.options = options(&[("nullvalue", "-")]);
        write(&request, batch()?).await?;
        assert!(target.join("i=__HIVE_DEFAULT_PARTITION__").is_dir());
        let schema = StructType::new(vec![StructField::new("s", DataType::STRING, true)]);
        let request =
            OpenRequest { schema: Some(schema), ..open_request(format, &target, &[("nullvalue", "-")]) };
        let (types, rows) = all(&request).await?;
        assert_eq!((types.as_str(), rows.len()), ("struct<s:string,i:int>", 3), "{format}");
        let (_, rows) =
            query(&request, |t| t.filter(col("i").eq(lit(1)).and(col("s").eq(lit("x,y"))))).await?;
        assert_eq!(rows, ["x,y|1"], "{format}");
        assert_eq!(rows_where(&request, col("i").is_null()).await?, "1", "{format}");
        assert_eq!(rows_where(&request, col("i").is_not_null()).await?, "2", "{format}");
    }
    Ok(())
}

#[tokio::test]
async fn large_files_are_read_in_ranges() -> Outcome {
    let base = tempfile::tempdir()?;
    let path = base.path().join("t.csv");
    let text: String = (0..1_000_000).map(|i| format!("{i},{}\n", i % 7)).collect();
    fs::write(&path, text)?;
    let request = open_request("csv", &path, &[("inferschema", "true")]);
    let totals = vec![count(lit(1)), sum(col("_c0")), sum(col("_c1"))];
    let (types, rows) = query(&request, |t| t.aggregate(vec![], totals)).await?;
    assert_eq!(types, "struct<_c0:int,_c1:int>");
    assert_eq!(rows, ["1000000|499999500000|2999997"]);
    Ok(())
}

#[tokio::test]
async fn parquet_columns_match_case_aside_and_widen() -> Outcome {
    let base = tempfile::tempdir()?;
    let target = base.path().join("t");
    write(&write_request("parquet", &target, SaveMode::Append, &[]), batch()?).await?;
    let read = |name: &str, data_type: DataType| {
        let schema = StructType::new(vec![StructField::new(name, data_type, false)]);
        OpenRequest { schema: Some(schema), ..open_request("parquet", &target, &[]) }
    };
    assert_eq!(all(&read("I", DataType::Long)).await?.1, ["1", "2", "~"]);
    assert_eq!(query(&read("I", DataType::Long), |t| t.filter(ident("I").gt(lit(1_i64)))).await?.1, ["2"]);
    assert_eq!(all(&read("missing", DataType::Long)).await?.1, ["~", "~", "~"]);
    let mismatch = all(&read("s", DataType::Integer)).await;
    assert_eq!(condition(mismatch), "FAILED_READ_FILE.PARQUET_COLUMN_DATA_TYPE_MISMATCH");
    Ok(())
}

#[tokio::test]
async fn text_and_binary_files() -> Outcome {
    let base = tempfile::tempdir()?;
    let path = base.path().join("t.txt");
    fs::write(&path, "a\n\nb")?;
    assert_eq!(all(&open_request("text", &path, &[])).await?.1, ["", "a", "b"]);
    assert_eq!(all(&open_request("text", &path, &[("wholetext", "true")])).await?.1, ["a\n\nb"]);
    let (types, _) = all(&open_request("binaryFile", &path, &[])).await?;
    assert_eq!(types, "struct<path:string,modificationTime:timestamp,length:bigint,content:binary>");
    Ok(())
}

#[tokio::test]
async fn what_cannot_be_opened() -> Outcome {
    let base = tempfile::tempdir()?;
    let folder = base.path();
    assert_eq!(condition(all(&open_request("csv", &folder.join("x"), &[])).await), "PATH_NOT_FOUND");
    assert_eq!(condition(all(&open_request("csv", &folder.join("x*"), &[])).await), "PATH_NOT_FOUND");
    assert_eq!(condition(all(&open_request("csv", folder, &[])).await), "UNABLE_TO_INFER_SCHEMA");
    assert_eq!(condition(all(&open_request("foo", folder, &[])).await), "DATA_SOURCE_NOT_FOUND");
    assert_eq!(condition(all(&open_request("delta", folder, &[])).await), "NOT_SUPPORTED_BY_FIRESTEEL");
    fs::write(folder.join("bad.parquet"), "this is no parquet file")?;
    let bad = all(&open_request("parquet", folder, &[])).await;
    assert!(bad.as_ref().err().is_some_and(|e| e.to_string().contains("bad.parquet")));
    assert_eq!(condition(bad), "FAILED_READ_FILE.CANNOT_READ_FILE_FOOTER");
    Ok(())
}

#[tokio::test]
async fn malformed_records_name_their_file() -> Outcome {
    let base = tempfile::tempdir()?;
    let path = base.path().join("t.csv");
    fs::write(&path, "1\nx\n")?;
    let schema = StructType::new(vec![StructField::new("v", DataType::Integer, true)]);
    let request = OpenRequest { schema: Some(schema), ..open_request("csv", &path, &[("mode", "FAILFAST")]) };
    let failed = all(&request).await;
    let message = failed.as_ref().err().map(ToString::to_string).unwrap_or_default();
    assert!(message.contains("t.csv") && message.contains("MALFORMED_RECORD_IN_PARSING"), "{message}");
    assert_eq!(condition(failed), "FAILED_READ_FILE.NO_HINT");
    Ok(())
}

#[tokio::test]
async fn which_files_are_read() -> Outcome {
    let base = tempfile::tempdir()?;
    for (name, text) in [("a.csv", "1"), ("b.txt", "2"), ("_hidden", "3"), ("sub/c.csv", "4")] {
        let path = base.path().join(name);
        fs::create_dir_all(path.parent().unwrap_or(base.path()))?;
        fs::write(path, text)?;
    }
    for (path, pairs, expected) in [
        ("", &[][..], &["1", "2"][..]),
        ("", &[("recursivefilelookup", "true")], &["1", "2", "4"]),
        ("", &[("pathglobfilter", "*.csv")], &["1"]),
        ("*.csv", &[], &["1"]),
        ("{b.txt,sub}", &[], &["2", "4"]),
        ("", &[("modifiedbefore", "2000-01-01T00:00:00")], &[]),
    ] {
        let schema = StructType::new(vec![StructField::new("v", DataType::Integer, true)]);
        let request =
            OpenRequest { schema: Some(schema), ..open_request("csv", &base.path().join(path), pairs) };
        assert_eq!(all(&request).await?.1, expected, "{path} {pairs:?}");
    }
    Ok(())
}

#[tokio::test]
async fn what_cannot_be_written() -> Outcome {
    let base = tempfile::tempdir()?;
    let target = base.path().join("t");
    let text = write(&write_request("text", &target, SaveMode::Append, &[]), batch()?).await;
    assert_eq!(condition(text), "UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE");
    let everything = write(&write_request("csv", &target, SaveMode::Append, &["i", "s"]), batch()?).await;
    assert_eq!(condition(everything), "ALL_PARTITION_COLUMNS_NOT_ALLOWED");
    assert_eq!(fs::read_dir(base.path())?.count(), 0);
    Ok(())
}

/// Needs an S3 server with a bucket `firesteel` at the URL in `S3_TEST_ENDPOINT`.
#[tokio::test]
#[ignore = "needs an S3 server"]
async fn buckets_are_read_and_written() -> Outcome {
    let endpoint = std::env::var("S3_TEST_ENDPOINT")?;
    let conf = options(&[
        ("spark.hadoop.fs.s3a.endpoint", &endpoint),
        ("spark.hadoop.fs.s3a.access.key", "test"),
        ("spark.hadoop.fs.s3a.secret.key", "test"),
        ("spark.hadoop.fs.s3a.path.style.access", "true"),
    ]);
    for format in ["parquet", "csv", "json"] {
        let path = Path::new("s3a://firesteel/").join(format);
        let mut request = write_request(format, &path, SaveMode::Overwrite, &["i"]);
        (request.conf, request.options) = (conf.clone(), options(&[("nullvalue", "-")]));
        write(&request, batch()?).await?;
        assert_eq!(
            condition(
                write(&WriteRequest { mode: SaveMode::ErrorIfExists, ..request.clone() }, batch()?).await
            ),
            "PATH_ALREADY_EXISTS"
        );
        write(&WriteRequest { mode: SaveMode::Append, ..request.clone() }, batch()?).await?;
        let read = OpenRequest { conf: conf.clone(), ..open_request(format, &path, &[("nullvalue", "-")]) };
        assert_eq!(rows_where(&read, lit(true)).await?, "6", "{format}");
        assert_eq!(rows_where(&read, col("i").eq(lit(1))).await?, "2", "{format}");
        let glob = OpenRequest { paths: vec![format!("s3a://firesteel/{format}/i=[12]")], ..read.clone() };
        assert_eq!(rows_where(&glob, lit(true)).await?, "4", "{format}");
        write(&request, batch()?).await?;
        assert_eq!(rows_where(&read, lit(true)).await?, "3", "{format}");
        Files::new().remove(&path.to_string_lossy(), &conf).await?;
        assert_eq!(condition(all(&read).await), "PATH_NOT_FOUND");
    }
    Ok(())
}
