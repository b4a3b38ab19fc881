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
        "nodePreference", "maxDiscoverAttempts", "discoveryInterval", "keepAliveInterval", "keepAliveTimeout", "connectionName",
        "defaultDeadline", "throwOnAppendFailure",
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

    private ConnectionStringQuery(bool mayNameKeys) => this.mayNameKeys = mayNameKeys;

    public static ConnectionStringQuery Parse(string text, bool mayNameKeys)
    {
        var query = new ConnectionStringQuery(mayNameKeys);
        var settings = text.Split('&', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < settings.Length; i++)
        {
            query.Add(settings[i], i + 1);
        }

        return query;
    }

    public bool Flag(string key, bool absent)
    {
        if (!values.TryGetValue(key, out var value))
        {
            return absent;
        }

        return bool.TryParse(value, out var flag) ? flag : throw InvalidConnectionString.Because($"`{key}` is neither `true` nor `false`.");
    }

    public string? FileName(string key)
    {
        if (!values.TryGetValue(key, out var value))
        {
            return null;
        }

        return value.Length > 0 ? value : throw InvalidConnectionString.Because($"`{key}` is empty.");
    }

    public UserCertificateFiles? UserCertificate() => (FileName("userCertFile"), FileName("userKeyFile")) switch
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

        var isNumber = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        var timeout = IsGossipTimeoutInSeconds ? TimeSpan.FromSeconds(number) : TimeSpan.FromMilliseconds(number);
        return isNumber && number > 0 && timeout <= LongestGossipTimeout
            ? timeout
            : throw InvalidConnectionString.Because("`gossipTimeout` is not a number of milliseconds of at most ten minutes.");
    }

    public IReadOnlyList<string> Notices()
    {
        var all = new List<string>(notices);
        if (values.ContainsKey("userCertFile") && !Flag("tls", absent: true))
        {
            all.Add("`userCertFile` and `userKeyFile` of the connection string have no effect, because `tls` is `false`.");
        }

        if (IsGossipTimeoutInSeconds)
        {
            all.Add("`gossipTimeout` of the connection string is read as seconds, as some clients do: for milliseconds it is too short.");
        }

        if (KeysWithoutEffect.Where(values.ContainsKey).Select(key => $"`{key}`").ToList() is { Count: > 0 } idle)
        {
            all.Add($"The connection string's {string.Join(", ", idle)} {(idle.Count == 1 ? "has" : "have")} no effect here.");
        }

        if (values.ContainsKey("tlsCaFile") && !(Flag("tls", absent: true) && Flag("tlsVerifyCert", absent: true)))
        {
            all.Add("`tlsCaFile` of the connection string has no effect, because `tls` or `tlsVerifyCert` is `false`.");
        }

        return all;
    }

    private bool IsGossipTimeoutInSeconds =>
        values.TryGetValue("gossipTimeout", out var text)
        && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number < LeastMilliseconds;

    private void Add(string setting, int number)
    {
        var equals = setting.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
        {
            throw InvalidConnectionString.Because($"setting {number} after the `?` is not of the form `key=value`.");
        }

        var known = Array.Find(KnownKeys, key => key.Equals(setting[..equals], StringComparison.OrdinalIgnoreCase));
        var name = known is null ? $"setting {number} after the `?`" : $"`{known}`";
        var value = PercentEncoding.Decode(setting[(equals + 1)..], $"the value of {name}");
        if (values.TryGetValue(setting[..equals], out var earlier))
        {
            RefuseAnother(value, earlier, name);
            return;
        }

        values.Add(setting[..equals], value);
        if (known is null)
        {
            notices.Add($"The connection string's {(mayNameKeys ? $"`{setting[..equals]}`" : name)} is not known to this program and is ignored.");
        }
    }

    private static void RefuseAnother(string value, string earlier, string name)
    {
        var sameFlag = bool.TryParse(value, out var one) && bool.TryParse(earlier, out var other) && one == other;
        if (!sameFlag && value != earlier)
        {
            throw InvalidConnectionString.Because($"{name} has two different values.");
        }
    }
}
