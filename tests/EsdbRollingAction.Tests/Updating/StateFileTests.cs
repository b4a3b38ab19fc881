using System.Text.Json;
using System.Text.Json.Nodes;
using EsdbRollingAction.Core;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Tests.Updating;

public sealed class StateFileTests : IDisposable
{
    /// <summary>No host with its port is as long as this name, nor is the value of a tag.</summary>
    private const string TooLong = $$"""{"EventStoreNodeUpdates":[{"NodeName":"{{Half}}{{Half}}{{Half}}{{Half}}"}]}""";
    private const string Half = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";

    private readonly string folder = Directory.CreateTempSubdirectory("esdb-state-").FullName;

    private string FilePath => Path.Combine(folder, "state.json");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void The_smallest_input_is_accepted()
    {
        var state = Read("""{"UpdateStrategy":"Ec2InstanceTypeUpdate","TargetInstanceType":"t2.xlarge"}""");

        Assert.Equal(("Ec2InstanceTypeUpdate", "t2.xlarge", 1000), (state.UpdateStrategy, state.TargetInstanceType, state.MaxIterations));
        Assert.Empty(state.EventStoreNodeUpdates);
    }

    [Theory]
    [InlineData("article-input.json")]
    [InlineData("article-in-progress.json")]
    public void The_article_s_examples_survive_a_round_trip(string name)
    {
        var text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Fixtures", name));
        var file = new StateFile(FilePath);
        file.Write(Read(text));

        var original = JsonNode.Parse(text)!.AsObject();
        var written = JsonNode.Parse(File.ReadAllText(FilePath))!.AsObject();
        Assert.All(original, field => Assert.True(Contains(written[field.Key], field.Value), field.Key));
    }

    [Fact]
    public void The_article_s_middle_of_a_roll_is_read_as_it_is()
    {
        var state = Read(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Fixtures", "article-in-progress.json")));

        Assert.Equal(UpdateStatus.InProgress, state.ClusterUpdateStatus);
        Assert.Equal(
            [UpdateStatus.Success, UpdateStatus.Success, UpdateStatus.InProgress, UpdateStatus.Pending],
            state.EventStoreNodeUpdates.Select(node => node.NodeUpdateStatus));
        Assert.Equal(5, state.EventStoreNodeUpdates[2].UpdateIterations);
    }

    [Fact]
    public void Unknown_fields_survive_a_round_trip()
    {
        new StateFile(FilePath).Write(Read("""{"Ticket":{"Id":7},"EventStoreNodeUpdates":[{"NodeName":"a","Owner":"ops"}]}"""));

        var written = JsonNode.Parse(File.ReadAllText(FilePath))!;
        Assert.Equal(7, (int)written["Ticket"]!["Id"]!);
        Assert.Equal("ops", (string)written["EventStoreNodeUpdates"]![0]!["Owner"]!);
    }

    [Fact]
    public void Every_name_of_the_article_is_written_even_when_nothing_is_known_yet_of_its_value()
    {
        var state = new ClusterUpdate { EventStoreNodeUpdates = [new NodeUpdate { NodeName = "a", NodeAddress = "a", NodePort = 2113 }] };
        new StateFile(FilePath).Write(state);

        var node = JsonNode.Parse(File.ReadAllText(FilePath))!["EventStoreNodeUpdates"]![0]!.AsObject();
        Assert.Equal("Pending", (string)node["NodeUpdateStatus"]!);
        Assert.Equal("Leader", (string)node["NodeType"]!);
        Assert.Equal(0, (int)node["UpdateIterations"]!);
    }

    [Fact]
    public void A_file_that_does_not_exist_or_is_empty_is_no_state()
    {
        Assert.Null(new StateFile(FilePath).Read());
        File.WriteAllText(FilePath, " \n");
        Assert.Null(new StateFile(FilePath).Read());
    }

    [Fact]
    public void A_byte_order_mark_is_no_reason_to_refuse_a_file()
    {
        File.WriteAllText(FilePath, """{"TargetInstanceType":"t3.large"}""", new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: true));

        Assert.Equal("t3.large", new StateFile(FilePath).Read()!.TargetInstanceType);
    }

    [Theory]
    [InlineData("{\n  \"TargetInstanceType\": \"t2.xlarge\",\n  oops\n}", "line 3, column 3: no JSON has oops there")]
    [InlineData("{\n  \"ClusterUpdateStatus\": \"Done\"\n}", "ClusterUpdateStatus is \"Done\", and must be Pending, InProgress, Success or Failed")]
    [InlineData("{\"StartedAt\":\"yesterday\"}", "StartedAt is \"yesterday\", and must be a time such as")]
    [InlineData("{\"TakesBack\":\"yes\"}", "TakesBack is \"yes\", and must be true or false")]
    [InlineData("{\"TargetInstanceType\":5}", "TargetInstanceType is 5, and must be a text in quotes")]
    [InlineData("{\"EventStoreNodeUpdates\":{}}", "EventStoreNodeUpdates is {}, and must be a list in [ ]")]
    [InlineData("{\"EventStoreNodeUpdates\":[7]}", "EventStoreNodeUpdates[0] is 7, and must be an object in { }")]
    [InlineData("{\"EventStoreNodeUpdates\":[{\"NodeName\":\"a\",\"Bake\":{\"Since\":\"soon\"}}]}", "EventStoreNodeUpdates[0].Bake.Since is \"soon\", and must be a time")]
    [InlineData("{\"EventStoreNodeUpdates\":[{\"NodeName\":\"a\",\"FailureReason\":\"BadLuck\"}]}", "FailureReason is \"BadLuck\", and must be ")]
    [InlineData("{\"EventStoreNodeUpdates\":[{\"NodeName\":\"a\",\"EventStoreInstanceIdBeforeStop\":\"i-1\"}]}", "and must be an id such as")]
    [InlineData("{\"LongestSecondsWithoutLeader\":\"1\"}", "and must be a number")]
    [InlineData("{\n  \"ClusterUpdateStatus\": 1\n}", "line 2")]
    [InlineData("{\"EventStoreNodeUpdates\":[{\"NodeName\":\"a\",\"UpdateIterations\":\"many\"}]}", "EventStoreNodeUpdates[0].UpdateIterations is \"many\", and must be a whole number")]
    [InlineData("{\"TargetInstanceType\":\"a\",\"TargetInstanceType\":\"b\"}", "a field is there twice")]
    [InlineData("{\"EventStoreNodeUpdates\":null}", "EventStoreNodeUpdates")]
    [InlineData("{\"EventStoreNodeUpdates\":[null]}", "EventStoreNodeUpdates[0]")]
    [InlineData("{\"EventStoreNodeUpdates\":[{\"NodeType\":\"Leader\"}]}", "neither NodeName nor NodeAddress")]
    [InlineData("{\"EventStoreNodeUpdates\":[{\"NodeName\":\"a\"},{\"NodeName\":\"A\"}]}", "two nodes have the same NodeName 'A'")]
    [InlineData("{\"EventStoreNodeUpdates\":[{\"NodeName\":\"a\",\"NodePort\":70000}]}", "NodePort 70000")]
    [InlineData("{\"EventStoreNodeUpdates\":[{\"NodeName\":\"a\",\"NodePort\":-1}]}", "NodePort -1")]
    [InlineData("{\"EventStoreNodeUpdates\":[{\"NodeName\":\"a\",\"WriterCheckpoint\":\"x\"}]}", "and must be a whole number.")]
    [InlineData("{\"Ticket\":\"\\ud800\"}", "holds text that is not Unicode")]
    [InlineData("{\"MaxNumberOfIterationsPerNodeUpdate\":0}", "at least 1")]
    [InlineData("null", "not an object")]
    [InlineData("[]", "line 1")]
    [InlineData("{\"TargetInstanceType\":", "the JSON ends or breaks off there")]
    [InlineData(TooLong, "EventStoreNodeUpdates[0].NodeName has more than 512 characters")]
    public void A_file_that_is_not_valid_is_refused_with_its_place_and_left_as_it_is(string text, string place)
    {
        File.WriteAllText(FilePath, text);

        var refused = Assert.Throws<RollingUpdateException>(() => new StateFile(FilePath).Read());

        Assert.Equal(FailureReason.InvalidInput, refused.Reason);
        Assert.Contains(place, refused.Message, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("..", refused.Message, StringComparison.Ordinal);
        FrameworkWords.AssertNoneIn(refused.Message);
        Assert.Equal(text, File.ReadAllText(FilePath));
    }

    [Fact]
    public void A_folder_in_the_place_of_the_file_is_refused()
    {
        Directory.CreateDirectory(FilePath);

        Assert.Equal(FailureReason.InvalidInput, Assert.Throws<RollingUpdateException>(() => new StateFile(FilePath).Read()).Reason);
    }

    [Fact]
    public void A_write_leaves_no_temporary_file_and_replaces_the_whole_state()
    {
        var file = new StateFile(FilePath);
        file.Write(new ClusterUpdate { TargetInstanceType = new string('x', 10_000) });
        file.Write(new ClusterUpdate { TargetInstanceType = "t2.xlarge" });

        Assert.Equal("t2.xlarge", file.Read()!.TargetInstanceType);
        Assert.Equal([FilePath], Directory.GetFiles(folder));
    }

    [Fact]
    public void A_temporary_file_that_a_killed_run_left_is_no_hindrance()
    {
        File.WriteAllText(FilePath + ".tmp", "{ half");
        var file = new StateFile(FilePath);

        file.Write(new ClusterUpdate { TargetInstanceType = "t2.xlarge" });

        Assert.Equal("t2.xlarge", file.Read()!.TargetInstanceType);
    }

    [Theory]
    [InlineData("""{"LongestSecondsWithoutLeader":1e999}""")]
    [InlineData("""{"EventStoreNodeUpdates":[{"NodeName":"a","Phases":[null,{"Phase":"Stopping","Since":"0001-01-01T00:00:00Z","Until":"9999-12-31T00:00:00Z"}]}]}""")]
    public void What_can_be_read_can_be_written(string json)
    {
        var file = new StateFile(FilePath);

        file.Write(file.Parse(System.Text.Encoding.UTF8.GetBytes(json))!);

        Assert.All(file.Read()!.EventStoreNodeUpdates, node => Assert.InRange(node.Worked(DateTimeOffset.UtcNow), TimeSpan.Zero, TimeSpan.FromDays(1000)));
    }

    [Fact]
    public void A_missing_folder_is_made()
    {
        var file = new StateFile(Path.Combine(folder, "a", "b", "state.json"));

        file.Write(new ClusterUpdate());

        Assert.NotNull(file.Read());
    }

    private static bool Contains(JsonNode? written, JsonNode? original) => (written, original) switch
    {
        (JsonObject a, JsonObject b) => b.All(field => Contains(a[field.Key], field.Value)),
        (JsonArray a, JsonArray b) => a.Count == b.Count && a.Zip(b).All(pair => Contains(pair.First, pair.Second)),
        _ => JsonNode.DeepEquals(written, original),
    };

    private ClusterUpdate Read(string text)
    {
        File.WriteAllText(FilePath, text);
        return new StateFile(FilePath).Read() ?? throw new JsonException("no state");
    }
}
