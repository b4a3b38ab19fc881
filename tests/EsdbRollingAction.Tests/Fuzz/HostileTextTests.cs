using System.Text;
using CsCheck;
using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Tests.Cluster;
using EsdbRollingAction.Tests.Updating;

namespace EsdbRollingAction.Tests.Fuzz;

/// <summary>Whatever comes from outside is understood or refused: nothing else is thrown, nothing hangs.</summary>
public class HostileTextTests
{
    private static readonly NodeEndpoint Node = new("127.0.0.1", 2113);

    [Fact]
    public void A_connection_string_is_understood_or_refused_as_bad_input() => Mutation
        .Of([.. new[]
        {
            "esdb://admin:changeit@10.0.0.1:2113,node2.example:2113?tls=false&gossipTimeout=5",
            "kurrentdb+discover://ops:p%40ss@cluster.example?tlsVerifyCert=false&tlsCaFile=%2Fca.crt",
            "esdb://[::1]:2113/?nodePreference=leader&userCertFile=a&userKeyFile=b",
        }.Select(Encoding.UTF8.GetBytes)])
        .Sample(
            text => Is<RollingUpdateException>(() => ConnectionString.Parse(Encoding.UTF8.GetString(text)), refusal => refusal.Reason == FailureReason.InvalidInput),
            iter: Mutation.Cases);

    [Fact]
    public void Gossip_is_understood_or_counts_as_no_answer() => Mutation
        .Of([.. Fixture.AllBodies().Select(Fixture.Body)])
        .Sample(body => Is<NodeUnreachableException>(() => GossipReader.Read(Node, body)), iter: Mutation.Cases);

    [Fact]
    public void Options_are_understood_or_count_as_no_answer() => Mutation
        .Of("""[{"name":"ClusterSize","value":"3"},{"name":"NodePriority","value":"0"},{"name":"ReadOnlyReplica","value":"False"}]"""u8.ToArray())
        .Sample(body => Is<NodeUnreachableException>(() => OptionsReader.Read(Node, body)), iter: Mutation.Cases);

    [Fact]
    public void A_state_is_refused_as_bad_input_or_can_be_written_read_and_decided_on() => Mutation
        .Of([.. States().Select(Encoding.UTF8.GetBytes)])
        .Sample(
            text => Is<RollingUpdateException>(() => Use(text), refusal => refusal.Reason == FailureReason.InvalidInput),
            iter: Mutation.Cases);

    private static IEnumerable<string> States()
    {
        yield return Fixture.Text("article-input.json");
        yield return Fixture.Text("article-in-progress.json");
        var picture = Picture.OfFour();
        var state = picture.Decide().State;
        yield return Written(state);
        yield return Written(TakingBack.From(state, new UpdateRequest(null, null, null)));
    }

    private static void Use(byte[] text)
    {
        var file = new StateFile("state.json");
        if (file.Parse(text) is not { } state)
        {
            return;
        }

        var picture = Picture.OfFour();
        var again = file.Parse(Encoding.UTF8.GetBytes(Written(state)))!;
        Assert.Equal(Written(state), Written(again));
        var request = new UpdateRequest(null, null, null);
        picture.Decide(StartingState.From(again, request, "Ec2InstanceTypeUpdate"), Picture.Settings with { Run = "ops:1:2:3", ReserveCapacity = CapacityPolicy.Auto, RollBackOnFailure = true });
        picture["replica"].GoesDown();
        picture["replica"].InstanceState = InstanceState.Stopped;
        picture.Decide(TakingBack.From(again, request));
    }

    private static string Written(ClusterUpdate state) => System.Text.Json.JsonSerializer.Serialize(state, StateJson.Default.ClusterUpdate);

    /// <summary>It works, or throws this and nothing else.</summary>
    private static void Is<TException>(Action use, Func<TException, bool>? expected = null)
        where TException : Exception
    {
        try
        {
            use();
        }
        catch (TException exception)
        {
            Assert.True(expected?.Invoke(exception) ?? true, exception.Message);
        }
    }
}
