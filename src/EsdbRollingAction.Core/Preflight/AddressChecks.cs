using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Strategies;
using static EsdbRollingAction.Core.Row;

namespace EsdbRollingAction.Core.Preflight;

/// <summary>Whether a node is reached after its stop as it was before.</summary>
internal static class AddressChecks
{
    /// <summary>
    /// An address that EC2 assigned is another one after the start. A node that advertises it answers nobody then, and could neither
    /// be seen to come level nor be brought back.
    /// </summary>
    public static Check PublicAddressStays(CheckedNode node, bool allowLoss)
    {
        var loses = node.Instance.Details.LosesPublicAddress;
        if (node.Instance.PublicAddress is not { } address || loses == false)
        {
            return Passed("no public address that a stop would lose");
        }

        var isOnlyWay = IsOnlyReachedBy(node, address);
        var isNamed = node.Addresses.Others.Any(by => IsPublic(by, node.Instance));
        return (loses, isOnlyWay, isNamed) switch
        {
            (null, _, _) => Note($"EC2 does not tell whether {address} is an Elastic IP"),
            (_, true, _) => RefusedUnless(
                allowLoss,
                $"the node is reached only by {Named(node, address)}, which is no Elastic IP: it is lost when the instance stops",
                "Associate an Elastic IP, or let the node advertise its private address; or set allow-public-address-loss"),
            (_, _, true) => Warning(
                $"{address} is known to the cluster or the connection string and is no Elastic IP: it is lost when the instance stops",
                "Associate an Elastic IP, or name private addresses only"),
            _ => Note($"{address} is no Elastic IP: it is another one after the start"),
        };
    }

    /// <summary>Inside of a VPC the public DNS name resolves to the private address; the name is lost all the same.</summary>
    private static bool IsOnlyReachedBy(CheckedNode node, string address)
    {
        var resolved = node.Addresses.Resolved;
        return IsPublic(node.Addresses.Advertised, node.Instance)
            || (resolved.Any(ip => IsSame(ip, address)) && !resolved.Any(ip => node.Instance.PrivateAddresses.Any(own => IsSame(own, ip))));
    }

    private static string Named(CheckedNode node, string address) =>
        IsSame(node.Addresses.Advertised, address) ? address : $"{node.Addresses.Advertised} ({address})";

    private static bool IsPublic(string name, Instance instance) =>
        IsSame(name, instance.PublicAddress) || IsSame(name, instance.Details.PublicDnsName);

    private static bool IsSame(string one, string? other) =>
        string.Equals(one.TrimEnd('.'), other?.TrimEnd('.'), StringComparison.OrdinalIgnoreCase);
}
