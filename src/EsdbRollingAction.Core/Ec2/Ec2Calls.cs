using Amazon.EC2;

namespace EsdbRollingAction.Core.Ec2;

/// <summary>How EC2 is asked.</summary>
/// <param name="ec2">The client, its owner's to dispose of; <see cref="Ec2Client"/> builds one that waits out throttling.</param>
/// <param name="once">One that sends nothing again; null where nothing is stopped, or <paramref name="ec2"/> is such a one.</param>
public sealed class Ec2Calls(IAmazonEC2 ec2, IAmazonEC2? once = null) : AwsCalls("EC2", "ec2")
{
    /// <summary>The client to ask with, inside <see cref="AwsCalls"/> only.</summary>
    internal IAmazonEC2 Client => ec2;

    /// <summary>The client for what may be done only while what was looked at still holds: half a minute later it may not.</summary>
    internal IAmazonEC2 Once => once ?? ec2;
}
