using Amend.Models.Tokenizers.Gguf;
using Amend.Tensors.Files.Gguf;

namespace Amend.Models.Sources.Gguf;

/// <summary>
/// The chat templates of a GGUF file: <c>tokenizer.chat_template</c>, and named ones under <c>tokenizer.chat_template.NAME</c>.
/// </summary>
internal static class GgufChatTemplates
{
    private const string Key = "tokenizer.chat_template";
    private const string NamesKey = "tokenizer.chat_templates";

    /// <summary>The keys of a model's templates; of names only letters and digits are written, and a line in place of others.</summary>
    public static IEnumerable<(string Key, object Value)> ToKeys(ModelChatTemplates templates)
    {
        var named = templates.All.ToDictionary(template => string.Concat(template.Name.Select(Written)), template => template.Text);
        string[] others = [.. named.Keys.Where(name => name != ModelChatTemplates.DefaultName).Order(StringComparer.Ordinal)];
        foreach (var name in others)
            yield return ($"{Key}.{name}", named[name]);
        if (others.Length > 0)
            yield return (NamesKey, others);
        if (named.TryGetValue(ModelChatTemplates.DefaultName, out var text))
            yield return (Key, text);

        static char Written(char character) => char.IsAsciiLetterOrDigit(character) ? character : '_';
    }

    /// <summary>Reads them.</summary>
    /// <exception cref="Tensors.AmendException">A key is mistyped, or the vocabulary is broken.</exception>
    public static ModelChatTemplates Read(GgufMetadata metadata, string path)
    {
        NamedTemplate[] all =
        [
            .. from key in metadata.Keys
               where key == Key || key.StartsWith(Key + ".", StringComparison.Ordinal)
               select new NamedTemplate(key == Key ? ModelChatTemplates.DefaultName : key[(Key.Length + 1)..], metadata.Text(key), path),
        ];
        var vocabulary = new GgufVocabulary(metadata, path);
        return new ModelChatTemplates(all, all.Length > 0 && vocabulary.Exists ? vocabulary.NamedTokens : new Dictionary<string, string>());
    }
}
