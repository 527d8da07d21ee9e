using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Decoders;
using Amend.Models.Families.Gemma;
using Amend.Models.Families.Gemma3Text;
using Amend.Models.Tokenizers;

namespace Amend.Models.Families.Gemma3;

/// <summary>
/// Gemma 3 that sees pictures, too (Gemma Team 2025), as Hugging Face's <c>Gemma3ForConditionalGeneration</c> stores it: its text model,
/// whose configuration is nested; the parts that see pictures are passed over.
/// </summary>
internal sealed class Gemma3Family() : DecoderFamily("gemma3")
{
    private const string Older = "language_model.model.";

    /// <inheritdoc/>
    public override TokenizerDefaults TokenizerDefaults => GemmaFamily.Tokenizers;

    /// <inheritdoc/>
    public override DecoderPlan Plan(JsonElement config, IReadOnlyList<string> tensors)
    {
        var text = config.ObjectOrNone("text_config") ?? throw new ModelFormatException(
            "config.json: 'text_config' should be an object with the text model's keys but is missing; check the model folder.");
        var prefix = tensors.Any(name => name.StartsWith(Older, StringComparison.Ordinal)) ? Older : "model.language_model.";
        return Gemma3TextFamily.Read(text) with
        {
            Architecture = "Gemma3ForConditionalGeneration",
            Names = DecoderNames.Llama with
            {
                Prefix = prefix,
                Head = prefix == Older ? "language_model.lm_head" : "lm_head",
                OtherParts = ["vision_tower.", "multi_modal_projector.", "model.vision_tower.", "model.multi_modal_projector."],
            },
        };
    }
}
