using YamlDotNet.Serialization;

namespace EsdbRollingAction.EndToEnd.Action;

public class ReusableWorkflowTests
{
    private static readonly string[] Parts = ["canary", "apply", "leader"];
    private static readonly string[] WhereItPauses = ["max-nodes", "pause-before-leader"];
    private readonly Dictionary<string, Dictionary<string, object>> jobs = Jobs();

    [Fact]
    public void Every_part_of_a_roll_is_the_same_but_for_where_it_pauses()
    {
        var apply = Inputs("apply").Where(input => !WhereItPauses.Contains(input.Key)).ToDictionary();

        Assert.All(Parts, part => Assert.Equal(apply, Inputs(part).Where(input => !WhereItPauses.Contains(input.Key)).ToDictionary()));
        Assert.Equal("${{ inputs.canary-nodes }}", Inputs("canary")["max-nodes"]);
        Assert.Equal("${{ inputs.approve-leader }}", Inputs("apply")["pause-before-leader"]);
        Assert.Equal("${{ inputs.bake-minutes }}", Inputs("plan")["bake-minutes"]);
        Assert.DoesNotContain(Inputs("leader").Keys, WhereItPauses.Contains);
        Assert.All(Parts, part => Assert.Equal("${{ inputs.environment }}", jobs[part]["environment"]));
    }

    [Theory]
    [InlineData("", "", "", "apply")]
    [InlineData("", "", "leader", "apply", "leader")]
    [InlineData("1", "max-nodes", "", "canary", "apply")]
    [InlineData("1", "max-nodes", "leader", "canary", "apply", "leader")]
    [InlineData("3", "leader", "", "canary", "leader")]
    [InlineData("9", "", "", "canary")]
    [InlineData("1", "failed", "", "canary")]
    public void A_part_is_rolled_after_the_one_before_has_paused_for_it(string canaryNodes, string canaryPaused, string applyPaused, params string[] run)
    {
        var known = new Dictionary<string, string>
        {
            ["inputs.canary-nodes"] = canaryNodes,
            ["needs.plan.outputs.plan-digest"] = "sha256:1",
            ["needs.plan.outputs.cluster-update-status"] = "Pending",
        };
        List<string> rolled = [];
        foreach (var part in Parts.Where(part => Expression.HoldsForAJob(((string)jobs[part]["if"]).Replace("\n", " ", StringComparison.Ordinal), Known)))
        {
            rolled.Add(part);
            known[$"needs.{part}.result"] = canaryPaused == "failed" ? "failure" : "success";
            known[$"needs.{part}.outputs.paused-because"] = part switch
            {
                "canary" => canaryPaused == "failed" ? "" : canaryPaused,
                "apply" => applyPaused,
                _ => "",
            };
        }

        Assert.Equal(run, rolled);

        string Known(string name) => known.GetValueOrDefault(name, name.EndsWith(".result", StringComparison.Ordinal) ? "skipped" : "");
    }

    [Fact]
    public void Nothing_is_rolled_without_a_plan_or_when_every_node_is_as_wanted()
    {
        Assert.All(Parts, part => Assert.False(Expression.HoldsForAJob((string)jobs[part]["if"], _ => "")));
        Assert.All(
            Parts,
            part => Assert.False(Expression.HoldsForAJob(
                (string)jobs[part]["if"],
                name => name.EndsWith("status", StringComparison.Ordinal) ? "Success" : name.EndsWith("result", StringComparison.Ordinal) ? "skipped" : "")));
    }

    private Dictionary<object, object> Inputs(string job)
    {
        var steps = (List<object>)jobs[job]["steps"];
        var roll = steps.Cast<Dictionary<object, object>>().Single(step => step.TryGetValue("id", out var id) && (string)id == job);
        return (Dictionary<object, object>)roll["with"];
    }

    private static Dictionary<string, Dictionary<string, object>> Jobs()
    {
        using var text = File.OpenText(Path.Combine(AppContext.BaseDirectory, "rolling-update.yml"));
        var file = new DeserializerBuilder().Build().Deserialize<Dictionary<string, object>>(text);
        return ((Dictionary<object, object>)file["jobs"]).ToDictionary(
            job => (string)job.Key,
            job => ((Dictionary<object, object>)job.Value).ToDictionary(field => (string)field.Key, field => field.Value));
    }
}
