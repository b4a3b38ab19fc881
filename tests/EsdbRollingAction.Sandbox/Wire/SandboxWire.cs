using System.Security.Cryptography.X509Certificates;
using EsdbRollingAction.Sandbox.Measures;
using EsdbRollingAction.Sandbox.Model;

namespace EsdbRollingAction.Sandbox.Wire;

/// <summary>All servers of a sandbox and the files they need.</summary>
internal sealed class SandboxWire : IDisposable
{
    private readonly List<IDisposable> servers = [];
    private readonly Ec2Server ec2;
    private readonly SsmServer ssm;
    private readonly CloudWatchServer cloudWatch;
    private readonly SocketsHttpHandler handler = new() { ConnectTimeout = TimeSpan.FromMilliseconds(300) };

    public SandboxWire(SandboxOptions options, ModelWorld model, IReadOnlyList<(string Address, int Port)> endpoints, (string Ec2, string Ssm, string CloudWatch) aws)
    {
        Folder = Directory.CreateTempSubdirectory("esdb-sandbox-").FullName;
        Requests = new RequestLog(model.World);
        NodeUrls = [.. endpoints.Select(endpoint => new Uri($"{(options.Tls ? "https" : "http")}://{endpoint.Address}:{endpoint.Port}"))];
        using var authority = options.Tls ? new SandboxCertificateAuthority(TimeProvider.System) : null;
        if (authority is not null)
        {
            CertificateAuthorityFile = Path.Combine(Folder, "ca.crt");
            File.WriteAllText(CertificateAuthorityFile, authority.Pem);
            handler.SslOptions.CertificateChainPolicy = Trusting(CertificateAuthorityFile);
        }

        foreach (var (node, url) in options.Nodes.Zip(NodeUrls))
        {
            var certificateFile = authority is null ? null : Path.Combine(Folder, $"{node.Name}.pfx");
            authority?.Issue(url.Host, certificateFile!);
            servers.Add(new NodeServer(model, node.Name, url, certificateFile, options, Requests));
        }

        Client = new HttpClient(handler, disposeHandler: false);
        Ec2Url = UrlAt(aws.Ec2);
        ec2 = new Ec2Server(model, Ec2Url, options.Faults, Requests);
        SsmUrl = UrlAt(aws.Ssm);
        ssm = new SsmServer(model, SsmUrl, options.Faults, Requests);
        CloudWatchUrl = UrlAt(aws.CloudWatch);
        cloudWatch = new CloudWatchServer(model, CloudWatchUrl, options.Faults, Requests);
    }

    public string Folder { get; }

    public RequestLog Requests { get; }

    public IReadOnlyList<Uri> NodeUrls { get; }

    public Uri Ec2Url { get; }

    public Uri SsmUrl { get; }

    public Uri CloudWatchUrl { get; }

    public Ec2Outage Outage => ec2.Outage;

    public IReadOnlyList<string> AccessKeys => [.. ec2.AccessKeys.Union(ssm.AccessKeys).Union(cloudWatch.AccessKeys)];

    /// <summary>Trusts the sandbox's own authority.</summary>
    public HttpClient Client { get; }

    public string? CertificateAuthorityFile { get; }

    public string ConnectionString(SandboxOptions options)
    {
        var user = options.Secured ? $"admin:{Uri.EscapeDataString(options.Password)}@" : "";
        var hosts = string.Join(',', NodeUrls.Select(url => url.Authority));
        var query = CertificateAuthorityFile is null ? "tls=false" : $"tls=true&tlsCaFile={Uri.EscapeDataString(CertificateAuthorityFile)}";
        return $"esdb://{user}{hosts}?{query}";
    }

    public void Dispose()
    {
        Client.Dispose();
        handler.Dispose();
        ec2.Dispose();
        ssm.Dispose();
        cloudWatch.Dispose();
        servers.ForEach(server => server.Dispose());
        Directory.Delete(Folder, recursive: true);
    }

    private static Uri UrlAt(string address) => new($"http://{address}:{Listener.PortOn(address)}/");

    private static X509ChainPolicy Trusting(string file)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(file);
        return policy;
    }
}
