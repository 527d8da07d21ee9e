using Amend.Evaluation.Cases;
using Amend.Tensors;
using Amend.Tensors.Files;

namespace Amend.Evaluation.Datasets;

/// <summary>A file and the form to read it in.</summary>
/// <param name="Format">The form.</param>
/// <param name="Path">The file.</param>
public sealed record DatasetSource(IDataset Format, string Path)
{
    /// <summary>The reference texts that lie beside the file, <c>NAME.snippets.json</c>; null where there are none.</summary>
    public string? SnippetsPath => AttributeSnippetsFile.Beside(Path) is var beside && File.Exists(beside) ? beside : null;

    /// <summary>The text that lies beside the file for perplexity, <c>NAME.fixed.txt</c>; null where there is none.</summary>
    public string? FixedTextPath => FixedTextBeside(Path) is var beside && File.Exists(beside) ? beside : null;

    /// <summary>Where the fixed text of a data set's file lies.</summary>
    public static string FixedTextBeside(string path) => System.IO.Path.ChangeExtension(TextFile.PlainName(path), null) + ".fixed.txt";

    /// <summary>Reads the cases as they are asked for.</summary>
    /// <exception cref="AmendException">A record is broken.</exception>
    public IEnumerable<EditCase> Read(DatasetOptions options) => Format.Read(Path, options);
}
