//! Plans: a relation or a command, possibly compressed.

use std::io::Read as _;

use lang::ir::Relation;
use lang::{Error, ErrorKind, Result};
use prost::Message;
use spark_connect_proto as proto;
use spark_connect_proto::plan::compressed_operation::OpType as Compressed;
use spark_connect_proto::plan::{CompressedOperation, OpType};

use super::{Action, Decoder, invalid, required};

/// No plan may unpack to more than this.
const MAX_PLAN_BYTES: u64 = 512 * 1024 * 1024;

impl Decoder<'_> {
    /// What an `ExecutePlan` request asks for.
    pub(crate) fn plan(&self, plan: &proto::Plan) -> Result<Action> {
        match required(&plan.op_type, "Plan.op_type")? {
            OpType::Root(relation) => Ok(Action::Query(self.relation(relation)?)),
            OpType::Command(command) => self.command(command),
            OpType::CompressedOperation(compressed) => match Compressed::try_from(compressed.op_type) {
                Ok(Compressed::Relation) => Ok(Action::Query(self.relation(&unpack(compressed)?)?)),
                Ok(Compressed::Command) => self.command(&unpack(compressed)?),
                Ok(Compressed::Unspecified) | Err(_) => {
                    Err(invalid("CompressedOperation.op_type is not set"))
                }
            },
        }
    }

    /// The relation of a plan that must not be a command.
    pub(crate) fn plan_relation(&self, plan: &Option<proto::Plan>) -> Result<Relation> {
        match self.plan(required(plan, "plan")?)? {
            Action::Query(relation) => Ok(relation),
            Action::Sql { statement: lang::ir::Statement::Query(relation), .. } => Ok(relation),
            _ => Err(invalid("a relation is needed here, found a command")),
        }
    }
}

fn unpack<M: Message + Default + Send>(compressed: &CompressedOperation) -> Result<M> {
    let malformed = |reason: String| {
        Error::new(ErrorKind::InvalidArgument, "CONNECT_INVALID_PLAN.CANNOT_PARSE").with("errorMsg", reason)
    };
    if compressed.compression_codec != proto::CompressionCodec::Zstd as i32 {
        return Err(malformed(format!("unknown compression codec {}", compressed.compression_codec)));
    }
    let decoder =
        zstd::Decoder::new(compressed.data.as_ref()).map_err(|error| malformed(error.to_string()))?;
    let mut bytes = Vec::new();
    decoder.take(MAX_PLAN_BYTES + 1).read_to_end(&mut bytes).map_err(|error| malformed(error.to_string()))?;
    if bytes.len() as u64 > MAX_PLAN_BYTES {
        return Err(malformed(format!("the plan is larger than {MAX_PLAN_BYTES} bytes")));
    }
    crate::codec::decode(&bytes).map_err(malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compressed_relations_unpack() {
        let range = proto::Range { start: Some(0), end: 3, step: 1, num_partitions: None };
        let relation =
            proto::Relation { common: None, rel_type: Some(proto::relation::RelType::Range(range)) };
        let data = zstd::encode_all(relation.encode_to_vec().as_slice(), 1).expect("encodes");
        let mut compressed = CompressedOperation {
            data: data.into(),
            op_type: Compressed::Relation as i32,
            compression_codec: proto::CompressionCodec::Zstd as i32,
        };
        assert_eq!(unpack::<proto::Relation>(&compressed).expect("unpacks"), relation);
        compressed.data = bytes::Bytes::from_static(b"no zstd");
        let error = unpack::<proto::Relation>(&compressed).expect_err("malformed");
        assert_eq!(error.condition(), "CONNECT_INVALID_PLAN.CANNOT_PARSE");
    }
}
