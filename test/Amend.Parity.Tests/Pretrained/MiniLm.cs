using System.Text.Json;
using Amend.Models;

namespace Amend.Parity.Tests.Pretrained;

/// <summary>MiniLM-L6 and classifiers over it, which are too large for the repository; tests are skipped where they are not at hand.</summary>
public static class MiniLm
{
    /// <summary>
    /// The environment variable that names the folder of <c>minilm-l6</c>, the bare encoder, and of overlays on it, <c>minilm-fever</c>
    /// and <c>minilm-scotus</c>, each with the logits of a few texts in <c>check.json</c>.
    /// </summary>
    public const string Variable = "AMEND_MINILM";

    /// <summary>The path of a classifier; the test is skipped where it is not named.</summary>
    /// <param name="overlay">The overlay's folder, such as <c>minilm-fever</c>.</param>
    public static string Path(string overlay)
    {
        var folder = Environment.GetEnvironmentVariable(Variable);
        Assert.SkipWhen(string.IsNullOrEmpty(folder), $"MiniLM-L6 is not part of the repository; name its parent folder in {Variable}.");
        return $"{System.IO.Path.Combine(folder!, "minilm-l6")}+{System.IO.Path.Combine(folder!, overlay)}";
    }

    /// <summary>Loads a classifier; the caller disposes.</summary>
    /// <param name="overlay">The overlay's folder.</param>
    public static LanguageModel Load(string overlay) => LanguageModel.Load(Path(overlay));

    /// <summary>A JSON file of an overlay's folder.</summary>
    public static JsonElement Json(string overlay, string name)
    {
        var path = System.IO.Path.Combine(Path(overlay).Split('+')[1], name);
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return document.RootElement.Clone();
    }
}
