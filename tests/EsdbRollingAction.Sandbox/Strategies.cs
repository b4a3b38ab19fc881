namespace EsdbRollingAction.Sandbox;

/// <summary>What can be rolled, as the program's inputs name it.</summary>
internal static class Strategies
{
    /// <summary>A new instance type: the usual one.</summary>
    public const string Type = "Ec2InstanceTypeUpdate";

    /// <summary>A restart.</summary>
    public const string Restart = "Ec2InstanceRestart";

    /// <summary>A command on every node.</summary>
    public const string Command = "SsmCommandUpdate";

    /// <summary>Another version of the database.</summary>
    public const string Upgrade = "ServerVersionUpdate";

    /// <summary>Every one.</summary>
    public static IReadOnlyList<string> All { get; } = [Type, Restart, Command, Upgrade];

    private const string StopStart = "stop-start";
    private const string Reboot = "reboot";

    public static string NameOf(RestartKind kind) => kind == RestartKind.Reboot ? Reboot : StopStart;

    /// <summary>Null when there is no such kind.</summary>
    public static RestartKind? KindOf(string name) => name switch
    {
        StopStart => RestartKind.StopStart,
        Reboot => RestartKind.Reboot,
        _ => null,
    };
}
