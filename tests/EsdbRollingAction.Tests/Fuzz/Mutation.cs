using System.Text;
using CsCheck;

namespace EsdbRollingAction.Tests.Fuzz;

/// <summary>Breaks what is right: a few edits turn a good text into one that a broken or hostile peer could send.</summary>
internal static class Mutation
{
    public static int Cases { get; } = Extent.Of(2_000, 100_000);

    private static readonly byte[][] Pieces = [.. new[]
    {
        "null", "true", "[]", "{}", "\"\"", "0", "-1", "1e999", "9223372036854775808", "-9223372036854775809", "NaN", "\\u0000", "\\ud800",
        "[[[[[[[[", "{\"a\":{\"a\":{\"a\":", ",", ":", "\"", "}", "]", "<", ">", "</item>", "<item>", "&lt;", "<![CDATA[", "]]>", "\u0000", "\r\n",
        "../", "@", "://", "?", "%00", "%zz", "i-0", "2113", "99999", "127.0.0.1", "::1", "evil.example", "Leader", "ReadOnlyReplica", "00000000-0000-0000-0000-000000000000",
    }.Select(Encoding.UTF8.GetBytes)];

    /// <summary>Texts made of one of the seeds by up to eight edits, and now and then of nothing but noise.</summary>
    public static Gen<byte[]> Of(params byte[][] seeds) => Gen.ULong.Select(seed => Mutated(seeds, new Random(unchecked((int)(seed ^ (seed >> 32))))));

    private static byte[] Mutated(byte[][] seeds, Random random)
    {
        if (random.Next(50) == 0)
        {
            var noise = new byte[random.Next(200)];
            random.NextBytes(noise);
            return noise;
        }

        var text = seeds[random.Next(seeds.Length)].ToList();
        for (var edits = random.Next(1, 9); edits > 0; edits--)
        {
            Edit(text, seeds, random);
        }

        return [.. text];
    }

    private static void Edit(List<byte> text, byte[][] seeds, Random random)
    {
        var at = random.Next(text.Count + 1);
        var length = Math.Min(random.Next(1, 40), text.Count - at);
        switch (random.Next(7))
        {
            case 0 when at < text.Count:
                text[at] = (byte)random.Next(256);
                break;
            case 1:
                text.RemoveRange(at, length);
                break;
            case 2:
                text.InsertRange(at, text.GetRange(at, length));
                break;
            case 3:
                text.RemoveRange(at, text.Count - at);
                break;
            case 4:
                var other = seeds[random.Next(seeds.Length)];
                text.InsertRange(at, other[random.Next(other.Length)..].Take(random.Next(200)));
                break;
            case 5:
                Replace(text, at, Pieces[random.Next(Pieces.Length)]);
                break;
            default:
                text.InsertRange(at, Pieces[random.Next(Pieces.Length)]);
                break;
        }
    }

    /// <summary>Something else in the place of a value: what stands between two marks of the format.</summary>
    private static void Replace(List<byte> text, int at, byte[] piece)
    {
        const string Marks = ":,[]{}<>=&\" ";
        var from = at;
        while (from > 0 && !Marks.Contains((char)text[from - 1], StringComparison.Ordinal))
        {
            from--;
        }

        var until = at;
        while (until < text.Count && !Marks.Contains((char)text[until], StringComparison.Ordinal))
        {
            until++;
        }

        text.RemoveRange(from, until - from);
        text.InsertRange(from, piece);
    }
}
