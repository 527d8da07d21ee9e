namespace Amend.Models.Layers;

/// <summary>Which two values of a head a rotary step turns together.</summary>
public enum RotaryLayout
{
    /// <summary>Value i and value i + R/2: GPT-NeoX, Llama and their kin.</summary>
    Halves,

    /// <summary>Values 2i and 2i + 1: GPT-J.</summary>
    Neighbours,
}
