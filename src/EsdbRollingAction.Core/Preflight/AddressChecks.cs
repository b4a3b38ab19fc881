using EsdbRollingAction.Core.Instances;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Core.Preflight;

/// <summary>Whether a node is reached after its stop as it was before.</summary>
internal static class AddressChecks
{
    private const string Advice =
        "Associate an Elastic IP, or let the node advertise its private address; or set allow-public-address-loss";

    /// <summary>
    /// An address that EC2 assigned is another one after the start. A node that advertises it answers nobody then, and could neither
    /// be seen to come level nor be brought back.
    /// </summary>
    public static Check PublicAddressStays(CheckedNode node, bool allowLoss)
    {
        if (node.Instance.PublicAddress is not { } address || node.Instance.Details.LosesPublicAddress == false)
        {
            return Check.Passed(nameof(PublicAddressStays), "no public address that a stop would lose");
        }

        var isOnlyWay = IsOnlyReachedBy(node, address);
        var isNamed = node.Addresses.Others.Any(by => IsPublic(by, node.Instance));
        return (node.Instance.Details.LosesPublicAddress, isOnlyWay, isNamed) switch
        {
            (null, false, false) => Check.NotChecked(nameof(PublicAddressStays), $"EC2 does not tell whether {address} is an Elastic IP"),
            (null, _, _) => Check.Note(
                nameof(PublicAddressStays), $"reached by {address}, and EC2 does not tell whether that is an Elastic IP"),
            (_, true, _) => Check.RefusedUnless(
                allowLoss,
                nameof(PublicAddressStays),
                $"the node is reached only by {Reached(node, address)}, which is no Elastic IP: it is lost when the instance stops",
                Advice),
            (_, _, true) => Check.Warning(
                nameof(PublicAddressStays),
                $"{address} is known to the cluster or the connection string and is no Elastic IP: it is lost when the instance stops",
                "Associate an Elastic IP, or name private addresses only"),
            _ => Check.Note(nameof(PublicAddressStays), $"{address} is no Elastic IP: it is another one after the start"),
        };
    }

    /// <summary>Inside of a VPC the public DNS name resolves to the private address; the name is lost all the same.</summary>
    private static bool IsOnlyReachedBy(CheckedNode node, string address) =>
        IsPublic(node.Addresses.Advertised, node.Instance)
        || (node.Addresses.Resolved.Any(resolved => IsSame(resolved, address))
            && !node.Addresses.Resolved.Any(resolved => node.Instance.PrivateAddresses.Any(own => IsSame(own, resolved))));

    private static string Reached(CheckedNode node, string address) =>
        IsSame(node.Addresses.Advertised, address) ? address : $"{node.Addresses.Advertised} ({address})";

    private static bool IsPublic(string name, Instance instance) =>
        IsSame(name, instance.PublicAddress) || IsSame(name, instance.Details.PublicDnsName);

    private static bool IsSame(string one, string? other) =>
        string.Equals(one.TrimEnd('.'), other?.TrimEnd('.'), StringComparison.OrdinalIgnoreCase);
}
