//! The `AnalyzePlan` RPC: questions about a plan that need no rows.

use std::sync::Arc;

use engine::{Session, StorageLevel};
use lang::Result;
use lang::ir::{ExplainMode, Relation};
use spark_connect_proto as proto;
use spark_connect_proto::analyze_plan_request::explain::ExplainMode as Mode;
use spark_connect_proto::analyze_plan_request::{self as request, Analyze};
use spark_connect_proto::analyze_plan_response::{self as response, Result as Answer};

use crate::decode::{Decoder, invalid, json_type, parse_schema_or_type, required};
use crate::encode;

/// The Spark version whose behaviour this server has.
pub(crate) const SPARK_VERSION: &str = lang::SPARK_VERSION;

/// Answers one question.
pub(crate) async fn answer(session: &Arc<Session>, question: &Option<Analyze>) -> Result<Answer> {
    match required(question, "AnalyzePlanRequest.analyze")? {
        Analyze::Schema(ask) => {
            let schema = session.schema(&plan(session, &ask.plan)?).await?;
            Ok(Answer::Schema(response::Schema { schema: Some(encode::schema(&schema)) }))
        }
        Analyze::Explain(ask) => explain(session, ask).await,
        Analyze::TreeString(ask) => {
            let schema = session.schema(&plan(session, &ask.plan)?).await?;
            let level = ask.level.and_then(|level| usize::try_from(level).ok());
            Ok(Answer::TreeString(response::TreeString { tree_string: schema.tree_string(level) }))
        }
        Analyze::IsLocal(ask) => {
            let is_local = session.is_local(&plan(session, &ask.plan)?).await?;
            Ok(Answer::IsLocal(response::IsLocal { is_local }))
        }
        Analyze::IsStreaming(ask) => {
            let is_streaming = session.is_streaming(&plan(session, &ask.plan)?).await?;
            Ok(Answer::IsStreaming(response::IsStreaming { is_streaming }))
        }
        Analyze::InputFiles(ask) => {
            let files = session.input_files(&plan(session, &ask.plan)?).await?;
            Ok(Answer::InputFiles(response::InputFiles { files }))
        }
        Analyze::SameSemantics(ask) => {
            let (target, other) = (plan(session, &ask.target_plan)?, plan(session, &ask.other_plan)?);
            let result = session.same_semantics(&target, &other).await?;
            Ok(Answer::SameSemantics(response::SameSemantics { result }))
        }
        Analyze::SemanticHash(ask) => {
            let result = session.semantic_hash(&plan(session, &ask.plan)?).await?;
            Ok(Answer::SemanticHash(response::SemanticHash { result }))
        }
        other => about_storage(session, other).await,
    }
}

async fn about_storage(session: &Arc<Session>, question: &Analyze) -> Result<Answer> {
    match question {
        Analyze::Persist(ask) => {
            let level = ask.storage_level.as_ref().map_or(MEMORY_AND_DISK, level_from);
            session.persist(&relation(session, &ask.relation)?, level).await?;
            Ok(Answer::Persist(response::Persist {}))
        }
        Analyze::Unpersist(ask) => {
            session.unpersist(&relation(session, &ask.relation)?, ask.blocking.unwrap_or(false)).await?;
            Ok(Answer::Unpersist(response::Unpersist {}))
        }
        Analyze::GetStorageLevel(ask) => {
            let level = session.storage_level(&relation(session, &ask.relation)?).await?;
            Ok(Answer::GetStorageLevel(response::GetStorageLevel { storage_level: Some(level_to(&level)) }))
        }
        other => about_text(other),
    }
}

fn about_text(question: &Analyze) -> Result<Answer> {
    match question {
        Analyze::SparkVersion(_) => {
            Ok(Answer::SparkVersion(response::SparkVersion { version: SPARK_VERSION.to_string() }))
        }
        Analyze::DdlParse(ask) => {
            let parsed = Some(encode::data_type(&parse_schema_or_type(&ask.ddl_string)?));
            Ok(Answer::DdlParse(response::DdlParse { parsed }))
        }
        Analyze::JsonToDdl(ask) => {
            let ddl_string = json_type::to_ddl(&json_type::parse(&ask.json_string)?);
            Ok(Answer::JsonToDdl(response::JsonToDdl { ddl_string }))
        }
        _ => Err(invalid("the kind of analysis is unknown to this server")),
    }
}

async fn explain(session: &Arc<Session>, ask: &request::Explain) -> Result<Answer> {
    let mode = match Mode::try_from(ask.explain_mode) {
        Ok(Mode::Simple) => ExplainMode::Simple,
        Ok(Mode::Extended) => ExplainMode::Extended,
        Ok(Mode::Codegen) => ExplainMode::Codegen,
        Ok(Mode::Cost) => ExplainMode::Cost,
        Ok(Mode::Formatted) => ExplainMode::Formatted,
        Ok(Mode::Unspecified) | Err(_) => return Err(invalid("Explain.explain_mode is not set")),
    };
    let explain_string = session.explain(&plan(session, &ask.plan)?, mode).await?;
    Ok(Answer::Explain(response::Explain { explain_string }))
}

fn plan(session: &Arc<Session>, plan: &Option<proto::Plan>) -> Result<Relation> {
    Decoder::new(session.as_ref()).plan_relation(plan)
}

fn relation(session: &Arc<Session>, message: &Option<proto::Relation>) -> Result<Relation> {
    Decoder::new(session.as_ref()).relation(required(message, "relation")?)
}

/// What `df.persist()` means without a level.
const MEMORY_AND_DISK: StorageLevel = StorageLevel {
    use_disk: true,
    use_memory: true,
    use_off_heap: false,
    deserialized: true,
    replication: 1,
};

fn level_from(message: &proto::StorageLevel) -> StorageLevel {
    StorageLevel {
        use_disk: message.use_disk,
        use_memory: message.use_memory,
        use_off_heap: message.use_off_heap,
        deserialized: message.deserialized,
        replication: message.replication,
    }
}

fn level_to(level: &StorageLevel) -> proto::StorageLevel {
    proto::StorageLevel {
        use_disk: level.use_disk,
        use_memory: level.use_memory,
        use_off_heap: level.use_off_heap,
        deserialized: level.deserialized,
        replication: level.replication,
    }
}
