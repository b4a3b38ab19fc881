using System.Xml;
using Amazon.Runtime;

namespace EsdbRollingAction.Core.Ec2;

/// <summary>A field of an answer.</summary>
/// <param name="Name">The name of its element.</param>
/// <param name="Value">The text.</param>
/// <param name="IsInside">Whether it is inside of another field of its entry.</param>
internal readonly record struct QueryField(string Name, string Value, bool IsInside);

/// <summary>One entry of the list that was asked for.</summary>
internal sealed class QueryEntry
{
    private readonly List<QueryField> fields = [];

    /// <summary>The text of a field of its own, or null.</summary>
    public string? this[string name] => fields.Find(field => field.Name == name && !field.IsInside).Value;

    /// <summary>The texts of all fields of this name, of whatever they are part.</summary>
    public IEnumerable<string> All(string name) => fields.Where(field => field.Name == name).Select(field => field.Value);

    internal void Add(QueryField field) => fields.Add(field);
}

/// <summary>
/// What a service of the query protocol answered: entries of lists, and fields beside them. Documents and their writers, which XElement
/// needs, would be 2 % of the program.
/// </summary>
internal sealed class QueryAnswer : AmazonWebServiceResponse
{
    /// <summary>Answer, result, list: then its entries, which have lists with entries of their own.</summary>
    private const int EntryDepth = 3;

    private readonly QueryEntry besides = new();
    private readonly List<QueryEntry> entries = [];

    private QueryAnswer()
    {
    }

    /// <summary>The entries of the lists, in their order.</summary>
    public IReadOnlyList<QueryEntry> Entries => entries;

    /// <summary>The text of the first field of this name that is in no entry, or null.</summary>
    public string? this[string name] => besides.All(name).FirstOrDefault();

    /// <exception cref="XmlException">It is not XML.</exception>
    public static QueryAnswer Read(string text)
    {
        using var xml = XmlReader.Create(new StringReader(text));
        var answer = new QueryAnswer();
        answer.ReadAll(xml);
        answer.ResponseMetadata = new ResponseMetadata { RequestId = answer["RequestId"] };
        return answer;
    }

    private void ReadAll(XmlReader xml)
    {
        var (entry, name) = (besides, "");
        while (xml.Read())
        {
            switch (xml.NodeType)
            {
                case XmlNodeType.Element when xml is { Depth: EntryDepth, LocalName: "member" }:
                    entries.Add(new QueryEntry());
                    entry = xml.IsEmptyElement ? besides : entries[^1];
                    break;
                case XmlNodeType.EndElement when xml.Depth == EntryDepth:
                    entry = besides;
                    break;
                case XmlNodeType.Element:
                    name = xml.LocalName;
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA:
                    entry.Add(new QueryField(name, xml.Value, xml.Depth > EntryDepth + 2));
                    break;
                default:
                    break;
            }
        }
    }
}
