using System.Globalization;

namespace EsdbRollingAction.Core.Cluster;

/// <summary>
/// Reads <c>key=value[&amp;…]</c>. Keys have no case; a key may be repeated with the same value. An unknown key is told by its place,
/// and by its name only where it cannot be the end of a password that holds a <c>?</c>.
/// </summary>
internal sealed class ConnectionStringQuery
{
    /// <summary>Keys of the official clients that only tune a client's own connection.</summary>
    private static readonly string[] KeysWithoutEffect =
    [
        "nodePreference",
        "maxDiscoverAttempts",
        "discoveryInterval",
        "keepAliveInterval",
        "keepAliveTimeout",
        "connectionName",
        "defaultDeadline",
        "throwOnAppendFailure",
    ];

    private static readonly string[] KnownKeys =
        ["tls", "tlsVerifyCert", "tlsCaFile", "userCertFile", "userKeyFile", "gossipTimeout", .. KeysWithoutEffect];

    /// <summary>The clients' own default.</summary>
    private static readonly TimeSpan UsualGossipTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestGossipTimeout = TimeSpan.FromMinutes(10);

    /// <summary>A number below this can only have been meant as seconds, which the Go and Python clients read.</summary>
    private const int LeastMilliseconds = 100;

    private readonly Dictionary<string, string> values = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> notices = [];
    private readonly bool mayNameKeys;

    public ConnectionStringQuery(string text, bool mayNameKeys)
    {
        this.mayNameKeys = mayNameKeys;
        var settings = text.Split('&', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < settings.Length; i++)
        {
            Add(settings[i], $"setting {i + 1} after the `?`");
        }
    }

    public bool Tls => Flag("tls");

    public bool VerifyCertificate => Flag("tlsVerifyCert");

    public string? CaFile => FileName("tlsCaFile");

    public UserCertificateFiles? UserCertificate => (FileName("userCertFile"), FileName("userKeyFile")) switch
    {
        (null, null) => null,
        ({ } certificate, { } key) => new UserCertificateFiles(certificate, key),
        (null, _) => throw InvalidConnectionString.Because("it has a `userKeyFile` and no `userCertFile`: set both or neither."),
        (_, null) => throw InvalidConnectionString.Because("it has a `userCertFile` and no `userKeyFile`: set both or neither."),
    };

    public TimeSpan GossipTimeout()
    {
        if (!values.TryGetValue("gossipTimeout", out var text))
        {
            return UsualGossipTimeout;
        }

        _ = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        var isInSeconds = number < LeastMilliseconds;
        var timeout = isInSeconds ? TimeSpan.FromSeconds(number) : TimeSpan.FromMilliseconds(number);
        InvalidConnectionString.ThrowIf(
            number == 0 || timeout > LongestGossipTimeout,
            "`gossipTimeout` is not a number of milliseconds of at most ten minutes.");
        Notice(
            isInSeconds,
            "`gossipTimeout` of the connection string is read as seconds, as some clients do: for milliseconds it is too short.");
        return timeout;
    }

    public IReadOnlyList<string> Notices()
    {
        var idle = KeysWithoutEffect.Where(values.ContainsKey).Select(key => $"`{key}`").ToList();
        Notice(idle.Count > 0, $"The connection string's {string.Join(", ", idle)} {(idle.Count == 1 ? "has" : "have")} no effect here.");
        Notice(
            !Tls && values.ContainsKey("userCertFile"),
            "`userCertFile` and `userKeyFile` of the connection string have no effect, because `tls` is `false`.");
        Notice(
            !(Tls && VerifyCertificate) && values.ContainsKey("tlsCaFile"),
            "`tlsCaFile` of the connection string has no effect, because `tls` or `tlsVerifyCert` is `false`.");
        return notices;
    }

    private void Add(string setting, string place)
    {
        var equals = setting.IndexOf('=', StringComparison.Ordinal);
        InvalidConnectionString.ThrowIf(equals <= 0, $"{place} is not of the form `key=value`.");
        var key = setting[..equals];
        var known = Array.Find(KnownKeys, known => known.Equals(key, StringComparison.OrdinalIgnoreCase));
        var name = known is null ? place : $"`{known}`";
        var value = PercentEncoding.Decode(setting[(equals + 1)..], $"the value of {name}");
        if (values.TryAdd(key, value))
        {
            var what = mayNameKeys ? $"`{key}`" : place;
            Notice(known is null, $"The connection string's {what} is not known to this program and is ignored.");
        }

        InvalidConnectionString.ThrowIf(
            !value.Equals(values[key], StringComparison.OrdinalIgnoreCase), $"{name} has two different values.");
    }

    private void Notice(bool isSo, string sentence)
    {
        if (isSo)
        {
            notices.Add(sentence);
        }
    }

    private bool Flag(string key)
    {
        var isSet = values.TryGetValue(key, out var text);
        InvalidConnectionString.ThrowIf(isSet && !bool.TryParse(text, out _), $"`{key}` is neither `true` nor `false`.");
        return !isSet || bool.Parse(text!);
    }

    private string? FileName(string key)
    {
        var name = values.GetValueOrDefault(key);
        InvalidConnectionString.ThrowIf(name is "", $"`{key}` is empty.");
        return name;
    }
}
