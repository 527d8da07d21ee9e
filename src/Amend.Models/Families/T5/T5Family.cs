using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Layers;
using Amend.Models.Taps;
using Amend.Models.Weights;
using Amend.Tensors.Files;
using TorchSharp;

namespace Amend.Models.Families.T5;

/// <summary>
/// T5 (Raffel et al. 2020) as Hugging Face's <c>T5ForConditionalGeneration</c> stores and computes it: version 1.0 with ReLU and
/// the token embedding as its head, version 1.1 with a gated GELU and a head of its own.
/// </summary>
public sealed class T5Family : IModelFamily
{
    /// <inheritdoc/>
    public string ModelType => "t5";

    /// <inheritdoc/>
    public TransformerModel Load(JsonElement config, Checkpoint checkpoint, torch.ScalarType dtype, torch.Device device)
    {
        // The first published files name the class as it was called then.
        var architecture = config.Architecture("T5ForConditionalGeneration", "T5WithLMHeadModel");
        var typed = T5Config.Read(config);
        var marks = OutputMarks.Read(config, typed.Decoder.Vocabulary);
        var weights = WeightReader.ReadAll(T5Weights.Of(typed), checkpoint, dtype, device);
        var taps = new TapSet();
        var (encoder, decoder) = (new T5Stack(Stack.Encoder, typed, weights, taps), new T5Stack(Stack.Decoder, typed, weights, taps));
        var head = new Linear(weights[$"{(typed.TieWordEmbeddings ? T5Weights.Shared : T5Weights.Head)}.weight"].Value, Bias: null);
        var scale = typed.TieWordEmbeddings ? 1 / Math.Sqrt(typed.Decoder.Width) : 1;
        return new EncoderDecoder(architecture, weights, encoder, decoder, hidden => head.Of(scale == 1 ? hidden : hidden * scale), marks);
    }
}
