namespace EsdbRollingAction.Sandbox.CommandLine;

/// <summary>What a command line says of the command that is to be rolled; what it does not say depends on the strategy.</summary>
internal sealed record CommandWords
{
    /// <summary>What is rolled for itself where nothing is said.</summary>
    public const string UsualParameters = """{"commands":["systemctl restart kurrentdb"]}""";

    /// <summary>The document.</summary>
    public string? Document { get; init; }

    /// <summary>What it takes.</summary>
    public string? Parameters { get; init; }

    /// <summary>What it takes to undo it.</summary>
    public string? RollbackParameters { get; init; }

    /// <summary>Whether every machine is rebooted after it.</summary>
    public bool RebootAfter { get; init; }

    /// <summary>The command where it is all that is rolled.</summary>
    public CommandOptions ForItself
    {
        get
        {
            var usual = new CommandOptions(Parameters ?? UsualParameters)
            {
                RollbackParametersJson = RollbackParameters,
                RebootAfter = RebootAfter,
            };
            return Document is { } document ? usual with { Document = document } : usual;
        }
    }

    /// <summary>Why that cannot be said with this strategy, or null.</summary>
    public string? WhyNot(string strategy) => strategy switch
    {
        Strategies.Command => null,
        Strategies.Upgrade when RebootAfter => $"--reboot-after is for --strategy {Strategies.Command}.",
        Strategies.Upgrade when (Document is not null || RollbackParameters is not null) && Parameters is null =>
            $"With --strategy {Strategies.Upgrade}, --ssm-document and --ssm-rollback-parameters need --ssm-parameters.",
        Strategies.Upgrade => null,
        _ when this != new CommandWords() =>
            $"--ssm-document, --ssm-parameters, --ssm-rollback-parameters and --reboot-after are for --strategy {Strategies.Command}"
            + $" or {Strategies.Upgrade}.",
        _ => null,
    };

    /// <summary>The command that brings a version, where another one than the usual one is named.</summary>
    public CommandOptions? ForAVersion => Parameters is null ? null : ForItself with { Document = Document ?? "esdb-upgrade" };
}
