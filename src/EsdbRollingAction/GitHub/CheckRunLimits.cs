using System.Text;

namespace EsdbRollingAction.GitHub;

/// <summary>Makes texts fit for a check run: GitHub refuses an output that is too long.</summary>
internal static class CheckRunLimits
{
    private const int LongestTitle = 255;

    /// <summary>GitHub says characters; bytes are the safe reading.</summary>
    private const int LongestSummary = 65_535;

    private const string Cut = "\n\n*Cut here: the whole of it is in the job summary.*\n";

    public static CheckRunOutput Fit(string title, string summary) => new(FitTitle(Printable.Line(title)), FitSummary(summary));

    private static string FitTitle(string title) => title.Length <= LongestTitle
        ? title
        : $"{title.AsSpan(0, LongestTitle - (char.IsHighSurrogate(title[LongestTitle - 2]) ? 2 : 1))}…";

    private static string FitSummary(string summary)
    {
        if (Encoding.UTF8.GetByteCount(summary) <= LongestSummary)
        {
            return summary;
        }

        var room = LongestSummary - Encoding.UTF8.GetByteCount(Cut);
        var fit = new StringBuilder();
        foreach (var line in summary.Split('\n'))
        {
            room -= Encoding.UTF8.GetByteCount(line) + 1;
            if (room < 0)
            {
                break;
            }

            fit.Append(line).Append('\n');
        }

        return fit.Append(Cut).ToString();
    }
}
