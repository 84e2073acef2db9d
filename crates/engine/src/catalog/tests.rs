use lang::ir::{Options, SchemaBinding};
use lang::{DataType, StructField, StructType};

use super::*;

fn view(name: &TableName) -> Entry {
    Entry::View(View {
        name: name.clone(),
        text: "SELECT * FROM x".into(),
        schema: StructType::default(),
        query_columns: Vec::new(),
        renames: false,
        unqualified: vec![TableName::new("default", "x")],
        made: std::sync::Arc::default(),
        binding: SchemaBinding::Evolution,
        comment: None,
        collation: None,
        properties: Options::new(),
        created_micros: 0,
    })
}

fn table(name: &TableName, location: &str) -> Entry {
    let fields = vec![
        StructField::new("a", DataType::Varchar(3), true),
        StructField::new("p", DataType::STRING, true),
    ];
    Entry::Table(Table {
        id: 0,
        version: 0,
        name: name.clone(),
        format: "parquet".into(),
        schema: StructType::new(fields),
        partition_by: vec!["p".into()],
        bucketing: None,
        cluster_by: Vec::new(),
        location: location.into(),
        managed: true,
        options: Options::from([("k".to_string(), "v".to_string())]),
        properties: Options::new(),
        comment: Some("c".into()),
        collation: None,
        created_micros: 7,
        statistics: Some(Statistics { bytes: 3, rows: None }),
        column_statistics: [("a".to_string(), ColumnStatistics::default())].into(),
    })
}

fn database(name: &str) -> Database {
    Database {
        name: name.into(),
        comment: None,
        location: format!("/d/{name}"),
        owner: "me".into(),
        properties: Options::new(),
    }
}

fn open(folder: &tempfile::TempDir) -> Arc<Catalog> {
    Catalog::open(&folder.path().to_string_lossy()).expect("opens")
}

#[test]
fn what_was_committed_is_there_for_the_next_server_and_for_others() {
    let folder = tempfile::tempdir().expect("a folder");
    let (first, second) = (open(&folder), open(&folder));
    let name = TableName::new("default", "T");
    let location = format!("{}/t", folder.path().display());
    let entry = table(&name, &location);
    first.change_now(|change| change.put(&entry, false)).expect("new");
    let error = second.change_now(|change| change.put(&entry, false)).expect_err("twice");
    assert_eq!(error.condition(), "TABLE_OR_VIEW_ALREADY_EXISTS");
    second.refresh().expect("reads");
    for catalog in [second, open(&folder)] {
        let found = catalog.find(&name).expect("there");
        let Entry::Table(found) = found.as_ref() else { panic!("a view") };
        let Entry::Table(expected) = &entry else { panic!("a view") };
        assert_eq!(*found, Table { id: found.id, version: found.version, ..expected.clone() });
    }
}

#[test]
fn a_change_that_fails_changes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let catalog = open(&folder);
    let name = TableName::new("d", "v");
    let failed: Result<()> = catalog.change_now(|change| {
        change.create_database(&database("d"))?;
        change.put(&view(&name), false)?;
        Err(Error::internal("no"))
    });
    assert!(failed.is_err());
    assert!(!catalog.has_database("d"));
    catalog.change_now(|change| change.create_database(&database("d"))).expect("new");
    let error = catalog.change_now(|change| change.create_database(&database("d"))).expect_err("twice");
    assert_eq!(error.condition(), "SCHEMA_ALREADY_EXISTS");
    catalog.change_now(|change| change.put(&view(&name), false)).expect("new");
    let error = catalog.change_now(|change| change.drop_database("d", false)).expect_err("full");
    assert_eq!(error.condition(), "SCHEMA_NOT_EMPTY");
    assert_eq!(catalog.change_now(|change| change.drop_database("d", true)).expect("cascade").len(), 1);
    assert!(catalog.find(&name).is_none());
}

#[test]
fn partitions_belong_to_their_table() {
    let folder = tempfile::tempdir().expect("a folder");
    let catalog = open(&folder);
    let name = TableName::new("default", "t");
    catalog.change_now(|change| change.put(&table(&name, "/x"), false)).expect("new");
    let current = |catalog: &Catalog| match catalog.find(&name).expect("there").as_ref() {
        Entry::Table(table) => table.clone(),
        Entry::View(_) => panic!("a view"),
    };
    let found = current(&catalog);
    let partition = Partition::new(vec![Some("x".into())], 1);
    assert!(catalog.change_now(|change| change.add_partition(&found, &partition)).expect("adds"));
    assert!(!catalog.change_now(|change| change.add_partition(&found, &partition)).expect("is there"));
    assert_eq!(*catalog.partitions(&current(&catalog)).expect("reads"), vec![partition]);
    catalog.change_now(|change| change.remove(&name)).expect("drops");
    catalog.change_now(|change| change.put(&table(&name, "/x"), false)).expect("again");
    assert!(catalog.partitions(&current(&catalog)).expect("reads").is_empty());
}

#[test]
fn a_file_of_a_newer_version_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    open(&folder).change_now(|change| change.create_database(&database("d"))).expect("new");
    let file = folder.path().join(".firesteel/catalog.sqlite");
    let connection = rusqlite::Connection::open(file).expect("opens");
    connection.pragma_update(None, "user_version", 99).expect("changes");
    let error = Catalog::open(&folder.path().to_string_lossy()).expect_err("newer");
    assert_eq!(error.condition(), "CATALOG_STORE_FAILED");
}

#[test]
fn what_a_server_has_begun_is_known_until_it_finishes() {
    let folder = tempfile::tempdir().expect("a folder");
    let (first, second) = (open(&folder), open(&folder));
    first.change_now(|change| change.begin("/x")).expect("marks");
    let server = second.change_now(|change| change.begun_by("/x")).expect("reads").expect("marked");
    assert!(!second.has_ended(&server));
    drop(first);
    assert!(second.has_ended(&server));
    second.change_now(|change| change.finish("/x")).expect("clears");
    assert_eq!(second.change_now(|change| change.begun_by("/x")).expect("reads"), None);
}
