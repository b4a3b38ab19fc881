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

    public static readonly InputName Mode = new(
        "mode", "apply",
        "plan (check everything, change nothing), apply, step (one iteration: state in, state out), "
        + "rollback (every updated node gets its original type back), "
        + "recover (begin nothing, only start as it is what an update that was cut off had stopped), "
        + "or status (only look: who leads, who is level, what EC2 says, what updates left)");
    public static readonly InputName ConnectionString = new(
        "connection-string", "required", "as the official clients read it; may hold credentials, never shown");
    public static readonly InputName ClusterName = new(
        "cluster-name", "first host", "names the cluster in what people read");
    public static readonly InputName UpdateStrategy = new(
        "update-strategy", "Ec2InstanceTypeUpdate",
        "which change to roll: Ec2InstanceTypeUpdate, Ec2InstanceRestart, SsmCommandUpdate or ServerVersionUpdate");
    public static readonly InputName TargetInstanceType = new(
        "target-instance-type", "from the state", "the type every instance shall have");
    public static readonly InputName RestartKind = new(
        "restart-kind", "stop-start", "Ec2InstanceRestart: stop-start (each instance comes up on another host) or reboot");
    public static readonly InputName SsmDocument = new(
        "ssm-document", "AWS-RunShellScript",
        "SsmCommandUpdate, ServerVersionUpdate: the document of AWS Systems Manager that runs on each node");
    public static readonly InputName SsmDocumentVersion = new(
        "ssm-document-version", "$DEFAULT", "its version: a number, $DEFAULT or $LATEST");
    public static readonly InputName SsmParameters = new(
        "ssm-parameters", None, "JSON object of the document's parameters; they stay in the command history: never secrets");
    public static readonly InputName SsmRollbackParameters = new(
        "ssm-rollback-parameters", None,
        "run with the same document when the command fails or the node does not come back; without it the node is brought up as it is");
    public static readonly InputName SsmTimeout = new(
        "ssm-timeout-minutes", "60", "how long the command may take on one node (fractions allowed)");
    public static readonly InputName RebootAfter = new(
        "reboot-after", "false", "true: the instance is rebooted after the command; after AWS-RunPatchBaseline where a reboot is pending");
    public static readonly InputName TargetServerVersion = new(
        "target-server-version", None, "ServerVersionUpdate: what each node's own version shall begin with, such as 24.10 or 24.10.4");
    public static readonly InputName AllowDowngrade = new(
        "allow-downgrade", "false", "true: ServerVersionUpdate installs an older version than a node has, where it can read the data");
    public static readonly InputName AlarmNames = new(
        "alarm-names", None,
        "CloudWatch alarms, separated by commas or line breaks; no node is taken down while one of them is in ALARM");
    public static readonly InputName InstanceFilters = new(
        "instance-filters", None, "tag:Name=value[,…] narrows the EC2 instances looked at");
    public static readonly InputName StateFile = new(
        "state-file", "esdb-rolling-update-state.json", "read when it exists, always written");
    public static readonly InputName MaxIterations = new(
        "max-number-of-iterations-per-node-update",
        "1000",
        "over it the node and the job fail; iterations in which a node that catches up has advanced do not count");
    public static readonly InputName IterationInterval = new(
        "iteration-interval-seconds", "5", "longest wait of one iteration (fractions allowed)");
    public static readonly InputName MaxLag = new(
        "max-replication-lag-bytes", "1048576", "what counts as level");
    public static readonly InputName OnFailure = new(
        "on-failure", "rollback-node", "rollback-node (where the strategy can), or stop (leave the node as it is)");
    public static readonly InputName CapacityRetry = new(
        "capacity-retry-minutes", "5", "how long EC2 is asked again when it has no capacity of the type (fractions allowed)");
    public static readonly InputName ReserveCapacity = new(
        "reserve-capacity", "auto",
        "hold capacity of its type or its new one before a node is stopped: auto (where it is possible), required, or off");
    public static readonly InputName ExpectedPlanDigest = new(
        "expected-plan-digest", None, "refuse when the cluster is not as it was in this plan");
    public static readonly InputName TimeLimit = new(
        "time-limit-minutes", None, "begin no new node when less time than the slowest took is left");
    public static readonly InputName MaxNodes = new(
        "max-nodes", None, "pause after this many nodes were updated in this run; the next run goes on");
    public static readonly InputName PauseBeforeLeader = new(
        "pause-before-leader", "false", "true: pause when only the leader is left; a run without it goes on");
    public static readonly InputName BakeMinutes = new(
        "bake-minutes", "0", "how long an updated node must stay level before the next one is begun (fractions allowed)");
    public static readonly InputName RoleToAssume = new(
        "role-to-assume", None, "IAM role, assumed with GitHub's OIDC token and renewed for as long as the job runs");
    public static readonly InputName AwsRegion = new(
        "aws-region", "the SDK's own", "AWS region of the instances");
    public static readonly InputName GitHubToken = new(
        "github-token", None, "finds the state that an earlier run saved, and shows progress as a check run");
    public static readonly InputName NotifyUrl = new(
        "notify-url", None,
        "https address that gets a short JSON when the update begins, waits for long, fails, pauses or ends; never shown");
    public static readonly InputName ResumeRunId = new(
        "resume-run-id", None, "workflow run whose saved state is carried on");
    public static readonly InputName TakeOver = new(
        "take-over", "false",
        "true: carry on although another run holds the cluster's lease, without watching whether it still lives");
    public static readonly InputName AllowDowntime = new(
        "allow-downtime", "false", "true: update a cluster of one or two voters, which is down while a voter restarts");
    public static readonly InputName AllowInstanceStoreLoss = new(
        "allow-instance-store-loss", "false", "true: stop instances although the data on their instance-store volumes is lost");
    public static readonly InputName AllowPublicAddressLoss = new(
        "allow-public-address-loss", "false",
        "true: stop instances although their nodes are reached only by a public address that is lost with that");

    public static readonly IReadOnlyList<InputName> All =
    [
        Mode, ConnectionString, ClusterName, UpdateStrategy, TargetInstanceType, RestartKind,
        SsmDocument, SsmDocumentVersion, SsmParameters, SsmRollbackParameters, SsmTimeout, RebootAfter,
        TargetServerVersion, AllowDowngrade,
        InstanceFilters, StateFile, MaxIterations, IterationInterval, MaxLag,
        OnFailure, CapacityRetry, ReserveCapacity, ExpectedPlanDigest, TimeLimit,
        MaxNodes, PauseBeforeLeader, BakeMinutes, AlarmNames, NotifyUrl,
        RoleToAssume, AwsRegion, GitHubToken, ResumeRunId, TakeOver,
        AllowDowntime, AllowInstanceStoreLoss, AllowPublicAddressLoss,
    ];
}
