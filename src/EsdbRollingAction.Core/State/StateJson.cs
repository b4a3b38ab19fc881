using System.Text.Json.Serialization;
using EsdbRollingAction.Core.Ec2;

namespace EsdbRollingAction.Core.State;

[JsonSourceGenerationOptions(
    WriteIndented = true,
    IgnoreReadOnlyProperties = true,
    AllowDuplicateProperties = false,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    Converters = [
        typeof(StrictEnumConverter<UpdateStatus>),
        typeof(StrictEnumConverter<NodeType>),
        typeof(StrictEnumConverter<PauseReason>),
        typeof(StrictEnumConverter<InstanceState>),
        typeof(StrictEnumConverter<FailureReason>)])]
[JsonSerializable(typeof(ClusterUpdate))]
internal sealed partial class StateJson : JsonSerializerContext;

/// <summary>Names only: a number in the place of a status is a mistake, not a status.</summary>
internal sealed class StrictEnumConverter<T>() : JsonStringEnumConverter<T>(namingPolicy: null, allowIntegerValues: false)
    where T : struct, Enum;
