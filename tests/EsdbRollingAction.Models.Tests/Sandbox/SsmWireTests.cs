using System.Net.Http.Headers;
using Amazon.Runtime;
using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;
using EsdbRollingAction.Sandbox;
using RunningSandbox = EsdbRollingAction.Sandbox.Sandbox;

namespace EsdbRollingAction.Models.Tests.Sandbox;

/// <summary>What the AWS SDK understands of the sandbox's Systems Manager.</summary>
public sealed class SsmWireTests
{
    private const string Restart = """{"commands":["systemctl restart kurrentdb"]}""";

    private readonly CancellationToken cancelled = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_command_is_sent_found_and_read()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        using var ssm = Client(sandbox);
        var before = DateTime.UtcNow.AddSeconds(-1);

        var sent = (await ssm.SendCommandAsync(Sending(sandbox, ["echo hello", "echo twice | tee", "true"], "run 7"), cancelled)).Command;
        var found = await UntilAsync(
            () => ssm.ListCommandsAsync(Since(sandbox, before), cancelled),
            answer => answer.Commands?.Exists(command => command.Status == "Failed") == true);

        // A command may be listed before what became of it shows.
        var read = (await UntilAsync(
            () => ReadAsync(ssm, sent.CommandId, Id(sandbox)),
            answer => answer is { Status.Value: "Failed" }))!;

        Assert.Equal(("Pending", "AWS-RunShellScript"), (sent.Status.Value, sent.DocumentName));
        var listed = Assert.Single(found.Commands);
        Assert.Equal((sent.CommandId, "run 7", "echo hello"), (listed.CommandId, listed.Comment, listed.Parameters["commands"][0]));
        Assert.Equal(DateTime.UtcNow, listed.RequestedDateTime!.Value.ToUniversalTime(), TimeSpan.FromMinutes(1));
        Assert.Equal(("Failed", "Failed", 127), (read.Status.Value, read.StatusDetails, read.ResponseCode));
        Assert.Equal("hello\n", read.StandardOutputContent);
        Assert.Contains("echo twice | tee: not found", read.StandardErrorContent, StringComparison.Ordinal);
        Assert.Matches(@"^\d{4}-\d\d-\d\dT[\d:.]+Z$", read.ExecutionStartDateTime);
    }

    [Fact]
    public async Task A_command_shows_neither_to_a_look_at_it_nor_in_a_list_right_after_it_was_sent()
    {
        await using var sandbox = await RunningSandbox.StartAsync(new SandboxOptions { TimeScale = 1 });
        using var ssm = Client(sandbox);
        var sent = (await ssm.SendCommandAsync(Sending(sandbox, ["true"]), cancelled)).Command;

        await RefusedAsync("InvocationDoesNotExist", () => ssm.GetCommandInvocationAsync(
            new GetCommandInvocationRequest { CommandId = sent.CommandId, InstanceId = Id(sandbox) }, cancelled));
        Assert.Empty((await ssm.ListCommandsAsync(new ListCommandsRequest { CommandId = sent.CommandId }, cancelled)).Commands ?? []);
        var invocations = await ssm.ListCommandInvocationsAsync(new ListCommandInvocationsRequest { CommandId = sent.CommandId }, cancelled);
        Assert.Empty(invocations.CommandInvocations ?? []);
    }

    [Fact]
    public async Task Documents_are_described_and_unknown_ones_refused()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        using var ssm = Client(sandbox);

        var shell = (await ssm.DescribeDocumentAsync(new DescribeDocumentRequest("AWS-RunShellScript"), cancelled)).Document;
        var own = (await ssm.DescribeDocumentAsync(new DescribeDocumentRequest("esdb-upgrade") { DocumentVersion = "$LATEST" }, cancelled)).Document;

        Assert.Equal(("Active", "Command", "1"), (shell.Status.Value, shell.DocumentType.Value, shell.DocumentVersion));
        Assert.Equal(["commands:StringList:", "workingDirectory:String:", "executionTimeout:String:3600"], shell.Parameters.Select(Shown));
        Assert.Equal(("2", "1", "Linux"), (own.DocumentVersion, own.DefaultVersion, Assert.Single(own.PlatformTypes)));
        await RefusedAsync("InvalidDocument", () => ssm.DescribeDocumentAsync(new DescribeDocumentRequest("esdb-downgrade"), cancelled));
        await RefusedAsync("InvalidDocumentVersion", () => ssm.DescribeDocumentAsync(
            new DescribeDocumentRequest("esdb-upgrade") { DocumentVersion = "3" }, cancelled));
    }

    [Fact]
    public async Task Agents_are_listed_by_instance_and_by_page()
    {
        await using var sandbox = await RunningSandbox.StartAsync(new SandboxOptions
        {
            Nodes = [.. Enumerable.Range(1, 7).Select(number => new NodeOptions($"node{number}", $"i-0000000000000000{number}"))],
            Leader = "node1",
            Faults = new Faults { AgentOffline = "node2", AgentMissing = "node3" },
        });
        using var ssm = Client(sandbox);
        InstanceInformationStringFilter Of(params string[] ids) => new() { Key = "InstanceIds", Values = [.. ids] };

        var first = await ssm.DescribeInstanceInformationAsync(new DescribeInstanceInformationRequest { MaxResults = 5 }, cancelled);
        var rest = await ssm.DescribeInstanceInformationAsync(new DescribeInstanceInformationRequest { NextToken = first.NextToken }, cancelled);
        var some = await ssm.DescribeInstanceInformationAsync(
            new DescribeInstanceInformationRequest { Filters = [Of("i-00000000000000001", "i-00000000000000002", "i-00000000000000003")] }, cancelled);

        Assert.Equal((5, 1, null), (first.InstanceInformationList.Count, rest.InstanceInformationList.Count, rest.NextToken));
        Assert.Equal(["Online", "ConnectionLost"], some.InstanceInformationList.Select(agent => agent.PingStatus.Value));
        Assert.All(some.InstanceInformationList, agent => Assert.Equal(("Linux", "Ubuntu"), (agent.PlatformType.Value, agent.PlatformName)));
        await RefusedAsync("InvalidInstanceId", () => ssm.SendCommandAsync(Sending("i-00000000000000003", ["true"]), cancelled));
    }

    [Fact]
    public async Task Lists_are_paged_the_newest_first_and_filtered()
    {
        await using var sandbox = await RunningSandbox.StartAsync(new SandboxOptions { TimeScale = 200 });
        using var ssm = Client(sandbox);
        foreach (var comment in new[] { "first", "second", "third" })
        {
            await ssm.SendCommandAsync(Sending(sandbox, [$"echo {comment}"], comment), cancelled);
        }

        await UntilAsync(
            () => ssm.ListCommandsAsync(new ListCommandsRequest(), cancelled),
            answer => answer.Commands?.Count(command => command.Status == "Success") == 3);
        var page = await ssm.ListCommandsAsync(new ListCommandsRequest { MaxResults = 2 }, cancelled);
        var last = await ssm.ListCommandsAsync(new ListCommandsRequest { MaxResults = 2, NextToken = page.NextToken }, cancelled);
        var details = await ssm.ListCommandInvocationsAsync(
            new ListCommandInvocationsRequest { CommandId = page.Commands[0].CommandId, Details = true }, cancelled);
        var none = await ssm.ListCommandsAsync(Since(sandbox, DateTime.UtcNow.AddMinutes(1)), cancelled);

        Assert.Equal(["third", "second", "first"], page.Commands.Concat(last.Commands).Select(command => command.Comment));
        Assert.Null(last.NextToken);
        Assert.Equal("third\n", Assert.Single(Assert.Single(details.CommandInvocations).CommandPlugins).Output);
        Assert.Empty(none.Commands ?? []);
        await RefusedAsync("InvalidNextToken", () => ssm.ListCommandsAsync(new ListCommandsRequest { NextToken = "x" }, cancelled));
    }

    [Fact]
    public async Task A_running_command_is_cancelled_and_a_finished_one_is_left_as_it_is()
    {
        await using var sandbox = await RunningSandbox.StartAsync(new SandboxOptions { TimeScale = 100 });
        using var ssm = Client(sandbox);
        var sent = (await ssm.SendCommandAsync(Sending(sandbox, ["echo begun", "sleep 3000"]), cancelled)).Command;

        await UntilStatusAsync(ssm, sandbox, sent, "InProgress");
        await ssm.CancelCommandAsync(new CancelCommandRequest(sent.CommandId), cancelled);
        var read = await UntilStatusAsync(ssm, sandbox, sent, "Cancelled");
        await ssm.CancelCommandAsync(new CancelCommandRequest(sent.CommandId), cancelled);

        Assert.Equal(("begun\n", -1), (read.StandardOutputContent, read.ResponseCode));
        await RefusedAsync("InvalidCommandId", () => ssm.CancelCommandAsync(new CancelCommandRequest($"{Guid.Empty}"), cancelled));
        Assert.Equal("Cancelled", sandbox.Ssm.Truth[0].State.Status);
    }

    [Fact]
    public async Task An_answer_that_is_lost_leaves_its_command_behind_and_only_the_first_is_lost()
    {
        await using var sandbox = await RunningSandbox.StartAsync(Rolling(new Faults { SsmAnswersLost = 1 }));
        using var ssm = Client(sandbox);
        var request = Sending(sandbox, ["systemctl restart kurrentdb"]);

        await ssm.SendCommandAsync(Sending(sandbox, ["true"]), cancelled);
        await Assert.ThrowsAnyAsync<Exception>(() => ssm.SendCommandAsync(request, cancelled));
        Assert.Equal(2, sandbox.Ssm.Truth.Count);
        await ssm.SendCommandAsync(request, cancelled);

        Assert.Equal(3, sandbox.Ssm.Truth.Count);
    }

    /// <summary>The SDK takes a reset for a connection that had been closed before, and sends the command again without a word.</summary>
    [Fact]
    public async Task Who_lets_the_sdk_repeat_after_a_reset_sends_the_command_twice_and_the_referee_notices()
    {
        await using var sandbox = await RunningSandbox.StartAsync(Rolling(new Faults { SsmAnswersLost = 1 }));
        using var ssm = Client(sandbox, resends: 1);

        await ssm.SendCommandAsync(Sending(sandbox, ["systemctl restart kurrentdb"]), cancelled);

        Assert.Equal(2, sandbox.Ssm.Truth.Count);
        Assert.Contains(sandbox.Referee.BrokenRules, rule => rule.Rule == "command-sent-twice");
    }

    [Fact]
    public async Task Who_may_not_send_is_denied_and_what_is_asked_is_written_down()
    {
        await using var sandbox = await RunningSandbox.StartAsync(new SandboxOptions { Faults = new Faults { DeniedActions = ["SendCommand"] } });
        using var ssm = Client(sandbox);

        await RefusedAsync("AccessDeniedException", () => ssm.SendCommandAsync(Sending(sandbox, ["true"]), cancelled));

        var request = Assert.Single(sandbox.Requests.Entries, request => request.Target == "ssm");
        Assert.Equal(($"SendCommand {Id(sandbox)}", 400), (request.What, request.Status));
        Assert.Equal(["any"], sandbox.AccessKeys);
        Assert.Equal(1, sandbox.Report().RequestsOfSsm);
    }

    [Fact]
    public async Task Every_third_request_is_throttled_where_that_is_wanted()
    {
        await using var sandbox = await RunningSandbox.StartAsync(new SandboxOptions { Faults = new Faults { ThrottleEvery = 3 } });
        using var ssm = Client(sandbox);

        await ssm.ListCommandsAsync(new ListCommandsRequest(), cancelled);
        await ssm.ListCommandsAsync(new ListCommandsRequest(), cancelled);

        await RefusedAsync("ThrottlingException", () => ssm.ListCommandsAsync(new ListCommandsRequest(), cancelled));
    }

    [Fact]
    public async Task At_random_moments_requests_go_wrong_in_the_manner_of_this_service()
    {
        var trouble = new Trouble(1) { WireShare = 1, SecondsBetween = 0 };
        await using var sandbox = await RunningSandbox.StartAsync(new SandboxOptions { Faults = new Faults { Trouble = trouble } });
        using var ssm = Client(sandbox, seconds: 1);
        HashSet<string> seen = [];
        for (var i = 0; i < 40; i++)
        {
            var refusal = await Record.ExceptionAsync(() => ssm.ListCommandsAsync(new ListCommandsRequest(), cancelled));
            seen.Add((refusal as AmazonServiceException)?.ErrorCode ?? "");
        }

        Assert.Superset(new HashSet<string>(["ThrottlingException", "InternalServerError"]), seen);
        Assert.Contains(sandbox.Requests.Entries, request => request.What == "ListCommands ThrottlingException");
        Assert.DoesNotContain(sandbox.Requests.Entries, request => request.What.Contains("RequestLimitExceeded", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("AmazonSSM.SendCommand", """{"DocumentName":"AWS-RunShellScript","Targets":[]}""", "ValidationException")]
    [InlineData("AmazonSSM.ListCommands", """{"Filters":[{"key":"InvokedAfter","value":"yesterday"}]}""", "ValidationException")]
    [InlineData("AmazonSSM.ListCommands", """{"MaxResults":51}""", "ValidationException")]
    [InlineData("AmazonSSM.DescribeInstanceInformation", """{"MaxResults":4}""", "ValidationException")]
    [InlineData("AmazonSSM.GetCommandInvocation", """{"CommandId":"short","InstanceId":"i-017bbfe8345fcf55e"}""", "ValidationException")]
    [InlineData("AmazonSSM.ListCommands", "[", "SerializationException")]
    [InlineData("AmazonSSM.ListNodes", "{}", "UnknownOperationException")]
    [InlineData("AmazonEC2.StopInstances", "{}", "UnknownOperationException")]
    public async Task What_it_does_not_understand_it_refuses(string target, string body, string code)
    {
        await using var sandbox = await RunningSandbox.StartAsync();

        using var answer = await PostAsync(sandbox, target, body);

        Assert.Equal((400, "application/x-amz-json-1.1"), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.Contains($"\"__type\":\"{code}\"", await answer.Content.ReadAsStringAsync(cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_program_is_told_the_command_and_no_type()
    {
        await using var sandbox = await RunningSandbox.StartAsync(Rolling(new Faults()) with
        {
            Command = new CommandOptions(Restart) { RollbackParametersJson = """{"commands":["true"]}""", RebootAfter = true },
        });

        Assert.Equal(
            [
                "INPUT_REBOOT_AFTER=true",
                "INPUT_SSM_DOCUMENT=AWS-RunShellScript",
                $"INPUT_SSM_PARAMETERS={Restart}",
                """INPUT_SSM_ROLLBACK_PARAMETERS={"commands":["true"]}""",
                "INPUT_UPDATE_STRATEGY=SsmCommandUpdate",
            ],
            sandbox.ProgramEnvironment
                .Where(input => input.Key.StartsWith("INPUT_", StringComparison.Ordinal))
                .Where(input => input.Key is not ("INPUT_CONNECTION_STRING" or "INPUT_STATE_FILE"))
                .Select(input => $"{input.Key}={input.Value}").Order(StringComparer.Ordinal));
        Assert.Equal(sandbox.SsmUrl.ToString(), sandbox.ProgramEnvironment["AWS_ENDPOINT_URL_SSM"]);
    }

    private async Task<HttpResponseMessage> PostAsync(RunningSandbox sandbox, string target, string body)
    {
        using var http = new HttpClient();
        using var content = new StringContent(body, new MediaTypeHeaderValue("application/x-amz-json-1.1"));
        using var request = new HttpRequestMessage(HttpMethod.Post, sandbox.SsmUrl) { Content = content };
        request.Headers.Add("X-Amz-Target", target);
        return await http.SendAsync(request, cancelled);
    }

    private static SandboxOptions Rolling(Faults faults) => new() { Command = new CommandOptions(Restart), Faults = faults };

    private static string Id(RunningSandbox sandbox) => sandbox.Ec2.Truth[0].Id;

    private static SendCommandRequest Sending(RunningSandbox sandbox, List<string> commands, string? comment = null) =>
        Sending(Id(sandbox), commands, comment);

    private static SendCommandRequest Sending(string id, List<string> commands, string? comment = null) => new("AWS-RunShellScript", [id])
    {
        Parameters = new Dictionary<string, List<string>> { ["commands"] = commands },
        Comment = comment,
    };

    private static ListCommandsRequest Since(RunningSandbox sandbox, DateTime since) => new()
    {
        InstanceId = Id(sandbox),
        Filters = [new CommandFilter { Key = CommandFilterKey.InvokedAfter, Value = $"{since:yyyy-MM-dd'T'HH:mm:ss'Z'}" }],
    };

    private static string Shown(DocumentParameter parameter) => $"{parameter.Name}:{parameter.Type}:{parameter.DefaultValue}";

    private static AmazonSimpleSystemsManagementClient Client(RunningSandbox sandbox, int seconds = 20, int resends = 0) => new(
        new BasicAWSCredentials("any", "any"),
        new AmazonSimpleSystemsManagementConfig
        {
            ServiceURL = sandbox.SsmUrl.ToString(),
            AuthenticationRegion = "eu-west-1",
            MaxErrorRetry = 0,
            MaxStaleConnectionRetries = resends,
            Timeout = TimeSpan.FromSeconds(seconds),
        });

    private async Task<GetCommandInvocationResponse?> ReadAsync(AmazonSimpleSystemsManagementClient ssm, string command, string instance)
    {
        try
        {
            return await ssm.GetCommandInvocationAsync(
                new GetCommandInvocationRequest { CommandId = command, InstanceId = instance }, cancelled);
        }
        catch (InvocationDoesNotExistException)
        {
            return null;
        }
    }

    private async Task<GetCommandInvocationResponse> UntilStatusAsync(
        AmazonSimpleSystemsManagementClient ssm, RunningSandbox sandbox, Command sent, string status)
    {
        return (await UntilAsync(() => ReadAsync(ssm, sent.CommandId, Id(sandbox)), read => read?.Status == status))!;
    }

    private async Task<T> UntilAsync<T>(Func<Task<T>> ask, Func<T, bool> isSo)
    {
        while (true)
        {
            var answer = await ask();
            if (isSo(answer))
            {
                return answer;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, cancelled);
        }
    }

    private static async Task RefusedAsync(string code, Func<Task> request) =>
        Assert.Equal(code, (await Assert.ThrowsAnyAsync<AmazonServiceException>(request)).ErrorCode);
}
