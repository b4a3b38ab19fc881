namespace EsdbRollingAction.Core.Cluster;

/// <summary>
/// Reads <c>key=value[&amp;…]</c>. Keys have no case; a key may be repeated with the same value. An unknown key is told by its place,
/// and by its name only where it cannot be the end of a password that holds a <c>?</c>.
/// </summary>
internal sealed class ConnectionStringQuery
{
    /// <summary>Keys of the official clients; those that this program does not read only tune a client's own connection.</summary>
    private static readonly string[] KnownKeys =
    [
        "tls", "tlsVerifyCert", "tlsCaFile", "userCertFile", "userKeyFile", "nodePreference", "maxDiscoverAttempts", "discoveryInterval",
        "gossipTimeout", "keepAliveInterval", "keepAliveTimeout", "connectionName", "defaultDeadline", "throwOnAppendFailure",
    ];

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

    public IReadOnlyList<string> Notices()
    {
        var all = new List<string>(notices);
        if (values.ContainsKey("userCertFile") || values.ContainsKey("userKeyFile"))
        {
            all.Add("`userCertFile` and `userKeyFile` of the connection string are not used: nodes are administered with user name and password.");
        }

        if (values.ContainsKey("tlsCaFile") && !(Flag("tls", absent: true) && Flag("tlsVerifyCert", absent: true)))
        {
            all.Add("`tlsCaFile` of the connection string has no effect, because `tls` or `tlsVerifyCert` is `false`.");
        }

        return all;
    }

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
