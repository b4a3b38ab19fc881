namespace EsdbRollingAction.Core.Ec2;

/// <summary>Reads what AWS gives in pages. An answer that always names a next page is none.</summary>
internal static class Pages
{
    private const int Most = 100;

    /// <param name="ask">Asks for the page that a token names; null for the first.</param>
    /// <param name="read">What is on a page, and the token of the next one.</param>
    /// <exception cref="InstanceException">AWS refused, or the pages do not end.</exception>
    public static async Task<List<T>> ReadAsync<TPage, T>(
        Func<string?, Task<TPage>> ask, Func<TPage, (IEnumerable<T> Items, string? Next)> read)
    {
        var all = new List<T>();
        string? next = null;
        for (var pages = 0; pages < Most; pages++)
        {
            (var items, next) = read(await ask(next));
            all.AddRange(items);
            if (string.IsNullOrEmpty(next))
            {
                return all;
            }
        }

        throw new InstanceException(InstanceErrorKind.Terminal, "TooManyPages", $"AWS gave {Most} pages and more as one answer.");
    }
}
