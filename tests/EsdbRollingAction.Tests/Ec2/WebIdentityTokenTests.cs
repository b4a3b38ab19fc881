using System.Buffers.Text;
using System.Text;
using EsdbRollingAction.Core.Ec2;

namespace EsdbRollingAction.Tests.Ec2;

public sealed class WebIdentityTokenTests
{
    [Fact]
    public void Its_claims_can_be_said_and_it_cannot()
    {
        var token = Of("""{"iss":"https://issuer.example","sub":"repo:acme/databases:ref:refs/heads/main"}""");

        Assert.Equal(("https://issuer.example", "repo:acme/databases:ref:refs/heads/main"), (token.Issuer, token.Subject));
        Assert.DoesNotContain("QXZ", token.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"sub":7}""")]
    [InlineData("""{"sub":"two\nlines"}""")]
    [InlineData("""{"sub":"a::error::b c"}""")]
    [InlineData("[]")]
    [InlineData("no JSON")]
    public void A_claim_that_is_not_one_word_is_not_said(string payload) => Assert.Null(Of(payload).Subject);

    [Theory]
    [InlineData("")]
    [InlineData("QXZ")]
    [InlineData("a.%%%.c")]
    public void What_is_no_JWT_has_no_claims(string value) => Assert.Null(new WebIdentityToken(value).Subject);

    private static WebIdentityToken Of(string payload) => new($"QXZ.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(payload))}.QXZ");
}
