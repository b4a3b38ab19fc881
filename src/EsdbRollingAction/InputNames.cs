namespace EsdbRollingAction;

/// <summary>An input, named as in <c>action.yml</c>. The default is a value, or words where there is none.</summary>
internal sealed record InputName(string Name, string Default, string Meaning)
{
    public string Variable => $"INPUT_{Key}";

    public string Key => Name.ToUpperInvariant().Replace('-', '_');

    /// <summary>What the reader sets: in a workflow nobody sees the variable.</summary>
    public string Said(bool inActions) => inActions ? $"the input {Name}" : $"the input {Name} (variable {Variable})";
}

internal static class InputNames
{
    private const string None = "none";

    // Before the inputs, which add themselves to it.
    private static readonly List<InputName> all = [];

    public static readonly InputName Mode = Add(
        "mode", "apply",
        "plan (check everything, change nothing), apply, step (one iteration: state in, state out), "
        + "rollback (every updated node gets its original type back), "
        + "recover (begin nothing, only start as it is what an update that was cut off had stopped), "
        + "or status (only look: who leads, who is level, what EC2 says, what updates left)");
    public static readonly InputName ConnectionString = Add(
        "connection-string", "required", "as the official clients read it; may hold credentials, never shown");
    public static readonly InputName ClusterName = Add(
        "cluster-name", "first host", "names the cluster in what people read");
    public static readonly InputName UpdateStrategy = Add(
        "update-strategy", "Ec2InstanceTypeUpdate",
        "which change to roll: Ec2InstanceTypeUpdate, Ec2InstanceRestart, SsmCommandUpdate or ServerVersionUpdate");
    public static readonly InputName TargetInstanceType = Add(
        "target-instance-type", "from the state", "the type every instance shall have");
    public static readonly InputName RestartKind = Add(
        "restart-kind", "stop-start", "Ec2InstanceRestart: stop-start (each instance comes up on another host) or reboot");
    public static readonly InputName SsmDocument = Add(
        "ssm-document", "AWS-RunShellScript",
        "SsmCommandUpdate, ServerVersionUpdate: the document of AWS Systems Manager that runs on each node");
    public static readonly InputName SsmDocumentVersion = Add(
        "ssm-document-version", "$DEFAULT", "its version: a number, $DEFAULT or $LATEST");
    public static readonly InputName SsmParameters = Add(
        "ssm-parameters", None, "JSON object of the document's parameters; they stay in the command history: never secrets");
    public static readonly InputName SsmRollbackParameters = Add(
        "ssm-rollback-parameters", None,
        "run with the same document when the command fails or the node does not come back; without it the node is brought up as it is");
    public static readonly InputName SsmTimeout = Add(
        "ssm-timeout-minutes", "60", "how long the command may take on one node (fractions allowed)");
    public static readonly InputName RebootAfter = Add(
        "reboot-after", "false", "true: the instance is rebooted after the command; after AWS-RunPatchBaseline where a reboot is pending");
    public static readonly InputName TargetServerVersion = Add(
        "target-server-version", None, "ServerVersionUpdate: what each node's own version shall begin with, such as 24.10 or 24.10.4");
    public static readonly InputName AllowDowngrade = Add(
        "allow-downgrade", "false", "true: ServerVersionUpdate installs an older version than a node has, where it can read the data");
    public static readonly InputName InstanceFilters = Add(
        "instance-filters", None, "tag:Name=value[,…] narrows the EC2 instances looked at");
    public static readonly InputName StateFile = Add(
        "state-file", "esdb-rolling-update-state.json", "read when it exists, always written");
    public static readonly InputName MaxIterations = Add(
        "max-number-of-iterations-per-node-update",
        "1000",
        "over it the node and the job fail; iterations in which a node that catches up has advanced do not count");
    public static readonly InputName IterationInterval = Add(
        "iteration-interval-seconds", "5", "longest wait of one iteration (fractions allowed)");
    public static readonly InputName MaxLag = Add(
        "max-replication-lag-bytes", "1048576", "what counts as level");
    public static readonly InputName OnFailure = Add(
        "on-failure", "rollback-node", "rollback-node (where the strategy can), or stop (leave the node as it is)");
    public static readonly InputName CapacityRetry = Add(
        "capacity-retry-minutes", "5", "how long EC2 is asked again when it has no capacity of the type (fractions allowed)");
    public static readonly InputName ReserveCapacity = Add(
        "reserve-capacity", "auto",
        "hold capacity of its type or its new one before a node is stopped: auto (where it is possible), required, or off");
    public static readonly InputName ExpectedPlanDigest = Add(
        "expected-plan-digest", None, "refuse when the cluster is not as it was in this plan");
    public static readonly InputName TimeLimit = Add(
        "time-limit-minutes", None, "begin no new node when less time than the slowest took is left");
    public static readonly InputName MaxNodes = Add(
        "max-nodes", None, "pause after this many nodes were updated in this run; the next run goes on");
    public static readonly InputName PauseBeforeLeader = Add(
        "pause-before-leader", "false", "true: pause when only the leader is left; a run without it goes on");
    public static readonly InputName BakeMinutes = Add(
        "bake-minutes", "0", "how long an updated node must stay level before the next one is begun (fractions allowed)");
    public static readonly InputName AlarmNames = Add(
        "alarm-names", None,
        "CloudWatch alarms, separated by commas or line breaks; no node is taken down while one of them is in ALARM");
    public static readonly InputName NotifyUrl = Add(
        "notify-url", None,
        "https address that gets a short JSON when the update begins, waits for long, fails, pauses or ends; never shown");
    public static readonly InputName RoleToAssume = Add(
        "role-to-assume", None, "IAM role, assumed with GitHub's OIDC token and renewed for as long as the job runs");
    public static readonly InputName AwsRegion = Add(
        "aws-region", "the SDK's own", "AWS region of the instances");
    public static readonly InputName GitHubToken = Add(
        "github-token", None, "finds the state that an earlier run saved, and shows progress as a check run");
    public static readonly InputName ResumeRunId = Add(
        "resume-run-id", None, "workflow run whose saved state is carried on");
    public static readonly InputName TakeOver = Add(
        "take-over", "false",
        "true: carry on although another run holds the cluster's lease, without watching whether it still lives");
    public static readonly InputName AllowDowntime = Add(
        "allow-downtime", "false", "true: update a cluster of one or two voters, which is down while a voter restarts");
    public static readonly InputName AllowInstanceStoreLoss = Add(
        "allow-instance-store-loss", "false", "true: stop instances although the data on their instance-store volumes is lost");
    public static readonly InputName AllowPublicAddressLoss = Add(
        "allow-public-address-loss", "false",
        "true: stop instances although their nodes are reached only by a public address that is lost with that");

    /// <summary>In the order in which people are told of them.</summary>
    public static IReadOnlyList<InputName> All => all;

    private static InputName Add(string name, string @default, string meaning)
    {
        var input = new InputName(name, @default, meaning);
        all.Add(input);
        return input;
    }
}
