using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Families.Llama;

namespace Amend.Models.Families.Mistral;

/// <summary>What a Mistral <c>config.json</c> says beyond Llama's: sliding_window, at every layer.</summary>
public static class MistralConfig
{
    private const int DefaultWindow = 4096;

    /// <summary>Reads the configuration.</summary>
    /// <exception cref="ModelFormatException">A key is missing, mistyped or inconsistent.</exception>
    public static LlamaConfig Read(JsonElement config)
    {
        var typed = LlamaConfig.Read(config);
        return typed with
        {
            Windows = SlidingWindows.Read(config, typed.Shape.Layers, config.SizeOrNone("sliding_window", DefaultWindow), _ => true),
        };
    }
}
