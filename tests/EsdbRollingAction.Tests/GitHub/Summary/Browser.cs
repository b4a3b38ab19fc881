using System.Diagnostics;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace EsdbRollingAction.Tests.GitHub.Summary;

/// <summary>What mermaid made of a diagram.</summary>
/// <param name="Error">What it objected to, or null.</param>
/// <param name="Sections">The names it drew.</param>
/// <param name="Bars">How many bars it drew.</param>
/// <param name="CriticalBars">How many of them are marked.</param>
/// <param name="HasErrorPicture">Whether it drew its picture of an error.</param>
internal sealed record Diagram(string? Error, IReadOnlyList<string> Sections, int Bars, int CriticalBars, bool HasErrorPicture)
{
    /// <summary>What a person would object to: text that cannot be read or runs into other text, dots, a coloured stripe.</summary>
    public IReadOnlyList<string> Flaws { get; init; } = [];
}

/// <summary>What a reader is shown.</summary>
/// <param name="Diagrams">The diagrams, drawn.</param>
/// <param name="WideTables">The tables that would have to be scrolled sideways.</param>
internal sealed record ShownSummary(IReadOnlyList<Diagram> Diagrams, IReadOnlyList<string> WideTables);

/// <summary>A headless browser that shows a summary with the real mermaid, as GitHub does, and takes a picture of it.</summary>
internal static partial class Browser
{
    private static readonly string? Chromium = new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }.FirstOrDefault(File.Exists);

    private static readonly string? Mermaid = Above(AppContext.BaseDirectory)
        .Select(folder => Path.Combine(folder, "tests/npm/node_modules/mermaid/dist/mermaid.min.js"))
        .FirstOrDefault(File.Exists);

    /// <summary>Why it cannot be used here, or null.</summary>
    public static string? Missing =>
        Chromium is null ? "Chromium is not installed." : Mermaid is null ? "mermaid is not installed: npm ci --prefix tests/npm" : null;

    /// <summary>Shows the summary; the picture is <c>summaries/NAME.png</c> beside the tests.</summary>
    public static async Task<ShownSummary> ShowAsync(
        string name, string summary, CancellationToken cancellationToken, bool isDark = false)
    {
        var folder = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "summaries")).FullName;
        var page = Path.Combine(folder, $"{name}.html");
        await File.WriteAllTextAsync(page, Page(summary, isDark), cancellationToken);
        var dom = await RunAsync(page, ["--dump-dom", $"--screenshot={Path.Combine(folder, $"{name}.png")}"], cancellationToken);
        var result = Result().Match(dom);
        Assert.True(result.Success, $"The page's script did not end.\n{dom}");
        using var shown = JsonDocument.Parse(WebUtility.HtmlDecode(result.Groups[1].Value));
        return new ShownSummary(
            [.. shown.RootElement.GetProperty("diagrams").EnumerateArray().Select(Read)],
            [.. shown.RootElement.GetProperty("wideTables").EnumerateArray().Select(table => table.GetString()!)]);
    }

    private static Diagram Read(JsonElement diagram) => diagram.TryGetProperty("error", out var error)
        ? new Diagram(error.GetString(), [], 0, 0, HasErrorPicture: true)
        : new Diagram(
            null,
            [.. diagram.GetProperty("sections").EnumerateArray().Select(section => section.GetString()!)],
            diagram.GetProperty("bars").GetInt32(),
            diagram.GetProperty("criticalBars").GetInt32(),
            diagram.GetProperty("hasErrorPicture").GetBoolean())
        {
            Flaws = [.. diagram.GetProperty("flaws").EnumerateArray().Select(flaw => flaw.GetString()!)],
        };

    /// <summary>GitHub's sizes and colours; a summary is never wider there.</summary>
    private static string Page(string summary, bool isDark) =>
        $$"""
        <!doctype html><meta charset="utf-8">
        <style>
          :root { --text: {{(isDark ? "#f0f6fc" : "#1f2328")}}; --page: {{(isDark ? "#0d1117" : "#ffffff")}}; --line: {{(isDark ? "#3d444d" : "#d1d9e0")}} }
          body { font: 16px/1.5 "Noto Sans", Arial, sans-serif; width: 980px; margin: 0; padding: 16px; color: var(--text); background: var(--page) }
          table { border-collapse: collapse; display: block; width: max-content; max-width: 100%; overflow: auto; margin: 0 0 16px }
          td, th { border: 1px solid var(--line); padding: 6px 13px } h2 { border-bottom: 1px solid var(--line); padding-bottom: .3em }
          tr:nth-child(2n) { background: {{(isDark ? "#151b23" : "#f6f8fa")}} }
          code { background: #818b981f; border-radius: 6px; padding: .2em .4em; font-size: 85%; white-space: break-spaces }
        </style>
        {{ParsedSummary.Html(summary)}}
        <script src="file://{{Mermaid}}"></script>
        <script src="file://{{Path.Combine(AppContext.BaseDirectory, "Fixtures", "flaws.js")}}"></script>
        <output id="result" hidden></output>
        <script>
          (async () => {
            mermaid.initialize({ startOnLoad: false, securityLevel: "strict", theme: "{{(isDark ? "dark" : "default")}}" });
            const results = [];
            for (const [index, block] of document.querySelectorAll("pre.mermaid, code.language-mermaid").entries()) {
              try {
                await mermaid.parse(block.textContent);
                const host = document.createElement("div");
                (block.closest("pre") ?? block).before(host);
                const { svg } = await mermaid.render(`diagram${index}`, block.textContent, host);
                (block.closest("pre") ?? block).remove();
                host.innerHTML = svg;
                results.push({
                  sections: [...host.querySelectorAll("text.sectionTitle")].map(text => text.textContent),
                  bars: host.querySelectorAll("rect.task").length,
                  criticalBars: host.querySelectorAll("rect.task[class*=crit], rect.task[class*=Crit]").length,
                  flaws: flawsOf(host),
                  hasErrorPicture: host.querySelector(".error-icon, .error-text") !== null,
                });
              } catch (error) {
                results.push({ error: String(error) });
              }
            }
            for (const details of document.querySelectorAll("details")) details.open = true;
            const wideTables = [...document.querySelectorAll("table")]
              .filter((table) => table.scrollWidth > table.clientWidth)
              .map((table) => `${table.rows[0].textContent.trim()}: ${table.scrollWidth}`);
            for (const details of document.querySelectorAll("details")) details.open = false;
            document.getElementById("result").textContent = JSON.stringify({ diagrams: results, wideTables });
          })();
        </script>
        """;

    private static async Task<string> RunAsync(string page, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var profile = Directory.CreateTempSubdirectory("chromium-");
        try
        {
            using var browser = Process.Start(new ProcessStartInfo(
                Chromium!,
                [
                    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                    "--disable-component-update", "--disable-sync", "--allow-file-access-from-files", "--hide-scrollbars", "--window-size=1012,2000",
                    "--virtual-time-budget=30000", $"--user-data-dir={profile.FullName}", .. arguments, $"file://{page}",
                ])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var errors = browser.StandardError.ReadToEndAsync(cancellationToken);
            var output = await browser.StandardOutput.ReadToEndAsync(cancellationToken);
            await browser.WaitForExitAsync(cancellationToken);
            Assert.True(browser.ExitCode == 0, await errors);
            return output;
        }
        finally
        {
            profile.Delete(recursive: true);
        }
    }

    private static IEnumerable<string> Above(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            yield return at.FullName;
        }
    }

    [GeneratedRegex("""<output id="result" hidden="">(\{.*?\})</output>""", RegexOptions.Singleline)]
    private static partial Regex Result();
}
