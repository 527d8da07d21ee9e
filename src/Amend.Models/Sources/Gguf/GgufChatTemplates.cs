using Amend.Models.Tokenizers.Gguf;
using Amend.Tensors.Files.Gguf;

namespace Amend.Models.Sources.Gguf;

/// <summary>
/// The chat templates of a GGUF file: <c>tokenizer.chat_template</c>, and named ones under <c>tokenizer.chat_template.NAME</c>.
/// </summary>
internal static class GgufChatTemplates
{
    private const string Key = "tokenizer.chat_template";

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
