//! The `Config` RPC: settings of the session.

use engine::Conf;
use lang::{Error, ErrorKind, Result};
use spark_connect_proto as proto;
use spark_connect_proto::config_request::operation::OpType;

use crate::decode::{missing, required};

/// Settings of the protocol itself, which clients read and the engine does not know.
const PROTOCOL_DEFAULTS: &[(&str, &str)] = &[
    ("spark.connect.session.planCompression.defaultAlgorithm", "ZSTD"),
    ("spark.connect.session.planCompression.threshold", "10485760"),
    ("spark.sql.connect.serverStacktrace.enabled", "false"),
    ("spark.sql.pyspark.jvmStacktrace.enabled", "false"),
];

/// Performs one operation on the settings.
pub(crate) fn perform(
    conf: &Conf,
    operation: &Option<proto::config_request::Operation>,
) -> Result<Vec<proto::KeyValue>> {
    let operation = required(operation, "ConfigRequest.operation")?;
    match required(&operation.op_type, "ConfigRequest.Operation.op_type")? {
        OpType::Set(set) => set_all(conf, set).map(|()| Vec::new()),
        OpType::Get(get) => get.keys.iter().map(|key| Ok(pair(key, Some(known(conf, key)?)))).collect(),
        OpType::GetWithDefault(get) => {
            Ok(get.pairs.iter().map(|wanted| with_default(conf, wanted)).collect())
        }
        OpType::GetOption(get) => Ok(get.keys.iter().map(|key| pair(key, value(conf, key))).collect()),
        OpType::GetAll(get) => Ok(get_all(conf, get.prefix.as_deref())),
        OpType::Unset(unset) => {
            unset.keys.iter().try_for_each(|key| conf.unset(key))?;
            Ok(Vec::new())
        }
        OpType::IsModifiable(asked) => {
            Ok(asked.keys.iter().map(|key| pair(key, Some(conf.is_modifiable(key).to_string()))).collect())
        }
    }
}

fn set_all(conf: &Conf, set: &proto::config_request::Set) -> Result<()> {
    for pair in &set.pairs {
        let value = pair.value.as_ref().ok_or_else(|| missing("KeyValue.value"))?;
        match conf.set(&pair.key, value) {
            Err(error) if set.silent.unwrap_or(false) => {
                log::debug!("setting {} was refused: {error}", pair.key)
            }
            result => result?,
        }
    }
    Ok(())
}

fn value(conf: &Conf, key: &str) -> Option<String> {
    let protocol =
        || PROTOCOL_DEFAULTS.iter().find(|(name, _)| *name == key).map(|(_, value)| value.to_string());
    conf.get(key).or_else(protocol)
}

fn known(conf: &Conf, key: &str) -> Result<String> {
    value(conf, key).ok_or_else(|| {
        Error::new(ErrorKind::InvalidArgument, "SQL_CONF_NOT_FOUND").with("sqlConf", format!("\"{key}\""))
    })
}

/// The client's default counts before Spark's.
fn with_default(conf: &Conf, wanted: &proto::KeyValue) -> proto::KeyValue {
    let found = conf.get_explicit(&wanted.key).or_else(|| wanted.value.clone());
    pair(&wanted.key, found)
}

/// The engine answers keys without the prefix, as clients expect.
fn get_all(conf: &Conf, prefix: Option<&str>) -> Vec<proto::KeyValue> {
    conf.all(prefix).into_iter().map(|(key, value)| proto::KeyValue { key, value: Some(value) }).collect()
}

fn pair(key: &str, value: Option<String>) -> proto::KeyValue {
    proto::KeyValue { key: key.to_string(), value }
}
