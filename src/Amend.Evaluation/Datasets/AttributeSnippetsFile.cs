using Amend.Evaluation.Cases;
using Amend.Tensors;
using Amend.Tensors.Files;

namespace Amend.Evaluation.Datasets;

/// <summary>
/// Files in the form of <c>attribute_snippets.json</c> (rome.baulab.info): a JSON array of texts by relation and object, the
/// reference texts of RS. The public file is near 1 GB, so only the group in hand is in memory.
/// </summary>
public static class AttributeSnippetsFile
{
    /// <summary>The end of the name of a suite's snippets, which lie beside the suite.</summary>
    public const string Ending = ".snippets.json";

    /// <summary>Where the snippets of a data set's file lie: <c>NAME.snippets.json</c> beside <c>NAME.json</c>.</summary>
    public static string Beside(string path) => Path.ChangeExtension(TextFile.PlainName(path), null) + Ending;

    /// <summary>Reads the groups as they are asked for; unknown fields are passed over.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="AmendException">The file is missing, or a group is broken: the message names file, record and field.</exception>
    public static IEnumerable<AttributeSnippetGroup> Read(string path) => ReadPlaced(path).Select(read => read.Record);

    /// <summary>Writes the groups, one a line; the same groups give the same bytes.</summary>
    /// <exception cref="AmendException">The folder is missing or not writable, or the disk is full.</exception>
    public static void Write(string path, IEnumerable<AttributeSnippetGroup> groups) => RecordFile.Write(path, groups);

    /// <summary>The groups with the bytes of the file where each stands.</summary>
    /// <exception cref="AmendException">The file is missing, or a group is broken.</exception>
    internal static IEnumerable<(AttributeSnippetGroup Record, BytePlace Place)> ReadPlaced(string path) =>
        RecordFile.ReadPlaced<AttributeSnippetGroup>(path, Check);

    /// <summary>The group at a place that was read before.</summary>
    /// <exception cref="AmendException">The file is missing or has changed since.</exception>
    internal static AttributeSnippetGroup ReadAt(string path, BytePlace place) => RecordFile.ReadAt<AttributeSnippetGroup>(path, place);

    private static void Check(AttributeSnippetGroup group)
    {
        for (var i = 0; i < group.Samples.Count; i++)
        {
            if (group.Samples[i] is null)
                throw new AmendException($"field samples[{i}] is null where an object with a text belongs; remove it or give the text.");
        }
    }
}
