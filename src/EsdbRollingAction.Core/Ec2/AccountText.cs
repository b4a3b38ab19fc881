namespace EsdbRollingAction.Core.Ec2;

/// <summary>Says to which AWS accounts instances belong: the wrong one is the first thing to look for where one is not found.</summary>
internal static class AccountText
{
    /// <summary>Such as <c> in account 123456789012</c>; nothing where EC2 does not tell.</summary>
    public static string Of(IEnumerable<Instance> instances)
    {
        var accounts = string.Join(" and ", instances.Select(instance => instance.Details.Account).OfType<string>().Distinct());
        return accounts.Length == 0 ? "" : $" in account {accounts}";
    }
}
