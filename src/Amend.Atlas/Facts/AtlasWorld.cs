using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Amend.Atlas.Facts;

/// <summary>A world of facts: relations read from a folder of YAML files, one a relation.</summary>
public sealed class AtlasWorld
{
    private AtlasWorld(IReadOnlyList<Relation> relations)
    {
        Relations = relations;
        Facts = [.. relations.SelectMany(r => r.Facts)];
    }

    /// <summary>The relations, by name.</summary>
    public IReadOnlyList<Relation> Relations { get; }

    /// <summary>All facts, relation by relation.</summary>
    public IReadOnlyList<Fact> Facts { get; }

    /// <summary>The folder of the world that this build embeds.</summary>
    public static string EmbeddedFolder => Path.Combine(AppContext.BaseDirectory, "World");

    /// <summary>Reads the embedded world.</summary>
    public static AtlasWorld LoadEmbedded() => Load(EmbeddedFolder);

    /// <summary>Reads a world.</summary>
    /// <param name="folder">The folder with one <c>.yaml</c> file a relation.</param>
    /// <exception cref="WorldFormatException">The folder or one of its files breaks the form.</exception>
    public static AtlasWorld Load(string folder)
    {
        if (!Directory.Exists(folder))
            throw new WorldFormatException($"The world folder '{folder}' does not exist; give a folder with one YAML file a relation.");
        var files = Directory.GetFiles(folder, "*.yaml").Order(StringComparer.Ordinal).ToList();
        return files.Count > 0
            ? new AtlasWorld([.. files.Select(ReadRelation)])
            : throw new WorldFormatException($"The world folder '{folder}' holds no .yaml file; add one a relation.");
    }

    private static Relation ReadRelation(string path)
    {
        try
        {
            var deserializer = new DeserializerBuilder().WithNamingConvention(UnderscoredNamingConvention.Instance).Build();
            var file = deserializer.Deserialize<RelationFile?>(File.ReadAllText(path));
            return file is null
                ? throw new WorldFormatException($"'{path}' is empty; remove it or write a relation.")
                : Relation.Create(file, path);
        }
        catch (YamlException e)
        {
            throw new WorldFormatException(
                $"'{path}' is not the YAML of a relation (line {e.Start.Line}: {e.InnerException?.Message ?? e.Message}); "
                + "mend that line.", e);
        }
    }
}
