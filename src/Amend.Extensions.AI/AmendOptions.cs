using Amend.Editing.Sessions;

namespace Amend.Extensions.AI;

/// <summary>The model of a program, as <see cref="AmendServices"/> opens it.</summary>
public sealed class AmendOptions
{
    /// <summary>The model: an embedded one's name such as <c>atlas-gpt</c>, a folder, or a GGUF file.</summary>
    public string Model { get; set; } = "";

    /// <summary>State, guard, device and home; the defaults of <see cref="SessionOptions"/> by default.</summary>
    public SessionOptions Session { get; set; } = new();

    /// <summary>Most new tokens of an answer where a request does not say; null, the default, for what the context allows.</summary>
    public int? MaxOutputTokens { get; set; }
}
