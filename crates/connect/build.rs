//! Generates the server side of `spark.connect.SparkConnectService`; the message types come from `spark_connect_proto`.

use tonic_prost_build::manual::{Builder, Method, Service};

const CODEC: &str = "crate::codec::BoundedCodec";

/// Name, route, request and response message, and which sides stream.
const METHODS: &[(&str, &str, &str, &str, Streams)] = &[
    ("execute_plan", "ExecutePlan", "ExecutePlanRequest", "ExecutePlanResponse", Streams::Server),
    ("analyze_plan", "AnalyzePlan", "AnalyzePlanRequest", "AnalyzePlanResponse", Streams::None),
    ("config", "Config", "ConfigRequest", "ConfigResponse", Streams::None),
    ("add_artifacts", "AddArtifacts", "AddArtifactsRequest", "AddArtifactsResponse", Streams::Client),
    (
        "artifact_status",
        "ArtifactStatus",
        "ArtifactStatusesRequest",
        "ArtifactStatusesResponse",
        Streams::None,
    ),
    ("interrupt", "Interrupt", "InterruptRequest", "InterruptResponse", Streams::None),
    ("reattach_execute", "ReattachExecute", "ReattachExecuteRequest", "ExecutePlanResponse", Streams::Server),
    ("release_execute", "ReleaseExecute", "ReleaseExecuteRequest", "ReleaseExecuteResponse", Streams::None),
    ("release_session", "ReleaseSession", "ReleaseSessionRequest", "ReleaseSessionResponse", Streams::None),
    (
        "fetch_error_details",
        "FetchErrorDetails",
        "FetchErrorDetailsRequest",
        "FetchErrorDetailsResponse",
        Streams::None,
    ),
    ("clone_session", "CloneSession", "CloneSessionRequest", "CloneSessionResponse", Streams::None),
    ("get_status", "GetStatus", "GetStatusRequest", "GetStatusResponse", Streams::None),
];

#[derive(Clone, Copy, PartialEq)]
enum Streams {
    None,
    Client,
    Server,
}

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let mut service = Service::builder().name("SparkConnectService").package("spark.connect");
    for (name, route, request, response, streams) in METHODS {
        let mut method = Method::builder()
            .name(name)
            .route_name(route)
            .input_type(format!("spark_connect_proto::{request}"))
            .output_type(format!("spark_connect_proto::{response}"))
            .codec_path(CODEC);
        match streams {
            Streams::Client => method = method.client_streaming(),
            Streams::Server => method = method.server_streaming(),
            Streams::None => {}
        }
        service = service.method(method.build());
    }
    Builder::new().build_client(false).compile(&[service.build()]);
}
