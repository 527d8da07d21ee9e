using Amend.Models.Tokenizers;
using Amend.Models.Tokenizers.Formats;
using Amend.Tensors.Files;

namespace Amend.Models.Sources;

/// <summary>
/// A base model under an overlay: a folder with the <c>config.json</c> of the whole and, in <c>overlay.safetensors</c>, only the tensors
/// that differ from the base's or are new, such as the last layers and the head of a fine-tuned classifier. Written <c>BASE+OVERLAY</c>.
/// Whatever else the overlay lacks, such as the tokenizer, is the base's.
/// </summary>
public sealed class OverlaidModel : IModelSource
{
    private const string OverlayFile = "overlay.safetensors";
    private const string WeightsFile = "model.safetensors";
    private const char Over = '+';
    private readonly IModelSource _under;
    private readonly ModelFolder _overlay;

    /// <summary>Names the two; nothing is read yet.</summary>
    /// <param name="under">The base model.</param>
    /// <param name="overlay">The overlay's folder.</param>
    /// <param name="tokenizerFolder">The folder of the tokenizer's files; the overlay's or else the base's tokenizer when null.</param>
    public OverlaidModel(IModelSource under, string overlay, string? tokenizerFolder = null) =>
        (_under, _overlay) = (under, new ModelFolder(overlay, tokenizerFolder));

    /// <inheritdoc/>
    public string Name => _overlay.Name;

    /// <inheritdoc/>
    public string Path => Join(_under.Path, _overlay.Path);

    /// <inheritdoc/>
    public IReadOnlyList<string> Files => [.. _under.Files, .. _overlay.Files];

    /// <summary>Whether a folder holds an overlay and no weights of its own.</summary>
    public static bool IsOverlay(string folder) =>
        File.Exists(System.IO.Path.Combine(folder, OverlayFile)) && !File.Exists(System.IO.Path.Combine(folder, WeightsFile));

    /// <summary>The one way of writing a base and an overlay as one path.</summary>
    public static string Join(string under, string overlay) => $"{under}{Over}{overlay}";

    /// <summary>The ways in which a path can be read as a base and what lies over it; none where it has no <c>+</c>.</summary>
    internal static IEnumerable<(string Under, string Overlay)> Split(string path) =>
        from at in Enumerable.Range(1, Math.Max(0, path.Length - 2))
        where path[at] == Over
        select (path[..at], path[(at + 1)..]);

    /// <summary>The sentence for an overlay that is given without its base.</summary>
    internal static string Refusal(string folder) =>
        $"'{folder}' holds an overlay ({OverlayFile}), the tensors in which a model differs from its base; give both: "
        + $"BASE{Over}{folder}.";

    /// <inheritdoc/>
    public string? TokenizerFolder =>
        TokenizerLoader.IsIn(_overlay.TokenizerFolder) ? _overlay.TokenizerFolder : _under.TokenizerFolder;

    /// <inheritdoc/>
    public ModelDescription Describe() => _overlay.Describe();

    /// <inheritdoc/>
    public Checkpoint OpenWeights(bool isShapesOnly = false)
    {
        var under = _under.OpenWeights(isShapesOnly);
        try
        {
            return Checkpoint.Overlaid(under, SafeTensorsFile.Open(System.IO.Path.Combine(_overlay.Path, OverlayFile)));
        }
        catch
        {
            under.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public ITokenizer? ReadTokenizer(IReadOnlyDictionary<string, TokenizerDefaults> families, bool findsSpecialTokens) =>
        _overlay.ReadTokenizer(families, findsSpecialTokens) ?? _under.ReadTokenizer(families, findsSpecialTokens);

    /// <inheritdoc/>
    public ModelChatTemplates ReadChatTemplates() =>
        _overlay.ReadChatTemplates() is { All.Count: > 0 } own ? own : _under.ReadChatTemplates();
}
