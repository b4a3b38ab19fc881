using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Ec2;

namespace EsdbRollingAction.Tests.Ec2;

/// <summary>Calls that a roll can do without: they are tried, and refuse nothing unless they are required.</summary>
public sealed class OptionalDryRunTests : IDisposable
{
    private const string Returned = "<return>true</return>";
    private static readonly string Allowed = Ec2Answers.Error("DryRunOperation", "Request would have succeeded, but DryRun flag is set.");
    private static readonly string Denied = Ec2Answers.Error("UnauthorizedOperation", "You are not authorized to perform this operation.");
    private readonly StubEc2 ec2 = new();

    public OptionalDryRunTests() => ec2.Answer(Allowed, 412);

    private static readonly PlannedCalls TypeChange = new(ChangesType: true);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IEnumerable<string> Actions => ec2.Requests.Select(request => request["Action"]);

    public void Dispose() => ec2.Dispose();

    [Theory]
    [InlineData("CreateTags")]
    [InlineData("DeleteTags")]
    public async Task Marks_that_are_denied_are_told_and_refuse_nothing(string action)
    {
        ec2.AnswerTo($"Action={action}", Denied, 403);

        var check = await TryAsync(action, CapacityPolicy.Off);

        Assert.NotEqual(CheckOutcome.Refused, check.Outcome);
        Assert.StartsWith("denied: ", check.Found, StringComparison.Ordinal);
        Assert.Contains($"ec2:{action}", check.Found, StringComparison.Ordinal);
        Assert.EndsWith("works with the state file alone", check.Found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_mark_of_a_run_is_left_alone()
    {
        await ec2.Instances.TryPermissionsAsync([Running() with { Lease = "another run" }], instance => instance.Type, TypeChange, Token);

        Assert.DoesNotContain(Actions, action => action.EndsWith("Tags", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_tag_that_was_made_all_the_same_is_taken_off_again()
    {
        ec2.AnswerTo("Action=CreateTags", Ec2Answers.Answer("CreateTags", Returned));
        ec2.AnswerTo("Action=DeleteTags", Ec2Answers.Answer("DeleteTags", Returned));

        Assert.Equal(CheckOutcome.Note, (await TryAsync("CreateTags", CapacityPolicy.Off)).Outcome);

        Assert.Equal("false", ec2.Requests.Single(request => request["Action"] == "DeleteTags")["DryRun"]);
    }

    [Fact]
    public async Task Capacity_is_tried_only_when_it_is_asked_for()
    {
        await ec2.Instances.TryPermissionsAsync([Running()], instance => instance.Type, TypeChange, Token);
        Assert.DoesNotContain(Actions, action => action.Contains("Capacity", StringComparison.Ordinal));

        Assert.Equal("allowed", (await TryAsync("CreateCapacityReservation", CapacityPolicy.Auto)).Found);
        Assert.Contains("DescribeCapacityReservations", Actions);
        var sent = ec2.Requests.Single(request => request["Action"] == "CreateCapacityReservation");
        Assert.Equal(("true", "unlimited", "t2.large"), (sent["DryRun"], sent["EndDateType"], sent["InstanceType"]));
    }

    [Theory]
    [InlineData("CreateCapacityReservation", CapacityPolicy.Auto, true)]
    [InlineData("CreateCapacityReservation", CapacityPolicy.Required, false)]
    [InlineData("CancelCapacityReservation", CapacityPolicy.Auto, true)]
    [InlineData("CancelCapacityReservation", CapacityPolicy.Required, false)]
    public async Task Capacity_that_is_denied_refuses_only_when_it_is_required(string action, CapacityPolicy policy, bool holds)
    {
        ec2.AnswerTo($"Action={action}", Denied, 403);

        var check = await TryAsync(action, policy);

        Assert.Equal(holds, check.Outcome is not CheckOutcome.Refused);
        Assert.Contains($"ec2:{action}", check.Found, StringComparison.Ordinal);
    }

    /// <summary>Before anything is held there is no reservation to try it on: that is so in every roll, and nobody's fault.</summary>
    [Fact]
    public async Task That_there_is_no_reservation_to_try_the_cancelling_on_is_told_as_no_fault()
    {
        ec2.AnswerTo(
            "Action=CancelCapacityReservation",
            Ec2Answers.Error("InvalidCapacityReservationId.NotFound", "The capacity reservation 'cr-00000000000000000' does not exist"),
            400);

        var check = await TryAsync("CancelCapacityReservation", CapacityPolicy.Auto);

        Assert.NotEqual(CheckOutcome.Refused, check.Outcome);
        Assert.StartsWith("it can be tried only on a reservation, and there is none yet", check.Found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_answer_to_the_cancelling_proves_nothing_and_is_told()
    {
        ec2.AnswerTo("Action=CancelCapacityReservation", Ec2Answers.Error("InvalidParameterValue", "The id is not valid"), 400);

        var check = await TryAsync("CancelCapacityReservation", CapacityPolicy.Auto);

        Assert.NotEqual(CheckOutcome.Refused, check.Outcome);
        Assert.StartsWith("not proven: ", check.Found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Neither_is_tried_where_no_dry_run_was_seen_to_be_one()
    {
        ec2.AnswerTo("Action=StartInstances", Ec2Answers.Answer("StartInstances", "<instancesSet/>"));
        ec2.AnswerTo("Action=ModifyInstanceAttribute", Ec2Answers.Answer("ModifyInstanceAttribute", Returned));

        await new Ec2Instances(ec2.Calls, CapacityPolicy.Required).TryPermissionsAsync([Running()], instance => instance.Type, TypeChange, Token);

        Assert.Equal(["StartInstances", "ModifyInstanceAttribute"], Actions);
    }

    private static Instance Running() =>
        new("i-1", InstanceState.Running, "t2.large", "a", [], null, []) { Details = new InstanceDetails { Zone = "eu-west-1a" } };

    private async Task<Check> TryAsync(string action, CapacityPolicy policy) =>
        (await new Ec2Instances(ec2.Calls, policy).TryPermissionsAsync([Running()], instance => instance.Type, TypeChange, Token)).Single(check => check.Name == action);
}
