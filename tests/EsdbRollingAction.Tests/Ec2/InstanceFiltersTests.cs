using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Ec2;

namespace EsdbRollingAction.Tests.Ec2;

public sealed class InstanceFiltersTests
{
    [Theory]
    [InlineData("")]
    [InlineData("  \n ")]
    public void An_empty_text_is_no_filter(string text) => Assert.Empty(InstanceFilters.Parse(text));

    [Theory]
    [InlineData("tag:Name=esdb-*", "tag:Name=[esdb-*]")]
    [InlineData("tag:env=prod,tag:cluster=orders", "tag:env=[prod] tag:cluster=[orders]")]
    [InlineData("vpc-id=vpc-1", "vpc-id=[vpc-1]")]
    [InlineData("tag:Name=a, tag:env=prod ,tag:Name=b", "tag:Name=[a|b] tag:env=[prod]")]
    [InlineData("tag:Name=a,tag:Name=a", "tag:Name=[a]")]
    [InlineData(" tag:Name = a b ", "tag:Name=[a b]")]
    [InlineData("tag:query=a=b", "tag:query=[a=b]")]
    [InlineData("tag:Cost Centre=42", "tag:Cost Centre=[42]")]
    [InlineData("tag:env=prod\ntag:cluster=orders\n", "tag:env=[prod] tag:cluster=[orders]")]
    [InlineData("tag:env=prod,", "tag:env=[prod]")]
    public void Reads_names_and_values(string text, string filters) =>
        Assert.Equal(filters, string.Join(' ', InstanceFilters.Parse(text).Select(f => $"{f.Name}=[{string.Join('|', f.Values)}]")));

    [Theory]
    [InlineData("esdb", "no '='")]
    [InlineData("=esdb", "no name")]
    [InlineData("tag:=esdb", "no name")]
    [InlineData("tag:Name=", "no value")]
    [InlineData("tag:Name=a,tag:env= ", "no value")]
    [InlineData("Tag:Name=a", "EC2 does not know: Tag:Name")]
    [InlineData("vpc id=vpc-1", "EC2 does not know: vpc id")]
    public void Refuses_what_is_not_a_filter(string text, string why)
    {
        var refusal = Assert.Throws<RollingUpdateException>(() => InstanceFilters.Parse(text));

        Assert.Equal(FailureReason.InvalidInput, refusal.Reason);
        Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
        Assert.StartsWith("instance-filters: ", refusal.Message, StringComparison.Ordinal);
    }
}
