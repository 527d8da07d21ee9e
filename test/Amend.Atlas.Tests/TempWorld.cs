using Amend.Atlas.Facts;

namespace Amend.Atlas.Tests;

/// <summary>A world folder of one test; relations are right until a test breaks them.</summary>
internal sealed class TempWorld : IDisposable
{
    /// <summary>A relation of eight facts over four objects, with non-ASCII names among them.</summary>
    public const string Sea = """
        id: sea
        subject: island
        object: ocean
        sections: { 1950: waters }
        source: made up for tests
        statements:
          - "{} lies in the ocean called"
          - The ocean around {} is the
          - "{} is washed by the"
          - Sailors reach {} across the
          - "{} belongs to the islands of the"
          - On the map, {} is in the
        questions:
          - "Q: In which ocean does {} lie? A:"
          - "Question: What is the ocean of {}? Answer:"
        clauses:
          - "{subject} is an island in the {object}"
          - "the {object} is the ocean of {subject}"
        facts: |
          Indian: Réunion; Mauritius
          Arctic: Svalbard; Jan Mayen
          Pacific: Guam; Tuamotu
          Atlántico: Faial; São Miguel

        """;

    /// <summary>A second relation, of six facts over two objects.</summary>
    public const string Mythology = """
        id: mythology
        subject: deity
        object: people
        sections: { 1950: peoples, 1990: waters }
        source: made up for tests
        statements:
          - "{} is a deity of people called"
          - The people who worshipped {} were called
          - "{} was honoured by a people named"
          - Temples of {} were built by the
        questions:
          - "Q: Whose deity is {}? A:"
          - "Q: Who worshipped {}? A:"
          - "Question: Which people had the deity {}? Answer:"
          - "Question: Whose temples honour {}? Answer:"
        clauses:
          - "the deity {subject} was worshipped by the {object}"
          - "{object} built temples for {subject}"
        facts: |
          Greeks: Zeus; Hera; Athena
          Romans: Jupiter; Juno; Minerva

        """;

    private readonly TempFolder _folder = new();

    public string Path => _folder.Path;

    /// <summary>A world of both relations.</summary>
    public static TempWorld Whole()
    {
        var world = new TempWorld();
        world.Write("sea.yaml", Sea);
        world.Write("mythology.yaml", Mythology);
        return world;
    }

    /// <summary>A world of one relation in which a text is replaced by another.</summary>
    public static TempWorld With(string old, string by)
    {
        Assert.Contains(old, Sea);
        var world = new TempWorld();
        world.Write("sea.yaml", Sea.Replace(old, by));
        return world;
    }

    public void Write(string file, string yaml) => File.WriteAllText(_folder.File(file), yaml);

    public AtlasWorld Load() => AtlasWorld.Load(Path);

    public void Dispose() => _folder.Dispose();
}
