namespace EsdbRollingAction.Core.Cluster;

/// <summary>Where the certificate that the nodes know this program by is kept, both in PEM form.</summary>
/// <param name="Certificate">The certificate, and those of the authorities between it and the one that the nodes trust.</param>
/// <param name="Key">Its private key, not encrypted.</param>
public sealed record UserCertificateFiles(string Certificate, string Key);
