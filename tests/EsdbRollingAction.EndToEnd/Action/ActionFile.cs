using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace EsdbRollingAction.EndToEnd.Action;

/// <summary><c>action.yml</c>; a key that is not known here fails the reading.</summary>
public sealed record ActionFile
{
    public string Name { get; set; } = "";

    public string Description { get; set; } = "";

    public string Author { get; set; } = "";

    public Dictionary<string, string> Branding { get; set; } = [];

    public Dictionary<string, ActionInput> Inputs { get; set; } = [];

    public Dictionary<string, ActionOutput> Outputs { get; set; } = [];

    public ActionRuns Runs { get; set; } = new();

    internal static string OriginalPath => Path.Combine(AppContext.BaseDirectory, "action.yml");

    /// <summary>The scripts that steps run out of the action's own folder.</summary>
    internal static string ScriptsPath => Path.Combine(AppContext.BaseDirectory, "action");

    internal static ActionFile Read(string path)
    {
        using var text = File.OpenText(path);
        return new DeserializerBuilder().WithNamingConvention(HyphenatedNamingConvention.Instance).Build().Deserialize<ActionFile>(text);
    }

    internal ActionStep Step(string id) => Runs.Steps.Single(step => step.Id == id);
}

public sealed record ActionInput
{
    public string Description { get; set; } = "";

    public bool Required { get; set; }

    public string Default { get; set; } = "";
}

public sealed record ActionOutput
{
    public string Description { get; set; } = "";

    public string Value { get; set; } = "";
}

public sealed record ActionRuns
{
    public string Using { get; set; } = "";

    public List<ActionStep> Steps { get; set; } = [];
}

public sealed record ActionStep
{
    public string Name { get; set; } = "";

    public string? Id { get; set; }

    public string? If { get; set; }

    public bool ContinueOnError { get; set; }

    public string? Shell { get; set; }

    public Dictionary<string, string> Env { get; set; } = [];

    public string? Run { get; set; }

    public string? Uses { get; set; }

    public Dictionary<string, string> With { get; set; } = [];
}
