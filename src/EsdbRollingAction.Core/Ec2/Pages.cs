namespace EsdbRollingAction.Core.Ec2;

/// <summary>Reads what EC2 gives in pages. An answer that always names a next page is none.</summary>
internal static class Pages
{
    private const int Most = 100;

    /// <param name="request">What is asked for.</param>
    /// <param name="ask">Asks for the page that a token names; null for the first.</param>
    /// <param name="read">What is on a page, and the token of the next one.</param>
    /// <exception cref="InstanceException">EC2 refused, or the pages do not end.</exception>
    public static async Task<List<T>> ReadAsync<TPage, T>(
        AwsRequest request, Func<string?, Task<TPage>> ask, Func<TPage, (IEnumerable<T> Items, string? Next)> read)
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

        throw new InstanceException(
            InstanceErrorKind.Terminal,
            "TooManyPages",
            $"{request.Operation}: asked to {request.Sentence}, EC2 gave {Most} pages and more.");
    }
}
