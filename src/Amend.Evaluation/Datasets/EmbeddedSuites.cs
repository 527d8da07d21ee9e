using Amend.Editing.Checks;
using Amend.Evaluation.Cases;
using Amend.Tensors;

namespace Amend.Evaluation.Datasets;

/// <summary>The suites that come with the program.</summary>
public static class EmbeddedSuites
{
    /// <summary>The text that a guard measures perplexity on where no other is given.</summary>
    private const string GuardFile = "atlas-counterfact.fixed.txt";

    private const string AbilitiesSuite = "abilities";
    private const string FactsSuite = "atlas-known";

    /// <summary>Of some three thousand facts this leaves about a hundred.</summary>
    private const int FactsApart = 30;

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "suites");

    /// <summary>Finds suites by their names, and data sets by <c>FORMAT:PATH</c>.</summary>
    public static DatasetLocator Locator => new(Folder);

    /// <summary>
    /// What a check asks of every model, of which what it gives without edits should stay: abilities such as counting on, and facts of the
    /// embedded world, spread over its relations.
    /// </summary>
    public static IReadOnlyList<ProbeFact> Probe() =>
        [.. Probe(AbilitiesSuite), .. Probe(FactsSuite).Where((_, place) => place % FactsApart == 0)];

    /// <summary>The facts of a suite, or of <c>FORMAT:PATH</c>, as a probe.</summary>
    /// <exception cref="AmendException">It cannot be read.</exception>
    public static IReadOnlyList<ProbeFact> Probe(string name) => Probe(Locator.Find(name));

    /// <summary>The facts of a data set as a probe.</summary>
    /// <exception cref="AmendException">It cannot be read.</exception>
    public static IReadOnlyList<ProbeFact> Probe(DatasetSource source) => ProbeFacts.Of(source.Read(new DatasetOptions()));

    /// <summary>The text for a guard's perplexity.</summary>
    /// <exception cref="AmendException">It did not come with the program.</exception>
    public static string GuardText()
    {
        var path = Path.Combine(Folder, GuardFile);
        return File.Exists(path)
            ? File.ReadAllText(path)
            : throw new AmendException(
                $"A guard measures perplexity on '{GuardFile}', which is not beside the program; "
                + "add the package Amend.Atlas, or give another text.");
    }
}
