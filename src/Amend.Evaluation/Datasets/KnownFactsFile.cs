using Amend.Evaluation.Cases;
using Amend.Tensors;

namespace Amend.Evaluation.Datasets;

/// <summary>Files in the form of <c>known_1000.json</c> (rome.baulab.info): a JSON array of facts that a model knows.</summary>
public static class KnownFactsFile
{
    /// <summary>Reads the facts as they are asked for; unknown fields are passed over.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="AmendException">The file is missing, or a fact is broken: the message names file, record and field.</exception>
    public static IEnumerable<KnownFact> Read(string path) => RecordFile.Read<KnownFact>(path, Check);

    /// <summary>Writes the facts, one a line; the same facts give the same bytes.</summary>
    /// <exception cref="AmendException">The folder is missing or not writable, or the disk is full.</exception>
    public static void Write(string path, IEnumerable<KnownFact> facts) => RecordFile.Write(path, facts);

    private static void Check(KnownFact fact)
    {
        if (string.IsNullOrWhiteSpace(fact.Subject))
            throw new AmendException("field subject is empty; give the name that stands in the prompt.");
        if (!fact.Prompt.Contains(fact.Subject, StringComparison.Ordinal))
            throw new AmendException($"field prompt, '{fact.Prompt}', does not contain the subject '{fact.Subject}'; write the prompt with it.");
    }
}
