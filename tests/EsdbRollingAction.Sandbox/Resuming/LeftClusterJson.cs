using System.Text.Json.Serialization;

namespace EsdbRollingAction.Sandbox.Resuming;

/// <summary>The file that a cluster is kept in.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true, IgnoreReadOnlyProperties = true, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(LeftCluster))]
internal sealed partial class LeftClusterJson : JsonSerializerContext;
