using Amend.Tensors.Files.Gguf;

namespace Amend.Shipping.Gguf;

/// <summary>An edited model's GGUF file that is to be written; owns what it reads of.</summary>
internal interface IGgufDraft : IDisposable
{
    /// <summary>Its keys, in order.</summary>
    IReadOnlyList<(string Key, object Value)> Keys { get; }

    /// <summary>Its tensors, in order; each is read when its turn comes.</summary>
    IReadOnlyList<GgufContent> Tensors { get; }

    /// <summary>What the model is and the file cannot say, a sentence each.</summary>
    IReadOnlyList<string> Notes { get; }
}
