//! Commands: everything that is executed for its effect.

use lang::ir::{CreateView, Options, Relation, Statement, ViewScope};
use lang::{Error, Result};
use spark_connect_proto as proto;
use spark_connect_proto::command::CommandType;

use super::python::{python_data_source, python_function, python_table_function};
use super::{Decoder, required};

/// What a plan asks for.
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "made once a request and taken apart at once")]
pub(crate) enum Action {
    /// Rows, to be streamed to the client.
    Query(Relation),
    /// Something to do; rows it may answer are not the client's.
    Statement(Statement),
    /// SQL text: queries are answered by their own relation, commands by their rows.
    Sql {
        input: proto::Relation,
        statement: Statement,
    },
    /// Keep a relation under an id.
    Checkpoint {
        relation: Relation,
        eager: bool,
        /// On this machine, rather than in the folder of reliable checkpoints.
        local: bool,
    },
    DropCheckpoint {
        id: String,
    },
    /// The resources (GPUs and the like) of the server.
    Resources,
    /// Forget models that are kept for this session.
    CleanModelCache,
}

impl Decoder<'_> {
    pub(super) fn command(&self, command: &proto::Command) -> Result<Action> {
        match required(&command.command_type, "Command.command_type")? {
            CommandType::SqlCommand(sql) => self.sql_action(sql),
            CommandType::WriteOperation(write) => Ok(Action::Statement(self.write(write)?)),
            CommandType::WriteOperationV2(write) => Ok(Action::Statement(self.write_table(write)?)),
            CommandType::CreateDataframeView(view) => self.create_view(view),
            CommandType::RegisterFunction(function) => Ok(Action::Statement(Statement::RegisterFunction {
                name: function.function_name.clone(),
                function: python_function(function)?,
            })),
            CommandType::RegisterDataSource(source) => Ok(Action::Statement(Statement::RegisterDataSource {
                name: source.name.clone(),
                source: python_data_source(source)?,
            })),
            CommandType::RegisterTableFunction(function) => {
                Ok(Action::Statement(Statement::RegisterTableFunction {
                    name: function.function_name.clone(),
                    function: python_table_function(function)?,
                }))
            }
            CommandType::CheckpointCommand(checkpoint) => Ok(Action::Checkpoint {
                relation: self.relation(required(&checkpoint.relation, "CheckpointCommand.relation")?)?,
                eager: checkpoint.eager,
                local: checkpoint.local,
            }),
            CommandType::RemoveCachedRemoteRelationCommand(remove) => {
                let relation = required(&remove.relation, "RemoveCachedRemoteRelationCommand.relation")?;
                Ok(Action::DropCheckpoint { id: relation.relation_id.clone() })
            }
            CommandType::MergeIntoTableCommand(merge) => Ok(Action::Statement(self.merge(merge)?)),
            CommandType::GetResourcesCommand(_) => Ok(Action::Resources),
            CommandType::MlCommand(ml) => match ml.command {
                Some(proto::ml_command::Command::CleanCache(_)) => Ok(Action::CleanModelCache),
                _ => Err(Error::unsupported("machine learning over Spark Connect")),
            },
            other => Err(refused(other)),
        }
    }

    fn sql_action(&self, sql: &proto::SqlCommand) -> Result<Action> {
        let input = match &sql.input {
            Some(input) => input.clone(),
            None => legacy_sql(sql),
        };
        let statement = self.sql_command(&input)?;
        Ok(Action::Sql { input, statement })
    }

    fn create_view(&self, view: &proto::CreateDataFrameViewCommand) -> Result<Action> {
        let scope = if view.is_global { ViewScope::GlobalTemporary } else { ViewScope::Temporary };
        Ok(Action::Statement(Statement::CreateView(CreateView {
            name: lang::parse_identifier(&view.name)?,
            scope,
            or_replace: view.replace,
            if_not_exists: false,
            columns: Vec::new(),
            comment: None,
            properties: Options::new(),
            query: self.relation(required(&view.input, "CreateDataFrameViewCommand.input")?)?,
            text: None,
            binding: None,
            collation: None,
        })))
    }
}

/// Clients before 4.0 send the text itself instead of a relation.
#[allow(deprecated)]
fn legacy_sql(sql: &proto::SqlCommand) -> proto::Relation {
    let sql = proto::Sql {
        query: sql.sql.clone(),
        args: sql.args.clone(),
        pos_args: sql.pos_args.clone(),
        named_arguments: sql.named_arguments.clone(),
        pos_arguments: sql.pos_arguments.clone(),
    };
    proto::Relation { common: None, rel_type: Some(proto::relation::RelType::Sql(sql)) }
}

/// Commands of the protocol that the IR has no word for.
fn refused(command: &CommandType) -> Error {
    Error::unsupported(match command {
        CommandType::WriteStreamOperationStart(_)
        | CommandType::StreamingQueryCommand(_)
        | CommandType::StreamingQueryManagerCommand(_)
        | CommandType::StreamingQueryListenerBusCommand(_) => "streaming".to_string(),
        CommandType::CreateResourceProfileCommand(_) => "resource profiles".to_string(),
        CommandType::ExecuteExternalCommand(_) => "external commands".to_string(),
        CommandType::PipelineCommand(_) => "declarative pipelines".to_string(),
        CommandType::Extension(any) => format!("command extension {}", any.type_url),
        _ => "this command".to_string(),
    })
}
