using CsCheck;
using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Capacity;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.Planning;
using EsdbRollingAction.Core.Preflight;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Tests.Updating;

public class NodeMarkTests
{
    private static readonly NodeMark Mark = new("https://github.com/org/ops/actions/runs/1658821493")
    {
        Node = new NodeEndpoint("10.0.0.4", 2113),
        OriginalType = "t2.large",
        OriginalPriority = -3,
        Target = "t2.xlarge",
        At = new DateTimeOffset(2026, 1, 1, 3, 0, 0, TimeSpan.Zero),
    };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_is_written_is_read_back(bool takesOver)
    {
        var mark = Mark with { TookOverAt = takesOver ? Mark.At - TimeSpan.FromMinutes(7) : null };

        Assert.Equal(mark, NodeMark.Parse(mark.ToString()));
    }

    [Fact]
    public void A_run_with_a_very_long_name_knows_its_own_mark()
    {
        var name = NodeMark.NameOf($"https://github.example.com/{new string('a', 200)}/ops/actions/runs/1658821493");
        var mark = Mark with { Run = name, OriginalType = "u-24tb1.112xlarge", Target = "u-24tb1.112xlarge", OriginalPriority = int.MinValue, TookOverAt = Mark.At };

        Assert.Equal(name, NodeMark.Parse(mark.ToString())!.Run);
        Assert.EndsWith("/ops/actions/runs/1658821493", name, StringComparison.Ordinal);
    }

    [Fact]
    public void It_reads_well_in_the_console_of_ec2() => Assert.Equal(
        "run=https://github.com/org/ops/actions/runs/1658821493 at=2026-01-01T03:00:00Z type=t2.large target=t2.xlarge priority=-3 node=10.0.0.4:2113",
        Mark.ToString());

    [Fact]
    public void An_ipv6_address_is_read_back_without_the_brackets_that_a_tag_cannot_hold()
    {
        var mark = Mark with { Node = new NodeEndpoint("fd00::4", 2113) };

        Assert.Equal(mark.Node, NodeMark.Parse(mark.ToString())!.Node);
    }

    [Fact]
    public void What_tells_how_to_go_back_fits_however_long_the_names_are()
    {
        var mark = Mark with { Run = $"https://{new string('g', 300)}/runs/1", Node = new NodeEndpoint(string.Join('.', Enumerable.Repeat(new string('n', 60), 4)), 2113) };

        var read = NodeMark.Parse(mark.ToString())!;

        Assert.InRange(mark.ToString().Length, 1, NodeMark.Longest);
        Assert.Equal(("t2.large", -3, "t2.xlarge", mark.At), (read.OriginalType, read.OriginalPriority, read.Target, read.At));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("   ")]
    public void No_text_is_no_mark(string? text) => Assert.Null(NodeMark.Parse(text));

    [Theory]
    [InlineData("run=a node=evil.example/../x:2113")]
    [InlineData("run=a node=10.0.0.4:0 priority=many at=yesterday type=")]
    [InlineData("run=a node=:2113")]
    [InlineData("hello world")]
    public void Nothing_is_believed_that_cannot_be_so(string text)
    {
        var mark = NodeMark.Parse(text)!;

        Assert.Equal((null, null, null, null), (mark.Node, mark.OriginalPriority, mark.At, mark.OriginalType));
    }

    [Fact]
    public void Whatever_a_tag_holds_it_is_read_without_an_error_and_written_as_ec2_allows_it() => Gen.String.Sample(
        text =>
        {
            var written = (NodeMark.Parse(text) ?? new NodeMark(text) { OriginalType = text }).ToString();
            return written.Length <= NodeMark.Longest && written.All(letter => char.IsAsciiLetterOrDigit(letter) || " +-=._:/@".Contains(letter, StringComparison.Ordinal));
        },
        iter: 10_000);
}
