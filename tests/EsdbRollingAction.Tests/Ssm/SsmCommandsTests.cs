using System.Text.Json.Nodes;
using Amazon.Runtime;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Ssm;
using WireMock.Matchers;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;

namespace EsdbRollingAction.Tests.Ssm;

public sealed class SsmCommandsTests : IDisposable
{
    private const string Password = "change/it@home";
    private readonly WireMockServer server = WireMockServer.Start();
    private readonly SsmCalls calls;
    private readonly SsmCommands commands;

    public SsmCommandsTests()
    {
        var credentials = new SessionAWSCredentials("AKIDEXAMPLE", "secret-key", "session-token");
        calls = new SsmCalls("eu-west-1", credentials) { Address = server.Url };
        commands = new SsmCommands(calls, Password);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        calls.Dispose();
        server.Dispose();
    }

    [Fact]
    public async Task A_command_is_sent_with_all_that_finds_it_again_and_ends_it()
    {
        Answer("SendCommand", """{"Command":{"CommandId":"c-1"}}""");
        var command = new CommandToSend(["i-1"], "AWS-RunShellScript", "a comment")
        {
            Version = "3",
            Parameters = new Dictionary<string, IReadOnlyList<string>> { ["commands"] = ["a", "b"] },
        };

        Assert.Equal("c-1", await commands.SendAsync(command, Token));

        var sent = JsonNode.Parse(server.LogEntries.Single().RequestMessage!.Body!)!;
        Assert.Equal(
            """{"Comment":"a comment","DocumentName":"AWS-RunShellScript","DocumentVersion":"3","InstanceIds":["i-1"],"Parameters":{"commands":["a","b"]},"TimeoutSeconds":120}""",
            sent.ToJsonString());
    }

    [Fact]
    public async Task A_command_that_is_not_answered_is_sent_once_and_may_have_been_taken()
    {
        Answer("SendCommand", "", status: 500);

        var refusal = await Assert.ThrowsAsync<InstanceException>(() => commands.SendAsync(new CommandToSend(["i-1"], "d", "c"), Token));

        Assert.True(refusal.MayHaveBeenDone);
        Assert.Single(server.LogEntries);
    }

    [Theory]
    [InlineData("ThrottlingException", InstanceErrorKind.Transient, false)]
    [InlineData("AccessDeniedException", InstanceErrorKind.AccessDenied, false)]
    [InlineData("InvalidInstanceId", InstanceErrorKind.Terminal, false)]
    [InlineData("InvalidParameters", InstanceErrorKind.Terminal, false)]
    [InlineData("ExpiredTokenException", InstanceErrorKind.CredentialsExpired, false)]
    public async Task What_Systems_Manager_refuses_is_told_apart(string code, InstanceErrorKind kind, bool mayHaveBeenDone)
    {
        Answer("SendCommand", $$"""{"__type":"{{code}}","message":"No."}""", status: 400);

        var refusal = await Assert.ThrowsAsync<InstanceException>(() => commands.SendAsync(new CommandToSend(["i-1"], "d", "c"), Token));

        Assert.Equal((kind, mayHaveBeenDone), (refusal.Kind, refusal.MayHaveBeenDone));
        Assert.Contains("Systems Manager", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_allowed_names_its_permission()
    {
        Answer("ListCommands", """{"__type":"AccessDeniedException","message":"No."}""", status: 400);

        var refusal = await Assert.ThrowsAsync<InstanceException>(() => commands.FindAsync("i-1", DateTimeOffset.UnixEpoch, Token));

        Assert.Contains("must allow ssm:ListCommands", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Success", CommandProgress.Succeeded)]
    [InlineData("Pending", CommandProgress.Running)]
    [InlineData("InProgress", CommandProgress.Running)]
    [InlineData("Delayed", CommandProgress.Running)]
    [InlineData("Cancelling", CommandProgress.Running)]
    [InlineData("SomethingNew", CommandProgress.Running)]
    [InlineData("DeliveryTimedOut", CommandProgress.NeverBegan)]
    [InlineData("Delivery Timed Out", CommandProgress.NeverBegan)]
    [InlineData("Undeliverable", CommandProgress.NeverBegan)]
    [InlineData("ExecutionTimedOut", CommandProgress.Failed)]
    [InlineData("Execution Timed Out", CommandProgress.Failed)]
    [InlineData("Failed", CommandProgress.Failed)]
    [InlineData("Cancelled", CommandProgress.Failed)]
    [InlineData("Terminated", CommandProgress.Failed)]
    public async Task Every_detail_of_a_status_says_whether_it_has_begun_and_ended(string details, CommandProgress progress)
    {
        Answer("GetCommandInvocation", $$"""{"Status":"Failed","StatusDetails":"{{details}}","ResponseCode":1}""");

        Assert.Equal(progress, (await commands.ReadAsync("c-1", "i-1", Token))!.Progress);
    }

    [Fact]
    public async Task Output_and_errors_are_read_and_the_password_of_the_database_is_not_among_them()
    {
        Answer(
            "GetCommandInvocation",
            $$"""{"StatusDetails":"Failed","ResponseCode":7,"StandardOutputContent":"out {{Password}}\n","StandardErrorContent":"err"}""");

        Assert.Equal(new CommandOutcome("Failed", 7, "out ***\n\nerr"), await commands.ReadAsync("c-1", "i-1", Token));
    }

    [Fact]
    public async Task A_command_that_does_not_show_yet_is_no_error()
    {
        Answer("GetCommandInvocation", """{"__type":"InvocationDoesNotExist"}""", status: 400);

        Assert.Null(await commands.ReadAsync("c-1", "i-1", Token));
    }

    [Theory]
    [InlineData("""
        "InstanceId":"i-1","Operation":"Install","InstalledPendingRebootCount":3,"OperationStartTime":1767225600
        """, 3)]
    [InlineData("""
        "InstanceId":"i-1","Operation":"Install","InstalledPendingRebootCount":0,"OperationStartTime":1767225600
        """, 0)]
    [InlineData("""
        "InstanceId":"i-1","Operation":"Install","OperationStartTime":1767225600
        """, null)]
    [InlineData("""
        "InstanceId":"i-1","Operation":"Install","InstalledPendingRebootCount":3
        """, null)]
    [InlineData("""
        "InstanceId":"i-1","Operation":"Scan","InstalledPendingRebootCount":0,"OperationStartTime":1767225600
        """, null)]
    [InlineData("""
        "InstanceId":"i-2","Operation":"Install","InstalledPendingRebootCount":3,"OperationStartTime":1767225600
        """, null)]
    public async Task Patch_Manager_tells_whether_a_reboot_is_pending(string state, int? pending)
    {
        Answer("DescribeInstancePatchStates", $$"""{"InstancePatchStates":[{{{state}}}]}""");
        var found = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        Assert.Equal(pending is { } count ? new PatchState(count, found) : null, await commands.PatchesAsync("i-1", Token));
    }

    [Fact]
    public async Task The_commands_of_an_instance_are_read_on_every_page()
    {
        var request = Request.Create().UsingPost().WithHeader("X-Amz-Target", "AmazonSSM.ListCommands");
        server.Given(request.WithBody(new WildcardMatcher("*page-2*"))).AtPriority(1)
            .RespondWith(Reply("""{"Commands":[{"CommandId":"c-1","RequestedDateTime":1.7e9}]}"""));
        Answer("ListCommands", """{"Commands":[{"CommandId":"c-2","Comment":"x","RequestedDateTime":1.8e9}],"NextToken":"page-2"}""");

        var found = await commands.FindAsync("i-1", DateTimeOffset.FromUnixTimeSeconds(1_600_000_000), Token);

        Assert.Equal([("c-2", "x"), ("c-1", "")], found.Select(one => (one.Id, one.Comment)));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_800_000_000), found[0].RequestedAt);
        Assert.Contains("\"2020-09-13T12:26:40Z\"", server.LogEntries[0].RequestMessage!.Body!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_document_tells_which_parameters_it_needs()
    {
        Answer("DescribeDocument", """
            {"Document":{"DocumentVersion":"4","DocumentType":"Command","Status":"Active","PlatformTypes":["Linux"],
            "Parameters":[{"Name":"commands","Type":"StringList"},{"Name":"executionTimeout","Type":"String","DefaultValue":"3600"}]}}
            """);

        var document = await commands.DescribeDocumentAsync("d", "$DEFAULT", Token);

        Assert.Equal(("4", "Command", "Active"), (document!.Version, document.Kind, document.Status));
        Assert.Equal([("commands", true), ("executionTimeout", false)], document.Parameters.Select(one => (one.Key, one.Value)));
    }

    [Theory]
    [InlineData("InvalidDocument")]
    [InlineData("InvalidDocumentVersion")]
    public async Task A_document_that_is_not_there_is_none(string code)
    {
        Answer("DescribeDocument", $$"""{"__type":"{{code}}"}""", status: 400);

        Assert.Null(await commands.DescribeDocumentAsync("d", "9", Token));
    }

    [Fact]
    public async Task A_page_of_somebody_in_between_is_no_answer()
    {
        Answer("GetCommandInvocation", "<html>The page of a proxy</html>");

        var refusal = await Assert.ThrowsAsync<InstanceException>(() => commands.ReadAsync("c-1", "i-1", Token));

        Assert.Equal(InstanceErrorKind.Transient, refusal.Kind);
    }

    private void Answer(string action, string body, int status = 200) => server
        .Given(Request.Create().UsingPost().WithHeader("X-Amz-Target", $"AmazonSSM.{action}"))
        .AtPriority(9)
        .RespondWith(Reply(body, status));

    private static IResponseBuilder Reply(string body, int status = 200) =>
        Response.Create().WithStatusCode(status).WithHeader("Content-Type", "application/x-amz-json-1.1").WithBody(body);
}
