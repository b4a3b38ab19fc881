namespace EsdbRollingAction.Sandbox.Model;

/// <summary>What the documents do, and what the command does on a node where it is to go wrong.</summary>
internal sealed class SsmPrograms(World world, string unit, Faults faults, IReadOnlyList<string> patched)
{
    private static readonly string[] Odd =
    [
        "echo 'stopping | migrating <script>alert(1)</script>'",
        "echo '::error::x'",
        "echo '`whoami` **bold** [link](https://example.com) 100%'",
    ];

    public SsmProgram Of(SsmRun run)
    {
        var request = run.Sent.Request;
        return run.IsExpected && Spoiled(run.Node) is { } spoiled ? new SsmProgram(spoiled) : run.Sent.Document.Name switch
        {
            SsmDocument.Shell when Script.StartsTheDatabase(request.Parameters["commands"]) => new SsmProgram([$"systemctl start {unit}"]),
            SsmDocument.Shell => new SsmProgram(Script.Lines(request.Parameters["commands"])),
            SsmDocument.Patch when patched.Contains(run.Node) => Patched,
            SsmDocument.Patch => Patch(Value("Operation"), Value("RebootOption")),
            _ => Upgrade(Value("Version")),
        };

        string Value(string parameter) => run.Sent.Document.Value(parameter, request.Parameters);
    }

    /// <summary>Whether it takes more than a look at the machine.</summary>
    public static bool IsAct(SsmDocument document, SsmCommandRequest request) => document.Name switch
    {
        SsmDocument.Shell => Script.StartsTheDatabase(request.Parameters["commands"])
            || !Script.DoesNothing(Script.Lines(request.Parameters["commands"])),
        SsmDocument.Patch => document.Value("Operation", request.Parameters) != "Scan",
        _ => true,
    };

    private string[]? Spoiled(string node) =>
        node == faults.CommandFails ? [.. Odd, "exit 1"]
        : node == faults.CommandBreaks ? [.. Odd, $"systemctl stop {unit}", "break-database", "exit 1"]
        : node == faults.CommandStopsDatabase ? [.. Odd, $"systemctl stop {unit}", "exit 1"]
        : null;

    /// <summary>There is nothing to install.</summary>
    private static readonly SsmProgram Patched = new(["echo Scanning", "sleep 20", "echo 0 patches are missing"]) { PatchOperation = "Install" };

    private SsmProgram Patch(string operation, string rebootOption) => operation == "Scan"
        ? new SsmProgram(["echo Scanning", "sleep 20", "echo 2 patches are missing"]) { PatchOperation = operation }
        : new SsmProgram(
        [
            "echo Scanning",
            $"sleep {world.Between(60, 180):0.0}",
            "echo Installed 2 patches",
            rebootOption == "NoReboot" ? "echo A reboot is pending" : "exit 194",
        ])
        {
            WantsReboot = rebootOption == "NoReboot",
            PatchOperation = operation,
            AfterReboot = ["echo The machine was rebooted", "echo 0 patches are missing"],
        };

    private SsmProgram Upgrade(string version) => new(
    [
        $"systemctl stop {unit}",
        $"echo Installing '{version.Replace('\'', ' ')}'",
        $"sleep {world.Between(20, 40):0.0}",
        $"{Script.Install} '{version.Replace('\'', ' ')}'",
        $"systemctl start {unit}",
    ]);
}
