using System.Text.Json;
using Amend.Models.Configuration;

namespace Amend.Models.Families;

/// <summary>The ids around what an encoder-decoder writes.</summary>
/// <param name="Start">What every output begins with and is not part of it: <c>decoder_start_token_id</c>.</param>
/// <param name="ForcedFirst">What generated text must begin with, <c>forced_bos_token_id</c>; null where the model is free.</param>
/// <param name="End">What ends an output, <c>eos_token_id</c>; null where there is none.</param>
public sealed record OutputMarks(int Start, int? ForcedFirst, int? End)
{
    /// <summary>What generation begins with.</summary>
    public IReadOnlyList<int> Beginning => ForcedFirst is { } first ? [Start, first] : [Start];

    /// <summary>Reads the ids; an output begins with the padding id where no start is named.</summary>
    /// <exception cref="ModelFormatException">An id is no id of the vocabulary, or neither a start nor a padding id is named.</exception>
    public static OutputMarks Read(JsonElement config, int vocabulary) => new(
        config.IdOrNone("decoder_start_token_id", vocabulary) ?? config.IdOrNone("pad_token_id", vocabulary)
            ?? throw new ModelFormatException("config.json names neither 'decoder_start_token_id' nor 'pad_token_id', so outputs have no beginning; check the model folder."),
        config.IdOrNone("forced_bos_token_id", vocabulary),
        config.IdOrNone("eos_token_id", vocabulary));
}
