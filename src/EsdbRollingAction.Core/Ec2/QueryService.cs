namespace EsdbRollingAction.Core.Ec2;

/// <summary>A service of AWS that takes forms and answers with XML: the query protocol.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Host">The first label of its hosts; requests are signed for that name.</param>
/// <param name="Version">The version of its API.</param>
/// <param name="Variable">The variable that names another endpoint.</param>
internal sealed record QueryService(string Name, string Host, string Version, string Variable)
{
    /// <summary>Auto Scaling.</summary>
    public static readonly QueryService AutoScaling = new("Auto Scaling", "autoscaling", "2011-01-01", "AWS_ENDPOINT_URL_AUTO_SCALING");

    /// <summary>CloudWatch.</summary>
    public static readonly QueryService CloudWatch = new("CloudWatch", "monitoring", "2010-08-01", "AWS_ENDPOINT_URL_CLOUDWATCH");
}
